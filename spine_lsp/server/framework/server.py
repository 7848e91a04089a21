"""The pygls server behind the endpoint: made late, fed with plain messages, handlers from tables."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from cattrs import Converter
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from spine_lsp import __version__
from spine_lsp.analysis.runs import Past, RunFacts
from spine_lsp.analysis.uris import uri_of
from spine_lsp.configuration.configuration import EMPTY, Configuration
from spine_lsp.disk.config_files import system_path
from spine_lsp.orchestration.problems import counted
from spine_lsp.printable import printable
from spine_lsp.server.asking import CompletionMemory
from spine_lsp.server.desk import Desk
from spine_lsp.server.endpoint import Endpoint
from spine_lsp.server.framework.protocol import SpineProtocol, lenient_converter
from spine_lsp.server.handlers import HANDLERS
from spine_lsp.server.live import LiveMemory
from spine_lsp.server.runs.desk import RunDesk, with_past
from spine_lsp.server.runs.past import PastReader
from spine_lsp.server.session import Session
from spine_lsp.server.tokens import TokenMemory
from spine_lsp.syntax.text import Text

log = logging.getLogger(__name__)

Handler = Callable[..., Any]

_NOTEBOOKS = (
    lsp.NOTEBOOK_DOCUMENT_DID_OPEN,
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE,
    lsp.NOTEBOOK_DOCUMENT_DID_CLOSE,
)


class SpineServer(LanguageServer):
    """What every handler gets as `ls`: the session, and pygls' requests to the client."""

    protocol: SpineProtocol
    session: Session
    endpoint: Endpoint
    tokens: TokenMemory
    completions: CompletionMemory
    live: LiveMemory
    runs: RunDesk
    past: PastReader
    said: dict[str, set[str]]
    """What was said once of each open document."""

    def log_once(self, uri: str, sentence: str) -> None:
        """Show a sentence about an open document in the client's log, the first time that it is said."""
        if self._is_new(uri, sentence):
            self.window_log_message(lsp.LogMessageParams(type=lsp.MessageType.Info, message=sentence))

    def warn_once(self, about: str, sentences: Sequence[str]) -> None:
        """Show one message for faults that are shown nowhere else: the first, and how many more, once for each list."""
        if not sentences:
            return
        for sentence in sentences:
            log.warning("%s: %s", about, sentence)
        more = f" (and {counted(len(sentences) - 1, 'more fault')})" if len(sentences) > 1 else ""
        message = printable(f"{about}: {sentences[0]}{more}")
        if self._is_new(about, message):
            self.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Warning, message=message))

    def configured(self, before: Configuration) -> None:
        """Another configuration holds than `before`: show everything anew, and say once what is wrong in files.

        The client is asked to refresh the views whose settings may differ.
        """
        state = self.session.snapshot()
        now = state.configuration
        self.warn_of_files(before)
        self.endpoint.diagnose_all()
        self.protocol.changed(None)
        self.refresh_views(lenses=now.differs(before, "codeLens"), hints=now.differs(before, "inlayHints"))

    def warn_of_files(self, before: Configuration = EMPTY) -> None:
        """Say what is wrong in files of configuration that are not as before, unless the client shows it in them."""
        state = self.session.snapshot()
        for file in state.configuration.files.values():
            if before.files.get(file.path) is file or uri_of(file.path) in state.documents:
                continue
            text = Text(file.text)
            self.warn_once(
                system_path(file.path),
                [f"line {text.position(found.start)[0] + 1}: {found.message}" for found in file.findings],
            )

    def refresh_views(self, *, lenses: bool = True, hints: bool = True) -> None:
        """Have the client ask again for its lenses and hints, as far as it can be told to."""
        client = self.session.client
        if lenses and client.lens_refresh:
            self.workspace_code_lens_refresh(None, callback=_ignore)
        if hints and client.hint_refresh:
            self.workspace_inlay_hint_refresh(None, callback=_ignore)

    def show_once(self, uri: str, sentence: str) -> None:
        """Show a sentence about an open document to the user, the first time that it is said."""
        if self._is_new(uri, sentence):
            self.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Info, message=sentence))

    def _is_new(self, uri: str, sentence: str) -> bool:
        said = self.said.setdefault(uri, set())
        is_new = sentence not in said
        said.add(sentence)
        return is_new

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log; a pop-up for each odd message is no help to anybody."""
        log.error("%s: %s", getattr(source, "__name__", source), error)


def _ignore(_: object) -> None:
    """A refresh has no answer that matters."""


def create_framework(
    endpoint: Endpoint,
    session: Session,
    handlers: Sequence[str] = HANDLERS,
    desk: Desk | None = None,
    converter: Callable[[], Converter] = lenient_converter,
) -> SpineServer:
    """Make the pygls server with all handlers of the named modules; its `protocol` is what the endpoint feeds."""
    server = SpineServer("spine-lsp", __version__, protocol_cls=SpineProtocol, converter_factory=converter)
    server.session = session
    server.endpoint = endpoint
    server.tokens = TokenMemory()
    server.completions = CompletionMemory()
    server.live = LiveMemory()
    server.said = {}
    _follow_runs(server)
    server.protocol.endpoint = endpoint
    server.protocol.session = session
    if desk is not None:
        server.protocol.desk = desk
    for method in _NOTEBOOKS:  # pygls would keep their texts
        server.protocol.fm.builtin_features.pop(method, None)
    for name in handlers:
        module = import_module(name)
        for method, handler, options in getattr(module, "FEATURES", ()):
            server.feature(method, options)(guard(handler))
        for command, handler in getattr(module, "COMMANDS", ()):
            server.command(command)(_command(command, handler))
    return server


def _follow_runs(server: SpineServer) -> None:
    """What runs tell, and what the history has of them, goes to the session on the loop's thread."""
    endpoint, session = server.endpoint, server.session

    def change(changed: Callable[[RunFacts], RunFacts]) -> None:
        session.change_runs(changed(session.snapshot().workspace.runs))

    def told(past: Past) -> None:
        def on_loop() -> None:
            change(with_past(past))
            endpoint.run_news(None)

        endpoint.on_loop(on_loop)

    server.past = PastReader(told)
    server.runs = RunDesk(
        lambda: session.client,
        endpoint.send,
        endpoint.on_loop,
        change,
        endpoint.run_news,
        congested=lambda: endpoint.congested,
        look=server.past.look,
        later=endpoint.later,
    )


