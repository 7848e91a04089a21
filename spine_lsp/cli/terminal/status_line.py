"""A line that says how far a long command is: on standard error, on a terminal only, and gone at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import monotonic
from typing import TextIO

_DELAY = 0.5
"""Seconds until there is a line at all: what is quick needs none."""
_EVERY = 0.1
"""Seconds from one line to the next."""


class StatusLine:
    """The one line of a command. Whatever else is written has it cleared first (see output.py)."""

    def __init__(
        self, stream: Callable[[], TextIO | None] = lambda: sys.stderr, clock: Callable[[], float] = monotonic
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._due = clock() + _DELAY
        self._shown = False
        self._on: bool | None = None

    def show(self, doing: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done, and how much of it is; costs next to nothing where there is nobody to see it."""
        if self._on is False or self._clock() < self._due:
            return
        if self._on is None:
            self._on = _can_move(self._stream())
            if not self._on:
                return
        self._due = self._clock() + _EVERY
        how_far = f" {done:,} of {total:,}" if total else ""
        self._write(f"\r{f'{doing}{how_far}'[: _columns(self._stream()) - 1]}\x1b[K")
        self._shown = True

    def clear(self) -> None:
        """Take the line away, if there is one."""
        if self._shown:
            self._shown = False
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        stream = self._stream()
        try:
            if stream is not None:
                stream.write(text)
                stream.flush()
        except (OSError, ValueError):  # nobody is there any more
            self._on = False


def _can_move(stream: TextIO | None) -> bool:
    """Whether a stream leads to a terminal whose cursor moves."""
    try:
        return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
    except ValueError:  # it was closed
        return False


def _columns(stream: TextIO | None) -> int:
    try:
        return (os.get_terminal_size(stream.fileno()).columns if stream is not None else 0) or 80
    except (OSError, ValueError):
        return 80
