"""Runs the server over standard input and output or one TCP connection, and answers the exit code."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import BinaryIO

from spine_lsp.server.endpoint import Endpoint, Message
from spine_lsp.server.loading import start_analysis, start_loading
from spine_lsp.server.logs import drain_logs
from spine_lsp.server.memory import Caretaker
from spine_lsp.server.rpc.inbox import Inbox
from spine_lsp.server.rpc.outbox import Outbox, Sink
from spine_lsp.server.rpc.transport import accept_one, claim_stdio, listen, start_reader
from spine_lsp.server.session import Session
from spine_lsp.server.shown import remove_shown
from spine_lsp.server.tuning import tune_for_start
from spine_lsp.server.watchdog import Watchdog
from spine_lsp.server.wiring import Wiring, default_wiring

_FIRST_WORD = 0.02
"""Seconds after which a client is taken to have nothing to say yet, and the analysis is imported meanwhile."""
_GRACE = 0.5
"""Seconds that threads get to end by themselves at exit."""


def serve(port: int | None = None, wiring: Wiring | None = None) -> int:
    """Serve one client until it leaves: over standard input and output, or over TCP on 127.0.0.1:`port`.

    Answers the exit code: 0 after `shutdown`, 1 when the client left without it or died. Raises OSError where there
    is no pipe or port to serve on.
    """
    wiring = wiring or default_wiring()
    tune_for_start()
    if port is None:
        source, out = claim_stdio()
        return _run(source, out, wiring)
    start_analysis(wiring)  # while the client is waited for
    stream, connection = accept_one(listen(port))
    return _run(stream, connection, wiring)


def leave(code: int) -> None:
    """End the process with this code, whatever still runs: no worker may hold the editor's exit."""
    remove_shown()
    until = monotonic() + _GRACE
    logged = drain_logs(_GRACE)
    here = threading.current_thread()
    others = [thread for thread in threading.enumerate() if thread is not here and not thread.daemon]
    for thread in others:
        thread.join(max(0.0, until - monotonic()))
    if not logged or any(thread.is_alive() for thread in others):
        os._exit(code)
    sys.stderr.flush()
    sys.exit(code)


def _end_process(code: int) -> None:
    """End the process from the watchdog's thread, with nothing of ours left on the disk."""
    remove_shown()
    drain_logs(_GRACE)
    os._exit(code)


def _run(source: BinaryIO, sink: Sink, wiring: Wiring) -> int:
    out = Outbox(sink)
    try:
        return asyncio.run(_converse(source, out, wiring))
    except SystemExit:
        return 1  # nobody asked for it by the protocol
    finally:
        out.close(_GRACE)


async def _converse(source: BinaryIO, out: Outbox, wiring: Wiring) -> int:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def stop(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    def load(initialize: Message) -> None:
        idle.cancel()
        start_loading(loop, endpoint, session, inbox, wiring, initialize, out.wait_for_room)

    def soon(what: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: the server has ended already
            loop.call_soon_threadsafe(what)

    session = Session(lambda: wiring.analysis().workspace(), strict=wiring.strict)
    inbox = Inbox()
    endpoint = Endpoint(
        session,
        inbox,
        out.put,
        loop.call_soon_threadsafe,
        watch=lambda process: watchdog.watch_parent(process),  # noqa: PLW0108 - it is made below
        load=load,
        stop=stop,
        later=loop.call_later,
        congested=lambda: out.full,
        freed=lambda: caretaker.freed(),  # noqa: PLW0108 - as above
    )
    caretaker = Caretaker(
        loop.call_later, busy=lambda: endpoint.busy, in_use=lambda: bool(session.snapshot().documents)
    )
    out.on_room = lambda: soon(endpoint.wake)
    out.on_fault = lambda: soon(lambda: endpoint.end(1))
    watchdog = Watchdog(
        beats=lambda: endpoint.turns + out.written,
        nudge=lambda: soon(endpoint.wake),
        on_gone=lambda: soon(lambda: endpoint.end(1)),
        every=wiring.parent_poll,
        grace=wiring.grace,
        end_process=_end_process,
    )
    watchdog.start(source.fileno())

    def wake() -> None:
        loop.call_soon_threadsafe(endpoint.wake)

    # Most clients have written their first message by now. It is answered first: an import beside it would take the
    # interpreter, and the client's time, for itself.
    idle = loop.call_later(_FIRST_WORD, start_analysis, wiring)
    start_reader(source, inbox, wake, watchdog.client_left)
    code = await ended
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)  # cancelled coroutines may answer before the pipe closes
    return code
