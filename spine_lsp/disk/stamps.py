"""What tells that a file or folder has changed since it was read."""

from __future__ import annotations

import os
from collections import deque
from time import time_ns
from typing import NamedTuple

_TICK = 50_000_000
"""Nanoseconds in which a file may change again without another time of change, as systems count it."""
_COARSE_TICK = 2_000_000_000
"""The same where times have no fraction: FAT counts in steps of two seconds."""


class Stamp(NamedTuple):
    """What tells that a file or folder has changed: times of its content and of its entry, size, and number.

    A `young` one may have changed unseen since, and is read again.
    """

    content: int
    entry: int
    size: int
    number: int
    young: bool


class AskedFile(NamedTuple):
    """A file that is to be read, `whole` or not, as it is known when that is asked for: `before` is its stamp then."""

    path: str
    whole: bool
    before: Stamp | None


def taken(files: deque[AskedFile]) -> AskedFile | None:
    """The next of these files, which several threads may take; None where there is no more."""
    try:
        return files.popleft()
    except IndexError:
        return None


def stamp_of(path: str) -> Stamp | None:
    """The stamp of a file or folder as it is now, by its path of the system; None if it cannot be had."""
    try:
        info = os.stat(path)  # noqa: PTH116 - asked of every file: making a Path would cost as much again
    except (OSError, ValueError):
        return None
    content, entry = info.st_mtime_ns, info.st_ctime_ns
    tick = _TICK if content % 1_000_000_000 else _COARSE_TICK
    return Stamp(content, entry, info.st_size, info.st_ino, time_ns() - max(content, entry) < tick)


def has_changed(path: str, known: Stamp | None) -> bool:
    """Whether a file or folder is to be looked at again."""
    return known is None or known.young or differ(stamp_of(path), known)


def differ(stamp: Stamp | None, known: Stamp | None) -> bool:
    """Whether two stamps are of different contents, as far as they tell."""
    if stamp is None or known is None:
        return stamp is not known
    return stamp[:-1] != known[:-1]
