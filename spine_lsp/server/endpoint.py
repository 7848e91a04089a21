"""The conversation: lifecycle and documents as plain JSON, everything else to the framework."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any, Protocol

from spine_lsp.server import wire
from spine_lsp.server.capabilities import initialize_result
from spine_lsp.server.client import resolve_client
from spine_lsp.server.desk import HEAD_START, Desk
from spine_lsp.server.diagnoser import Diagnoser
from spine_lsp.server.from_lsp import BadParamsError
from spine_lsp.server.inbox import Broken, End, Inbox
from spine_lsp.server.session import Session

log = logging.getLogger(__name__)

Message = dict[str, Any]

_DOCUMENTS = frozenset(
    ("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "textDocument/didSave")
)
_PATIENCE = 1.0
"""Seconds that the last requests get to be answered before the server shuts down."""

_OWN = frozenset(("initialize", "shutdown", "exit", "$/cancelRequest"))


class Framework(Protocol):
    """What takes every message that is neither lifecycle nor a document's."""

    desk: Desk
    """Where its requests are worked on."""

    def feed(self, message: Message) -> None:
        """Handle a request, a notification or a response; a request is answered whatever happens."""

    def cancel(self, request: int | str) -> None:
        """Cancel a running request; an unknown one is none of our business."""

    def cancel_all(self) -> None:
        """Cancel everything that runs, at shutdown."""

    def forget(self, uri: str) -> None:
        """Keep nothing of a document that was closed."""


