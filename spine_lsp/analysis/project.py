"""What the files of a workspace say, open or not: the pipelines of its Python, and whether all of it has been read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from spine_lsp.analysis.group_index import GroupIndex
from spine_lsp.analysis.lazy import lazy
from spine_lsp.analysis.pipelines import Pipelines, pipelines_of

if TYPE_CHECKING:  # imported when the first file is read, not at the start
    from spine_lsp.pysource.index import PipelineIndex

_SCHEME = "file:///"


@dataclass(frozen=True)
class Project:
    """The workspace beside the open documents, as a value that never changes.

    The paths of `python` are those of the file system from its root, with slashes and without the first one
    (`home/me/prices/pipelines.py`, `c:/prices/pipelines.py`), so that several folders are one project; see `uri_of`.
    Until it is `ready`, nothing may be said of what is missing in it; `python` is None until a file has been read.
    """

    python: PipelineIndex | None = None
    ready: bool = False
    groups: GroupIndex = field(default_factory=GroupIndex)

    @property
    def knows_pipelines(self) -> bool:
        """Whether a pipeline may be called unknown: all files are read, and something is registered in them."""
        return self.pipelines is not None

    @lazy
    def pipelines(self) -> Pipelines | None:
        """The pipelines that steps can run; None where nothing may be said of those that are missing."""
        if not self.ready or self.python is None:
            return None
        pipelines = pipelines_of(self.python)
        return pipelines if pipelines.names else None


NO_PROJECT = Project()
"""Nothing beside the open documents."""


def uri_of(path: str) -> str:
    """The uri of a path of the project."""
    return _SCHEME + quote(path, safe="/:@!$&'()*+,;=~")


def path_of(uri: str) -> str | None:
    """The path of the project that a uri means; None for what is no file of this machine."""
    if not uri.startswith(_SCHEME):
        return None
    path = unquote(uri.removeprefix(_SCHEME))
    return path[:1].lower() + path[1:] if path[1:2] == ":" else path
