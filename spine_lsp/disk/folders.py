"""The folders of a project as they were listed: which files are in them, what came and what went."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from spine_lsp.disk.config_files import project_path, system_path
from spine_lsp.disk.reading import why
from spine_lsp.disk.search_options import SearchOptions
from spine_lsp.disk.stamps import Stamp, differ, has_changed, stamp_of
from spine_lsp.disk.walking import (
    GROUP_ENDINGS,
    IGNORE_FILES,
    PYTHON_ENDING,
    Folder,
    Listing,
    listed,
    package_start,
    start_of,
)
from spine_lsp.pysource.modules import is_installed

ENDINGS = (*GROUP_ENDINGS, PYTHON_ENDING)
MOST_FOLDERS = 100_000


@dataclass(frozen=True)
class Bounds:
    """What belongs to a project.

    `roots` are the folders of the workspace, by their paths of the project, `packages` those of installed packages.
    `links_out`: whether files are read that links lead to and that lie in none of the roots.
    """

    roots: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    search: SearchOptions = field(default_factory=SearchOptions)
    most_files: int = 0
    links_out: bool = True


class Changes(NamedTuple):
    """The files that came and those that went, by their paths of the project."""

    came: Sequence[str]
    gone: Sequence[str]


@dataclass(frozen=True)
class _Listed:
    """A folder as it was listed."""

    folder: Folder
    stamp: Stamp | None
    ignores: tuple[Stamp | None, ...]
    files: frozenset[str]
    folders: frozenset[str]


class FolderTree:
    """The folders below some. Paths are those of `Project`; nothing raises for what the disk does.

    `pass_over` is told the path of the system of what cannot be read, and why.
    """

    def __init__(self, pass_over: Callable[[str, str], object]) -> None:
        self.is_complete = True
        """Whether the bounds left nothing out."""
        self._pass_over = pass_over
        self._bounds = Bounds()
        self._folders: dict[str, _Listed] = {}
        self._count = 0  # files of all folders

    def begin(self, bounds: Bounds) -> None:
        """Forget all folders; what is listed from now on lies within these bounds."""
        self.is_complete = True
        self._bounds = bounds
        self._folders.clear()
        self._count = 0

    def __contains__(self, path: str) -> bool:
        return path in self._folders

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._folders))

    def have_ignores_changed(self, path: str) -> bool:
        """Whether the files in a folder that say what is left out are others than when it was listed."""
        known = self._folders.get(path)
        return known is not None and any(map(differ, ignore_stamps(known.folder.path), known.ignores))

    def has_changed(self, path: str) -> bool:
        """Whether the disk says that something came or went in a folder."""
        known = self._folders.get(path)
        return known is not None and has_changed(system_path(path), known.stamp)

    def walk(self) -> Iterator[list[str]]:
        """List all that is within the bounds and was not listed: the files of each folder."""
        for start in self._starts():
            yield from self._walk(start)

    def came_back(self) -> list[str]:
        """The files of those starts that were gone and are there again."""
        again = [
            start
            for start in self._starts()
            if _path_of(start.path) not in self._folders and os.path.lexists(start.path)
        ]
        return self._below(again)

    def list_again(self, path: str) -> Changes:
        """What came and went in a folder, and in those below it that came or went."""
        known = self._folders.get(path)
        if known is None:
            return Changes((), ())
        if not os.path.lexists(known.folder.path):
            return Changes((), self.forget(path))
        listing = self._list(path, known.folder)
        now = self._folders[path]
        gone = [f"{path}/{name}" for name in known.files - now.files]
        for folder in known.folders - now.folders:
            gone += self.forget(folder)
        came = [f"{path}/{name}" for name in sorted(now.files - known.files)]
        return Changes([*came, *self._below(listing.folders)], gone)

    def forget(self, path: str) -> list[str]:
        """A folder is gone; the files that were in it and below."""
        files = []
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            known = self._folders.pop(folder, None)
            if known is not None:
                self._count -= len(known.files)
                waiting += known.folders
                files += [f"{folder}/{name}" for name in known.files]
        return files

    def _starts(self) -> Iterator[Folder]:
        """The folders that are walked: those of the workspace, and those of packages."""
        for root in self._bounds.roots:
            yield start_of(system_path(root), self._pass_over)
        for package in self._bounds.packages:
            yield package_start(system_path(package))

    def _below(self, folders: Iterable[Folder]) -> list[str]:
        return [file for folder in folders for files in self._walk(folder) for file in files]

    def _walk(self, start: Folder) -> Iterator[list[str]]:
        """The files of each folder that was not listed, from one folder downward."""
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            path = _path_of(folder.path)
            if self._count > self._bounds.most_files or len(self._folders) > MOST_FOLDERS:
                self.is_complete = False
                return
            if path is None or path in self._folders:
                continue
            listing = self._list(path, folder)
            waiting += reversed(listing.folders)
            yield [f"{path}/{name}" for name in listing.files]

    def _list(self, path: str, folder: Folder) -> Listing:
        """List a folder and remember it; one that cannot be listed is empty."""
        stamp, ignores = stamp_of(str(folder.path)), ignore_stamps(folder.path)
        try:
            endings = (PYTHON_ENDING,) if is_installed(f"{path}/") else ENDINGS
            listing = listed(folder, endings, lambda *_: None, self._bounds.search)
        except OSError as exc:
            self._pass_over(str(folder.path), why(exc))
            listing = Listing([], [], frozenset())
        names = [name for name in listing.files if self._is_usable(folder, name, listing.links)]
        listing = listing._replace(files=names)
        inner = (_path_of(each.path) for each in listing.folders)
        before = self._folders.get(path)
        self._count += len(names) - (len(before.files) if before is not None else 0)
        self._folders[path] = _Listed(
            folder, stamp, ignores, frozenset(names), frozenset(each for each in inner if each is not None)
        )
        return listing

    def _is_usable(self, folder: Folder, name: str, links: Collection[str]) -> bool:
        """Whether a file is one of its own: a link into the workspace is the file that it leads to."""
        if not _is_encodable(name):
            self._pass_over(str(folder.path / name), "its name is no text")
            return False
        if name not in links:
            return True
        if not self._bounds.links_out:
            return False
        target = _path_of(Path(os.path.realpath(folder.path / name))) or ""
        tops = (_path_of(Path(os.path.realpath(system_path(root)))) for root in self._bounds.roots)
        return not any(top is not None and target.startswith(f"{top}/") for top in tops)


def ignore_stamps(folder: Path) -> tuple[Stamp | None, ...]:
    """The stamps of those files of a folder that say what is left out."""
    return tuple(stamp_of(f"{folder}/{name}") for name in IGNORE_FILES)


def _is_encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _path_of(path: Path) -> str | None:
    """A path of the system as the project has it; None where that cannot be."""
    text = project_path(path)
    return text if _is_encodable(text) else None
