"""Formatting: of a document, of a range, and while somebody types."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.ide.formatting.formatting import format_document, format_on_type, format_range, unformatted
from spine_lsp.ide.offer import FORMATTING_TRIGGER
from spine_lsp.server import to_lsp
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import DocumentRequest, spine_document
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


def on_range_formatting(
    ls: SpineServer, params: lsp.DocumentRangeFormattingParams
) -> list[JsonObject] | None:
    """`textDocument/rangeFormatting`."""
    if (request := _to_format(ls, params)) is None:
        return None
    return _edits(
        request, format_range(request.document, request.span(params.range), params.options.tab_size)
    )


def on_type_formatting(
    ls: SpineServer, params: lsp.DocumentOnTypeFormattingParams
) -> list[JsonObject] | None:
    """`textDocument/onTypeFormatting`."""
    if (request := _to_format(ls, params)) is None:
        return None
    return _edits(request, format_on_type(request.document, request.at(params.position).offset, params.ch))


def _to_format(ls: SpineServer, params: Any) -> DocumentRequest | None:
    """The document to format; None where another server formats it."""
    request = spine_document(ls, params)
    return None if request is None or "formatting" in request.settings.companion else request


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
