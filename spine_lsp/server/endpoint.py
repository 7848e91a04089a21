"""The conversation: lifecycle and documents as plain JSON, everything else to the framework."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any, Protocol

from spine_lsp.configuration.configuration import EMPTY, Configuration
from spine_lsp.server.capabilities import initialize_result
from spine_lsp.server.client import resolve_client
from spine_lsp.server.closed_files import ClosedFiles, WorkspaceQuestion, closed_diagnostics
from spine_lsp.server.desk import HEAD_START, MOST_WAITING, Desk
from spine_lsp.server.diagnoser import Diagnoser
from spine_lsp.server.from_lsp import BadParamsError, text_document
from spine_lsp.server.keeper import Keeper
from spine_lsp.server.progress import TOKEN
from spine_lsp.server.rpc import wire
from spine_lsp.server.rpc.inbox import Broken, End, Inbox
from spine_lsp.server.session import Session, Snapshot

if TYPE_CHECKING:
    from spine_lsp.analysis.project import Project

log = logging.getLogger(__name__)

Message = dict[str, Any]

_PATIENCE = 1.0
"""Seconds that the last requests get to be answered before the server shuts down."""

_NOTHING = object()
"""What `_next_message` answers where no message can be handled; a client may send `null`, so not None."""

_SETTLED_IN = 0.5
"""Seconds that the diagnosis of the workspace waits for changes of it that came before."""

_PULLS = ("textDocument/diagnostic", "workspace/diagnostic")

_QUIET = 0.05
"""Seconds without news of the workspace after which the client is told to ask for its views again, once for all."""

Handle = Callable[[Message], None]


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

    def changed(self, uri: str) -> None:
        """A document has another text, was opened or was closed."""

    def configured(self, before: Configuration) -> None:
        """Another configuration holds than before."""

    def forget(self, uri: str) -> None:
        """Keep nothing of a document that was closed."""

    def run_news(self, *, whole: bool) -> None:
        """Runs have gone on; with `whole`, what may be done with them is another too."""

    def refresh(self) -> None:
        """What the client shows beside diagnostics may read otherwise now: it should ask again."""


class Endpoint:
    """Takes messages from the inbox, one for each turn of the event loop, and answers them.

    One for each turn, because the first step of a coroutine runs in the turn after it was made: so a handler
    sees the documents as they were when its request came, even with a `didChange` right after it.

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
        later: Callable[[float, Callable[[], None]], object] = lambda *_: None,
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
        self._keeper: Keeper | None = None
        self._news = 0  # of the workspace, so far
        self._refreshes = 0  # of diagnostics that the client was asked for
        self._refresh_due = False
        self._closed_files = ClosedFiles(
            self._settled,
            self.send,
            lambda: self.busy,
            lambda: self._keeper is None or self._keeper.reading,
        )
        self._failure: str | None = None
        self._kept: list[Message] = []
        self._leaving: Callable[[], None] | None = None  # what is done once the requests are answered
        self._lifecycle: dict[str, Handle] = {"initialize": self._initialize, "shutdown": self._shutdown}
        self._always: dict[str, Handle] = {"exit": self._exit, "$/cancelRequest": self._cancel}
        self._documents: dict[str, Handle] = {
            "textDocument/didOpen": self._did_open,
            "textDocument/didChange": self._did_change,
            "textDocument/didClose": self._did_close,
            "textDocument/didSave": self._did_save,
        }
        self.turns = 0
        """How often the loop came here and was not held up by the client: another thread can see that it lives."""
        self.framework_wanted = Event()
        """Set when a request waits for the framework, or the first document was diagnosed: import it now."""

    # -- what others call, on the loop's thread ------------------------------------------------

    def wake(self) -> None:
        """There may be something to do: have a turn soon."""
        if not self._scheduled and self._state != "ended":
            self._scheduled = True
            self._call_soon(self._run_turn)

    def analysis_loaded(self, diagnoser: Diagnoser) -> None:
        """From now on documents are taken and diagnosed."""
        self._diagnoser = diagnoser
        self.wake()

    @property
    def busy(self) -> bool:
        """Whether messages, requests or diagnoses wait; another thread may ask."""
        answering = self._framework is not None and not self._framework.desk.idle
        diagnosing = self._diagnoser is not None and (self._diagnoser.busy or self._diagnoser.is_aside)
        return self._working or bool(self._inbox) or answering or diagnosing

    def diagnose_all(self) -> None:
        """Diagnose every open document anew, after a change of settings, say."""
        if self._diagnoser is not None:
            self._diagnoser.mark_all()
            self._closed_files.changed()
            self.wake()

    def framework_loaded(self, framework: Framework) -> None:
        """From now on every message is handled; the notifications that were kept come first."""
        self._framework = framework
        kept, self._kept = self._kept, []
        for message in kept:
            self._dispatch(message)
        self.wake()

    def keep(self, keeper: Keeper) -> None:
        """From now on the files of the workspace are kept beside the open documents."""
        self._keeper = keeper
        for uri, document in self._session.snapshot().workspace.documents.items():
            keeper.opened(uri, document)
        self.use_options(EMPTY)
        keeper.keep(self._session.client.folders)
        self._closed_files.changed()

    def use_options(self, before: Configuration) -> None:
        """Have the files read as the editor's settings say, where these are not what they were."""
        now = self._session.snapshot().configuration
        if self._keeper is not None and now.of_project != before.of_project:
            from spine_lsp.disk.index_options import IndexOptions

            self._keeper.use(IndexOptions(configuration=EMPTY.with_editor(now.editor)))

    @property
    def keeper(self) -> Keeper | None:
        """Who keeps the files of the workspace, once all is loaded."""
        return self._keeper

    def project_changed(self, project: Project, *, news: bool) -> None:
        """The files of the workspace say this from now on; with `news`, open documents may read otherwise for it."""
        if self._state == "ended":
            return
        self._session.change_project(project)
        self._closed_files.changed()
        if not news:
            return
        if self._diagnoser is not None:
            self._diagnoser.closed_files(closed_diagnostics(project, self._session.client))
        self.diagnose_all()
        self._news += 1
        number = self._news

        def refresh() -> None:
            if number == self._news and self._framework is not None and self._state == "running":
                self._framework.refresh()

        self._later(_QUIET, refresh)

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

    def run_news(self, uri: str | None) -> None:
        """Runs say something else: of the steps of a file, which is diagnosed anew, or only how far they are."""
        if self._state != "running":
            return
        if uri is not None and self._diagnoser is not None and uri in self._session.snapshot().documents:
            self._diagnoser.mark(uri)
            self.wake()
        if self._framework is not None:
            self._framework.run_news(whole=uri is not None)

    # -- what goes out, from any thread ---------------------------------------------------------

    def on_loop(self, what: Callable[[], None]) -> None:
        """Have something done on the loop's thread, unless that has ended."""
        with suppress(RuntimeError):
            self._call_soon(what)

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        """Have something done on the loop's thread after a while; only that thread may ask."""
        self._later(seconds, what)

    @property
    def congested(self) -> bool:
        """Whether the client has so much to read that it should be told no more."""
        return self._congested()

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

    def _run_turn(self) -> None:
        """Handle one message, or else diagnose for a while."""
        self._scheduled = False
        self.turns += not self._congested()
        if self._state == "ended":
            return
        self._working = True
        try:
            if self._leaving is not None and self._all_answered:
                self._leave()
            elif self._congested():
                return  # a client that reads nothing gets nothing more; whoever makes room wakes us
            elif (message := self._next_message()) is not _NOTHING:
                self._dispatch(message)
                self.wake()
            else:
                self._diagnose()
        finally:
            self._working = False

    def _next_message(self) -> Any:
        """The message that is next in line; `_NOTHING` where there is none, or where it has to wait."""
        if not self._inbox or self._leaving is not None:
            return _NOTHING
        message = self._inbox.first()
        method = message.get("method") if isinstance(message, dict) else None
        if self._state != "running" or self._failure is not None or not isinstance(method, str):
            return self._inbox.take()
        if "id" not in message:
            must_wait = method in self._documents and self._diagnoser is None
        elif self._is_pull(method):
            must_wait = self._diagnoser is None
        elif method in self._lifecycle or method in self._always:
            must_wait = False
        else:
            must_wait = self._framework is None
            if must_wait:
                self.framework_wanted.set()
        return _NOTHING if must_wait else self._inbox.take()

    def _is_pull(self, method: str) -> bool:
        """Whether a request is for diagnostics, which the diagnoser answers by itself."""
        return method in _PULLS and self._session.client.pulls

    def _has_no_room(self, desk: Desk) -> bool:
        """Whether the desk is full, though what is about to be asked anew was given up."""
        if desk.full:
            desk.give_up(self._inbox.changing)
        return desk.full

    def _diagnose(self) -> None:
        """Work on the diagnosis for one slice, unless a quick request has just begun."""
        diagnoser, framework = self._diagnoser, self._framework
        if diagnoser is None or self._state != "running" or not diagnoser.busy:
            return
        if framework is not None and framework.desk.hurried:
            self._later(HEAD_START, self.wake)
            return
        try:
            more = diagnoser.step()
        except Exception:
            log.exception("diagnosis failed")
            more = False
        if more:
            self.wake()
        elif not diagnoser.is_aside:
            self.framework_wanted.set()

    # -- leaving --------------------------------------------------------------------------------

    @property
    def _all_answered(self) -> bool:
        return self._framework is None or self._framework.desk.idle

    def _when_answered(self, leaving: Callable[[], None]) -> None:
        """Go on with `leaving` when the requests that came before are answered, or after a while."""
        if self._all_answered:
            leaving()
            return
        self._leaving = leaving

        def give_up() -> None:
            if self._leaving is leaving:
                self._leave()

        self._later(_PATIENCE, give_up)

    def _leave(self) -> None:
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            leaving()
            self.wake()

    # -- one message ----------------------------------------------------------------------------

    def _dispatch(self, message: Any) -> None:
        """Handle one message; whatever goes wrong costs that message alone."""
        try:
            if isinstance(message, Broken):
                self.refuse(None, message.code, message.reason)
            elif isinstance(message, End):
                self._end_of_input(message)
            elif (fault := _malformed(message)) is not None:
                self.refuse(_echo(message), wire.INVALID_REQUEST, fault)
            elif "method" not in message:
                self._response(message)
            elif "id" in message:
                self._request(message)
            else:
                self._notification(message)
        except BadParamsError as exc:
            log.warning("ignored %s: %s", message.get("method"), exc)
        except (Exception, SystemExit):  # a handler that calls sys.exit() must not end the editor's session
            log.exception("handling of a message failed")
            if isinstance(message, dict) and "method" in message and "id" in message:
                self.refuse(_echo(message), wire.INTERNAL_ERROR, "internal error, see the server's log")

    def _end_of_input(self, end: End) -> None:
        if end.reason is not None:
            log.error("the input cannot be read any further: %s", end.reason)
            self.refuse(None, wire.PARSE_ERROR, end.reason)
        code = 0 if self._state == "shut" and end.reason is None else 1
        self._when_answered(lambda: self.end(code))

    def _request(self, message: Message) -> None:
        request, method = message["id"], message["method"]
        if request in self._inbox.cancelled:
            self.refuse(request, wire.REQUEST_CANCELLED, "cancelled before it was handled")
        elif self._state == "new" and method != "initialize":
            self.refuse(request, wire.NOT_INITIALIZED, "the first request must be initialize")
        elif self._state == "shut":
            self.refuse(request, wire.INVALID_REQUEST, "the server was shut down")
        elif self._state == "running" and method == "initialize":
            self.refuse(request, wire.INVALID_REQUEST, "the server is initialized already")
        elif (handle := self._lifecycle.get(method)) is not None:
            handle(message)
        elif self._diagnoser is not None and self._is_pull(method):
            self._pull(self._diagnoser, message)
        elif self._framework is None:
            self.refuse(request, wire.INTERNAL_ERROR, f"the server could not be loaded: {self._failure}")
        elif self._has_no_room(self._framework.desk):
            reason = f"{MOST_WAITING:,} requests wait for their answers already: ask again when some have come"
            self.refuse(request, wire.REQUEST_FAILED, reason)
        else:
            self._framework.feed(message)

    def _notification(self, message: Message) -> None:
        method = message["method"]
        if (handle := self._always.get(method)) is not None:
            handle(message)
        elif self._state != "running":
            log.debug("ignored %s outside of a session", method)
        elif (handle := self._documents.get(method)) is not None:
            handle(message)
        elif method == "window/workDoneProgress/cancel" and self._cancels_scan(message):
            return
        elif self._framework is not None:
            self._framework.feed(message)
        elif self._failure is None:
            self._kept.append(message)

    def _response(self, message: Message) -> None:
        if self._framework is not None and self._state == "running":
            self._framework.feed(message)

    # -- lifecycle ------------------------------------------------------------------------------

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

    def _shutdown(self, message: Message) -> None:
        def shut_down() -> None:
            self._state = "shut"
            if self._diagnoser is not None:
                self._diagnoser.give_up()
            self._closed_files.give_up()
            if self._framework is not None:
                self._framework.cancel_all()
            self.send(wire.response(message["id"], b"null"))

        self._when_answered(shut_down)

    def _exit(self, message: Message) -> None:
        self.end(0 if self._state == "shut" else 1)

    def _cancel(self, message: Message) -> None:
        params = message.get("params")
        request = params.get("id") if isinstance(params, dict) else None
        if isinstance(request, int | str):
            self._inbox.cancelled.discard(request)
            if self._diagnoser is not None:
                self._diagnoser.give_up(request)
            self._closed_files.give_up(request)
            if self._framework is not None:
                self._framework.cancel(request)

    def _cancels_scan(self, message: Message) -> bool:
        """Whether a message gives up the progress of our scan, which is given up then."""
        params = message.get("params")
        token = params.get("token") if isinstance(params, dict) else None
        if self._keeper is None or not isinstance(token, str) or not token.startswith(TOKEN):
            return False
        self._keeper.cancel()
        return True

    def _pull(self, diagnoser: Diagnoser, message: Message) -> None:
        """`textDocument/diagnostic`, and `workspace/diagnostic`."""
        if message["method"] == "workspace/diagnostic":
            self._pull_workspace(message)
            return
        try:
            uri = text_document(message.get("params"))["uri"]
        except BadParamsError as exc:
            self.refuse(message["id"], wire.INVALID_PARAMS, str(exc))
            return
        if self._keeper is not None:
            self._keeper.look()
        previous = message["params"].get("previousResultId")
        diagnoser.ask(uri, message["id"], previous if isinstance(previous, str) else None)

    def _settled(self) -> Snapshot:
        """The present snapshot, in which the workspace is as it was told, or left, until now; any thread may ask."""
        project = self._keeper.settled(_SETTLED_IN) if self._keeper is not None else None
        snapshot = self._session.snapshot()
        return snapshot if project is None else self._session.beside(snapshot, project)

    def _pull_workspace(self, message: Message) -> None:
        params = message.get("params")
        params = params if isinstance(params, dict) else {}
        previous, part = params.get("previousResultIds"), params.get("partialResultToken")
        known = {
            each["uri"]: each["value"]
            for each in (previous if isinstance(previous, list) else ())
            if isinstance(each, dict) and isinstance(each.get("uri"), str) and isinstance(each.get("value"), str)
        }
        if self._keeper is not None:
            self._keeper.look()
        token = part if isinstance(part, int | str) and not isinstance(part, bool) else None
        self._closed_files.ask(WorkspaceQuestion(message["id"], known, token))

    def diagnostics_stale(self) -> None:
        """What the client was told of an open document holds no more, though it did nothing: have it ask again."""
        if not self._session.client.diagnostic_refresh or self._refresh_due:
            return
        self._refresh_due = True

        def refresh() -> None:
            self._refresh_due = False
            if self._state == "running":
                self._refreshes += 1
                request = f"spine-diagnostics-{self._refreshes}"
                self.send(wire.request(request, "workspace/diagnostic/refresh", b"null"))

        self._later(_QUIET, refresh)

    # -- documents; none is taken where the rest of the server could not be loaded ----------------

    def _did_open(self, message: Message) -> None:
        if self._diagnoser is not None:
            before = self._session.snapshot().configuration
            self._diagnoser.mark(uri := self._session.open(message.get("params")))
            self._closed_files.changed()
            self._tell_of(uri)
            self._reconfigured(before)

    def _did_change(self, message: Message) -> None:
        if self._diagnoser is None:
            return
        if (changed := self._session.change(message.get("params"))) is not None:
            self._diagnoser.mark(changed)
            self._tell_of(changed)

    def _did_close(self, message: Message) -> None:
        if self._diagnoser is None:
            return
        if (closed := self._session.close(message.get("params"))) is not None:
            self._diagnoser.close(closed)
            self._closed_files.changed()
            self._freed()
            if self._framework is not None:
                self._framework.forget(closed)
            self._tell_of(closed)

    def _did_save(self, message: Message) -> None:
        """What was saved has been diagnosed already, but it may be configuration, and more may be new beside it."""
        if self._diagnoser is not None:
            self.configuration_files_changed()
        if self._keeper is not None:
            self._keeper.look()

    def configuration_files_changed(self) -> None:
        """Read the files of configuration again, and show everything anew if one of them has changed."""
        before = self._session.snapshot().configuration
        if self._session.read_configuration():
            self.diagnose_all()
            self._reconfigured(before)

    def _reconfigured(self, before: Configuration) -> None:
        if self._framework is not None and self._session.snapshot().configuration is not before:
            self._framework.configured(before)
        self.use_options(before)

    def _tell_of(self, changed: str) -> None:
        if self._framework is not None:
            self._framework.changed(changed)
        if self._keeper is not None:
            document = self._session.snapshot().workspace.documents.get(changed)
            if document is not None:
                self._keeper.opened(changed, document)
            else:
                self._keeper.closed(changed)


def _malformed(message: Any) -> str | None:
    """Why a message is none of JSON-RPC 2.0; None where it is one."""
    if isinstance(message, list):
        return "batches are not supported"
    if not isinstance(message, dict):
        return "message is not an object"
    if "method" not in message and ("result" in message or "error" in message or "id" in message):
        return None
    if message.get("jsonrpc") != "2.0" or not isinstance(message.get("method"), str):
        return "message is not JSON-RPC 2.0"
    if "id" in message and not _is_id(message["id"]):
        return "id is neither a number nor a string"
    return None


def _is_id(value: object) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)


def _echo(message: Any) -> wire.MessageId:
    """The id to answer a message with; None where it has none, or none that can be."""
    request = message.get("id") if isinstance(message, dict) else None
    return request if _is_id(request) else None
