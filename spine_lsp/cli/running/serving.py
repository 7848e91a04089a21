"""`spine-lsp runs serve`: the application of `dashboard` on a socket of this machine."""

from __future__ import annotations

import socket
from pathlib import Path

import uvicorn

from spine_lsp.cli.output import CannotRunError, note
from spine_lsp.cli.running.dashboard import ServedFolder, application
from spine_lsp.execution.history import History
from spine_lsp.execution.place import HistoryError, history_place

_AT_ONCE = 32
"""Requests and streams at the same time; more are refused."""

_UNREAD = 20_000
"""Milliseconds after which a client that takes nothing of what it has asked for is let go: it holds a place."""


def serve_runs(folder: str, port: int, where: str | None) -> None:
    """Serve until Ctrl-C; raises CannotRunError for what keeps it from beginning."""
    if not Path(folder).is_dir():
        raise CannotRunError(f"cannot serve {folder}: it is no folder")
    try:
        history = History.to_read(where or history_place())
    except HistoryError as exc:
        raise CannotRunError(str(exc)) from None
    with socket.socket() as listening:
        try:
            listen_on(listening, port)  # before anybody is told
        except OSError as exc:
            raise CannotRunError(f"cannot serve on port {port}: {exc.strerror or exc}") from None
        note(f"http://127.0.0.1:{listening.getsockname()[1]}/ serves runs; Ctrl-C ends")
        config = uvicorn.Config(
            application(history, ServedFolder(folder)),
            log_level="error",
            access_log=False,
            server_header=False,
            lifespan="off",
            limit_concurrency=_AT_ONCE,
            timeout_graceful_shutdown=1,
        )
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:  # uvicorn raises it again when it has ended
            return
        finally:
            history.close()


def listen_on(listening: socket.socket, port: int) -> None:
    """Take connections of this machine; OSError where the port is taken."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # connections inherit it
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD)
    listening.bind(("127.0.0.1", port))
    listening.listen()
