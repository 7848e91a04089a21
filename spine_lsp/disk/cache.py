"""What was read of files, kept in the user's cache folder for the next start; it may be lost at any time.

A file of the cache holds what one version of this package read of some folders. It begins with a digest of all that
follows, so whatever happened to it, it is either what was written or nothing; it is text, and nothing in it is run.
It is written beside its place and then moved there, so two programs may keep the same folders: the last one counts.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from time import time
from typing import Any, NamedTuple

import spine_lsp
from spine_lsp.disk.reading import UnusableFileError, bytes_of
from spine_lsp.user_folders import cache_folder

log = logging.getLogger(__name__)

VARIABLE = "SPINE_LSP_CACHE"
"""The variable of the environment that names another folder; `off`, or nothing at all, for none."""

MOST_BYTES = 256 << 20
"""The most that the folder holds; a file of more than a half of it is not written."""
_OLDEST = 60 * 86_400  # seconds since a file was used
_USED_AGAIN = 86_400
_UNFINISHED = 3_600  # after so many seconds nobody writes at it any more

_MAGIC = b"spine-lsp cache 1\n"
_DIGEST = 16
_ENDING, _PART = ".cache", ".part"
_READING = ("pysource", "syntax", "analysis", "orchestration", "disk")
"""The folders of this package that decide what is read of a file."""


class Content(NamedTuple):
    """What a file of the cache holds: a value of JSON, and lines that it names by their numbers."""

    head: Any
    lines: Sequence[bytes]


def folder_of_user() -> Path | None:
    """The folder of the cache; None where there is to be none."""
    chosen = os.environ.get(VARIABLE)
    if chosen is not None:
        return None if chosen.strip().lower() in ("", "off", "0") else Path(chosen)
    try:
        return cache_folder()
    except RuntimeError:  # nobody is at home
        return None


class CacheState(NamedTuple):
    """What there is to say of the user's cache: its folder (None for none), whether it is used, what it holds."""

    folder: str | None
    on: bool
    files: int
    bytes: int


def state_of_cache(*, wanted: bool) -> CacheState:
    """The state of the user's cache, where the option `index.cache` is as `wanted`."""
    folder = folder_of_user()
    if folder is None:
        return CacheState(None, on=False, files=0, bytes=0)
    sizes: list[int] = []
    with suppress(OSError, ValueError):  # there is none yet
        sizes = [info.st_size for _, info in Cache(folder).files()]
    return CacheState(str(folder), wanted, len(sizes), sum(sizes))


def content_hash(data: bytes) -> str:
    """What tells that the bytes of a file are those that were read."""
    return blake2b(data, digest_size=_DIGEST).hexdigest()


class Cache:
    """A folder of the cache. Nothing here raises: what cannot be read is not there, what cannot be written is lost."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of_user(cls) -> Cache | None:
        """The cache of the user; None where there is to be none."""
        folder = folder_of_user()
        return cls(folder) if folder is not None else None

    def load(self, key: Sequence[object]) -> Content | None:
        """What was saved for a key (values of JSON) by this version of the package."""
        header = _header(key)
        path = self._path(header)
        try:
            data = bytes_of(str(path), MOST_BYTES)
            if not _is_ours(path):
                return None
            start = len(_MAGIC) + _DIGEST
            if data[: len(_MAGIC)] != _MAGIC or data[len(_MAGIC) : start] != _digest(memoryview(data)[start:]):
                return None
            saved, head, *lines = data[start:].split(b"\n")
            if saved != header:
                return None
            content = Content(json.loads(head), lines)
        except (OSError, UnusableFileError, ValueError, RecursionError, MemoryError):
            return None
        with suppress(OSError):
            if time() - path.stat().st_mtime > _USED_AGAIN:
                os.utime(path)
        return content

    def save(self, key: Sequence[object], content: Content) -> None:
        """Keep something for a key, in the place of what was there."""
        header = _header(key)
        body = b"\n".join((header, json.dumps(content.head, separators=(",", ":")).encode(), *content.lines))
        if len(body) > MOST_BYTES // 2:
            return
        name = ""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_room(len(body))
            import tempfile  # most starts keep nothing

            descriptor, name = tempfile.mkstemp(suffix=_PART, dir=self._folder)
            with os.fdopen(descriptor, "wb") as file:
                file.write(_MAGIC + _digest(body))
                file.write(body)
            Path(name).replace(self._path(header))
        except (OSError, ValueError) as exc:  # ValueError: a zero byte in the name of the folder
            log.debug("nothing is kept in %s: %s", self._folder, exc)
            if name:
                with suppress(OSError):
                    Path(name).unlink()

    def _path(self, header: bytes) -> Path:
        return self._folder / (content_hash(header) + _ENDING)

    def _make_room(self, needed: int) -> None:
        """Remove what nobody has used for long, and the oldest until there is room."""
        found = sorted(self.files(), key=lambda each: -each[1].st_mtime)
        now, left = time(), MOST_BYTES - needed
        for path, info in found:
            left -= info.st_size
            age = now - info.st_mtime
            if left < 0 or age > _OLDEST or (path.suffix == _PART and age > _UNFINISHED):
                left += info.st_size
                with suppress(OSError):
                    path.unlink()

    def files(self) -> Iterator[tuple[Path, os.stat_result]]:
        """The files of the folder that are a cache's. Raises OSError."""
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith((_ENDING, _PART)):
                    with suppress(OSError):
                        yield Path(entry.path), entry.stat(follow_symlinks=False)


def _is_ours(path: Path) -> bool:
    """Whether the user wrote a file: what others put there may say what it likes."""
    return sys.platform == "win32" or path.stat().st_uid == os.geteuid()


def _header(key: Sequence[object]) -> bytes:
    return json.dumps([*version(), *key]).encode()


def _digest(data: bytes | memoryview) -> bytes:
    return blake2b(data, digest_size=_DIGEST).digest()


@cache
def version() -> tuple[str, ...]:
    """What reads files: this package as it is on the disk, and the Python whose grammar it takes."""
    stamps = []
    waiting = [str(Path(spine_lsp.__file__).parent / name) for name in _READING]
    with suppress(OSError):  # in an archive
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name.endswith(".py"):
                        info = entry.stat()
                        stamps.append(f"{entry.path} {info.st_size} {info.st_mtime_ns}")
                    elif entry.is_dir() and not entry.name.startswith("_"):
                        waiting.append(entry.path)
    return spine_lsp.__version__, sys.version, content_hash("\n".join(sorted(stamps)).encode())
