"""Document links."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.ide.links import links
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import first_of, spine_document
from spine_lsp.server.to_lsp import JsonObject


def on_document_link(ls: SpineServer, params: lsp.DocumentLinkParams) -> list[JsonObject] | None:
    """`textDocument/documentLink`."""
    if (request := spine_document(ls, params)) is None:
        return None
    return [
        {"range": request.range(link.span), "target": link.target}
        for link in first_of(ls, request.uri, links(request.workspace, request.uri), "links")
    ]


FEATURES = ((lsp.TEXT_DOCUMENT_DOCUMENT_LINK, on_document_link, None),)
