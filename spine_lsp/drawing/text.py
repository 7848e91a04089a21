"""The graph drawn with characters, for terminals and editors without a canvas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from spine_lsp.drawing import marks
from spine_lsp.drawing.canvas import NamePlace, Sheet, TextPiece, render
from spine_lsp.drawing.labels import shorten, width
from spine_lsp.drawing.layered_text import draw_part
from spine_lsp.drawing.layering import components
from spine_lsp.drawing.model import Direction, GraphModel
from spine_lsp.drawing.node_text import LABEL_LIMIT, TextStyle
from spine_lsp.drawing.rows import draw_list, draw_rows
from spine_lsp.orchestration.problems import counted

Form = Literal["boxes", "lines", "rows", "list"]
Stretch = tuple[int, int, int]  # a line, and code points of it

LEAST_WIDTH = 24
MOST_NODES = 1000  # above, or above so many edges, the levels are listed
MOST_EDGES = 4000
_MOST_LAYERED = 300  # a layered drawing of more nodes, or of more edges, cannot be followed by eye
_MOST_LAYERED_EDGES = 600
_MOST_BOXES = 40
MOST_REDUNDANT = 8
_USUAL_WIDTH = 240
_LEAST_LEGEND = 44  # cells; most entries of the legend take as many
_BETWEEN = 3  # blank cells between two parts of a graph that stand side by side


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished drawing. `places` says where each node's name stands, in code points of the uncoloured line.

    `ways`, if asked for, says through which stretches of lines each edge (source id, target id) runs; those that
    run together share them. A form that draws no lines has none. `mentions` are the names that stand behind another.
    """

    text: str
    places: tuple[NamePlace, ...]
    form: Form
    width: int
    ways: Mapping[tuple[str, str], tuple[Stretch, ...]] = field(default_factory=dict)
    mentions: tuple[NamePlace, ...] = ()


def draw_text(
    model: GraphModel,
    *,
    direction: Direction = "down",
    width: int | None = None,
    ascii_only: bool = False,
    color: bool = False,
    form: Form | None = None,
    redundant: bool | None = None,
    ways: bool = False,
    left_out: str = "",
) -> Drawing:
    """The graph as text of at most `width` cells a line (less than 24 counts as 24).

    Without `form`, the first of these that fits is chosen: a layered drawing with boxes (up to 40 nodes), the
    same with a line for a node, a line for each step with rails at the left, a list of the levels. So that an
    answer comes soon, nothing is layered above 300 nodes or 600 edges and only lists are made above 1,000 nodes
    or 4,000 edges, whatever `form` says. Without `width`, lines have 240 cells, or with `form` any number.
    `redundant` says whether redundant edges are drawn; without it, they are where they are few. Names are
    shortened in the middle; with `ascii_only` nothing but names is ever not ASCII. `left_out` is what is
    said below of a part that is not drawn.
    """
    limit = max(width, LEAST_WIDTH) if width is not None else None if form else _USUAL_WIDTH
    model, dropped = _without_redundant(model, wanted=redundant)
    nodes = model.unique_nodes()
    edges = model.known_edges()
    if not nodes:
        return _finish(
            Sheet(),
            [_shortened("This group has no steps.", limit, ascii_only=ascii_only)],
            "list",
            ascii_only=ascii_only,
            color=color,
        )
    large = len(nodes) > MOST_NODES or len(edges) > MOST_EDGES
    for candidate in _candidates(form, len(nodes), len(edges), large=large):
        sheet = _sheet(model, candidate, direction, limit, ascii_only=ascii_only, ways=ways)
        if sheet is None or (limit is not None and candidate != "list" and sheet.extent()[1] > limit):
            continue
        entries = marks.legend(model, ascii_only=ascii_only, redundant=candidate in ("boxes", "lines"))
        if candidate == "rows" and edges:
            entries = [*marks.rails(ascii_only=ascii_only), *entries]
        notes = marks.wrap(
            entries,
            min(limit or 100, max(sheet.extent()[1], _LEAST_LEGEND)),
        )
        if dropped and candidate != "list":
            notes.append(f"{counted(dropped, 'redundant edge')} {'is' if dropped == 1 else 'are'} not drawn")
        if large:
            counts = f"{counted(model.step_count(), 'step')} and {counted(len(edges), 'edge')}"
            notes.append(f"{counts} are too many to draw: listed by level.")
        elif candidate == "list" and form is None:
            notes.append("There is no room for lines: the steps are listed by level.")
        if left_out:
            notes.append(left_out)
        if model.cut:
            notes.append(model.cut)
        notes = [_shortened(note, limit, ascii_only=ascii_only) for note in notes]
        return _finish(sheet, notes, candidate, ascii_only=ascii_only, color=color, ways=ways)
    raise AssertionError("the list of levels fits always")


def _without_redundant(model: GraphModel, *, wanted: bool | None) -> tuple[GraphModel, int]:
    """The model without its redundant edges, if that is wanted or they are many; and how many were dropped.

    They say nothing that a longer way does not say, and more than a few hide the others.
    """
    edges = model.known_edges()
    needed = tuple(edge for edge in edges if edge.state != "redundant")
    dropped = len(edges) - len(needed)
    if wanted or (wanted is None and dropped <= MOST_REDUNDANT):
        return model, 0
    return replace(model, edges=needed), dropped


