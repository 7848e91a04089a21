"""The bytes and texts of files that may be anything: a pipe, a device, gone, too large, in an odd encoding."""

from __future__ import annotations

import codecs
import errno
import os
import stat
import sys
from pathlib import Path
from typing import NamedTuple

from spine_lsp.syntax.limits import MAX_SIZE
from spine_lsp.syntax.text import encoding_of

MAX_BYTES = 4 * MAX_SIZE
"""Larger files are not read: as the loader has it."""

NOWHERE = "a link that leads nowhere"
STANDARD_INPUT = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
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


class ByteFault(NamedTuple):
    """Bytes that are no text: the offset of the first one in the text that is read all the same, and a sentence."""

    at: int
    message: str


def absolute(path: str | Path) -> str:
    """A path from the root and without `..`; links stay as they are named, for so the user knows them."""
    return os.path.abspath(path)  # noqa: PTH100 - which follows no link


def bytes_of(path: str, limit: int) -> bytes:
    """The bytes of a regular file, or of standard input. Raises UnusableFileError; FileNotFoundError for no file."""
    try:
        if path in STANDARD_INPUT:
            if sys.stdin is None:
                raise UnusableFileError("standard input is closed")
            data = sys.stdin.buffer.read(limit + 1)
        else:
            # Before it is opened: opening alone may hang, or do something. A Path would cost as much as all the rest.
            _refuse(os.stat(path), path, limit)  # noqa: PTH116
            with open(path, "rb") as file:  # noqa: PTH123
                info = os.fstat(file.fileno())
                _refuse(info, path, limit)
                data = file.read(info.st_size + 1)  # to make room for all that is let through costs more than a file
                if len(data) > info.st_size:  # it is a pipe, or grows
                    data += file.read(limit + 1 - len(data))
    except FileNotFoundError:
        if is_link(Path(path)):
            raise UnusableFileError(NOWHERE) from None
        raise
    except OSError as exc:
        raise UnusableFileError(why(exc)) from None
    if len(data) > limit:
        raise UnusableFileError(f"too large: more than {limit:,} bytes")
    return data


def _refuse(info: os.stat_result, path: str, limit: int) -> None:
    kind = stat.S_IFMT(info.st_mode)
    if kind != stat.S_IFREG and not (kind == stat.S_IFIFO and path.startswith(_OWN_DESCRIPTORS)):
        raise UnusableFileError(f"{_KINDS.get(kind, 'something else')}, not a file")
    if info.st_size > limit:
        raise UnusableFileError(f"too large: {info.st_size:,} bytes, and {limit:,} are read")


def decoded(data: bytes) -> tuple[str, ByteFault | None]:
    """The text of a YAML file as the loader reads it: UTF-8, or UTF-16 with a byte order mark; and what is no text."""
    encoding = encoding_of(data)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as exc:
        at = len(data[: exc.start].decode(encoding))
        message = f"it is not {encoding.upper()} (byte {exc.start} is 0x{data[exc.start]:02x}); save it as UTF-8"
        return data.decode(encoding, "replace"), ByteFault(at, message)


def identity(path: str) -> object:
    """What is the same for two names of one file."""
    if path in STANDARD_INPUT:
        return "-"
    try:
        info = Path(path).stat()
    except OSError:
        return path
    return (info.st_dev, info.st_ino) if info.st_ino else os.path.realpath(path)


def is_link(path: Path) -> bool:
    """Whether a path is a link, wherever that leads."""
    try:
        return path.is_symlink()
    except OSError:
        return False


def why(exc: OSError) -> str:
    """What a user calls an error of the system."""
    if exc.errno == errno.ENOENT:  # it was there when it was looked for
        return "it is gone"
    if exc.errno == errno.ELOOP:
        return "a link that leads to itself"
    return (exc.strerror or str(exc)).lower()
