"""pygls' protocol, overridden where it must be: every request is answered, and nothing stays behind."""

from __future__ import annotations

import enum
import json
import logging
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from inspect import iscoroutinefunction
from time import perf_counter, thread_time
from typing import Any, TypeVar

from cattrs import Converter, transform_error
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidParams
from pygls.progress import Progress
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
    LanguageServerProtocol,
    default_converter,
)

from spine_lsp.cancellation import Budget, OutOfTimeError, stopping
from spine_lsp.configuration.configuration import Configuration
from spine_lsp.server.desk import QUICK, Desk, Subject, SupersededError
from spine_lsp.server.endpoint import Endpoint, Message
from spine_lsp.server.rpc import wire
from spine_lsp.server.session import Session, pin

log = logging.getLogger(__name__)

T = TypeVar("T")

_INTERNAL = "internal error, see the server's log"
_SHOWN_FAULTS = 3
_MOST_ASKED = 100
_QUICK_PATIENCE = 0.05
"""Seconds that what a user waits for may wait for changes of the workspace that came before it."""
_PATIENCE = 0.5
"""The same for everything else."""

ANSWER_TIME = 0.5
"""Seconds of work after which an answer is cut, or given up: with what surrounds it, it takes a second at most."""

_ASKED_FOR = frozenset(
    (
        lsp.TEXT_DOCUMENT_PREPARE_RENAME,
        lsp.TEXT_DOCUMENT_RENAME,
        lsp.TEXT_DOCUMENT_REFERENCES,
        lsp.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY,
        lsp.CALL_HIERARCHY_INCOMING_CALLS,
        lsp.CALL_HIERARCHY_OUTGOING_CALLS,
        lsp.WORKSPACE_SYMBOL,
        lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT,
    )
)
"""What a user asks for in so many words, beside commands: that it was given up is the answer."""

_EDITING = frozenset((lsp.TEXT_DOCUMENT_FORMATTING, lsp.TEXT_DOCUMENT_RANGE_FORMATTING, lsp.CODE_ACTION_RESOLVE))
"""What changes the text: nothing is, and that is shown."""

_CUT_ANSWERS = {lsp.TEXT_DOCUMENT_COMPLETION: {"isIncomplete": True, "items": []}}

_TOO_LONG = "given up after a second of work, for the text is very large: ask again, or split the group"


def lenient_converter() -> Converter:
    """pygls' converter, which also keeps enum values that it does not know.

    Clients send values newer than lsprotocol, in `initialize` above all (pygls issue 438). Each class needs
    its own hook: the enums are strings and integers too, and those hooks would win over one for `Enum`.
    """
    converter: Converter = default_converter()  # type: ignore[no-untyped-call]  # pygls gives no types

    def structure(value: Any, cls: Any) -> Any:
        try:
            return cls(value)
        except ValueError:
            return value

    for kind in vars(lsp).values():
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            converter.register_structure_hook(kind, structure)
    return converter


class _Progress(Progress):
    """pygls keeps the tokens of what has ended, and refuses them when they are used again (pygls issue 607)."""

    def end(self, token: lsp.ProgressToken, value: lsp.WorkDoneProgressEnd) -> None:
        """Notify the end of work, and forget its token."""
        super().end(token, value)
        self.tokens.pop(token, None)


