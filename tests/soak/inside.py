"""The whole server in this process, without threads, pipes and event loop: what is sent is handled at once."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from typing import Any

from spine_lsp.server.desk import Desk, Subject, settle
from spine_lsp.server.diagnoser import Diagnoser
from spine_lsp.server.endpoint import Endpoint
from spine_lsp.server.framework import create_framework
from spine_lsp.server.framework.protocol import lenient_converter
from spine_lsp.server.rpc.inbox import Inbox
from spine_lsp.server.session import Session
from spine_lsp.server.wiring import default_wiring

Message = dict[str, Any]
# What a converter compiles for a type depends on nothing else, and is half of the time of a short session.
converter = lru_cache(maxsize=1)(lenient_converter)
analysis = lru_cache(maxsize=1)(default_wiring().analysis)


class Inline(Desk):
    """Answers a request on the spot, so that a session goes the same way each time."""

    def submit(self, method: str, future: Future[Any], work: Callable[[], Any], about: Subject | None = None) -> None:
        """Settle it now."""
        settle(future, work)


class Inside:
    """A client and its server; `strict` makes every fault of a handler an error answer.

    Requests of the server are answered with null at once, or with `answers=False` never; `told` has them and its
    notifications.
    """

    def __init__(self, capabilities: Message | None = None, *, answers: bool = True, **params: Any) -> None:
        self._answers_us = answers
        self._turns: deque[Callable[[], None]] = deque()
        self._later: deque[Callable[[], None]] = deque()
        self._beside: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self.session = Session(lambda: analysis().workspace(), strict=True)
        self.inbox = Inbox()
        self.told: list[Message] = []
        self.shown: dict[str, Message] = {}
        self._answers: dict[Any, Message] = {}
        self._last_id = 0
        self.endpoint = Endpoint(
            self.session,
            self.inbox,
            self._write,
            self._turns.append,
            watch=lambda process: None,
            load=self._load,
            stop=lambda code: None,
            later=lambda seconds, what: self._later.append(what),
        )
        whole = {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **params}
        self.result = self.call("initialize", whole)
        self.notify("initialized", {})

    def _load(self, initialize: Message) -> None:
        self.diagnoser = Diagnoser(
            self.session,
            self.inbox,
            analysis().diagnose,
            self.endpoint.send,
            later=lambda seconds, what: self._later.append(what),
            wake=self.endpoint.wake,
            aside=lambda future, work: self._beside.append((future, work)),
            pulls=self.session.client.pulls,
            stale=self.endpoint.diagnostics_stale,
        )
        self.endpoint.analysis_loaded(self.diagnoser)
        self.server = create_framework(self.endpoint, self.session, desk=Inline(), converter=converter)
        self.server.protocol.initialize(initialize)
        self.endpoint.framework_loaded(self.server.protocol)

    def _write(self, data: bytes) -> None:
        message = json.loads(data.split(b"\r\n\r\n", 1)[1])
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self.shown[message["params"]["uri"]] = message["params"]
        elif method is not None:
            self.told.append(message)
            if "id" in message and self._answers_us:
                answer = {
                    "jsonrpc": "2.0",
                    "id": message["id"],
                    "result": [None] if method == "workspace/configuration" else None,
                }
                self._turns.append(lambda: self._put(answer))
        else:
            self._answers[message["id"]] = message

    def _put(self, message: Message) -> None:
        self.inbox.put(message)
        self.endpoint.wake()

    def send(self, message: Message) -> None:
        """Handle one message, and what follows from it until nothing is left to do but wait."""
        self._put(message)
        self._go_on()

    def _go_on(self) -> None:
        while self._turns or self._beside:
            if self._turns:
                self.turn(self._turns.popleft())
            else:
                settle(*self._beside.popleft())
                self.endpoint.wake()

    def turn(self, what: Callable[[], None]) -> None:
        """One turn of the event loop; what is worked on beside it is none."""
        what()

    def rest(self) -> None:
        """Let the user pause: what waits for a quarter of a second is done."""
        while self._later:
            self._later.popleft()()
            self._go_on()

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def call(self, method: str, params: Any = None) -> Any:
        """The result of a request; a refusal is `{"error": ...}`."""
        self._last_id += 1
        self.send({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
        answer = self._answers.pop(self._last_id)
        return answer["result"] if "result" in answer else {"error": answer["error"]}

    def open(self, uri: str, text: str, version: int = 1) -> None:
        """Open a document."""
        document = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, version: int, *changes: Message) -> None:
        """Change a document."""
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def close(self, uri: str) -> None:
        """Close a document."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