def guard(handler: Handler) -> Handler:
    """A fault in a handler costs one empty answer and one log line; in a strict session it is an error.

    JsonRpcException passes: it is how a handler refuses on purpose. SystemExit does not: it would end the session.
    """

    def failed(ls: SpineServer, fault: BaseException) -> None:
        name = getattr(handler, "__qualname__", handler)
        log.error("%s failed", name, exc_info=fault)
        if ls.session.strict:
            raise RuntimeError(f"{name} failed") from fault

    if inspect.iscoroutinefunction(handler):

        @functools.wraps(handler)
        async def guarded_async(ls: SpineServer, *args: Any) -> Any:
            try:
                return await handler(ls, *args)
            except JsonRpcException:
                raise
            except (Exception, SystemExit) as exc:  # noqa: BLE001 - it is logged, and costs this answer
                return failed(ls, exc)

        return guarded_async

    @functools.wraps(handler)
    def guarded(ls: SpineServer, *args: Any) -> Any:
        try:
            return handler(ls, *args)
        except JsonRpcException:
            raise
        except (Exception, SystemExit) as exc:  # noqa: BLE001 - as above
            return failed(ls, exc)

    return guarded


def _command(name: str, handler: Handler) -> Handler:
    """Check the one argument ourselves: pygls reports a wrong count with a traceback."""

    def argument(args: tuple[Any, ...]) -> dict[str, Any]:
        given = args[0] if args else {}
        if len(args) > 1 or not isinstance(given, dict):
            raise JsonRpcInvalidParams(f"{name} takes one object as its argument")
        return given

    inner = guard(handler)
    if inspect.iscoroutinefunction(handler):

        async def run_async(ls: SpineServer, *args: Any) -> Any:
            return await inner(ls, argument(args))

        return run_async

    def run(ls: SpineServer, *args: Any) -> Any:
        return inner(ls, argument(args))

    return run
