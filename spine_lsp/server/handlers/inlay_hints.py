"""Inlay hints."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.ide.inlay_hints import inlay_hints
from spine_lsp.ide.markdown import one_line
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import first_of, spine_document
from spine_lsp.server.handlers.runs import look_at_past
from spine_lsp.server.to_lsp import JsonObject


def on_inlay_hint(ls: SpineServer, params: lsp.InlayHintParams) -> list[JsonObject] | None:
    """`textDocument/inlayHint`."""
    if (request := spine_document(ls, params)) is None:
        return None
    look_at_past(ls, request.snap, request.document)
    kinds = request.settings.hints
    found = inlay_hints(request.workspace, request.uri, request.span(params.range), kinds)  # type: ignore[arg-type]  # checked names
    return [
        {
            "position": request.range((hint.offset, hint.offset))["start"],
            "label": one_line(hint.label),
            "tooltip": one_line(hint.tooltip),
            "paddingLeft": True,
        }
        for hint in first_of(ls, request.uri, found, "hints")
    ]


FEATURES = ((lsp.TEXT_DOCUMENT_INLAY_HINT, on_inlay_hint, None),)
