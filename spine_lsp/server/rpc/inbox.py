"""The messages that have arrived and wait, shared by the reader thread and the event loop."""

from __future__ import annotations

from collections import Counter, deque
from threading import Event, Lock
from typing import Any, NamedTuple

_SUPERSEDES = ("textDocument/didChange", "textDocument/didClose", "textDocument/didOpen")

MOST_MESSAGES = 10_000
MOST_BYTES = 32 * 1024 * 1024
"""What may wait; a client that sends more has to wait itself."""


class Broken(NamedTuple):
    """A message that could not be decoded; it waits in line, so that answers keep their order."""

    code: int
    reason: str


class End(NamedTuple):
    """The last thing in an inbox: the client has closed its side, or what it sends cannot be read any more."""

    reason: str | None = None
    """What is wrong with what it sent."""


class Inbox:
    """A queue with one writer (the reader thread) and one taker (the loop thread).

    A deque's `append` and `popleft` are atomic, so the queue needs no lock. Who writes waits while it is full, and
    so does a client that sends faster than its messages can be handled.
    """

    def __init__(self) -> None:
        self._waiting: deque[Any] = deque()
        self._sizes: deque[int] = deque()
        self._bytes_in = 0  # counted by the writer
        self._bytes_out = 0  # counted by the taker
        self._room = Event()
        self._lock = Lock()
        self._changing: Counter[str] = Counter()  # messages that wait and change or close a document, by uri
        # Cancellations are seen here before the requests in front of them are handled.
        self.cancelled: set[int | str] = set()

    def put(self, message: Any, size: int = 0) -> None:
        """Append a decoded message, a `Broken` or an `End` of so many bytes; the reader thread calls this."""
        if isinstance(message, dict) and message.get("method") == "$/cancelRequest":
            params = message.get("params")
            request = params.get("id") if isinstance(params, dict) else None
            if isinstance(request, int | str):
                self.cancelled.add(request)
        while self._full(size):
            self._room.clear()
            if self._full(size):  # else room was made in between, and the event with it
                self._room.wait()
        if (uri := _changed_by(message)) is not None:
            with self._lock:
                self._changing[uri] += 1
        self._bytes_in += size
        self._sizes.append(size)
        self._waiting.append(message)

    def _full(self, more: int) -> bool:
        waiting = self._bytes_in - self._bytes_out
        return len(self._waiting) >= MOST_MESSAGES or (waiting > 0 and waiting + more > MOST_BYTES)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def count(self) -> int:
        """How many messages wait."""
        return len(self._waiting)

    def first(self) -> Any:
        """The message that is next in line, left where it is."""
        return self._waiting[0]

    def take(self) -> Any:
        """Remove and return the message that is next in line."""
        message = self._waiting.popleft()
        self._bytes_out += self._sizes.popleft()
        self._room.set()
        if (uri := _changed_by(message)) is not None:
            with self._lock:
                self._changing[uri] -= 1
                if not self._changing[uri]:
                    del self._changing[uri]
        return message

    def supersedes(self, uri: str) -> bool:
        """Whether something waits that changes or closes this document."""
        return uri in self._changing

    @property
    def changing(self) -> frozenset[str]:
        """The documents that something which waits changes or closes."""
        with self._lock:
            return frozenset(self._changing)


def _changed_by(message: Any) -> str | None:
    """The document that a message changes or closes."""
    if not isinstance(message, dict) or message.get("method") not in _SUPERSEDES:
        return None
    params = message.get("params")
    document = params.get("textDocument") if isinstance(params, dict) else None
    uri = document.get("uri") if isinstance(document, dict) else None
    return uri if isinstance(uri, str) else None
