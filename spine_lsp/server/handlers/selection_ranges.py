"""Selection ranges."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.analysis.span import Span
from spine_lsp.ide.selection_ranges import selection_ranges
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import DocumentRequest, any_document
from spine_lsp.server.to_lsp import JsonObject


def on_selection_range(ls: SpineServer, params: lsp.SelectionRangeParams) -> list[JsonObject] | None:
    """`textDocument/selectionRange`."""
    if (request := any_document(ls, params)) is None:
        return None
    offsets = [request.at(position).offset for position in params.positions]
    return [_chain(request, chain) for chain in selection_ranges(request.workspace, request.uri, offsets)]


def _chain(request: DocumentRequest, spans: tuple[Span, ...]) -> JsonObject:
    made: JsonObject = {}
    for span in reversed(spans):
        made = {"range": request.range(span), **({"parent": made} if made else {})}
    return made


FEATURES = ((lsp.TEXT_DOCUMENT_SELECTION_RANGE, on_selection_range, None),)
