"""Linked editing."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.ide.linked_editing import linked_editing
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import spine_document
from spine_lsp.server.to_lsp import JsonObject


def on_linked_editing(ls: SpineServer, params: lsp.LinkedEditingRangeParams) -> JsonObject | None:
    """`textDocument/linkedEditingRange`."""
    if (request := spine_document(ls, params)) is None:
        return None
    found = linked_editing(request.workspace, request.at(params.position))
    if found is None:
        return None
    return {"ranges": [request.range(span) for span in found.spans], "wordPattern": found.word_pattern}


FEATURES = ((lsp.TEXT_DOCUMENT_LINKED_EDITING_RANGE, on_linked_editing, None),)
