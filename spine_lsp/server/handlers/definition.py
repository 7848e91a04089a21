"""Go to definition, and to implementation."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.analysis.uris import is_python
from spine_lsp.ide.definition import Definition, FileTarget, Target, definition
from spine_lsp.ide.pipelines.python_documents import python_definition
from spine_lsp.ide.schedules import schedule_definition
from spine_lsp.server import to_lsp
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import DocumentRequest, location, schedules_at, served_document
from spine_lsp.server.session import Snapshot
from spine_lsp.server.to_lsp import JsonObject


def on_definition(ls: SpineServer, params: lsp.DefinitionParams) -> list[JsonObject] | None:
    """`textDocument/definition`."""
    return _targets(ls, params, links=ls.session.snapshot().client.definition_links)


def on_implementation(ls: SpineServer, params: lsp.ImplementationParams) -> list[JsonObject] | None:
    """`textDocument/implementation`: of a pipeline its class, as the definition is."""
    return _targets(ls, params, links=ls.session.snapshot().client.implementation_links)


def _targets(ls: SpineServer, params: Any, *, links: bool) -> list[JsonObject] | None:
    request = schedules_at(ls, params)
    if request is not None:
        return _shown(request, schedule_definition(request.workspace, request.at(params.position)), links=links)
    if (request := served_document(ls, params)) is None:
        return None
    if is_python(request.uri):
        places = python_definition(request.workspace, request.at(params.position))
        return [to_lsp.place_location(place, request.snap.encoding) for place in places] or None
    return _shown(request, definition(request.workspace, request.at(params.position)), links=links)


def _shown(request: DocumentRequest, found: Definition | None, *, links: bool) -> list[JsonObject] | None:
    if found is None:
        return None
    snap = request.snap
    ranges = [_ranges(snap, target) for target in found.targets]
    if not links:
        pairs = zip(found.targets, ranges, strict=True)
        return [{"uri": target.uri, "range": selected} for target, (_, selected) in pairs]
    origin = request.range(found.origin)
    return [
        {
            "originSelectionRange": origin,
            "targetUri": target.uri,
            "targetRange": whole,
            "targetSelectionRange": selected,
        }
        for target, (whole, selected) in zip(found.targets, ranges, strict=True)
    ]


def _ranges(snap: Snapshot, target: Target | FileTarget) -> tuple[JsonObject, JsonObject]:
    """The ranges of a target: all of it, and what is selected."""
    if isinstance(target, FileTarget):
        encoding = snap.encoding
        return to_lsp.place_range(target.place, encoding), to_lsp.place_range(target.name_place, encoding)
    whole, selected = (location(snap, target.uri, span) for span in (target.span, target.name_span))
    return whole["range"], selected["range"]


FEATURES = (
    (lsp.TEXT_DOCUMENT_DEFINITION, on_definition, None),
    (lsp.TEXT_DOCUMENT_IMPLEMENTATION, on_implementation, None),
)
