"""Handlers that do what a bad day brings: block, raise, print, exit, answer nonsense, ask and give up."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import subprocess
import sys
import threading
import time
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from spine_lsp.cancellation import check_cancelled
from spine_lsp.server import from_lsp
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.rpc.wire import Json

Params = dict[str, Any]
log = logging.getLogger(__name__)


def echo(ls: SpineServer, params: Any) -> Any:
    return params


def a_set(ls: SpineServer, params: Any) -> Any:
    return {"x": {1, 2}}


def not_a_number(ls: SpineServer, params: Any) -> Any:
    return float("nan")


def boom(ls: SpineServer, params: Any) -> Any:
    raise ValueError("secret /path")


async def boom_later(ls: SpineServer, params: Any) -> Any:
    await asyncio.sleep(0)
    raise ValueError("secret /path")


def leave(ls: SpineServer, params: Any) -> Any:
    sys.exit(3)


def retrigger(ls: SpineServer, params: Any) -> Any:
    raise JsonRpcException("stale", code=-32802, data={"retriggerRequest": True})


def ready(ls: SpineServer, params: Any) -> Any:
    return Json(b'{"ready":  true}')  # two blanks: it must arrive untouched


async def version(ls: SpineServer, params: Params) -> int:
    return ls.session.snapshot().documents[params["uri"]].version


def text(ls: SpineServer, params: Params) -> Any:
    document = ls.session.snapshot().documents.get(params["uri"])
    return document and {"text": document.text.source, "lines": document.text.line_count}


def stats(ls: SpineServer, params: Any) -> Any:
    gc.collect()
    protocol = ls.protocol
    return {
        "futures": len(protocol._request_futures.keys() - {protocol.msg_id}),
        "result_types": len(protocol._result_types),
        "cancelled": len(ls.endpoint._inbox.cancelled),
        "objects": len(gc.get_objects()),
    }


def collector(ls: SpineServer, params: Any) -> Any:
    return {"enabled": gc.isenabled(), "frozen": gc.get_freeze_count(), "threshold": gc.get_threshold()[0]}


def noise(ls: SpineServer, params: Any) -> Any:
    print("stray print")  # noqa: T201 - on purpose
    sys.stdout.flush()
    os.write(1, b"stray write\n")
    subprocess.run([sys.executable, "-c", "print('stray child')"], check=True)
    child = subprocess.run([sys.executable, "-c", "import sys; sys.exit(len(sys.stdin.read()))"], check=False)
    return {"child_read": child.returncode}


def flood(ls: SpineServer, params: Params) -> Any:
    def write(writer: int) -> None:
        for number in range(params["each"]):
            ls.protocol.notify("probe/note", {"writer": writer, "number": number, "pad": "p" * params["pad"]})

    for writer in range(params["writers"]):
        threading.Thread(target=write, args=(writer,), daemon=True).start()


_released = threading.Event()


def hold(ls: SpineServer, params: Any) -> Any:
    """Work for as long as the client wants, as a request of a huge text would."""
    ls.protocol.notify("probe/holding")
    while not _released.is_set():
        pass
    _released.clear()
    return "held"


def loop(ls: SpineServer, params: Any) -> Any:
    """Work for ever, but look now and then whether anybody still wants the answer."""
    ls.protocol.notify("probe/looping")
    while True:
        check_cancelled()


def release(ls: SpineServer, params: Any) -> None:
    _released.set()


def hang(ls: SpineServer, params: Any) -> None:
    """Hold the event loop for ever: a notification is handled there."""
    ls.protocol.notify("probe/hanging")
    while True:
        pass


def blab(ls: SpineServer, params: Params) -> int:
    for number in range(params["lines"]):
        log.warning("line %d %s", number, "x" * 100)
    return 7


def large(ls: SpineServer, params: Params) -> str:
    return "x" * int(params["size"])


async def wait(ls: SpineServer, params: Any) -> Any:
    ls.protocol.notify("probe/waiting")
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        ls.protocol.notify("probe/cancelled")
        raise


async def ask(ls: SpineServer, params: Any) -> Any:
    asked = ls.workspace_configuration_async(lsp.ConfigurationParams([lsp.ConfigurationItem(section="spine")]))
    try:
        return await asked
    except JsonRpcException as exc:
        return {"refused": exc.code}


def progress(ls: SpineServer, params: Any) -> Any:
    for _ in range(2):
        ls.work_done_progress.begin("token", lsp.WorkDoneProgressBegin(title="work"))
        ls.work_done_progress.end("token", lsp.WorkDoneProgressEnd())
    return len(ls.work_done_progress.tokens)


async def leave_later(ls: SpineServer, params: Any) -> Any:
    sys.exit(3)


def folds(ls: SpineServer, params: lsp.FoldingRangeParams) -> Any:
    document = ls.session.snapshot().documents.get(params.text_document.uri)
    return document and [lsp.FoldingRange(0, document.version)]


def hover(ls: SpineServer, params: lsp.HoverParams) -> lsp.Hover | None:
    snapshot = ls.session.snapshot()
    document = snapshot.documents.get(params.text_document.uri)
    if document is None:
        return None
    offset = from_lsp.offset(document.text, params.position, snapshot.encoding)
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.PlainText, str(offset)))


def thread_hog(ls: SpineServer, params: Any) -> Any:
    threading.Thread(target=time.sleep, args=(3600,)).start()


def add(ls: SpineServer, argument: Params) -> Any:
    return sum(argument["numbers"])


FEATURES = (
    ("probe/echo", echo, None),
    ("probe/set", a_set, None),
    ("probe/nan", not_a_number, None),
    ("probe/boom", boom, None),
    ("probe/boomLater", boom_later, None),
    ("probe/leave", leave, None),
    ("probe/leaveLater", leave_later, None),
    ("probe/progress", progress, None),
    ("probe/retrigger", retrigger, None),
    ("probe/ready", ready, None),
    ("probe/version", version, None),
    ("probe/text", text, None),
    ("probe/stats", stats, None),
    ("probe/collector", collector, None),
    ("probe/noise", noise, None),
    ("probe/flood", flood, None),
    ("probe/hold", hold, None),
    ("probe/loop", loop, None),
    ("probe/release", release, None),
    ("probe/hang", hang, None),
    ("probe/blab", blab, None),
    ("probe/large", large, None),
    ("probe/wait", wait, None),
    ("probe/ask", ask, None),
    ("probe/threadHog", thread_hog, None),
    ("probe/note", boom, None),
    ("textDocument/hover", hover, None),
    ("textDocument/foldingRange", folds, None),
)

COMMANDS = (("probe.wait", wait), ("probe.add", add))