class Endpoint:
    """Takes messages from the inbox, one for each turn of the event loop, and answers them.

    One for each turn, because the first step of a coroutine runs in the turn after it was made: so a handler
    sees the documents as they were when its request came, even with a `didChange` right behind it.

    The framework may come later than the messages. Notifications for it are kept until then; a request holds
    up the queue, so that order is kept, while diagnosis goes on.
    """

    def __init__(
        self,
        session: Session,
        inbox: Inbox,
        write: Callable[[bytes], None],
        call_soon: Callable[[Callable[[], None]], object],
        *,
        watch: Callable[[int], None],
        load: Callable[[Message], None],
        stop: Callable[[int], None],
        later: Callable[[float, Callable[[], None]], object] = lambda seconds, what: None,
        congested: Callable[[], bool] = lambda: False,
        freed: Callable[[], None] = lambda: None,
    ) -> None:
        self._session = session
        self._inbox = inbox
        self._write = write
        self._call_soon = call_soon
        self._watch = watch
        self._load = load
        self._stop = stop
        self._later = later
        self._congested = congested
        self._freed = freed
        self._state = "new"  # then "running", "shut" after shutdown, "ended" after exit
        self._scheduled = False
        self._working = False
        self._diagnoser: Diagnoser | None = None
        self._framework: Framework | None = None
        self._failure: str | None = None
        self._kept: list[Message] = []
        self._leaving: Callable[[], None] | None = None  # what is done once the requests are answered
        self.turns = 0
        """How often the loop came here and was not held up by the client: another thread can see that it lives."""
        self.framework_wanted = Event()
        """Set when a request waits for the framework, or the first document was diagnosed: import it now."""

    # -- what others call, on the loop's thread ------------------------------------------------

    def wake(self) -> None:
        """There may be something to do: have a turn soon."""
        if not self._scheduled and self._state != "ended":
            self._scheduled = True
            self._call_soon(self._turn)

    def analysis_loaded(self, diagnoser: Diagnoser) -> None:
        """From now on documents are taken and diagnosed."""
        self._diagnoser = diagnoser
        self.wake()

    @property
    def busy(self) -> bool:
        """Whether messages, requests or diagnoses wait; another thread may ask."""
        answering = self._framework is not None and not self._framework.desk.idle
        diagnosing = self._diagnoser is not None and self._diagnoser.busy
        return self._working or bool(self._inbox) or answering or diagnosing

    def diagnose_all(self) -> None:
        """Diagnose every open document anew, after a change of settings, say."""
        if self._diagnoser is not None:
            self._diagnoser.mark_all()
            self.wake()

    def framework_loaded(self, framework: Framework) -> None:
        """From now on every message is handled; the notifications that were kept come first."""
        self._framework = framework
        kept, self._kept = self._kept, []
        for message in kept:
            self._guarded(message, framework.feed)
        self.wake()

    def loading_failed(self, reason: str) -> None:
        """The rest of the server cannot be loaded; every request says so from now on."""
        log.error("the server is not usable: %s", reason)
        self._failure = reason
        self._kept.clear()
        self.wake()

    def end(self, code: int) -> None:
        """Handle nothing more and let the process end with this code."""
        if self._state != "ended":
            self._state = "ended"
            self._stop(code)

    # -- what goes out, from any thread ---------------------------------------------------------

    def send(self, body: bytes) -> None:
        """Send one encoded message; a client that is gone ends the server."""
        try:
            self._write(wire.frame(body))
        except OSError as exc:
            log.info("the client cannot be reached any more: %s", exc)
            with suppress(RuntimeError):  # the loop is closed: the server has ended already
                self._call_soon(lambda: self.end(1))

    def refuse(self, message_id: wire.MessageId, code: int, reason: str, data: Any = None) -> None:
        """Answer a request with an error."""
        self.send(wire.error(message_id, code, reason, data))

    # -- one turn -------------------------------------------------------------------------------

    def _turn(self) -> None:
        self._scheduled = False
        self.turns += not self._congested()
        if self._state == "ended":
            return
        self._working = True
        try:
            self._work()
        finally:
            self._working = False

    def _work(self) -> None:
        framework = self._framework
        if self._leaving is not None and (framework is None or framework.desk.idle):
            self._leave()
        elif self._congested():
            return  # a client that reads nothing gets nothing more; whoever makes room wakes us
        elif self._inbox and not self._must_wait(self._inbox.first()):
            self._guarded(self._inbox.take(), self._handle)
            self.wake()
        elif self._diagnoser is not None and self._state == "running" and self._diagnoser.busy:
            if framework is not None and framework.desk.hurried:
                self._later(HEAD_START, self.wake)
            elif self._diagnosed(self._diagnoser):
                self.wake()
            else:
                self.framework_wanted.set()

    def _leave(self) -> None:
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            leaving()
            self.wake()

    def _when_answered(self, leaving: Callable[[], None]) -> None:
        """Go on with `leaving` when the requests that came before are answered, or after a while."""
        if self._framework is None or self._framework.desk.idle:
            leaving()
            return
        self._leaving = leaving

        def give_up() -> None:
            if self._leaving is leaving:
                self._leave()

        self._later(_PATIENCE, give_up)

    def _diagnosed(self, diagnoser: Diagnoser) -> bool:
        try:
            return diagnoser.step()
        except Exception:
            log.exception("diagnosis failed")
            return False

    def _must_wait(self, message: Any) -> bool:
        if self._leaving is not None:
            return True
        if self._state != "running" or self._failure is not None or not isinstance(message, dict):
            return False
        method = message.get("method")
        if not isinstance(method, str) or method in _OWN:
            return False
        if method in _DOCUMENTS:
            return self._diagnoser is None
        if "id" in message and self._framework is None:
            self.framework_wanted.set()
            return True
        if "id" not in message or self._framework is None or not self._framework.desk.full:
            return False
        self._framework.desk.give_up(self._inbox.changing)
        return self._framework.desk.full

    def _guarded(self, message: Any, handle: Callable[[Any], None]) -> None:
        """Handle one message; whatever goes wrong costs that message alone."""
        try:
            handle(message)
        except BadParamsError as exc:
            log.warning("ignored %s: %s", message.get("method"), exc)
        except (
            Exception,
            SystemExit,
        ):  # a handler that calls sys.exit() must not take the editor's session with it
            log.exception("handling of a message failed")
            if isinstance(message, dict) and "method" in message and "id" in message:
                self.refuse(_echo(message["id"]), wire.INTERNAL_ERROR, "internal error, see the server's log")

    def _handle(self, message: Any) -> None:
        if isinstance(message, Broken):
            self.refuse(None, message.code, message.reason)
        elif isinstance(message, End):
            if message.reason is not None:
                log.error("the input cannot be read any further: %s", message.reason)
                self.refuse(None, wire.PARSE_ERROR, message.reason)
            code = 0 if self._state == "shut" and message.reason is None else 1
            self._when_answered(lambda: self.end(code))
        elif not isinstance(message, dict):
            batch = isinstance(message, list)
            self.refuse(
                None,
                wire.INVALID_REQUEST,
                "batches are not supported" if batch else "message is not an object",
            )
        elif "method" not in message and ("result" in message or "error" in message or "id" in message):
            self._response(message)
        elif message.get("jsonrpc") != "2.0" or not isinstance(message.get("method"), str):
            self.refuse(_echo(message.get("id")), wire.INVALID_REQUEST, "message is not JSON-RPC 2.0")
        elif "id" in message:
            self._request(message)
        else:
            self._notification(message)

    # -- the kinds of messages --------------------------------------------------------------------

    def _request(self, message: Message) -> None:
        request, method = message["id"], message["method"]
        if not isinstance(request, int | str) or isinstance(request, bool):
            self.refuse(_echo(request), wire.INVALID_REQUEST, "id is neither a number nor a string")
        elif request in self._inbox.cancelled:
            self.refuse(request, wire.REQUEST_CANCELLED, "cancelled before it was handled")
        elif self._state == "new":
            if method == "initialize":
                self._initialize(message)
            else:
                self.refuse(request, wire.NOT_INITIALIZED, "the first request must be initialize")
        elif self._state == "shut":
            self.refuse(request, wire.INVALID_REQUEST, "the server was shut down")
        elif method == "initialize":
            self.refuse(request, wire.INVALID_REQUEST, "the server is initialized already")
        elif method == "shutdown":
            self._when_answered(lambda: self._shut_down(request))
        elif self._framework is not None:
            self._framework.feed(message)
        else:
            self.refuse(request, wire.INTERNAL_ERROR, f"the server could not be loaded: {self._failure}")

    def _shut_down(self, request: int | str) -> None:
        self._state = "shut"
        if self._framework is not None:
            self._framework.cancel_all()
        self.send(wire.response(request, b"null"))

    def _notification(self, message: Message) -> None:
        method, params = message["method"], message.get("params")
        if method == "exit":
            self.end(0 if self._state == "shut" else 1)
        elif method == "$/cancelRequest":
            request = params.get("id") if isinstance(params, dict) else None
            if isinstance(request, int | str):
                self._inbox.cancelled.discard(request)
                if self._framework is not None:
                    self._framework.cancel(request)
        elif self._state != "running":
            log.debug("ignored %s outside of a session", method)
        elif method in _DOCUMENTS:
            if self._diagnoser is not None:
                self._document(method, params, self._diagnoser)
        elif self._framework is not None:
            self._framework.feed(message)
        elif self._failure is None:
            self._kept.append(message)

    def _response(self, message: Message) -> None:
        if self._framework is not None and self._state == "running":
            self._framework.feed(message)

    def _initialize(self, message: Message) -> None:
        params = message.get("params")
        if not isinstance(params, dict):
            self.refuse(message["id"], wire.INVALID_PARAMS, "the params of initialize are not an object")
            return
        client = resolve_client(params)
        self._session.start(client)
        self._state = "running"
        if client.process_id is not None:
            self._watch(client.process_id)  # before the answer: now it certainly lives
        self.send(wire.response(message["id"], wire.dumps(initialize_result(client))))
        self._load(message)

    def _document(self, method: str, params: object, diagnoser: Diagnoser) -> None:
        if method == "textDocument/didOpen":
            diagnoser.mark(self._session.open(params))
        elif method == "textDocument/didChange":
            if (changed := self._session.change(params)) is not None:
                diagnoser.mark(changed)
        elif method == "textDocument/didClose" and (closed := self._session.close(params)) is not None:
            diagnoser.close(closed)
            self._freed()
            if self._framework is not None:
                self._framework.forget(closed)


def _echo(value: object) -> wire.MessageId:
    """The id to answer with when the message was not well made."""
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None
