"""What goes to the client: whole frames in order, written beside everybody who sends, and never without bound."""

from __future__ import annotations

import logging
import os
import select
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Protocol

log = logging.getLogger(__name__)

FULL = 16 * 1024 * 1024
"""Bytes that may wait for a client that reads slowly; from here on nothing more is worked out for it."""

_AT_ONCE = getattr(select, "PIPE_BUF", 512)  # a writable pipe takes so many bytes without blocking (POSIX)


class Sink(Protocol):
    """Where bytes go."""

    def write_now(self, data: bytes) -> bool:
        """Write all of `data` if that is certain not to block; else do nothing, and say so."""

    def write(self, data: bytes) -> None:
        """Write all of `data`, however long it takes; raises OSError when the client is gone."""

    def close(self) -> None:
        """Close for good."""


class Pipe:
    """A file descriptor, without a buffer that could tear a message."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._poll: select.poll | None = None
        if sys.platform != "win32":  # there a pipe cannot be asked
            self._poll = select.poll()
            self._poll.register(descriptor, select.POLLOUT)

    def write_now(self, data: bytes) -> bool:
        """Write a small message to a pipe that has room."""
        if self._poll is None or len(data) > _AT_ONCE:
            return False
        if not any(events & (select.POLLOUT | select.POLLERR) for _, events in self._poll.poll(0)):
            return False
        self.write(data)
        return True

    def write(self, data: bytes) -> None:
        """Write all of `data`; the system may take a large one in several parts."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._descriptor)


class Connection:
    """A connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def write_now(self, data: bytes) -> bool:
        """Leave it to the writer: a socket may take a part and then no more."""
        return False

    def write(self, data: bytes) -> None:
        """Send all of `data`."""
        self._connection.sendall(data)

    def close(self) -> None:
        """Tell the client that nothing follows, and close."""
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            log.debug("the client had closed the connection already")
        self._connection.close()


class Outbox:
    """Frames on their way to the client; every method may be called from any thread.

    A small frame is written at once where nothing waits before it. The rest waits for a thread of its own, so
    that a client which does not read holds up nobody here; `full` says that it is time to produce no more.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._frames: deque[bytes] = deque()
        self._waiting = 0  # bytes of the frames, with the one that is being written
        self._changed = threading.Condition()
        self._closed = False
        self._fault: OSError | None = None
        self._writer: threading.Thread | None = None
        self.written = 0
        """Frames that the writer has got rid of."""
        self.on_room: Callable[[], None] = lambda: None
        """Called on the writer's thread when a full outbox has room again."""
        self.on_fault: Callable[[], None] = lambda: None
        """Called on the writer's thread when the client cannot be reached any more."""

    @property
    def full(self) -> bool:
        """Whether the client has so much to read that nothing more should be worked out for it."""
        return self._waiting >= FULL

    def put(self, frame: bytes) -> None:
        """Send a frame after those that were put before; raises OSError when the client is gone."""
        with self._changed:
            if self._fault is not None or self._closed:
                raise self._fault or BrokenPipeError("closed")
            if not self._waiting and self._sink.write_now(frame):
                return
            self._frames.append(frame)
            self._waiting += len(frame)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="spine-writer", daemon=True)
                self._writer.start()
            self._changed.notify_all()

    def wait_for_room(self) -> None:
        """Return when the outbox is not full; for threads that would only add to it."""
        with self._changed:
            while self.full and not self._closed and self._fault is None:
                self._changed.wait()

    def close(self, patience: float) -> bool:
        """Write what waits, for so many seconds at most, and close; answers whether all was written."""
        until = monotonic() + patience
        with self._changed:
            while self._waiting and self._fault is None and (left := until - monotonic()) > 0:
                self._changed.wait(left)
            written = not self._waiting
            already, self._closed = self._closed, True
            self._changed.notify_all()
        if written and not already:  # else the writer still holds the descriptor
            self._sink.close()
        return written

    def _write(self) -> None:
        while True:
            with self._changed:
                while not self._frames:
                    if self._closed:
                        return
                    self._changed.wait()
                frame = self._frames.popleft()
            try:
                self._sink.write(frame)
            except OSError as exc:
                with self._changed:
                    self._fault = exc
                    self._frames.clear()
                    self._waiting = 0
                    self._changed.notify_all()
                self.on_fault()
                return
            with self._changed:
                was_full = self.full
                self._waiting -= len(frame)
                self.written += 1
                has_room = was_full and not self.full
                self._changed.notify_all()
            del frame
            if has_room:
                self.on_room()
