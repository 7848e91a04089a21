"""Logs that hold up nobody: lines wait in a bounded queue for a thread, and are dropped when it is full."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any

_MOST_LINES = 1_000
_MOST_CHARACTERS = 10_000
_FILE_SIZE = 10_000_000
"""Bytes of a log file after which it is begun anew, with the one before kept beside it."""


def configure_logging(level: str, file: str | None = None) -> None:
    """Log to standard error, or to `file`; standard output belongs to the client.

    Raises OSError when the file cannot be written.
    """
    handler = BackgroundHandler(_to_stderr if file is None else _to_file(file))
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # pygls logs whole messages at INFO and what we have handled at ERROR; only a debugger wants that.
    if level.lower() != "debug":
        logging.getLogger("pygls").setLevel(logging.CRITICAL)


class _OneLine(logging.Formatter):
    """A line for each message, and nothing in it that a terminal obeys: messages hold what files and clients say."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        from spine_lsp.printable import printable

        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        from spine_lsp.printable import printable

        return "\n".join("    " + printable(line) for line in super().formatException(ei).splitlines())


class BackgroundHandler(logging.Handler):
    """Hands formatted lines to `write` on a thread of its own.

    An editor that never reads our standard error fills that pipe; whoever writes to it then waits for ever.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self._write = write
        self._lines: deque[str] = deque()
        self._dropped = 0
        self._changed = threading.Condition()
        self._writing = False
        self._thread: threading.Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Queue one record; a line of unreasonable length is cut."""
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - a line that cannot be made must not raise where it is logged
            line = f"a log line of {record.name} cannot be formatted: {record.msg!r}"
        if len(line) > _MOST_CHARACTERS:
            line = f"{line[:_MOST_CHARACTERS]} ... ({len(line)} characters)"
        with self._changed:
            if len(self._lines) >= _MOST_LINES:
                self._dropped += 1
                return
            self._lines.append(line)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="spine-log", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def drain(self, patience: float) -> bool:
        """Wait until all lines are written, for so many seconds at most; answers whether they are."""
        until = monotonic() + patience
        with self._changed:
            while self._lines or self._writing:
                if (left := until - monotonic()) <= 0:
                    return False
                self._changed.wait(left)
        return True

    def _run(self) -> None:
        while True:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
                while not self._lines:
                    self._changed.wait()
                line = self._lines.popleft()
                dropped, self._dropped = self._dropped, 0
                self._writing = True
            try:
                self._write(line + "\n")
                if dropped:
                    self._write(f"{dropped} log lines were dropped, because nobody read them in time\n")
            except (OSError, ValueError):  # nobody listens, or the disk is full
                pass


def drain_logs(patience: float) -> bool:
    """Write what is logged, for so many seconds at most; answers whether all was written."""
    handlers = [handler for handler in logging.getLogger().handlers if isinstance(handler, BackgroundHandler)]
    return all(handler.drain(patience) for handler in handlers)


def _to_stderr(text: str) -> None:
    # Not through sys.stderr: its lock would be held while the pipe is full, and everybody who prints waits.
    rest = text.encode("utf-8", "backslashreplace")
    while rest:
        rest = rest[os.write(2, rest) :]


def _to_file(file: str) -> Callable[[str], None]:
    from logging.handlers import RotatingFileHandler

    target = RotatingFileHandler(file, maxBytes=_FILE_SIZE, backupCount=1, encoding="utf-8", errors="backslashreplace")
    target.setFormatter(logging.Formatter("%(message)s"))

    def write(text: str) -> None:
        target.emit(logging.makeLogRecord({"msg": text.rstrip("\n")}))

    return write
