"""Commands: questions of the graph, answered as the JSON that ARCHITECTURE.md documents, and documents to look at."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from spine_lsp.ide.resolved_order import resolved_order, to_json
from spine_lsp.server import wire
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import ranger, text_of, workspace_of

Argument = Mapping[str, Any]


def show_resolved_order(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.showResolvedOrder`."""
    snap = ls.session.snapshot()
    uri = text_of(argument, "uri") or ""
    params = argument.get("params")
    found = resolved_order(
        workspace_of(snap), uri, text_of(argument, "group"), params if isinstance(params, Mapping) else None
    )
    if found is None:
        return None
    return wire.Json(wire.dumps(to_json(found, ranger(snap, uri)), str))


def open_resolved_order(ls: SpineServer, argument: Argument) -> None:
    """`spine.openResolvedOrder`: the order as a document that the client shows, for clients without a view of ours."""
    from spine_lsp.ide.order_text import order_text

    snap = ls.session.snapshot()
    found = resolved_order(workspace_of(snap), text_of(argument, "uri") or "", text_of(argument, "group"))
    if found is not None:
        show_text(ls, f"{found.group or 'group'}-order.md", order_text(found))


def show_text(ls: SpineServer, name: str, text: str) -> None:
    """Show a text as a document, or as a message where the client shows no documents."""
    if not ls.session.client.show_document:
        ls.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Info, message=text))
        return
    safe = "".join(char if char.isalnum() or char in ".-_" else "_" for char in name)
    folder = Path(tempfile.mkdtemp(prefix="spine-lsp-"))
    file = folder / safe
    file.write_text(text, encoding="utf-8")
    ls.window_show_document(
        lsp.ShowDocumentParams(uri=file.as_uri(), take_focus=True), callback=lambda _: None
    )


COMMANDS = (
    ("spine.showResolvedOrder", show_resolved_order),
    ("spine.openResolvedOrder", open_resolved_order),
)
FEATURES = ()
