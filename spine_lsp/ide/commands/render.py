"""A group's graph as a picture in text: Mermaid, DOT, characters for a terminal, SVG, or a page for the browser."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import or_less
from spine_lsp.drawing.canvas import NamePlace
from spine_lsp.drawing.labels import clean
from spine_lsp.drawing.model import Direction, GraphModel
from spine_lsp.drawing.text import Drawing, Stretch, draw_text
from spine_lsp.ide.commands.answers import ToRange, find_group
from spine_lsp.ide.commands.graph_model import hasty_model, model_of
from spine_lsp.ide.commands.most import ALL, Most
from spine_lsp.ide.commands.selection import part_of
from spine_lsp.orchestration.problems import counted, did_you_mean, meant

Format = Literal["mermaid", "dot", "text", "html", "svg"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class DrawnName:
    """Where a name stands in a drawing, by line and code points of that line, and where in the file."""

    line: int
    start: int
    end: int
    id: str
    name: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Rendering:
    """The answer of `spine.renderGraph`; places, mentions and ways are there for the format `text` alone.

    `places` has each node's own name, `mentions` the names that stand behind another one. `ways` are the edges
    with the stretches (line, start, end) that they run through, if they were asked for.
    """

    group: str
    format: Format
    text: str
    places: tuple[DrawnName, ...] | None = None
    mentions: tuple[DrawnName, ...] = ()
    ways: Mapping[tuple[str, str], tuple[Stretch, ...]] | None = None


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
    around: str | None = None,
    hops: int = 2,
    steps: Collection[int] | None = None,
    ways: bool = False,
    most: Most = ALL,
) -> Rendering | None:
    """The picture of a group; None if there is no such group.

    What is more than `most` is left out, and where the time is up before the picture is made, more than that; the
    picture says so. With `around`, only what lies within `hops` edges above or below the steps of that name is drawn;
    with `steps`, only those. Raises ValueError, with a sentence for the user, for a format that is none and for a
    step that there is not.
    """
    if format not in FORMATS:
        raise ValueError(f"a graph can be rendered as {', '.join(FORMATS)}, not as {format!r}")
    group = find_group(workspace, uri, group_name)
    if group is None:
        return None

    def draw(model: GraphModel, note: str = "") -> Rendering:
        if format == "text":
            drawing = draw_text(
                model,
                direction=direction,
                width=width,
                ascii_only=ascii_only,
                color=color,
                ways=ways,
                left_out=note,
            )
            return _text(model, drawing, ways=ways)
        return Rendering(model.group, format, _drawn(model, format, direction))

    if around is None and steps is None:
        return or_less(lambda: draw(model_of(group, most)), lambda: draw(hasty_model(group, most)))
    model, note = model_of(group), ""  # what is drawn is cut out of the whole
    if steps is not None:
        whole, model = model.step_count(), part_of(model, group, steps)
        note = f"{model.step_count()} of {counted(whole, 'step')}: those selected"
    if around is not None:
        whole, model = model.step_count(), part_around(model, around, hops)
        note = f"{model.step_count()} of {counted(whole, 'step')}: within {counted(hops, 'edge')} of {clean(around)}"
    return draw(model, note)


def _drawn(model: GraphModel, format: Format, direction: Direction) -> str:
    if format == "mermaid":
        from spine_lsp.drawing.mermaid import draw_mermaid

        return draw_mermaid(model, direction=direction)
    if format == "dot":
        from spine_lsp.drawing.dot import draw_dot

        return draw_dot(model, direction=direction)
    if format == "svg":
        from spine_lsp.drawing.svg_file import draw_svg_file

        return draw_svg_file(model, direction=direction)
    from spine_lsp.drawing.html import draw_html

    return draw_html(model, direction=direction)


def part_around(model: GraphModel, step: str, hops: int) -> GraphModel:
    """What lies within `hops` edges of the nodes called `step`; ValueError where there is none."""
    centres = [node.id for node in model.nodes if node.name == step]
    if not centres:
        guess = meant(did_you_mean(step, dict.fromkeys(node.name for node in model.nodes if node.kind == "step")))
        raise ValueError(f"no step of this group is called `{step}`{guess}")
    return model.around(centres, hops)


def _text(model: GraphModel, drawing: Drawing, *, ways: bool) -> Rendering:
    spans = {node.id: node.name_span for node in model.nodes}

    def drawn(places: tuple[NamePlace, ...]) -> tuple[DrawnName, ...]:
        return tuple(
            DrawnName(
                place.line,
                place.start,
                place.end,
                place.id,
                place.name,
                Span(*span) if span is not None else None,
            )
            for place in places
            for span in [spans.get(place.id)]
        )

    return Rendering(
        model.group,
        "text",
        drawing.text,
        drawn(drawing.places),
        drawn(drawing.mentions),
        drawing.ways if ways else None,
    )


def to_json(found: Rendering, to_range: ToRange) -> dict[str, object]:
    """The JSON of `spine.renderGraph` (docs/commands.md)."""
    answer: dict[str, object] = {"group": found.group, "format": found.format, "text": found.text}
    if found.places is not None:
        answer["places"] = [_place_json(place, to_range) for place in found.places]
        answer["mentions"] = [_place_json(place, to_range) for place in found.mentions]
    if found.ways is not None:
        answer["ways"] = [
            {"from": source, "to": target, "stretches": [list(stretch) for stretch in way]}
            for (source, target), way in found.ways.items()
        ]
    return answer


def _place_json(place: DrawnName, to_range: ToRange) -> dict[str, object]:
    return {
        "line": place.line,
        "start": place.start,
        "end": place.end,
        "id": place.id,
        "name": place.name,
        "range": None if place.span is None else to_range(place.span),
    }
