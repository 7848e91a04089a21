"""Semantic tokens: whole, as what has changed, and of a range."""

from __future__ import annotations

from array import array

from lsprotocol import types as lsp

from spine_lsp.analysis.span import Span
from spine_lsp.ide.offer import TOKEN_MODIFIERS, TOKEN_TYPES
from spine_lsp.ide.semantic_tokens import MOST_TOKENS, token_pieces
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import DocumentRequest, listed_document
from spine_lsp.server.rpc import wire
from spine_lsp.server.tokens import encode_tokens, token_edits

LEGEND = lsp.SemanticTokensLegend(token_types=list(TOKEN_TYPES), token_modifiers=list(TOKEN_MODIFIERS))


def on_tokens(ls: SpineServer, params: lsp.SemanticTokensParams) -> wire.Json | None:
    """`textDocument/semanticTokens/full`."""
    if (request := listed_document(ls, params)) is None:
        return None
    data = _tokens(ls, request)
    return wire.Json(wire.dumps({"resultId": ls.tokens.remember(request.uri, data), "data": data.tolist()}))


def on_tokens_delta(ls: SpineServer, params: lsp.SemanticTokensDeltaParams) -> wire.Json | None:
    """`textDocument/semanticTokens/full/delta`."""
    if (request := listed_document(ls, params)) is None:
        return None
    data = _tokens(ls, request)
    before = ls.tokens.known(request.uri, params.previous_result_id)
    result_id = ls.tokens.remember(request.uri, data)
    if before is None:
        return wire.Json(wire.dumps({"resultId": result_id, "data": data.tolist()}))
    edits = [{"start": e.start, "deleteCount": e.delete, "data": e.data} for e in token_edits(before, data)]
    return wire.Json(wire.dumps({"resultId": result_id, "edits": edits}))


def on_tokens_range(ls: SpineServer, params: lsp.SemanticTokensRangeParams) -> wire.Json | None:
    """`textDocument/semanticTokens/range`."""
    if (request := listed_document(ls, params)) is None:
        return None
    return wire.Json(wire.dumps({"data": _tokens(ls, request, request.span(params.range)).tolist()}))


def _tokens(ls: SpineServer, request: DocumentRequest, within: Span | None = None) -> array[int]:
    pieces = token_pieces(request.workspace, request.uri, within)
    data, cut = encode_tokens(request.document.text, pieces, request.snap.encoding, MOST_TOKENS)
    if cut:
        ls.log_once(request.uri, f"only the first {len(data) // 5:,} tokens of {request.uri} are given")
    return data


FEATURES = (
    (
        lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        on_tokens,
        lsp.SemanticTokensRegistrationOptions(legend=LEGEND, full=lsp.SemanticTokensFullDelta(delta=True)),
    ),
    (lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, on_tokens_delta, LEGEND),
    (lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, on_tokens_range, LEGEND),
)
