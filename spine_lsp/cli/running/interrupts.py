"""What Ctrl-C, and other signals that end a command, do to `spine-lsp run`, from its first moment to its last."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from spine_lsp.cli import exits


class Interrupts:
    """Before the run begins a signal ends the command; then it means what the run says; afterwards all is written."""

    def __init__(self) -> None:
        self.count = 0
        """How often the run was interrupted, by signals or by an editor."""
        self._act: Callable[[], object] | None = None
        self._over = False

    @contextmanager
    def meaning(self, act: Callable[[], object]) -> Iterator[None]:
        """While it lasts, a signal calls ``act``; behind it there is nothing to be ended but the process."""
        self._act = act
        try:
            yield
        finally:
            self._over = True

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take the signals, and give them back. In a thread of a test there are none."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        names = ("SIGINT", "SIGTERM", "SIGHUP")
        before = {
            number: signal.signal(number, self._handle)
            for number in (getattr(signal, name, None) for name in names)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _handle(self, _: int, __: FrameType | None) -> None:
        if self._over:
            os._exit(exits.INTERRUPTED)
        if self._act is None:
            raise KeyboardInterrupt
        self._act()
