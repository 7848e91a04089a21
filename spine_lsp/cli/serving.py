"""Starts the server and ends the process with its exit code, without the command line library."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

from spine_lsp.cli import exits


def serve_and_exit(port: int | None = None, log_level: str = "warning", log_file: str | None = None) -> NoReturn:
    """Serve one client over standard input and output, or over TCP on 127.0.0.1:`port`, and exit.

    What keeps it from starting is one sentence on standard error and exit code 2.
    """
    from spine_lsp.server.logs import configure_logging
    from spine_lsp.server.serve import leave, serve

    try:
        configure_logging(log_level, log_file)
    except OSError as exc:
        _cannot_run(f"cannot log to {log_file}: {exc.strerror or exc}")
    if port is None and (sys.stdin is None or sys.stdout is None):  # so they are in Python when they are closed
        closed = "input" if sys.stdin is None else "output"
        _cannot_run(f"cannot serve: standard {closed} is closed")
    # A KeyboardInterrupt could be raised anywhere, in the making of the event loop too, which then complains.
    # Shells and `nohup` have it ignored by what runs in the background, and so it stays.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _interrupted)
    if port is None and sys.stdin.isatty():
        _say("waiting for an editor on standard input; `spine-lsp check` finds faults from here, Ctrl-C ends")
    try:
        code = serve(port)
    except OSError as exc:
        where = "standard input and output" if port is None else f"127.0.0.1:{port}"
        _cannot_run(f"cannot serve on {where}: {exc.strerror or exc}")
    leave(code)
    raise AssertionError("leave ends the process")


def _interrupted(*_signal: object) -> NoReturn:
    from spine_lsp.server.shown import remove_shown

    if sys.stderr is not None:
        with suppress(OSError):
            os.write(2, b"interrupted\n")  # not by sys.stderr, which may be in the midst of a line
    remove_shown()
    os._exit(exits.INTERRUPTED)


def _cannot_run(sentence: str) -> NoReturn:
    _say(f"Error: {sentence}")
    sys.exit(exits.CANNOT_RUN)


def _say(sentence: str) -> None:
    from spine_lsp.printable import printable

    if sys.stderr is not None:
        try:
            sys.stderr.write(f"{printable(sentence)}\n")
            sys.stderr.flush()
        except OSError:  # nobody is there to be told
            return
