"""Runs the server over standard input and output or one TCP connection, and answers the exit code."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import threading
from collections.abc import Callable
from time import monotonic
from typing import BinaryIO

from spine_lsp.server import transport
from spine_lsp.server.endpoint import Endpoint, Message
from spine_lsp.server.inbox import Inbox
from spine_lsp.server.loading import start_analysis, start_loading
from spine_lsp.server.session import Session
from spine_lsp.server.wiring import Wiring, default_wiring

log = logging.getLogger(__name__)

_GRACE = 0.5
"""Seconds that threads get to end by themselves at exit."""


def serve(port: int | None = None, wiring: Wiring | None = None) -> int:
    """Serve one client until it leaves: over standard input and output, or over TCP on 127.0.0.1:`port`.

    Answers the exit code: 0 after `shutdown`, 1 when the client left without it or died.
    """
    wiring = wiring or default_wiring()
    # Until all is loaded nothing becomes garbage; collecting would only walk what stays.
    gc.disable()
    # A busy thread hands over after half a millisecond, so that the reader is never late.
    sys.setswitchinterval(0.0005)
    start_analysis(wiring)
    if port is None:
        source, out = transport.claim_stdio()
        return _run(source, out, wiring)
    stream, connection = transport.accept_one(transport.listen(port))
    return _run(stream, connection, wiring)


def main() -> None:
    """`python -m spine_lsp.server.serve`: over standard input and output, with logs of warnings."""
    configure_logging("warning")
    leave(serve())


def configure_logging(level: str, file: str | None = None) -> None:
    """Log to standard error, or to `file`; standard output belongs to the client."""
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if file is not None:
        handler = logging.FileHandler(file, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # pygls logs whole messages at INFO and what we have handled at ERROR; only a debugger wants that.
    if level.lower() != "debug":
        logging.getLogger("pygls").setLevel(logging.CRITICAL)


def leave(code: int) -> None:
    """End the process with this code, whatever still runs: no worker may hold the editor's exit."""
    logging.shutdown()
    until = monotonic() + _GRACE
    others = [
        one for one in threading.enumerate() if one is not threading.current_thread() and not one.daemon
    ]
    for thread in others:
        thread.join(max(0.0, until - monotonic()))
    sys.stderr.flush()
    if any(thread.is_alive() for thread in others):
        os._exit(code)
    sys.exit(code)


def _run(source: BinaryIO, out: transport.Out, wiring: Wiring) -> int:
    try:
        return asyncio.run(_converse(source, out, wiring))
    except (KeyboardInterrupt, SystemExit):
        return 1  # nobody asked for it by the protocol
    finally:
        out.close()


async def _converse(source: BinaryIO, out: transport.Out, wiring: Wiring) -> int:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def stop(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    def watch(parent: int) -> None:
        _watch(loop, parent, wiring.parent_poll, lambda: endpoint.end(1))

    def load(initialize: Message) -> None:
        start_loading(loop, endpoint, session, inbox, wiring, initialize)

    session = Session(lambda: wiring.analysis().workspace(), strict=wiring.strict)
    inbox = Inbox()
    endpoint = Endpoint(
        session, inbox, out.write, loop.call_soon_threadsafe, watch=watch, load=load, stop=stop
    )

    def wake() -> None:
        loop.call_soon_threadsafe(endpoint.wake)

    transport.start_reader(source, inbox, wake)
    code = await ended
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)  # cancelled coroutines may answer before the pipe closes
    return code


def _watch(loop: asyncio.AbstractEventLoop, parent: int, every: float, gone: Callable[[], None]) -> None:
    """Call `gone` once the client's process has ended, which closes our input on no system by itself."""
    if not transport.process_alive(parent):
        # The client runs in another container, say: its number means nothing here.
        log.warning("the client's process %d cannot be seen from here, so it is not watched", parent)
        return

    def look() -> None:
        if transport.process_alive(parent):
            loop.call_later(every, look)
        else:
            log.warning("the client's process %d has ended", parent)
            gone()

    loop.call_later(every, look)
