"""Hover."""

from __future__ import annotations

from datetime import datetime, timezone

from lsprotocol import types as lsp

from spine_lsp.analysis.uris import is_python
from spine_lsp.ide.hover.hover import hover
from spine_lsp.ide.hover.markup import FileLink, Hover, NameLink, render
from spine_lsp.ide.pipelines.python_documents import python_hover
from spine_lsp.ide.schedules import schedule_hover
from spine_lsp.server import to_lsp
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import DocumentRequest, location, schedules_at, served_document
from spine_lsp.server.to_lsp import JsonObject


def on_hover(ls: SpineServer, params: lsp.HoverParams) -> JsonObject | None:
    """`textDocument/hover`."""
    if (request := schedules_at(ls, params)) is not None:
        at = request.at(params.position)
        return _shown(request, schedule_hover(request.workspace, at, datetime.now(timezone.utc)))
    if (request := served_document(ls, params)) is None:
        return None
    at = request.at(params.position)
    found = python_hover(request.workspace, at) if is_python(request.uri) else hover(request.workspace, at)
    return _shown(request, found)


def _shown(request: DocumentRequest, found: Hover | None) -> JsonObject | None:
    if found is None or (found.of_schema and "hover" in request.settings.companion):
        return None
    markdown = request.snap.client.hover_markdown

    def target(link: NameLink | FileLink) -> str | None:
        if isinstance(link, FileLink):
            start = to_lsp.place_range(link.place, request.snap.encoding)["start"]
        else:
            start = location(request.snap, link.uri, link.span)["range"]["start"]
        return f"{link.uri}#L{start['line'] + 1},{start['character'] + 1}"

    value = render(found, markdown=markdown, link=target)
    answer: JsonObject = {"contents": {"kind": "markdown" if markdown else "plaintext", "value": value}}
    if found.span is not None:
        answer["range"] = request.range(found.span)
    return answer


FEATURES = ((lsp.TEXT_DOCUMENT_HOVER, on_hover, None),)
