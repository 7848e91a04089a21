"""Find references."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.analysis.uris import is_python
from spine_lsp.ide.pipelines.places import FilePlace
from spine_lsp.ide.pipelines.python_documents import python_references
from spine_lsp.ide.references import references, references_elsewhere
from spine_lsp.ide.schedules import schedule_references
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import (
    MOST_LISTED,
    first_of,
    location,
    schedules_at,
    served_document,
)
from spine_lsp.server.to_lsp import JsonObject, place_location


def on_references(ls: SpineServer, params: lsp.ReferenceParams) -> list[JsonObject] | None:
    """`textDocument/references`."""
    if (request := schedules_at(ls, params) or served_document(ls, params)) is None:
        return None
    with_definition = params.context.include_declaration
    at = request.at(params.position)
    elsewhere: tuple[FilePlace, ...]
    if request.document.has_schedules_at(at.offset):
        found, elsewhere = schedule_references(request.workspace, at, with_definition=with_definition)
    else:
        found = references(request.workspace, at, with_definition=with_definition)
        look = python_references if is_python(request.uri) else references_elsewhere
        elsewhere = look(request.workspace, at, with_definition=with_definition)
    encoding = request.snap.encoding
    locations = [
        *(location(request.snap, place.uri, place.name_span) for place in found[:MOST_LISTED]),
        *(place_location(place, encoding) for place in elsewhere[:MOST_LISTED]),
    ]
    return list(first_of(ls, request.uri, locations, "references"))


FEATURES = ((lsp.TEXT_DOCUMENT_REFERENCES, on_references, None),)
