"""The background thread that imports what is heavy once the client has had its first answer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from spine_lsp.server.desk import Desk
from spine_lsp.server.diagnoser import Diagnoser
from spine_lsp.server.endpoint import Endpoint, Message
from spine_lsp.server.keeper import Keeper
from spine_lsp.server.progress import ScanProgress
from spine_lsp.server.rpc.inbox import Inbox
from spine_lsp.server.session import Session
from spine_lsp.server.tuning import tune_for_loading, tune_for_work
from spine_lsp.server.wiring import Wiring

if TYPE_CHECKING:
    import asyncio

    from spine_lsp.analysis.project import Project

log = logging.getLogger(__name__)

_PATIENCE = 1.0
"""Seconds to wait for a document to be opened before the framework is imported."""


def start_analysis(wiring: Wiring) -> None:
    """Import the analysis while the client's first message is on its way; an error shows when it is needed."""

    def load() -> None:
        with suppress(Exception):
            wiring.analysis()

    threading.Thread(target=load, name="spine-analysis", daemon=True).start()


def start_loading(
    loop: asyncio.AbstractEventLoop,
    endpoint: Endpoint,
    session: Session,
    inbox: Inbox,
    wiring: Wiring,
    initialize: Message,
    wait_for_room: Callable[[], None],
) -> threading.Thread:
    """Load the analysis, then the framework, and tell the endpoint on the loop's thread about each.

    The garbage collector is expected to be off, so that a large first document is read fast; it is on, and tuned,
    when all is loaded.
    """

    def tell(what: Callable[..., None], *value: object) -> None:
        try:
            loop.call_soon_threadsafe(what, *value)
        except RuntimeError:  # the loop is closed: the client has left in the meantime
            log.debug("loaded for nobody")

    def load() -> None:
        try:
            desk = Desk(lambda: tell(endpoint.wake), wait_for_room)
            analysis = wiring.analysis()
            diagnoser = Diagnoser(
                session,
                inbox,
                analysis.diagnose,
                endpoint.send,
                later=loop.call_later,
                wake=endpoint.wake,
                aside=desk.diagnose,
                pulls=session.client.pulls,
                stale=endpoint.diagnostics_stale,
            )
            tell(endpoint.analysis_loaded, diagnoser)
            # Importing the framework takes the interpreter for 300 ms: the first document comes before it.
            while not endpoint.framework_wanted.wait(_PATIENCE) and endpoint.busy:
                pass
            tune_for_loading()
            from spine_lsp.server.framework import create_framework

            framework = create_framework(endpoint, session, wiring.handlers, desk).protocol
            framework.initialize(initialize)
            framework.warm()
            tune_for_work()
            tell(endpoint.keep, _keeper(endpoint, session, tell))  # before messages that concern it are handled
            tell(endpoint.framework_loaded, framework)
        except Exception as exc:
            log.exception("loading failed")
            tell(endpoint.loading_failed, f"{type(exc).__name__}: {exc}")

    thread = threading.Thread(target=load, name="spine-loader", daemon=True)
    thread.start()
    return thread


def _keeper(endpoint: Endpoint, session: Session, tell: Callable[..., None]) -> Keeper:
    def told(project: Project, *, news: bool) -> None:
        tell(partial(endpoint.project_changed, project, news=news))

    progress = ScanProgress(endpoint.send, shows=session.client.progress)
    return Keeper(told, lambda: endpoint.busy, progress)
