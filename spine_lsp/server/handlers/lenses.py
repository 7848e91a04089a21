"""Code lenses: where they are, and what they say and do once the editor shows them."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.analysis.uris import is_python
from spine_lsp.ide import offer
from spine_lsp.ide.lenses import LensText, lenses, resolve_lens
from spine_lsp.ide.markdown import one_line
from spine_lsp.ide.pipelines.python_documents import (
    Uses,
    group_lenses,
    python_lenses,
    resolve_group_lens,
    resolve_uses,
)
from spine_lsp.ide.values import head_span
from spine_lsp.server import to_lsp
from spine_lsp.server.expectations import compare, expectations_of
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import first_of, location, served_document
from spine_lsp.server.session import Snapshot
from spine_lsp.server.to_lsp import JsonObject

_EXPECTED = "expectations"
_DEBUG = "spine.client.debugStep"
"""The command of a client that has a Python debugger; for others there is no such lens."""


def on_code_lens(ls: SpineServer, params: lsp.CodeLensParams) -> list[JsonObject] | None:
    """`textDocument/codeLens`."""
    if (request := served_document(ls, params)) is None:
        return None
    if is_python(request.uri):
        uses = python_lenses(request.workspace, request.document)
        encoding = request.snap.encoding
        built = group_lenses(request.workspace, request.uri, request.settings.lenses - {"run"})  # type: ignore[arg-type]  # checked names
        return [
            *({"range": to_lsp.place_range(lens.place, encoding), "data": lens.data} for lens in uses),
            *({"range": request.range(lens.span), "data": dict(lens.data)} for lens in built),
        ]
    kinds = request.settings.lenses - ({_EXPECTED} if ls.runs.trusted else {_EXPECTED, "run"})
    found = lenses(request.workspace, request.uri, kinds)  # type: ignore[arg-type]  # checked names
    expected = (
        {
            "range": request.range(head_span(group)),
            "data": {"kind": _EXPECTED, "uri": request.uri, "group": number},
        }
        for number, group in enumerate(request.document.groups if _EXPECTED in request.settings.lenses else ())
        if expectations_of(request.workspace, group) is not None
    )
    return [
        *expected,
        *(
            {"range": request.range(lens.span), "data": dict(lens.data)}
            for lens in first_of(ls, request.uri, found, "lenses")
            if lens.kind != "debug" or _DEBUG in request.snap.client.own_commands
        ),
    ]


def on_code_lens_resolve(ls: SpineServer, params: lsp.CodeLens) -> JsonObject:
    """`codeLens/resolve`."""
    snap = ls.session.snapshot()
    data = params.data if isinstance(params.data, dict) else {}
    if data.get("kind") == "uses":
        uses = resolve_uses(snap.workspace, data)
        shown = {"title": "", "command": ""} if uses is None else _show_uses(snap, data["uri"], uses)
        return {"range": ls.protocol.plain(params.range), "command": shown}
    if data.get("kind") == _EXPECTED:
        return {"range": ls.protocol.plain(params.range), "command": _compared(snap, data)}
    resolve = resolve_group_lens if is_python(str(data.get("uri"))) else resolve_lens
    found = resolve(snap.workspace, data)
    command = {"title": "", "command": ""} if found is None else _command(snap, found)
    return {"range": ls.protocol.plain(params.range), "command": command}


def _compared(snap: Snapshot, data: dict[str, Any]) -> JsonObject:
    """A click shows the comparison of the plan with its file."""
    document, number = snap.workspace.documents.get(str(data.get("uri"))), data.get("group")
    if document is not None and isinstance(number, int) and 0 <= number < len(document.groups):
        group = document.groups[number]
        if (found := compare(snap.workspace, group)) is not None:
            argument = {"uri": document.uri, "group": group.name}
            return {
                "title": one_line(found.title),
                "command": offer.OPEN_EXPECTATIONS,
                "arguments": [argument],
            }
    return {"title": "", "command": ""}


def _show_uses(snap: Snapshot, uri: str, uses: Uses) -> JsonObject:
    """A click shows the steps that run a pipeline, in a client that can show places."""
    title, show = uses.title, "spine.client.showReferences"
    if not uses.places or show not in snap.client.own_commands:
        return {"title": title, "command": ""}
    locations = [to_lsp.place_location(place, snap.encoding) for place in uses.places]
    start = to_lsp.place_range(uses.place, snap.encoding)["start"]
    argument = {"uri": uri, "position": start, "locations": locations}
    return {"title": title, "command": show, "arguments": [argument]}


def _command(snap: Snapshot, lens: LensText) -> JsonObject:
    """What a click does: the client's own view where it has one, else a document of ours."""
    own, title = snap.client.own_commands, one_line(lens.title)
    group = {"uri": lens.uri, "group": lens.group}
    names = {
        "order": ("spine.client.showResolvedOrder", offer.OPEN_RESOLVED_ORDER),
        "graph": ("spine.client.showGraph", offer.OPEN_GRAPH),
    }
    if lens.kind in names:
        theirs, ours = names[lens.kind]
        return {"title": title, "command": theirs if theirs in own else ours, "arguments": [group]}
    if lens.kind in ("run", "resume", "alone"):
        only: JsonObject = {"only": [lens.step]} if lens.step is not None else {}
        more: JsonObject = {"resume": lens.run, **only} if lens.run is not None else {}
        command = "spine.client.run" if "spine.client.run" in own else offer.RUN
        return {"title": title, "command": command, "arguments": [{**group, **more}]}
    if lens.kind == "debug":
        return {
            "title": title,
            "command": _DEBUG,
            "arguments": [{**group, "resume": lens.run, "step": lens.step}],
        }
    show = "spine.client.showReferences"
    if lens.spans and show in own:
        locations = [location(snap, lens.uri, span) for span in lens.spans]
        start = location(snap, lens.uri, lens.span)["range"]["start"]
        argument: dict[str, Any] = {"uri": lens.uri, "position": start, "locations": locations}
        if lens.problems:
            argument["problems"] = [
                {"code": problem.code, "severity": problem.severity, "message": problem.message}
                for problem in lens.problems
            ]
        return {"title": title, "command": show, "arguments": [argument]}
    return {"title": title, "command": ""}


FEATURES = (
    (lsp.TEXT_DOCUMENT_CODE_LENS, on_code_lens, None),
    (lsp.CODE_LENS_RESOLVE, on_code_lens_resolve, None),
)
