"""The project that files of the command line belong to: its groups, and the pipelines that its Python registers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.project import NO_PROJECT, Project
from spine_lsp.cli.output import status
from spine_lsp.configuration.files import OWN, SHARED
from spine_lsp.disk.config_files import project_path
from spine_lsp.disk.reading import absolute
from spine_lsp.disk.search_options import SearchOptions

_MARKS = (".git", OWN, SHARED)


def project_root(path: str) -> str | None:
    """The folder of a file's project: the nearest above it that has a repository or configuration.

    A folder that has none is its own project; None for a file that belongs to none.
    """
    whole = Path(absolute(path))
    is_folder = os.path.isdir(whole)  # noqa: PTH112 - which raises for no name
    for folder in (whole, *whole.parents) if is_folder else whole.parents:
        if any(os.path.lexists(folder / mark) for mark in _MARKS):
            return str(folder)
    return str(whole) if is_folder else None


def project_of(
    paths: Iterable[str], selection: SearchOptions, documents: dict[str, Document], *, alone: bool
) -> Project:
    """The project of files and folders, read whole; nothing where the option `index.enabled` is off.

    Into `documents` goes what was read for it, by the paths of the project; with `alone`, no other process helps.
    """
    roots = dict.fromkeys(root for path in paths if (root := project_root(path)) is not None)
    read = [root for root in roots if selection.settings_of(f"{project_path(root)}/_").index]
    return _read(read, selection, documents, alone=alone) if read else NO_PROJECT


def _read(roots: list[str], selection: SearchOptions, documents: dict[str, Document], *, alone: bool) -> Project:
    from spine_lsp.disk.cache import Cache
    from spine_lsp.disk.index_options import IndexOptions
    from spine_lsp.disk.project_files import ProjectFiles

    def nothing(reason: str) -> None:
        """`doctor` says what is not read, and why."""

    options = IndexOptions(configuration=selection.configuration)
    files = ProjectFiles(nothing, options, cache=Cache.of_user(), documents=documents, alone=alone)
    for progress in files.scan([project_path(root) for root in roots]):
        status.show("reading the project", *progress)
    if files.is_worth_keeping:
        for _ in files.keep():
            pass
    return files.project
