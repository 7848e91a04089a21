"""The call hierarchy: what a step waits for, and what waits for it."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.ide.call_hierarchy import (
    CallItem,
    EdgeCall,
    incoming_calls,
    outgoing_calls,
    prepare_call_hierarchy,
)
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import location, spine_document
from spine_lsp.server.session import Snapshot
from spine_lsp.server.to_lsp import JsonObject

_FUNCTION = 12  # SymbolKind of LSP 3.17


def on_prepare_calls(ls: SpineServer, params: lsp.CallHierarchyPrepareParams) -> list[JsonObject] | None:
    """`textDocument/prepareCallHierarchy`."""
    if (request := spine_document(ls, params)) is None:
        return None
    found = prepare_call_hierarchy(request.workspace, request.at(params.position))
    return [_item(request.snap, found)] if found is not None else None


def on_incoming(ls: SpineServer, params: lsp.CallHierarchyIncomingCallsParams) -> list[JsonObject] | None:
    """`callHierarchy/incomingCalls`: what waits for the step."""
    snap, asked = ls.session.snapshot(), _asked(params.item)
    if asked is None:
        return None
    return [_call(snap, call, "from", call.item.uri) for call in incoming_calls(snap.workspace, *asked)]


def on_outgoing(ls: SpineServer, params: lsp.CallHierarchyOutgoingCallsParams) -> list[JsonObject] | None:
    """`callHierarchy/outgoingCalls`: what the step waits for."""
    snap, asked = ls.session.snapshot(), _asked(params.item)
    if asked is None:
        return None
    return [_call(snap, call, "to", asked[0]) for call in outgoing_calls(snap.workspace, *asked)]


def _asked(item: lsp.CallHierarchyItem) -> tuple[str, int, str] | None:
    data = item.data
    group = data.get("group") if isinstance(data, dict) else None
    return (item.uri, group, item.name) if isinstance(group, int) else None


def _item(snap: Snapshot, item: CallItem) -> JsonObject:
    return {
        "name": item.name,
        "kind": _FUNCTION,
        "detail": item.detail,
        "uri": item.uri,
        "range": location(snap, item.uri, item.span)["range"],
        "selectionRange": location(snap, item.uri, item.name_span)["range"],
        "data": {"group": item.group},
    }


def _call(snap: Snapshot, call: EdgeCall, key: str, uri: str) -> JsonObject:
    ranges: list[Any] = [location(snap, uri, span)["range"] for span in call.from_spans]
    return {key: _item(snap, call.item), "fromRanges": ranges}


FEATURES = (
    (lsp.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY, on_prepare_calls, None),
    (lsp.CALL_HIERARCHY_INCOMING_CALLS, on_incoming, None),
    (lsp.CALL_HIERARCHY_OUTGOING_CALLS, on_outgoing, None),
)
