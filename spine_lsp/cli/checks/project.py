"""The project that files of the command line belong to: the pipelines that its Python registers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from spine_lsp.analysis.project import NO_PROJECT, Project
from spine_lsp.configuration.files import OWN, SHARED
from spine_lsp.disk.config_files import project_path, system_path
from spine_lsp.disk.reading import UnusableFileError, bytes_of
from spine_lsp.disk.search_options import SearchOptions, python_roots

_MARKS = (".git", OWN, SHARED)


def project_root(path: str) -> str | None:
    """The folder of a file's project: the nearest above it that has a repository or configuration.

    A folder that has none is its own project; None for a file that belongs to none.
    """
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as they are named
    is_folder = os.path.isdir(whole)  # noqa: PTH112 - which raises for no name
    for folder in (whole, *whole.parents) if is_folder else whole.parents:
        if any(os.path.lexists(folder / mark) for mark in _MARKS):
            return str(folder)
    return str(whole) if is_folder else None


def project_of(paths: Iterable[str], selection: SearchOptions) -> Project:
    """The project of files and folders, read whole; nothing where the option `index.enabled` is off."""
    roots = dict.fromkeys(root for path in paths if (root := project_root(path)) is not None)
    read = [root for root in roots if selection.settings_of(f"{project_path(root)}/_").index]
    return _read(read, selection) if read else NO_PROJECT


def _read(roots: list[str], selection: SearchOptions) -> Project:
    from spine_lsp.disk.walking import PYTHON_ENDING, files_below
    from spine_lsp.pysource.decoding import MAX_BYTES
    from spine_lsp.pysource.facts import Module
    from spine_lsp.pysource.index import PipelineIndex
    from spine_lsp.pysource.reading import read_bytes
    from spine_lsp.pysource.vocabulary import Vocabulary

    def nothing(path: str, reason: str) -> None:
        """`doctor` says what is not read, and why."""

    paths = dict.fromkeys(
        path for root in roots for path in files_below(root, (PYTHON_ENDING,), nothing, nothing, selection)
    )
    settings = [selection.settings_of(f"{project_path(root)}/_") for root in roots]
    vocabulary = Vocabulary(tuple(dict.fromkeys(name for each in settings for name in each.decorators)))
    tops = (*(root for each in settings for root in python_roots(each)), *map(project_path, roots))

    def module(path: str, *, whole: bool) -> Module | None:
        try:
            return read_bytes(bytes_of(path, MAX_BYTES), vocabulary, whole=whole)
        except (UnusableFileError, FileNotFoundError):
            return None

    files = [
        (project_path(path), found) for path in paths if (found := module(path, whole=False)) is not None
    ]
    index = PipelineIndex.of(tuple(dict.fromkeys(tops)), vocabulary).with_files(files)
    while wanted := index.wanted:
        index = index.with_files(
            [
                (path, module(system_path(path), whole=True) or Module("broken", "it is gone"))
                for path in wanted
            ]
        )
    most = max(each.most_files for each in settings)
    return Project(index, ready=len(paths) <= most)
