"""The layered drawing of a graph as an SVG element, with classes for states and no style of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import NamedTuple

from spine_lsp.drawing import marks
from spine_lsp.drawing.labels import clean, shorten, width
from spine_lsp.drawing.layering import Layered, components, layer
from spine_lsp.drawing.model import Direction, GraphEdge, GraphModel, GraphNode, waits_for_itself
from spine_lsp.drawing.ordering import order
from spine_lsp.drawing.placing import place
from spine_lsp.orchestration.problems import counted

_CELL = 7.85  # the width of a character of 13px monospace
_HEIGHT = 34
_BETWEEN_LEVELS = 56
_LABEL = 40
_EDGE_STATES = ("ok", "cycle", "missing", "redundant", "self", "branch")


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the drawing."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node is drawn, by the middle of its box, and the level it is on."""

    middle: Point
    width: float
    row: int


@dataclass(frozen=True, slots=True)
class Svg:
    """The element as text, and the boxes of the nodes in the order of the model."""

    text: str
    boxes: tuple[Box, ...]


def draw_svg(model: GraphModel, *, direction: Direction = "down") -> Svg:
    """The drawing of a model. Edges are `path.edge`, nodes `g.node`, both in the order of the model."""
    nodes = model.unique_nodes()
    own = waits_for_itself(model)
    sideways = direction == "right"
    layered = layer(model)
    layers = order(layered)
    labels = [label_of(node, marks.state_of(node, own)) for node in nodes]
    widths = [2 * round(width(label) * _CELL / 2) + 24 for label in labels]  # even, so that middles are whole
    size = [_HEIGHT if sideways else length for length in widths] + [2] * (len(layered.level) - len(nodes))
    index = {node.id: number for number, node in enumerate(nodes)}
    part_of = _part_of(len(nodes), [(index[e.source], index[e.target]) for e in model.known_edges()])

    def gap(left: int, right: int) -> int:
        if max(left, right) >= layered.real:
            return 16
        return 24 if part_of[left] == part_of[right] else 40

    at = place(layers, layered, size, gap)
    grid = _grid(layers, layered, at, size, widths, sideways=sideways)
    boxes = tuple(Box(grid.points[number], widths[number], layered.level[number]) for number in range(len(nodes)))
    edges = [
        _edge(edge, _path(edge, index, layered.routes, grid, boxes, sideways=sideways)) for edge in model.known_edges()
    ]
    drawn = [
        _node(node, label, marks.state_of(node, own), box)
        for node, label, box in zip(nodes, labels, boxes, strict=True)
    ]
    right = max((box.middle.x + box.width / 2 for box in boxes), default=0)
    bottom = max((box.middle.y for box in boxes), default=0) + _HEIGHT / 2
    right, bottom = max([right, *(p.x for p in grid.points)]), max([bottom, *(p.y for p in grid.points)])
    view = f"-24 -24 {right + 72:.0f} {bottom + 48:.0f}"
    counts = f"{counted(model.step_count(), 'step')}, {counted(len(edges), 'edge')}"
    title = f"Graph of {clean(model.group)}: {counts}" + (f"; {model.cut}" if model.cut else "")
    return Svg(
        "\n".join(
            [
                f'<svg class="graph" xmlns="http://www.w3.org/2000/svg" role="group" viewBox="{view}"',
                f' preserveAspectRatio="xMidYMid meet" aria-label="{escape(title)}">',
                f"<defs>{''.join(map(_marker, _EDGE_STATES))}</defs>",
                *edges,
                *drawn,
                "</svg>",
            ]
        ),
        boxes,
    )


class _Grid(NamedTuple):
    """Of each point: where it is, its span along the graph, and where its level ends."""

    points: list[Point]
    spans: list[tuple[float, float]]
    ends: list[float]


def _grid(
    layers: list[list[int]],
    layered: Layered,
    at: list[int],
    size: list[int],
    widths: list[int],
    *,
    sideways: bool,
) -> _Grid:
    """The points level by level; `at` and `size` are across the graph, a level is as deep as its longest box."""
    count = len(layered.level)
    grid = _Grid([Point(0, 0)] * count, [(0.0, 0.0)] * count, [0.0] * count)
    start = 0.0
    for members in layers:
        boxes = (widths[point] for point in members if point < layered.real)
        deep = max(boxes, default=0) if sideways else _HEIGHT
        for point in members:
            across = at[point] + size[point] / 2
            length = widths[point] if sideways and point < layered.real else deep
            middle = start + length / 2
            grid.points[point] = Point(middle, across) if sideways else Point(across, middle)
            grid.spans[point] = (start, start + length)
            grid.ends[point] = start + deep
        start += deep + _BETWEEN_LEVELS
    return grid


