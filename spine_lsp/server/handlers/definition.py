"""Go to definition."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.ide.definition import definition
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import location, spine_document
from spine_lsp.server.to_lsp import JsonObject


def on_definition(ls: SpineServer, params: lsp.DefinitionParams) -> list[JsonObject] | None:
    """`textDocument/definition`."""
    if (request := spine_document(ls, params)) is None:
        return None
    found = definition(request.workspace, request.at(params.position))
    if found is None:
        return None
    snap = request.snap
    if not snap.client.definition_links:
        return [location(snap, target.uri, target.name_span) for target in found.targets]
    return [
        {
            "originSelectionRange": request.range(found.origin),
            "targetUri": target.uri,
            "targetRange": location(snap, target.uri, target.span)["range"],
            "targetSelectionRange": location(snap, target.uri, target.name_span)["range"],
        }
        for target in found.targets
    ]


FEATURES = ((lsp.TEXT_DOCUMENT_DEFINITION, on_definition, None),)
