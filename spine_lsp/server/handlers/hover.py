"""Handlers that say what stands in a text: hover, hints and lenses."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.ide import offer
from spine_lsp.ide.hover import hover
from spine_lsp.ide.hover_text import NameLink, render
from spine_lsp.ide.inlay_hints import inlay_hints
from spine_lsp.ide.lenses import LensText, lenses, resolve_lens
from spine_lsp.ide.markdown import one_line
from spine_lsp.server.framework.server import SpineServer
from spine_lsp.server.handlers.common import here, location
from spine_lsp.server.session import Snapshot
from spine_lsp.server.to_lsp import JsonObject


def on_hover(ls: SpineServer, params: lsp.HoverParams) -> JsonObject | None:
    """`textDocument/hover`."""
    if (place := here(ls, params)) is None:
        return None
    found = hover(place.workspace, place.at(params.position))
    if found is None or (found.of_schema and "hover" in place.snap.settings.companion):
        return None
    markdown = place.snap.client.hover_markdown

    def target(link: NameLink) -> str | None:
        start = location(place.snap, link.uri, link.span)["range"]["start"]
        return f"{link.uri}#L{start['line'] + 1},{start['character'] + 1}"

    value = render(found, markdown=markdown, link=target)
    answer: JsonObject = {"contents": {"kind": "markdown" if markdown else "plaintext", "value": value}}
    if found.span is not None:
        answer["range"] = place.range(found.span)
    return answer


def on_inlay_hint(ls: SpineServer, params: lsp.InlayHintParams) -> list[JsonObject] | None:
    """`textDocument/inlayHint`."""
    if (place := here(ls, params)) is None:
        return None
    kinds = place.snap.settings.hints
    found = inlay_hints(place.workspace, place.uri, place.span(params.range), kinds)  # type: ignore[arg-type]  # checked names
    return [
        {
            "position": place.range((hint.offset, hint.offset))["start"],
            "label": one_line(hint.label),
            "tooltip": one_line(hint.tooltip),
            "paddingLeft": True,
        }
        for hint in found
    ]


def on_code_lens(ls: SpineServer, params: lsp.CodeLensParams) -> list[JsonObject] | None:
    """`textDocument/codeLens`."""
    if (place := here(ls, params)) is None:
        return None
    kinds = place.snap.settings.lenses
    found = lenses(place.workspace, place.uri, kinds)  # type: ignore[arg-type]  # checked names
    return [{"range": place.range(lens.span), "data": dict(lens.data)} for lens in found]


def on_code_lens_resolve(ls: SpineServer, params: lsp.CodeLens) -> JsonObject:
    """`codeLens/resolve`."""
    snap = ls.session.snapshot()
    range_ = {
        "start": {"line": params.range.start.line, "character": params.range.start.character},
        "end": {"line": params.range.end.line, "character": params.range.end.character},
    }
    data = params.data if isinstance(params.data, dict) else {}
    found = resolve_lens(snap.workspace, data)
    command = {"title": "", "command": ""} if found is None else _command(snap, found)
    return {"range": range_, "command": command}


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
    (lsp.TEXT_DOCUMENT_HOVER, on_hover, None),
    (lsp.TEXT_DOCUMENT_INLAY_HINT, on_inlay_hint, None),
    (lsp.TEXT_DOCUMENT_CODE_LENS, on_code_lens, None),
    (lsp.CODE_LENS_RESOLVE, on_code_lens_resolve, None),
)
