"""The files that the command line reads: what is named, and what folders hold, each once and none that hangs."""

from __future__ import annotations

import codecs
import errno
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.cli.output import CannotRunError
from spine_lsp.syntax.file import MAX_SIZE
from spine_lsp.syntax.text import Text, encoding_of

ENDINGS = (".yaml", ".yml")
MAX_BYTES = 4 * MAX_SIZE
"""Larger files are not read: as the loader has it."""

NO_GROUP = "no pipeline group"
_NOWHERE = "a link that leads nowhere"
_MAX_IGNORE_FILE = 1 << 20
_SKIPPED = {"node_modules", "__pycache__", "venv"}  # and every folder whose name starts with a dot
_STANDARD_INPUT = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_OWN_DESCRIPTORS = (
    "/dev/fd/",
    "/proc/self/fd/",
)  # `<(command)` of a shell is a pipe that is meant to be read
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


class UnusableFileError(Exception):
    """A path whose content cannot be had; the message says why, in a few words."""


class CheckedFile(NamedTuple):
    """A file with pipeline groups, and what is wrong with its bytes."""

    document: Document
    faults: list[Finding]


class Search:
    """Goes through named paths; iterating gives every file with groups once, whatever names lead to it.

    Afterwards `passed_over` says of each path that exists and was not checked why, `left_out` why files and folders
    below a folder were not looked at, `missing` holds the named paths that do not exist, and `empty` the named paths
    that gave no group.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        self.passed_over: dict[str, str] = {}
        self.left_out: dict[str, str] = {}
        self.missing: list[str] = []
        self.empty: list[str] = []
        self._had_group: dict[object, bool] = {}  # by what the system knows a file by

    def __iter__(self) -> Iterator[CheckedFile]:
        for path in dict.fromkeys(self.paths):
            any_group = False
            try:
                for had_group, source in self._of(path):
                    any_group = any_group or had_group
                    if source is not None:
                        yield source
            except _MissingPathError:
                self.missing.append(path)
            if not any_group:
                self.empty.append(path)

    def _of(self, path: str) -> Iterator[tuple[bool, CheckedFile | None]]:
        """For each file of a named path whether it holds a group, and the source if it was not given before."""
        if path in _STANDARD_INPUT:
            yield self.take(path, named=True)
            return
        if not path:  # which would be the working folder for Path
            raise _MissingPathError
        path = str(Path(path))  # without `./`
        try:
            is_folder = stat.S_ISDIR(Path(path).stat().st_mode)
        except OSError as exc:
            is_link = _is_link(Path(path))
            if not is_link and exc.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
                raise _MissingPathError from None
            nowhere = is_link and exc.errno == errno.ENOENT
            self.passed_over.setdefault(path, _NOWHERE if nowhere else _why(exc))
            return
        if not is_folder:
            yield self.take(path, named=True)
            return
        before = len(self.passed_over)
        any_group = False
        for file in self.files_below(path):
            had_group, source = self.take(file, named=False)
            any_group = any_group or had_group
            yield had_group, source
        if not any_group and before == len(self.passed_over):
            self.passed_over.setdefault(path, f"{NO_GROUP} in the YAML files of this folder")

    def files_below(self, top: str, endings: tuple[str, ...] = ENDINGS) -> Iterator[str]:
        """The files below a folder, folder by folder; what git ignores and hidden folders are left out."""
        from spine_lsp.cli.ignores import ignores_of  # a named file needs none of it

        waiting = [(Path(top), ignores_of(Path(top), self._read_ignore_file))]
        while waiting:
            folder, ignores = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    found = sorted(entries, key=lambda entry: entry.name)
            except OSError as exc:
                self.passed_over.setdefault(str(folder), _why(exc))
                continue
            folders = []
            for entry in found:
                name = entry.name
                if _is_folder(entry):
                    if name.startswith("."):
                        self.left_out[str(folder / name)] = "a hidden folder"
                    elif name in _SKIPPED:
                        self.left_out[str(folder / name)] = f"folders called {name} are never searched"
                    elif ignores.leave_out(name, folder=True):
                        self.left_out[str(folder / name)] = "an ignore file leaves it out"
                    else:
                        folders.append((folder / name, ignores.inside(folder / name)))
                elif name.lower().endswith(endings):
                    if ignores.leave_out(name, folder=False):
                        self.left_out[str(folder / name)] = "an ignore file leaves it out"
                    elif entry.is_symlink() and Path(folder, name).is_dir():
                        self.left_out[str(folder / name)] = "a link to a folder"  # which may lead anywhere
                    else:
                        yield str(folder / name)
            waiting += reversed(folders)

    def _read_ignore_file(self, path: Path) -> bytes | None:
        try:
            if _is_link(path) or path.is_dir():  # git reads none either
                return None
            return bytes_of(str(path), _MAX_IGNORE_FILE)
        except (OSError, ValueError):  # ValueError: a `.git` file that says a path with a zero byte
            return None
        except UnusableFileError as exc:
            self.passed_over.setdefault(str(path), f"{exc}; nothing is left out because of it")
            return None

    def take(self, path: str, *, named: bool) -> tuple[bool, CheckedFile | None]:
        """Whether a file holds a group, and the file if it does and was not given before."""
        try:
            key = _identity(path)
            if key in self._had_group:
                return self._had_group[key], None
            self._had_group[key] = False
            source = _read(path)
        except UnusableFileError as exc:
            self.passed_over.setdefault(path, str(exc))
            return False, None
        except FileNotFoundError as exc:
            self.passed_over.setdefault(path, _why(exc))
            return False, None
        if source is None:
            if named:
                self.passed_over.setdefault(path, NO_GROUP)
            return False, None
        self._had_group[key] = True
        return True, source


def read(path: str) -> Document:
    """The document of a file that must be one, `-` being standard input; raises CannotRunError if it cannot be read."""
    try:
        source = _read(path, any_kind=True)
    except FileNotFoundError:
        raise CannotRunError(f"cannot read {path}: there is no such file") from None
    except UnusableFileError as exc:
        raise CannotRunError(f"cannot read {path}: {exc}") from None
    assert source is not None  # any kind will do
    if source.faults:
        raise CannotRunError(f"cannot read {path}: {source.faults[0].message}")
    return source.document


class _MissingPathError(Exception):
    """A named path that does not exist."""


def _read(path: str, *, any_kind: bool = False) -> CheckedFile | None:
    """A file as a document; None if it is not ours. Raises UnusableFileError, and FileNotFoundError."""
    text, fault = _decoded(bytes_of(path, MAX_BYTES))
    document = Document.read(path, None, Text(text))
    if document.is_spine or (any_kind and fault is None):
        return CheckedFile(document, [fault] if fault is not None else [])
    if fault is not None:
        raise UnusableFileError(fault.message)
    return None


def _decoded(data: bytes) -> tuple[str, Finding | None]:
    """The text of a file as the loader reads it: UTF-8, or UTF-16 with a byte order mark; and a fault of its bytes."""
    encoding = encoding_of(data)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as exc:
        at = len(data[: exc.start].decode(encoding))
        message = (
            f"it is not {encoding.upper()} (byte {exc.start} is 0x{data[exc.start]:02x}); save it as UTF-8"
        )
        return data.decode(encoding, "replace"), Finding("yaml-syntax", Severity.ERROR, at, at + 1, message)


def bytes_of(path: str, limit: int) -> bytes:
    """The bytes of a regular file, or of standard input. Raises UnusableFileError; FileNotFoundError for no file."""
    try:
        if path in _STANDARD_INPUT:
            if sys.stdin is None:
                raise UnusableFileError("standard input is closed")
            data = sys.stdin.buffer.read(limit + 1)
        else:
            _refuse(
                Path(path).stat(), path, limit
            )  # before it is opened: opening alone may hang, or do something
            with Path(path).open("rb") as file:
                _refuse(os.fstat(file.fileno()), path, limit)
                data = file.read(limit + 1)
    except FileNotFoundError:
        if _is_link(Path(path)):
            raise UnusableFileError(_NOWHERE) from None
        raise
    except OSError as exc:
        raise UnusableFileError(_why(exc)) from None
    if len(data) > limit:
        raise UnusableFileError(f"too large: more than {limit:,} bytes")
    return data


def _refuse(info: os.stat_result, path: str, limit: int) -> None:
    kind = stat.S_IFMT(info.st_mode)
    if kind != stat.S_IFREG and not (kind == stat.S_IFIFO and path.startswith(_OWN_DESCRIPTORS)):
        raise UnusableFileError(f"{_KINDS.get(kind, 'something else')}, not a file")
    if info.st_size > limit:
        raise UnusableFileError(f"too large: {info.st_size:,} bytes, and {limit:,} are read")


def _identity(path: str) -> object:
    """What is the same for two names of one file."""
    if path in _STANDARD_INPUT:
        return "-"
    try:
        info = Path(path).stat()
    except OSError:
        return path
    return (info.st_dev, info.st_ino) if info.st_ino else os.path.realpath(path)


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _why(exc: OSError) -> str:
    """What a user calls an error of the system."""
    if exc.errno == errno.ENOENT:  # it was there when it was looked for
        return "it is gone"
    if exc.errno == errno.ELOOP:
        return "a link that leads to itself"
    return (exc.strerror or str(exc)).lower()