def _candidates(form: Form | None, nodes: int, edges: int, *, large: bool) -> Iterable[Form]:
    if large:
        return ("list",)
    forms: tuple[Form, ...] = ("boxes", "lines", "rows", "list")
    if form is not None:
        forms = tuple(dict.fromkeys((form, "rows", "list")))
    elif nodes > _MOST_BOXES:
        forms = forms[1:]
    if nodes > _MOST_LAYERED or edges > _MOST_LAYERED_EDGES:
        forms = tuple(one for one in forms if one in ("rows", "list"))
    return forms


def _shortened(note: str, limit: int | None, *, ascii_only: bool) -> str:
    return note if limit is None else shorten(note, limit, ascii_only=ascii_only)


def _sheet(
    model: GraphModel, form: Form, direction: Direction, limit: int | None, *, ascii_only: bool, ways: bool
) -> Sheet | None:
    if form == "rows":
        return draw_rows(model, limit=limit, ascii_only=ascii_only)
    if form == "list":
        return draw_list(model, limit=limit, ascii_only=ascii_only)
    label = LABEL_LIMIT if limit is None else max(8, min(LABEL_LIMIT, limit - 6))
    manner = TextStyle(form == "boxes", direction == "right", ascii_only, label)
    sheets: list[Sheet] = []
    for part in _parts(model):
        sheet = draw_part(part, manner, limit, ways=ways)
        if sheet is None:
            return None
        sheets.append(sheet)
    return _shelves(sheets, limit, side_by_side=direction == "down")


def _parts(model: GraphModel) -> list[GraphModel]:
    """The connected parts of a model, those with edges first."""
    nodes = model.unique_nodes()
    index = {node.id: number for number, node in enumerate(nodes)}
    edges = model.known_edges()
    parts = components(len(nodes), [(index[edge.source], index[edge.target]) for edge in edges])
    part_of = {number: place for place, part in enumerate(parts) for number in part}
    of_part: list[list[int]] = [[] for _ in parts]
    for number, edge in enumerate(edges):
        of_part[part_of[index[edge.source]]].append(number)
    models = [
        GraphModel(
            model.group,
            tuple(nodes[number] for number in part),
            tuple(edges[number] for number in of_part[place]),
        )
        for place, part in enumerate(parts)
    ]
    return sorted(models, key=lambda part: len(part.nodes) == 1)


def _shelves(sheets: list[Sheet], limit: int | None, *, side_by_side: bool) -> Sheet:
    """Drawings put together: side by side until the width is used, then below.

    Drawings of a graph that runs right stand below each other, but single steps always share a line.
    """
    whole = Sheet()
    extents = [sheet.extent() for sheet in sheets]
    widest = max(columns for _, columns in extents)
    room = limit if limit is not None else max(100, widest)
    top = column = height = 0
    for sheet, (rows, columns) in zip(sheets, extents, strict=True):
        single = len({text.node for text in sheet.texts if text.node}) == 1
        if column and (column + columns > room or not (side_by_side or single)):
            top, column, height = top + height + (height > 1), 0, 0
        whole.paste(sheet, top, column)
        column += columns + _BETWEEN
        height = max(height, rows)
    return whole


def _finish(
    sheet: Sheet, notes: list[str], form: Form, *, ascii_only: bool, color: bool, ways: bool = False
) -> Drawing:
    """The lines of a sheet without blank ones around, then the notes."""
    used = [text.row for text in sheet.texts if text.text.strip()] + [row for row, _ in (*sheet.cells, *sheet.ends)]
    trimmed = sheet
    if above := min(used, default=0):
        trimmed = Sheet()
        trimmed.paste(sheet, -above, 0)
    row = trimmed.extent()[0]
    for number, note in enumerate(notes):
        trimmed.texts.append(TextPiece(row + bool(row) + number, 0, note, "dim"))
    lines, places = render(trimmed, ascii_only=ascii_only, color=color)
    plain = lines if not color else render(trimmed, ascii_only=ascii_only, color=False)[0]
    return Drawing(
        "\n".join(lines) + "\n",
        tuple(place for place in places if not place.mention),
        form,
        max((width(line) for line in plain), default=0),
        {edge: _stretches(way, plain) for edge, way in trimmed.ways.items()} if ways else {},
        tuple(place for place in places if place.mention),
    )


def _stretches(way: Iterable[tuple[int, int]], lines: list[str]) -> tuple[Stretch, ...]:
    """The cells of an edge as stretches of code points, which are what an editor can mark."""
    found: list[Stretch] = []
    for row, cell in sorted(set(way)):
        line = lines[row]
        at = cell if line.isascii() else _point(line, cell)
        if at >= len(line):
            continue
        if found and found[-1][0] == row and found[-1][2] == at:
            found[-1] = (row, found[-1][1], at + 1)
        else:
            found.append((row, at, at + 1))
    return tuple(found)


def _point(line: str, cell: int) -> int:
    """The code point of a line that begins at a cell."""
    cells = 0
    for at, char in enumerate(line):
        if cells >= cell and width(char):
            return at
        cells += width(char)
    return len(line)
