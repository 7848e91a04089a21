"""Handlers that say how a text is built: folds, selections, tokens, links, and what hangs together."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.analysis.symbols import Span
from spine_lsp.ide.call_hierarchy import (
    Call,
    CallItem,
    incoming_calls,
    outgoing_calls,
    prepare_call_hierarchy,
)
from spine_lsp.ide.folding import folding
from spine_lsp.ide.linked_editing import linked_editing
from spine_lsp.ide.links import links
from spine_lsp.ide.offer import TOKEN_MODIFIERS, TOKEN_TYPES
from spine_lsp.ide.selection_ranges import selection_ranges
from spine_lsp.ide.semantic_tokens import semantic_tokens
from spine_lsp.server.framework.server import SpineServer
from spine_lsp.server.handlers.common import Here, anywhere, here, location
from spine_lsp.server.rpc import wire
from spine_lsp.server.session import Snapshot
from spine_lsp.server.to_lsp import JsonObject
from spine_lsp.server.tokens import encode_tokens, token_edits

_FUNCTION = 12  # SymbolKind of LSP 3.17
LEGEND = lsp.SemanticTokensLegend(token_types=list(TOKEN_TYPES), token_modifiers=list(TOKEN_MODIFIERS))


def on_folding_range(ls: SpineServer, params: lsp.FoldingRangeParams) -> wire.Json | None:
    """`textDocument/foldingRange`."""
    if (place := here(ls, params)) is None:
        return None
    folds = [
        {"startLine": fold.start_line, "endLine": fold.end_line, "kind": fold.kind}
        for fold in folding(place.workspace, place.uri)
    ]
    return wire.Json(wire.dumps(folds))


def on_selection_range(ls: SpineServer, params: lsp.SelectionRangeParams) -> list[JsonObject] | None:
    """`textDocument/selectionRange`."""
    if (place := anywhere(ls, params)) is None:
        return None
    offsets = [place.at(position).offset for position in params.positions]
    return [_chain(place, chain) for chain in selection_ranges(place.workspace, place.uri, offsets)]


def _chain(place: Here, spans: tuple[Span, ...]) -> JsonObject:
    made: JsonObject = {}
    for span in reversed(spans):
        made = {"range": place.range(span), **({"parent": made} if made else {})}
    return made


def on_document_link(ls: SpineServer, params: lsp.DocumentLinkParams) -> list[JsonObject] | None:
    """`textDocument/documentLink`."""
    if (place := here(ls, params)) is None:
        return None
    return [
        {"range": place.range(link.span), "target": link.target} for link in links(place.workspace, place.uri)
    ]


def on_linked_editing(ls: SpineServer, params: lsp.LinkedEditingRangeParams) -> JsonObject | None:
    """`textDocument/linkedEditingRange`."""
    if (place := here(ls, params)) is None:
        return None
    found = linked_editing(place.workspace, place.at(params.position))
    if found is None:
        return None
    return {"ranges": [place.range(span) for span in found.spans], "wordPattern": found.word_pattern}


def on_tokens(ls: SpineServer, params: lsp.SemanticTokensParams) -> wire.Json | None:
    """`textDocument/semanticTokens/full`."""
    if (place := here(ls, params)) is None:
        return None
    data = _tokens(place, None)
    return wire.Json(wire.dumps({"resultId": ls.tokens.remember(place.uri, data), "data": data}))


def on_tokens_delta(ls: SpineServer, params: lsp.SemanticTokensDeltaParams) -> wire.Json | None:
    """`textDocument/semanticTokens/full/delta`."""
    if (place := here(ls, params)) is None:
        return None
    data = _tokens(place, None)
    before = ls.tokens.known(place.uri, params.previous_result_id)
    result_id = ls.tokens.remember(place.uri, data)
    if before is None:
        return wire.Json(wire.dumps({"resultId": result_id, "data": data}))
    edits = [{"start": e.start, "deleteCount": e.delete, "data": e.data} for e in token_edits(before, data)]
    return wire.Json(wire.dumps({"resultId": result_id, "edits": edits}))


def on_tokens_range(ls: SpineServer, params: lsp.SemanticTokensRangeParams) -> wire.Json | None:
    """`textDocument/semanticTokens/range`."""
    if (place := here(ls, params)) is None:
        return None
    return wire.Json(wire.dumps({"data": _tokens(place, place.span(params.range))}))


def _tokens(place: Here, within: Span | None) -> list[int]:
    found = semantic_tokens(place.workspace, place.uri, within)
    return encode_tokens(place.document.text, found, place.snap.encoding)


def on_prepare_calls(ls: SpineServer, params: lsp.CallHierarchyPrepareParams) -> list[JsonObject] | None:
    """`textDocument/prepareCallHierarchy`."""
    if (place := here(ls, params)) is None:
        return None
    found = prepare_call_hierarchy(place.workspace, place.at(params.position))
    return [_item(place.snap, found)] if found is not None else None


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


def _call(snap: Snapshot, call: Call, key: str, uri: str) -> JsonObject:
    ranges: list[Any] = [location(snap, uri, span)["range"] for span in call.from_spans]
    return {key: _item(snap, call.item), "fromRanges": ranges}


FEATURES = (
    (lsp.TEXT_DOCUMENT_FOLDING_RANGE, on_folding_range, None),
    (lsp.TEXT_DOCUMENT_SELECTION_RANGE, on_selection_range, None),
    (lsp.TEXT_DOCUMENT_DOCUMENT_LINK, on_document_link, None),
    (lsp.TEXT_DOCUMENT_LINKED_EDITING_RANGE, on_linked_editing, None),
    (
        lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        on_tokens,
        lsp.SemanticTokensRegistrationOptions(legend=LEGEND, full=lsp.SemanticTokensFullDelta(delta=True)),
    ),
    (lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, on_tokens_delta, LEGEND),
    (lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, on_tokens_range, LEGEND),
    (lsp.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY, on_prepare_calls, None),
    (lsp.CALL_HIERARCHY_INCOMING_CALLS, on_incoming, None),
    (lsp.CALL_HIERARCHY_OUTGOING_CALLS, on_outgoing, None),
)