def label_of(node: GraphNode, state: str) -> str:
    """What stands in the box of a node: its name, as far as there is room, and the mark of its state."""
    mark = marks.mark(state, ascii_only=False)
    return shorten(clean(node.name), _LABEL) + (f" {mark}" if mark else "")


def _part_of(count: int, pairs: list[tuple[int, int]]) -> dict[int, int]:
    return {node: place for place, part in enumerate(components(count, pairs)) for node in part}


def _marker(state: str) -> str:
    return (
        f'<marker id="head-{state}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5 8 4 0 7.5z"/></marker>'
    )


def _node(node: GraphNode, label: str, state: str, box: Box) -> str:
    says = says_of(state)
    name = clean(node.name) + (f", {says}" if state != "ok" else "")
    left, top = box.middle.x - box.width / 2, box.middle.y - _HEIGHT / 2
    return (
        f'<g class="node {state}" tabindex="0" role="button" aria-label="{escape(name)}">'
        f"<title>{escape(name)}</title>"
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{_HEIGHT}" rx="7"/>'
        f'<text x="{box.middle.x:.1f}" y="{box.middle.y:.1f}">{escape(label)}</text></g>'
    )


def says_of(state: str) -> str:
    """What a state means, in words."""
    return marks.meaning(state) or "can run"


def _edge(edge: GraphEdge, path: str) -> str:
    line = f'<path class="edge {edge.state}" d="{path}" marker-end="url(#head-{edge.state})"/>'
    if not edge.label:
        return line
    across, along = map(float, path[1:].replace("L", " ").replace("C", " ").split()[:2])
    text = f'<text class="branch" x="{across + 6:.1f}" y="{along + 14:.1f}">{escape(edge.label)}</text>'
    return line + text


def _path(
    edge: GraphEdge,
    index: dict[str, int],
    routes: Mapping[tuple[int, int], tuple[int, ...]],
    grid: _Grid,
    boxes: tuple[Box, ...],
    *,
    sideways: bool,
) -> str:
    source, target = index[edge.source], index[edge.target]
    if source == target:
        return _loop(boxes[source])
    route = routes[source, target]
    # what runs back up and what is redundant meet a node beside the others, not on top of them
    aside = 9 if route[0] != source else -9 if edge.state == "redundant" else 0
    stops: list[Point] = []
    for stop, point in enumerate(route):
        first, last = grid.spans[point]
        middle = grid.points[point]
        across = (middle.y if sideways else middle.x) + (aside if point < len(boxes) else 0)
        end = grid.ends[point]  # a line leaves a short box straight, and bends between levels only
        along = [last, end] if stop == 0 else [first] if stop == len(route) - 1 else [first, end]
        stops.extend(Point(where, across) if sideways else Point(across, where) for where in along)
    if route[0] != source:
        stops.reverse()
    # Two stops in one place would end the line in a stretch of no length, and its arrow would have no direction.
    stops = [stop for number, stop in enumerate(stops) if not number or stop != stops[number - 1]]
    lines = [_line(start, end, sideways=sideways) for start, end in pairwise(stops)]
    return "".join([f"M{stops[0].x:.1f} {stops[0].y:.1f}", *lines])


def _line(start: Point, end: Point, *, sideways: bool) -> str:
    """A straight line, or a curve that leaves and arrives in the direction of the graph."""
    if start.y == end.y if sideways else start.x == end.x:
        return f"L{end.x:.1f} {end.y:.1f}"
    if sideways:
        half = (start.x + end.x) / 2
        return f"C{half:.1f} {start.y:.1f} {half:.1f} {end.y:.1f} {end.x:.1f} {end.y:.1f}"
    half = (start.y + end.y) / 2
    return f"C{start.x:.1f} {half:.1f} {end.x:.1f} {half:.1f} {end.x:.1f} {end.y:.1f}"


def _loop(box: Box) -> str:
    right = box.middle.x + box.width / 2
    high, low = box.middle.y - 8, box.middle.y + 8
    bend = right + 24
    return f"M{right:.1f} {high:.1f}C{bend:.1f} {high - 6:.1f} {bend:.1f} {low + 6:.1f} {right:.1f} {low:.1f}"
