"""Folding ranges."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.ide.folding import folding
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import first_of, listed_document
from spine_lsp.server.rpc import wire


def on_folding_range(ls: SpineServer, params: lsp.FoldingRangeParams) -> wire.Json | None:
    """`textDocument/foldingRange`."""
    if (request := listed_document(ls, params)) is None:
        return None
    found = first_of(ls, request.uri, folding(request.workspace, request.uri), "folds")
    folds = [{"startLine": fold.start_line, "endLine": fold.end_line, "kind": fold.kind} for fold in found]
    return wire.Json(wire.dumps(folds))


FEATURES = ((lsp.TEXT_DOCUMENT_FOLDING_RANGE, on_folding_range, None),)
