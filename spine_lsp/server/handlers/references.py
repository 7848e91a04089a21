"""Find references."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.ide.references import references
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import first_of, location, spine_document
from spine_lsp.server.to_lsp import JsonObject


def on_references(ls: SpineServer, params: lsp.ReferenceParams) -> list[JsonObject] | None:
    """`textDocument/references`."""
    if (request := spine_document(ls, params)) is None:
        return None
    with_definition = params.context.include_declaration
    found = references(request.workspace, request.at(params.position), with_definition=with_definition)
    return [
        location(request.snap, place.uri, place.name_span)
        for place in first_of(ls, request.uri, found, "references")
    ]


FEATURES = ((lsp.TEXT_DOCUMENT_REFERENCES, on_references, None),)
