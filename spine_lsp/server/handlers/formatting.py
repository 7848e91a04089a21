"""Formatting: of a document, of a range, and while somebody types."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.ide.formatting.formatting import (
    format_document,
    format_on_type,
    format_range,
    unformatted,
    unselected,
)
from spine_lsp.ide.offer import FORMATTING_TRIGGER
from spine_lsp.server import to_lsp
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import DocumentRequest, any_document
from spine_lsp.server.to_lsp import JsonObject
from spine_lsp.syntax.text import Edit


def on_formatting(ls: SpineServer, params: lsp.DocumentFormattingParams) -> list[JsonObject] | None:
    """`textDocument/formatting`; where nothing can be done for a fault in the YAML, that is said."""
    if (request := _to_format(ls, params)) is None:
        return None
    edits = format_document(request.document, params.options.tab_size)
    if not edits and (reason := unformatted(request.document)) is not None:
        ls.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Info, message=reason))
    return _edits(request, edits)


def on_range_formatting(ls: SpineServer, params: lsp.DocumentRangeFormattingParams) -> list[JsonObject] | None:
    """`textDocument/rangeFormatting`."""
    if (request := _to_format(ls, params)) is None:
        return None
    span = request.span(params.range)
    edits = format_range(request.document, span, params.options.tab_size)
    if not edits and (reason := unselected(request.document, span)) is not None:
        ls.show_once(request.uri, reason)
    return _edits(request, edits)


def on_type_formatting(ls: SpineServer, params: lsp.DocumentOnTypeFormattingParams) -> list[JsonObject] | None:
    """`textDocument/onTypeFormatting`."""
    if (request := _to_format(ls, params, typing=True)) is None:
        return None
    return _edits(request, format_on_type(request.document, request.at(params.position).offset, params.ch))


def _to_format(ls: SpineServer, params: Any, *, typing: bool = False) -> DocumentRequest | None:
    """The document to format; None where another server formats it, or it is not analysed, which is said."""
    request = any_document(ls, params)
    if request is None or "formatting" in request.settings.companion:
        return None
    if (fault := request.document.too_large) is not None and not typing:
        ls.show_once(request.uri, f"nothing was changed: {fault.message}")
    return request if request.document.is_served else None


def _edits(request: DocumentRequest, edits: list[Edit]) -> list[JsonObject]:
    return to_lsp.text_edits(request.document.text, edits, request.snap.encoding)


FEATURES = (
    (lsp.TEXT_DOCUMENT_FORMATTING, on_formatting, None),
    (lsp.TEXT_DOCUMENT_RANGE_FORMATTING, on_range_formatting, None),
    (
        lsp.TEXT_DOCUMENT_ON_TYPE_FORMATTING,
        on_type_formatting,
        lsp.DocumentOnTypeFormattingOptions(first_trigger_character=FORMATTING_TRIGGER),
    ),
)
