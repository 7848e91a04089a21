"""The process of a runner: `spine-lsp run`, by the interpreter of the server, which itself runs nothing of a user's."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from spine_lsp.disk.own_process import own_command

log = logging.getLogger(__name__)

FRAME = 1 / 60
"""Seconds for which events are gathered: what comes within one is told at once."""
_CHUNK = 1 << 16
_MOST_WAITING = 1 << 22
"""Bytes of events that wait to be told; a runner that is faster waits."""
_PATIENCE = 2.0
_LAST_WORDS = 100_000
"""Characters of what a runner complains that are kept."""

Lines = Callable[[Sequence[bytes]], None]
Ended = Callable[[int, str], None]


class Running(Protocol):
    """A runner that was started."""

    def cancel(self) -> None:
        """End the run; once more ends it at once."""


class Starter(Protocol):
    """Starts a runner: what to say first, who takes its lines, and who is told its exit code and complaints."""

    def __call__(self, arguments: Sequence[str], folder: str, first: Any, lines: Lines, ended: Ended) -> Running:
        """Start; raises OSError where that cannot be done. Lines and end come from another thread."""


class RunnerProcess:
    """Reads what a runner says on two threads: one takes it from the pipe, one hands it on frame by frame.

    When this process ends, however it does, the runner's standard input ends: by that it knows.
    """

    def __init__(self, arguments: Sequence[str], folder: str, first: Any, lines: Lines, ended: Ended) -> None:
        self._lines = lines
        self._ended = ended
        self._changed = threading.Condition()
        self._waiting: list[bytes] = []
        self._size = 0
        self._closed = False
        self._complaints = ""
        self._process = subprocess.Popen(  # noqa: S603 - our own program, with arguments that no shell reads
            own_command("spine_lsp", arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1"},
            start_new_session=os.name == "posix",
            bufsize=0,
        )
        self._say(json.dumps(first).encode("ascii") + b"\n")
        self._hearing = threading.Thread(target=self._hear, name="spine-run", daemon=True)
        self._hearing.start()
        for work in (self._take, self._hand_on):
            threading.Thread(target=work, name="spine-run", daemon=True).start()

    def cancel(self) -> None:
        """End the run; once more ends it at once."""
        self._say(b"cancel\n")

    def _say(self, text: bytes) -> None:
        with suppress(OSError, ValueError):  # it has ended, as will be told
            assert self._process.stdin is not None
            self._process.stdin.write(text)

    def _take(self) -> None:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        with self._process.stdout:
            while chunk := os.read(descriptor, _CHUNK):
                with self._changed:
                    self._changed.wait_for(lambda: self._size < _MOST_WAITING)
                    self._waiting.append(chunk)
                    self._size += len(chunk)
                    self._changed.notify_all()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _hand_on(self) -> None:
        rest = b""
        pause = threading.Event()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
            pause.wait(FRAME)
            with self._changed:
                taken, self._waiting, self._size = self._waiting, [], 0
                closed = self._closed
                self._changed.notify_all()
            whole = (rest + b"".join(taken)).split(b"\n")
            rest = whole.pop()
            if whole:
                self._guarded(lambda whole=whole: self._lines(whole))  # type: ignore[misc]  # a default binds it
            if closed and not taken:
                break
        code = self._process.wait()
        self._hearing.join(_PATIENCE)  # its workers may hold the pipe a little longer
        self._guarded(lambda: self._ended(code, self._complaints))
        with suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.close()

    def _hear(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr:
            for line in self._process.stderr:
                if len(self._complaints) < _LAST_WORDS:
                    self._complaints += line.decode("utf-8", "replace")

    @staticmethod
    def _guarded(what: Callable[[], None]) -> None:
        try:
            what()
        except Exception:
            log.exception("events of a run could not be handed on")
