"""The occurrences of a name, marked in the text."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.ide.highlight import highlight
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import first_of, spine_document
from spine_lsp.server.to_lsp import JsonObject

_KINDS = {"write": 3, "read": 2}  # DocumentHighlightKind of LSP 3.17


def on_highlight(ls: SpineServer, params: lsp.DocumentHighlightParams) -> list[JsonObject] | None:
    """`textDocument/documentHighlight`."""
    if (request := spine_document(ls, params)) is None:
        return None
    found = highlight(request.workspace, request.at(params.position))
    return [
        {"range": request.range(mark.span), "kind": _KINDS[mark.kind]}
        for mark in first_of(ls, request.uri, found, "places")
    ]


FEATURES = ((lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, on_highlight, None),)
