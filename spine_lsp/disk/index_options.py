"""How the files of a project are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from spine_lsp.configuration.configuration import EMPTY, Configuration
from spine_lsp.pysource.vocabulary import Vocabulary


@dataclass(frozen=True)
class IndexOptions:
    """How files are read: the folders that imports start from beside those of the workspace, and what registers.

    The options of files that are met count too, under what the editor sets in `configuration`.
    """

    roots: tuple[str, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    configuration: Configuration = EMPTY
    packages: tuple[str, ...] = ()
    """The folders of installed packages whose Python is read too."""
    links_out: bool = True
    """Whether files are read that links lead to and that lie in none of the folders."""
