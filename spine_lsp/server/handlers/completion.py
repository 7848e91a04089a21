"""Completion: items as the client can show them, documentation when it asks for it."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.ide.completion import completions, resolve
from spine_lsp.ide.completion_items import CompletionItem
from spine_lsp.server import wire
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import Here, anywhere, workspace_of
from spine_lsp.server.to_lsp import JsonObject

# CompletionItemKind, InsertTextFormat and InsertTextMode of LSP 3.17.
_KINDS = {"step": 18, "key": 10, "value": 12, "pipeline": 7, "parameter": 6, "snippet": 15}
_SNIPPET = 2
_ADJUST_INDENTATION = 2
_AGAIN = {"title": "Complete", "command": "editor.action.triggerSuggest"}
OPTIONS = lsp.CompletionOptions(
    trigger_characters=["[", ",", " ", "-", ":", "{", ".", '"', "'"], resolve_provider=True
)


def on_completion(ls: SpineServer, params: lsp.CompletionParams) -> wire.Json | None:
    """`textDocument/completion`."""
    if (place := anywhere(ls, params)) is None:
        return None
    client, settings = place.snap.client, place.snap.settings
    found = completions(
        place.workspace, place.at(params.position), limit=settings.completion_limit, snippets=client.snippets
    )
    by_schema = "completion" in settings.companion
    items = [_item(place, item) for item in found.items if not (by_schema and item.kind in ("key", "value"))]
    return wire.Json(wire.dumps({"isIncomplete": found.incomplete, "items": items}))


def on_resolve(ls: SpineServer, params: lsp.CompletionItem) -> JsonObject:
    """`completionItem/resolve`: the item as it came, with its documentation."""
    snap = ls.session.snapshot()
    item: JsonObject = ls.protocol.plain(params)
    data = item.get("data")
    markdown = snap.client.completion_markdown
    text = resolve(workspace_of(snap), data, markdown=markdown) if isinstance(data, dict) else None
    if text is not None:
        item["documentation"] = {"kind": "markdown" if markdown else "plaintext", "value": text}
    return item


def _item(place: Here, item: CompletionItem) -> JsonObject:
    client = place.snap.client
    made: dict[str, Any] = {
        "label": item.label,
        "kind": _KINDS[item.kind],
        "sortText": item.sort_text,
        "filterText": item.filter_text,
        "textEdit": {"range": place.range(item.span), "newText": item.insert},
    }
    if item.note and client.label_details:
        made["labelDetails"] = {"description": item.note}
    if item.detail or item.note:
        made["detail"] = item.detail or item.note
    if "\n" in item.insert:
        made["insertTextMode"] = _ADJUST_INDENTATION
    if item.is_snippet:
        made["insertTextFormat"] = _SNIPPET
    if item.preselect:
        made["preselect"] = True
    if item.again and "vscode" in client.name.lower().replace(" ", "").replace("visualstudiocode", "vscode"):
        made["command"] = _AGAIN
    if item.data:
        made["data"] = dict(item.data)
    return made


FEATURES = (
    (lsp.TEXT_DOCUMENT_COMPLETION, on_completion, OPTIONS),
    (lsp.COMPLETION_ITEM_RESOLVE, on_resolve, None),
)
