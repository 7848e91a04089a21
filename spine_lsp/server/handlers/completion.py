"""Completion: items as the client can show them, documentation when it asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types as lsp

from spine_lsp.analysis.uris import is_python
from spine_lsp.ide.completion.completion import completions, resolve
from spine_lsp.ide.completion.items import CompletionItem
from spine_lsp.ide.markdown import one_line
from spine_lsp.ide.offer import COMPLETION_TRIGGERS
from spine_lsp.ide.pipelines.python_completion import python_completions
from spine_lsp.ide.schedules import schedule_completions
from spine_lsp.server.client import Client
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import DocumentRequest, any_document, served_document
from spine_lsp.server.rpc import wire
from spine_lsp.server.session import Snapshot
from spine_lsp.server.to_lsp import JsonObject

# CompletionItemKind, InsertTextFormat and InsertTextMode of LSP 3.17.
_KINDS = {"step": 18, "key": 10, "value": 12, "pipeline": 7, "parameter": 6, "snippet": 15}
_SNIPPET = 2
_AS_IS, _ADJUST_INDENTATION = 1, 2
_TRIGGER = "editor.action.triggerSuggest"
OPTIONS = lsp.CompletionOptions(trigger_characters=list(COMPLETION_TRIGGERS), resolve_provider=True)


def on_completion(ls: SpineServer, params: lsp.CompletionParams) -> wire.Json | None:
    """`textDocument/completion`."""
    if is_python(params.text_document.uri):
        return _in_python(ls, params)
    if (request := any_document(ls, params)) is None:
        return None
    client, settings = request.snap.client, request.settings
    at, limit = request.at(params.position), settings.completion_limit
    asking = ls.completions.asking(
        params, request.snap.documents[request.uri].version, by_itself=client.completes_while_typing
    )
    if request.document.has_schedules_at(at.offset):
        found = schedule_completions(request.workspace, at, limit=limit)
    else:
        found = completions(request.workspace, at, limit=limit, snippets=client.snippets, asking=asking)
    by_schema = "completion" in settings.companion
    items = [_item(request, item) for item in found.items if not (by_schema and item.kind in ("key", "value"))]
    return wire.Json(wire.dumps({"isIncomplete": found.incomplete, "items": items}))


def _in_python(ls: SpineServer, params: lsp.CompletionParams) -> wire.Json | None:
    if (request := served_document(ls, params)) is None:
        return None
    at, limit = request.at(params.position), request.settings.completion_limit
    found = python_completions(request.workspace, at, limit=limit)
    if not found.items:
        return None
    items = [_item(request, item) for item in found.items]
    return wire.Json(wire.dumps({"isIncomplete": found.incomplete, "items": items}))


def on_resolve(ls: SpineServer, params: lsp.CompletionItem) -> JsonObject:
    """`completionItem/resolve`: the item as it came, with its documentation."""
    snap = ls.session.snapshot()
    item: JsonObject = ls.protocol.plain(params)
    data = item.get("data")
    if isinstance(data, dict):
        item.update(_documentation(snap, data))
    return item


def _documentation(snap: Snapshot, data: Mapping[str, Any]) -> JsonObject:
    markdown = snap.client.completion_markdown
    text = resolve(snap.workspace, data, markdown=markdown)
    if text is None:
        return {}
    return {"documentation": {"kind": "markdown" if markdown else "plaintext", "value": text}}


def _item(request: DocumentRequest, item: CompletionItem) -> JsonObject:
    client = request.snap.client
    text, mode = _inserted(request, item)
    made: dict[str, Any] = {
        "label": one_line(item.label),
        "kind": _KINDS[item.kind],
        "sortText": item.sort_text,
        "filterText": item.filter_text,
        "textEdit": {"range": request.range(item.span), "newText": text},
    }
    if item.note and client.label_details:
        made["labelDetails"] = {"description": one_line(item.note)}
    if item.detail or item.note:
        made["detail"] = one_line(item.detail or item.note)
    if mode:
        made["insertTextMode"] = mode
    if item.is_snippet:
        made["insertTextFormat"] = _SNIPPET
    if item.retrigger and _can_trigger(client):
        made["command"] = {"title": "Complete", "command": _TRIGGER}
    if client.completion_resolve is not None and "documentation" not in client.completion_resolve:
        made.update(_documentation(request.snap, item.data))  # it would never ask
    else:
        made["data"] = dict(item.data)
    return made


def _inserted(request: DocumentRequest, item: CompletionItem) -> tuple[str, int]:
    """The text as this client indents it, with the mode to send (0: none).

    Who does not say how lines after the first are indented takes a text as it is, and indents a snippet.
    """
    client, text = request.snap.client, item.insert
    if "\n" not in text:
        return text, 0
    if _ADJUST_INDENTATION in client.insert_modes:
        return text, _ADJUST_INDENTATION
    if _AS_IS not in client.insert_modes and (
        client.insert_mode == _ADJUST_INDENTATION or (not client.insert_mode and item.is_snippet)
    ):
        return text, 0
    source = request.document.text
    line = source.line_text(source.line_of(item.span.start))
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    line_break = "\r\n" if "\r\n" in source.source and not item.is_snippet else "\n"
    return text.replace("\n", line_break + indent), _AS_IS if _AS_IS in client.insert_modes else 0


def _can_trigger(client: Client) -> bool:
    """Whether the client knows the command that opens the list anew: it says so, or is an older VS Code."""
    return _TRIGGER in client.own_commands or client.name.startswith("Visual Studio Code")


FEATURES = (
    (lsp.TEXT_DOCUMENT_COMPLETION, on_completion, OPTIONS),
    (lsp.COMPLETION_ITEM_RESOLVE, on_resolve, None),
)
