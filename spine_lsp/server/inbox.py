"""The messages that have arrived and wait, shared by the reader thread and the event loop."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

_SUPERSEDES = ("textDocument/didChange", "textDocument/didClose", "textDocument/didOpen")


class Broken(NamedTuple):
    """A message that could not be decoded; it waits in line, so that answers keep their order."""

    code: int
    reason: str


class End(NamedTuple):
    """The last thing in an inbox: the client has closed its side."""


class Inbox:
    """A queue with one writer (the reader thread) and one taker (the loop thread).

    A deque's `append` and `popleft` are atomic, so no lock is needed.
    """

    def __init__(self) -> None:
        self._waiting: deque[Any] = deque()
        # Cancellations are seen here before the requests in front of them are handled.
        self.cancelled: set[int | str] = set()

    def put(self, message: Any) -> None:
        """Append a decoded message, a `Broken` or an `End`; the reader thread calls this."""
        if isinstance(message, dict) and message.get("method") == "$/cancelRequest":
            params = message.get("params")
            request = params.get("id") if isinstance(params, dict) else None
            if isinstance(request, int | str):
                self.cancelled.add(request)
        self._waiting.append(message)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def first(self) -> Any:
        """The message that is next in line, left where it is."""
        return self._waiting[0]

    def take(self) -> Any:
        """Remove and return the message that is next in line."""
        return self._waiting.popleft()

    def supersedes(self, uri: str) -> bool:
        """Whether something waits that changes or closes this document."""
        if not self._waiting:
            return False
        for message in self._waiting.copy():
            if isinstance(message, dict) and message.get("method") in _SUPERSEDES:
                params = message.get("params")
                document = params.get("textDocument") if isinstance(params, dict) else None
                if isinstance(document, dict) and document.get("uri") == uri:
                    return True
        return False
