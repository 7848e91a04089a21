"""Files read by several processes at once, where there are many of them and cores for it.

The processes are this package again (`reading_process.py`), read files and nothing else, and end with the last of
them, or with this process. Whatever they do not read is given back, so nothing hangs on whether they can be had.
"""

from __future__ import annotations

import json
import logging
import subprocess
import threading
from collections import deque
from contextlib import suppress
from queue import Empty, SimpleQueue

from spine_lsp.disk.own_process import own_command
from spine_lsp.disk.stamps import AskedFile, taken

log = logging.getLogger(__name__)

_BATCH = 16
_AHEAD = 2  # batches that a process has at once, so that it never waits for us


class ReadingProcesses:
    """Takes files from the front of `files`, which others may take from too, and tells what they say.

    `first_line` is what each process is told first.
    """

    def __init__(self, files: deque[AskedFile], first_line: bytes, count: int) -> None:
        self._files = files
        self._first_line = first_line
        self._count = count
        self._told: SimpleQueue[tuple[AskedFile, bytes]] = SimpleQueue()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self._closed = False
        for _ in range(count):
            threading.Thread(target=self._run, name="spine-reading", daemon=True).start()

    def next_reply(self, seconds: float) -> tuple[AskedFile, bytes] | None:
        """A file with its reply, if one comes within so many seconds; an empty reply says that it is not read."""
        with suppress(Empty):
            return self._told.get(seconds > 0, seconds or None)
        return None

    def __enter__(self) -> None:
        """Replies are waited for from here on."""

    def __exit__(self, *_: object) -> None:
        """Nobody waits for replies any more."""
        with self._lock:
            self._closed = True
            for process in self._processes:
                process.kill()

    def _run(self) -> None:
        """The life of one process."""
        waiting: deque[deque[AskedFile]] = deque()
        try:
            process = self._started()
            if process is not None:
                with process:
                    self._converse(process, waiting)
        except (OSError, ValueError) as exc:
            log.debug("a process that reads files has ended: %s", exc)
        finally:
            for batch in waiting:
                for file in batch:
                    self._told.put((file, b""))

    def _started(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._closed:
                return None
            process = subprocess.Popen(  # noqa: S603 - our own program, with arguments that no shell reads
                own_command("spine_lsp.disk.reading_process", []),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # which only Windows has
            )
            self._processes.append(process)
            return process

    def _converse(self, process: subprocess.Popen[bytes], waiting: deque[deque[AskedFile]]) -> None:
        """Ask and listen until all is read or the process ends; `waiting` are the files without a reply."""
        asking, telling = process.stdin, process.stdout
        assert asking is not None
        assert telling is not None
        asking.write(self._first_line)
        while True:
            while len(waiting) < _AHEAD and (batch := self._batch()):
                waiting.append(batch)
                asking.write(json.dumps([(file.path, file.whole) for file in batch]).encode() + b"\n")
                asking.flush()
            if not waiting:
                asking.close()
                return
            while waiting[0]:
                line = telling.readline()
                if not line.endswith(b"\n"):
                    return
                self._told.put((waiting[0].popleft(), line[:-1]))
            waiting.popleft()

    def _batch(self) -> deque[AskedFile]:
        """The next files: few where there are few left, so that all end together."""
        size = min(_BATCH, len(self._files) // (2 * (self._count + 1)) + 1)
        batch: deque[AskedFile] = deque()
        while len(batch) < size and (file := taken(self._files)) is not None:
            batch.append(file)
        return batch
