"""Memory is given back in a pause: what closed documents and long requests leave behind goes to the system."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

PAUSE = 1.0
"""Seconds after which is looked whether the user rests."""


class Caretaker:
    """Gives memory back once, in the first pause after something was freed.

    `later` calls back on the loop's thread; `busy` says that there is work, `in_use` that documents are open.
    """

    def __init__(
        self,
        later: Callable[[float, Callable[[], None]], object],
        busy: Callable[[], bool],
        in_use: Callable[[], bool],
        give_back: Callable[..., None] | None = None,
    ) -> None:
        self._later = later
        self._busy = busy
        self._in_use = in_use
        self._give_back = give_back or give_memory_back
        self._due = False

    def freed(self) -> None:
        """Something large may have been freed."""
        if not self._due:
            self._due = True
            self._later(PAUSE, self._look)

    def _look(self) -> None:
        if self._busy():
            self._later(PAUSE, self._look)
            return
        self._due = False
        self._give_back(everything=not self._in_use())


def give_memory_back(*, everything: bool) -> None:
    """Return free pages to the system, on a thread of its own; with `everything`, collect all garbage first.

    A whole collection stops every thread for as long as the heap is large, so nobody should be typing.
    """
    if everything:
        gc.collect()
    if sys.platform == "linux":
        threading.Thread(target=_trim, name="spine-trim", daemon=True).start()


def _trim() -> None:
    import ctypes  # not at every start

    with suppress(OSError, AttributeError):  # another C library than glibc, which trims by itself or not at all
        ctypes.CDLL(None).malloc_trim(0)