class SpineProtocol(LanguageServerProtocol):
    """Takes plain messages by `feed`, and sends through the endpoint."""

    endpoint: Endpoint
    session: Session

    def __init__(self, server: Any, converter: Converter) -> None:
        super().__init__(server, converter)
        self.progress = _Progress(self)
        self.desk = Desk()
        self.answer_time = ANSWER_TIME
        self._asked: deque[Future[Any]] = deque()  # our own requests that the client has not answered

    # -- in ---------------------------------------------------------------------------------------

    def feed(self, message: Message) -> None:
        """Handle one message that the endpoint found well made and in place."""
        method = message.get("method")
        if method is None:
            self._feed_response(message)
            return
        is_request = "id" in message
        if method not in self.fm.builtin_features and method not in self.fm.features:
            if is_request:
                reason = f"method {method} is not supported"
                self.endpoint.refuse(message["id"], wire.METHOD_NOT_FOUND, reason)
            return
        try:
            structured = self.structure_message(message)
        except JsonRpcInvalidParams as exc:
            if is_request:
                self.endpoint.refuse(message["id"], wire.INVALID_PARAMS, exc.message)
            else:
                log.warning("ignored %s: %s", method, exc.message)
            return
        # Each handler has a context of its own, which holds the id of its message.
        run = copy_context().run
        if not is_request:
            run(self._handle_notification, method, structured.params)
        elif method == lsp.WORKSPACE_EXECUTE_COMMAND:
            # Like a request of its own; pygls would run it as the second half of another.
            command = message["params"]["command"]
            if (handler := self.fm.commands.get(command)) is None:
                self.endpoint.refuse(message["id"], wire.INVALID_PARAMS, f"there is no command {command}")
            else:
                arguments = tuple(message["params"].get("arguments") or ())
                run(self._start, message["id"], command, handler, arguments)
        elif (handler := self.fm.features.get(method)) is not None:
            if method == lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT:
                # Here, in the order of the messages: a change that comes before the answer is not to be missed.
                self._server.live.asked(structured.params.uri)  # type: ignore[attr-defined]  # as in `forget`
            run(self._start, message["id"], method, handler, (structured.params,))
        else:
            run(self._handle_request, message["id"], method, structured.params)

    def _feed_response(self, message: Message) -> None:
        request = message.get("id")
        if not isinstance(request, int | str):
            return
        future = self._request_futures.get(request)
        if future is None or future.done():  # answered late (pygls issue 621), or never asked
            self._forget(request)
            return
        try:
            if message.get("error") is not None:
                body = {"jsonrpc": "2.0", "id": request, "error": message["error"]}
                self._handle_response(request, None, self.structure_message(body).error)
            else:
                body = {"jsonrpc": "2.0", "id": request, "result": message.get("result")}
                self._handle_response(request, self.structure_message(body).result)
        except JsonRpcException as exc:
            self._forget(request)
            future.set_exception(exc)

    def structure_message(self, data: Message) -> Any:
        """Make the typed message once, at the top; pygls also tries nested objects with a `jsonrpc` key.

        Raises JsonRpcInvalidParams, whose message names the first faults and their places.
        """
        method = data.get("method")
        if method is None:
            kind: Any = lsp.ResponseErrorMessage
            if "error" not in data:
                kind = self._result_types.pop(data["id"], None) or JsonRPCResponseMessage
        else:
            kind = self.get_message_type(method)
            data = data if "params" in data else {**data, "params": None}
            if kind is None and "id" in data:
                return JsonRPCRequestMessage(data["id"], method, "2.0", data["params"])
            if kind is None:
                return JsonRPCNotification(method, "2.0", data["params"])
        try:
            return self._converter.structure(data, kind)
        except Exception as exc:
            raise JsonRpcInvalidParams(_faults(method, exc)) from exc

    def initialize(self, message: Message) -> None:
        """Let pygls take note of the client; the endpoint has answered already."""
        params: Any = None
        for attempt in (message["params"], {"capabilities": message["params"].get("capabilities")}, {}):
            whole = {"capabilities": {}, "processId": None, "rootUri": None, **attempt}
            try:
                params = self.structure_message({**message, "params": whole}).params
                break
            except JsonRpcInvalidParams as exc:
                log.warning("%s; going on with less", exc.message)
        super()._execute_handler("initialize", self.fm.builtin_features[lsp.INITIALIZE], _raise_fault, (params,))
        self._request_futures.clear()

    def warm(self) -> None:
        """Build the converters of what the client will ask for, which would otherwise cost its first request."""
        for method in self.fm.features:
            if (kind := self.get_message_type(method)) is not None:
                self._converter.get_structure_hook(kind)
        if self.fm.commands:
            self._converter.get_structure_hook(lsp.ExecuteCommandRequest)

    # -- handlers ---------------------------------------------------------------------------------

    def _start(self, request: int | str, method: str, handler: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Begin a request: a coroutine on the loop, a plain function on the desk, on the snapshot of now."""
        callback = partial(self._send_handler_result, msg_id=request)
        self._ctx_msg_id.set(request)
        if iscoroutinefunction(handler):
            self._execute_handler(request, handler, callback, args)
            return
        snapshot = self.session.snapshot()
        pin(snapshot)
        future: Future[Any] = Future()
        keeper = self.endpoint.keeper
        if keeper is not None:
            keeper.look()

        def work() -> wire.Json:
            if keeper is not None:
                project = keeper.settled(_QUICK_PATIENCE if method in QUICK else _PATIENCE)
                if project is not None and project is not snapshot.workspace.project:
                    pin(self.session.beside(snapshot, project))
            with stopping(future.cancelled, Budget(self.answer_time, thread_time, perf_counter)):
                try:
                    result = handler(*args)
                except OutOfTimeError:
                    result = self._given_up(method, args[0] if args else None)
                return result if isinstance(result, wire.Json) else wire.Json(wire.dumps(result, self._plain))

        self._request_futures[request] = future
        future.add_done_callback(callback)
        document = getattr(args[0], "text_document", None) if args else None
        uri = str(getattr(document, "uri", None))
        state = snapshot.documents.get(uri)
        work_on_it = partial(copy_context().run, work)
        self.desk.submit(method, future, work_on_it, Subject(uri, state) if state is not None else None)

    def _given_up(self, method: str, params: Any) -> Any:
        """The answer to a request that would take too long; raises JsonRpcException where a user asked in words."""
        if method in _ASKED_FOR or method in self.fm.commands:
            raise JsonRpcException(_TOO_LONG, code=wire.REQUEST_FAILED)
        uri = str(getattr(getattr(params, "text_document", None), "uri", ""))
        server: Any = self._server  # a SpineServer, which imports this module
        if method in _EDITING:
            server.show_once(uri, f"nothing was changed: {_TOO_LONG}")
        else:
            server.log_once(uri, f"{method} of {uri or 'a document'} was {_TOO_LONG}")
        return params if method.endswith("/resolve") else _CUT_ANSWERS.get(method)

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Callable[..., Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        def done(future: Future[Any]) -> None:
            self._request_futures.pop(msg_id, None)  # pygls keeps the futures of notifications for ever
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)

    def _send_handler_result(self, future: Future[Any], *, msg_id: Any) -> None:
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self.endpoint.refuse(msg_id, wire.REQUEST_CANCELLED, "cancelled")
            return
        fault = future.exception()
        if fault is None:
            self._send_response(msg_id, result=future.result())
        elif isinstance(fault, SupersededError):
            self.endpoint.refuse(msg_id, wire.CONTENT_MODIFIED, "the document has changed since")
        elif isinstance(fault, JsonRpcException) and not isinstance(fault, JsonRpcInternalError):
            self._send_response(msg_id, error=fault.to_response_error())  # deliberate
        else:
            log.error("request %r failed", msg_id, exc_info=fault)
            self.endpoint.refuse(msg_id, wire.INTERNAL_ERROR, _INTERNAL)

    def cancel(self, request: int | str) -> None:
        """Cancel a request that runs; a coroutine stops at its next await."""
        future = self._request_futures.get(request)
        if future is not None:
            future.cancel()

    def cancel_all(self) -> None:
        """Cancel what runs and what the client has not answered, over a copy: callbacks change the table."""
        for future in list(self._request_futures.values()):
            future.cancel()
        self._result_types.clear()

    def changed(self, uri: str | None) -> None:
        """Tell the client which of the live documents that it shows read otherwise now; None: of all documents."""
        stale = self._server.live.changed(uri)  # type: ignore[attr-defined]  # as in `forget`
        if self.session.client.live_documents:
            for shown in stale:
                self.send_request(
                    lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH, lsp.TextDocumentContentRefreshParams(shown)
                )

    def configured(self, before: Configuration) -> None:
        """Another configuration holds: every view is stale."""
        self._server.configured(before)  # type: ignore[attr-defined]  # as in `forget`

    def refresh(self) -> None:
        """Have the client ask again for what depends on the workspace."""
        self._server.refresh_views()  # type: ignore[attr-defined]  # as in `forget`

    def run_news(self, *, whole: bool) -> None:
        """Have the client ask again for what shows runs."""
        self._server.refresh_views(lenses=whole)  # type: ignore[attr-defined]  # as in `forget`

    def forget(self, uri: str) -> None:
        """Keep nothing of a document that was closed."""
        self._server.runs.forget(uri)  # type: ignore[attr-defined]  # as below
        self._server.said.pop(uri, None)  # type: ignore[attr-defined]  # as below
        self._server.tokens.forget(uri)  # type: ignore[attr-defined]  # a SpineServer, which imports this module

    def _forget(self, request: int | str) -> None:
        self._request_futures.pop(request, None)
        self._result_types.pop(request, None)

    # -- out --------------------------------------------------------------------------------------

    def send_request(
        self,
        method: str,
        params: Any | None = None,
        callback: Callable[[Any], None] | None = None,
        msg_id: Any | None = None,
    ) -> Future[Any]:
        """As pygls has it, but a request that is answered or given up leaves nothing behind.

        `callback` gets the client's result; a refusal, or no answer until the end, is logged, not raised.
        """
        asked = msg_id if msg_id is not None else str(uuid.uuid4())
        # A client that never answers must not cost memory for each thing that it was asked.
        while len(self._asked) >= _MOST_ASKED:
            self._asked.popleft().cancel()

        def answered(future: Future[Any]) -> None:
            self._forget(asked)
            with suppress(ValueError):
                self._asked.remove(future)
            if future.cancelled():
                log.debug("%s was not answered", method)
            elif (fault := future.exception()) is not None:
                log.warning("%s was refused: %s", method, fault)
            elif callback is not None:
                callback(future.result())

        try:
            future: Future[Any] = super().send_request(method, params, None, asked)
        except Exception:
            self._forget(asked)
            raise
        self._asked.append(future)
        future.add_done_callback(answered)
        return future

    def _send_response(self, msg_id: Any, result: Any | None = None, error: lsp.ResponseError | None = None) -> None:
        if error is not None:
            self.endpoint.refuse(msg_id, error.code, error.message, self._converter.unstructure(error.data))
            return
        try:
            encoded = result if isinstance(result, wire.Json) else wire.dumps(result, self._plain)
        except (TypeError, ValueError, RecursionError, AttributeError):
            log.exception("the result of request %r cannot be encoded", msg_id)
            self.endpoint.refuse(msg_id, wire.INTERNAL_ERROR, _INTERNAL)
            return
        self.endpoint.send(wire.response(msg_id, encoded))

    def _send_data(self, data: Any) -> None:
        self.endpoint.send(wire.dumps(data, self._plain))

    def plain(self, value: Any) -> Any:
        """A typed value as the plain JSON that it came from."""
        return json.loads(wire.dumps(value, self._plain))

    def typed(self, value: Any, kind: type[T]) -> T:
        """Plain JSON as a type of lsprotocol."""
        return self._converter.structure(value, kind)

    def _plain(self, value: Any) -> Any:
        """What the JSON encoder asks for each value it does not know."""
        if hasattr(value, "__attrs_attrs__"):
            return self._converter.unstructure(value)
        if isinstance(value, enum.Enum):
            return value.value
        raise TypeError(f"{type(value).__name__} cannot be sent as JSON")


def _faults(method: str | None, exc: Exception) -> str:
    faults = transform_error(exc)[:_SHOWN_FAULTS]
    what = f"bad params for {method}" if method else "bad answer"
    return f"{what}: {'; '.join(fault.replace('$.params', 'params') for fault in faults)}"


def _raise_fault(future: Future[Any]) -> None:
    if (fault := future.exception()) is not None:
        log.error("the framework did not take initialize", exc_info=fault)
