"""The folders of a search, one by one: which files and folders of each are looked at, and why the rest is not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from spine_lsp.configuration.files import NAMES as CONFIG_FILES
from spine_lsp.disk.ignores import Ignores, ignores_of
from spine_lsp.disk.reading import UnusableFileError, bytes_of, is_link, why
from spine_lsp.disk.search_options import SearchOptions

GROUP_ENDINGS = (".yaml", ".yml")
PYTHON_ENDING = ".py"
IGNORE_FILES = (".gitignore", ".ignore", *CONFIG_FILES)
"""What changes which files of a folder are looked at."""

Note = Callable[[str, str], object]
"""Is told a path, and why it was not looked at."""

_MAX_IGNORE_FILE = 1 << 20
_SKIPPED = {"node_modules", "__pycache__", "venv"}  # and every folder whose name starts with a dot
_ENVIRONMENT = "pyvenv.cfg"


class Folder(NamedTuple):
    """A folder of a search, and what is left out below it."""

    path: Path
    ignores: Ignores


class Listing(NamedTuple):
    """What a folder holds for a search: names of files, and folders to go on with, both sorted.

    `links` are those of the files that are links to another place.
    """

    files: list[str]
    folders: list[Folder]
    links: frozenset[str]


def start_of(top: str, passed_over: Note) -> Folder:
    """The folder at which a search starts."""

    def read(path: Path) -> bytes | None:
        try:
            if is_link(path) or path.is_dir():  # git reads none either
                return None
            return bytes_of(str(path), _MAX_IGNORE_FILE)
        except (OSError, ValueError):  # ValueError: a `.git` file that says a path with a zero byte
            return None
        except UnusableFileError as exc:
            passed_over(str(path), f"{exc}; nothing is left out because of it")
            return None

    return Folder(Path(top), ignores_of(Path(top), read))


def package_start(top: str) -> Folder:
    """The folder of an installed package, at which a search starts: what git ignores around it is no matter."""
    return Folder(Path(top), ignores_of(Path(top), lambda _: None))


def listed(folder: Folder, endings: tuple[str, ...], left_out: Note, selection: SearchOptions | None = None) -> Listing:
    """What is to be looked at in a folder; what git ignores and hidden folders are not. Raises OSError."""
    with os.scandir(folder.path) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    files: list[str] = []
    folders: list[Folder] = []
    links: set[str] = set()
    asked = selection if selection is not None and not selection.takes_all(folder.path) else None  # of files
    for entry in found:
        name = entry.name
        if _is_folder(entry):
            path = folder.path / name
            if (reason := _skipped(path)) is not None:
                left_out(str(path), reason)
            elif folder.ignores.leave_out(name, folder=True):
                left_out(str(path), "an ignore file leaves it out")
            elif selection is not None and (reason := selection.reason(path, folder=True)) is not None:
                left_out(str(path), reason)
            else:
                folders.append(Folder(path, folder.ignores.inside(path)))
        elif name.lower().endswith(endings):
            # No Path is made of each: that would cost more than all the rest.
            if folder.ignores.leave_out(name, folder=False):
                left_out(str(folder.path / name), "an ignore file leaves it out")
                continue
            if entry.is_symlink():
                if (folder.path / name).is_dir():
                    left_out(str(folder.path / name), "a link to a folder")  # which may lead anywhere
                    continue
                links.add(name)
            if asked is not None and (reason := asked.reason(folder.path / name, folder=False)) is not None:
                left_out(str(folder.path / name), reason)
                continue
            files.append(name)
    return Listing(files, folders, frozenset(links))


def files_below(
    top: str,
    endings: tuple[str, ...],
    passed_over: Note,
    left_out: Note,
    selection: SearchOptions | None = None,
    start: Folder | None = None,
) -> Iterator[str]:
    """The files below a folder, folder by folder, each with the name of `top` in front."""
    waiting = [start or start_of(top, passed_over)]
    while waiting:
        folder = waiting.pop()
        try:
            listing = listed(folder, endings, left_out, selection)
        except OSError as exc:
            passed_over(str(folder.path), why(exc))
            continue
        yield from (str(folder.path / name) for name in listing.files)
        waiting += reversed(listing.folders)


def _skipped(path: Path) -> str | None:
    """Why a folder is never searched, whatever ignore files say."""
    if path.name.startswith("."):
        return "a hidden folder"
    if path.name in _SKIPPED:
        return f"folders called {path.name} are never searched"
    if os.path.lexists(path / _ENVIRONMENT):
        return "a Python environment"
    return None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
