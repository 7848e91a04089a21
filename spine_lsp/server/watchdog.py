"""A thread that ends the process once its client is gone, whatever the rest of the process does."""

from __future__ import annotations

import logging
import os
import select
import sys
import threading
from collections.abc import Callable
from time import monotonic, process_time

log = logging.getLogger(__name__)

GRACE = 2.0
"""Seconds of work of the process in which the event loop must have done something, once the client is gone."""
_PATIENCE = 5
"""A loop that waits for something works no seconds: it is given so many times the grace as time passes. So is one on a
machine that has no time for it."""
_LOOKS = 4
"""Looks at the loop in the time of the grace."""


class Watchdog:
    """Watches the client's process and our input, and then the event loop.

    A loop that is alive leaves by itself, after it has handled what came before the end. `nudge` gives it
    something to do, and `beats` counts what it has done; when that stands still while the process works for as
    long as the grace (`worked` counts its seconds), the loop is given up, and the process with it.
    """

    def __init__(
        self,
        beats: Callable[[], int],
        nudge: Callable[[], None],
        on_gone: Callable[[], None],
        *,
        every: float = 1.0,
        grace: float = GRACE,
        worked: Callable[[], float] = process_time,
        clock: Callable[[], float] = monotonic,
        end_process: Callable[[int], object] = os._exit,
    ) -> None:
        self._beats = beats
        self._nudge = nudge
        self._on_gone = on_gone
        self._every = every
        self._grace = grace
        self._worked = worked
        self._clock = clock
        self._end_process = end_process
        self._parent: int | None = None
        self._input: int | None = None
        self._left = threading.Event()
        self._code = 1

    def start(self, descriptor: int | None) -> threading.Thread:
        """Watch from now on; `descriptor` is our input, where it can be asked whether its other end is closed."""
        self._input = descriptor if sys.platform != "win32" else None
        thread = threading.Thread(target=self._watch, name="spine-watchdog", daemon=True)
        thread.start()
        return thread

    def watch_parent(self, process: int) -> None:
        """Watch the client's process too."""
        if process_alive(process):
            self._parent = process
        else:
            # The client runs in another container, say: its number means nothing here.
            log.warning("the client's process %d cannot be seen from here, so it is not watched", process)

    def client_left(self, code: int) -> None:
        """The last of the input was read: the process is about to end with this code."""
        self._code = code
        self._left.set()

    def _watch(self) -> None:
        while not self._left.wait(self._every):
            if self._parent is not None and not process_alive(self._parent):
                log.warning("the client's process %d has ended", self._parent)
                self._on_gone()
                break
            if self._input is not None and _hung_up(self._input):
                break
        while not self._stands_still():
            pass
        log.error("the client is gone and the server still busy: the process is ended")
        self._end_process(self._code)

    def _stands_still(self) -> bool:
        """Give the loop something to do, and wait until it has done it or is not going to."""
        beats, worked, begun = self._beats(), self._worked(), self._clock()
        self._nudge()
        while True:
            threading.Event().wait(self._grace / _LOOKS)
            if self._beats() != beats:
                return False
            if self._worked() - worked >= self._grace or self._clock() - begun >= _PATIENCE * self._grace:
                return True


def _hung_up(descriptor: int) -> bool:
    """Whether the other end of our input is closed, though not all of it may have been read."""
    poll = select.poll()
    poll.register(descriptor, 0)  # POLLHUP is reported whatever was asked for
    return any(events & select.POLLHUP for _, events in poll.poll(0))


def process_alive(pid: int) -> bool:
    """Whether a process of this id exists, as far as this process may see."""
    if sys.platform == "win32":
        return _alive_windows(pid)
    try:
        os.kill(pid, 0)  # signal 0 only asks
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _alive_windows(pid: int) -> bool:
    # os.kill would end the process there, so its handle is asked instead: it is signalled once the process
    # has ended.
    import ctypes

    synchronize, timed_out = 0x100000, 0x102
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]  # exists on Windows only
    handle = kernel.OpenProcess(synchronize, 0, pid)
    if not handle:
        return False
    state = kernel.WaitForSingleObject(handle, 0)
    kernel.CloseHandle(handle)
    return bool(state == timed_out)
