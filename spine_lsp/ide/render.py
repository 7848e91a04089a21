"""A group's graph as a picture in text: Mermaid, DOT, characters for a terminal, or a page for the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from spine_lsp.analysis.symbols import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.draw.model import Direction, GraphModel
from spine_lsp.ide.graph_model import model_of
from spine_lsp.ide.resolved_order import ToRange, find_group

Format = Literal["mermaid", "dot", "text", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class DrawnName:
    """Where a name stands in a drawing, by line and code points of that line, and where in the file."""

    line: int
    start: int
    end: int
    name: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Rendering:
    """The answer of `spine.renderGraph`; `places` are there for the format `text` alone."""

    group: str
    format: Format
    text: str
    places: tuple[DrawnName, ...] | None = None


def render_graph(
    workspace: Workspace,
    uri: str,
    format: Format,
    group_name: str | None = None,
    *,
    ascii_only: bool = False,
    color: bool = False,
    direction: Direction = "down",
    width: int | None = None,
) -> Rendering | None:
    """The picture of a group; None if there is no such group, ValueError for a format that is none."""
    if format not in FORMATS:
        raise ValueError(f"a graph can be rendered as {', '.join(FORMATS)}, not as {format!r}")
    group = find_group(workspace, uri, group_name)
    if group is None:
        return None
    model = model_of(group)
    if format == "text":
        return _text(model, ascii_only=ascii_only, color=color, direction=direction, width=width)
    return Rendering(model.group, format, _drawn(model, format, direction))


def _drawn(model: GraphModel, format: Format, direction: Direction) -> str:
    if format == "mermaid":
        from spine_lsp.ide.draw.mermaid import draw_mermaid

        return draw_mermaid(model, direction=direction)
    if format == "dot":
        from spine_lsp.ide.draw.dot import draw_dot

        return draw_dot(model, direction=direction)
    from spine_lsp.ide.draw.html import draw_html

    return draw_html(model, direction=direction)


def _text(
    model: GraphModel, *, ascii_only: bool, color: bool, direction: Direction, width: int | None
) -> Rendering:
    from spine_lsp.ide.draw.text import draw_text

    drawing = draw_text(model, direction=direction, width=width, ascii_only=ascii_only, color=color)
    spans = {node.id: node.name_span for node in model.nodes}
    places = []
    for place in drawing.places:
        span = spans.get(place.id)
        places.append(
            DrawnName(
                place.line, place.start, place.end, place.name, Span(*span) if span is not None else None
            )
        )
    return Rendering(model.group, "text", drawing.text, tuple(places))


def to_json(found: Rendering, to_range: ToRange) -> dict[str, object]:
    """The JSON of `spine.renderGraph` (ARCHITECTURE.md)."""
    answer: dict[str, object] = {"group": found.group, "format": found.format, "text": found.text}
    if found.places is not None:
        answer["places"] = [
            {
                "line": place.line,
                "start": place.start,
                "end": place.end,
                "name": place.name,
                "range": None if place.span is None else to_range(place.span),
            }
            for place in found.places
        ]
    return answer
