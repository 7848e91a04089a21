"""The call hierarchy: what a step waits for and runs, what waits for it, and which steps run a pipeline."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.analysis.uris import is_python
from spine_lsp.ide.call_hierarchy import (
    CallItem,
    EdgeCall,
    incoming_calls,
    outgoing_calls,
    prepare_call_hierarchy,
)
from spine_lsp.ide.pipelines.calls import (
    ClosedStepItem,
    PipelineItem,
    pipelines_at,
    pipelines_run_by,
    steps_that_run,
)
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import MOST_LISTED, first_of, location, served_document
from spine_lsp.server.session import Snapshot
from spine_lsp.server.to_lsp import JsonObject, place_location, place_range

# SymbolKind of LSP 3.17.
_CLASS, _FUNCTION = 5, 12


def on_prepare_calls(ls: SpineServer, params: lsp.CallHierarchyPrepareParams) -> list[JsonObject] | None:
    """`textDocument/prepareCallHierarchy`."""
    if (request := served_document(ls, params)) is None:
        return None
    snap, at = request.snap, request.at(params.position)
    if not is_python(request.uri) and (step := prepare_call_hierarchy(request.workspace, at)) is not None:
        return [_item(snap, step)]
    return [_item(snap, each) for each in pipelines_at(request.workspace, at)] or None


def on_incoming(ls: SpineServer, params: lsp.CallHierarchyIncomingCallsParams) -> list[JsonObject] | None:
    """`callHierarchy/incomingCalls`: what waits for the step, or the steps that run the pipeline."""
    snap, data = ls.session.snapshot(), params.item.data
    pipeline = data.get("pipeline") if isinstance(data, dict) else None
    if isinstance(pipeline, str):
        calls = list(steps_that_run(snap.workspace, pipeline))
        return [
            {"from": _item(snap, call.item), "fromRanges": [place_range(call.where.place, snap.encoding)]}
            for call in first_of(ls, params.item.uri, calls, "callers")
        ]
    asked = _asked(params.item)
    if asked is None:
        return None
    return [_call(snap, call, "from", call.item.uri) for call in incoming_calls(snap.workspace, *asked)]


def on_outgoing(ls: SpineServer, params: lsp.CallHierarchyOutgoingCallsParams) -> list[JsonObject] | None:
    """`callHierarchy/outgoingCalls`: the pipeline that the step runs, and what the step waits for."""
    snap, asked = ls.session.snapshot(), _asked(params.item)
    if asked is None:
        return None
    running = [
        {"to": _item(snap, call.item), "fromRanges": [place_range(call.where.place, snap.encoding)]}
        for call in pipelines_run_by(snap.workspace, *asked)
    ]
    waiting = [_call(snap, call, "to", asked[0]) for call in outgoing_calls(snap.workspace, *asked)]
    return [*running, *waiting][:MOST_LISTED]


def _asked(item: lsp.CallHierarchyItem) -> tuple[str, int, str] | None:
    data = item.data
    group = data.get("group") if isinstance(data, dict) else None
    return (item.uri, group, item.name) if isinstance(group, int) else None


def _item(snap: Snapshot, item: CallItem | PipelineItem | ClosedStepItem) -> JsonObject:
    made: dict[str, Any] = {"name": item.name, "kind": _FUNCTION, "detail": item.detail}
    if isinstance(item, CallItem):
        return made | {
            "uri": item.uri,
            "range": location(snap, item.uri, item.span)["range"],
            "selectionRange": location(snap, item.uri, item.name_span)["range"],
            "data": {"group": item.group},
        }
    made |= place_location(item.place, snap.encoding)
    made["selectionRange"] = made["range"]
    if isinstance(item, PipelineItem):
        made |= {"kind": _CLASS if item.is_class else _FUNCTION, "data": {"pipeline": item.name}}
    return made


def _call(snap: Snapshot, call: EdgeCall, key: str, uri: str) -> JsonObject:
    ranges: list[Any] = [location(snap, uri, span)["range"] for span in call.from_spans]
    return {key: _item(snap, call.item), "fromRanges": ranges}


FEATURES = (
    (lsp.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY, on_prepare_calls, None),
    (lsp.CALL_HIERARCHY_INCOMING_CALLS, on_incoming, None),
    (lsp.CALL_HIERARCHY_OUTGOING_CALLS, on_outgoing, None),
)
