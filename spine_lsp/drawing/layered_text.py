"""One connected part of a graph as a layered drawing, in boxes or with one line for a node."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from spine_lsp.drawing import marks
from spine_lsp.drawing.canvas import Sheet
from spine_lsp.drawing.layering import Layered, layer
from spine_lsp.drawing.model import GraphModel, waits_for_itself
from spine_lsp.drawing.nets import Wire, nets, pin_counts, wires
from spine_lsp.drawing.node_text import Pin, Shape, TextStyle, draw_node, shape
from spine_lsp.drawing.ordering import order
from spine_lsp.drawing.placing import place
from spine_lsp.drawing.routing import Channel, route


def draw_part(model: GraphModel, manner: TextStyle, limit: int | None = None, *, ways: bool = False) -> Sheet | None:
    """The layered drawing of a model, best of a connected one; None when it is wider than `limit` cells."""
    layered = layer(model)
    layers = order(layered)
    gaps = nets(layered)
    tops, bottoms = pin_counts(gaps, len(layered.level))
    own = waits_for_itself(model)
    shapes = [
        shape(node, marks.state_of(node, own), max(tops[number], bottoms[number]), manner)
        for number, node in enumerate(model.unique_nodes())
    ]
    size = [shape.across for shape in shapes] + [1] * (len(layered.level) - len(shapes))

    def gap(left: int, right: int) -> int:
        if manner.sideways:
            return 0
        hidden = (left >= layered.real) + (right >= layered.real)
        return (2 if manner.boxes else 3, 2, 1)[hidden]

    at = place(layers, layered, size, gap)
    if limit is not None and _least_width(at, size, layers, shapes, manner) > limit:
        return None  # before the lines are routed, which takes longest
    margin = 1 if manner.boxes else 0
    step = 1 if manner.sideways else 2
    gap_wires = [wires(gap, at, size, layered.real, margin=margin, step=step) for gap in gaps]
    channels = [route(gap, apart=0 if manner.sideways else 1) for gap in gap_wires]

    sheet = Sheet(manner.sideways)
    start = 0
    starts: list[tuple[int, int, int]] = []  # of each level: where it begins and ends, and where its gap ends
    nets_drawn: list[list[Sheet]] = []
    for number, points in enumerate(layers):
        begin = start
        pins = (
            _pins(gap_wires[number - 1] if number else [], upper=False),
            _pins(gap_wires[number] if number < len(gap_wires) else [], upper=True),
        )
        start += _draw_level(sheet, [(point, at[point]) for point in points], shapes, start, pins, manner)
        end = start
        if number < len(channels):
            drawn = [Sheet() for _ in gap_wires[number]]
            start += _draw_gap(sheet, channels[number], gap_wires[number], start, manner, drawn)
            nets_drawn.append(drawn)
        starts.append((begin, end, start))
    if ways:
        _keep_ways(sheet, model, layered, shapes, starts, gap_wires, nets_drawn)
    return sheet.moved()


def _draw_level(
    sheet: Sheet,
    points: list[tuple[int, int]],
    shapes: list[Shape],
    start: int,
    pins: tuple[Mapping[int, list[Pin]], Mapping[int, list[Pin]]],
    manner: TextStyle,
) -> int:
    """The nodes of a level, and the lines through it, of points (number, cell across the graph).

    Answers how deep the level is.
    """
    depth = max((shapes[point].along for point, _ in points if point < len(shapes)), default=1)
    arrives, leaves = pins
    for point, cell in points:
        above, below = arrives.get(point, []), leaves.get(point, [])
        if point < len(shapes):
            draw_node(sheet, shapes[point], start, cell, (above, below), manner)
            # A node may be less deep than its level: its lines go on to the gap.
            lines, first = below, start + shapes[point].along
        else:
            lines, first = [(cell, (above or below)[0][1])], start
        for lane, kind in lines:
            sheet.along(lane, first, start + depth - 1, marks.line_look(kind[0]), open_first=True, open_last=True)
    return depth


def _keep_ways(
    sheet: Sheet,
    model: GraphModel,
    layered: Layered,
    shapes: list[Shape],
    starts: list[tuple[int, int, int]],
    gap_wires: list[list[Wire]],
    nets_drawn: list[list[Sheet]],
) -> None:
    """Note which cells each edge runs through: every way through a net is an edge, so its own way can be told."""
    nodes = model.unique_nodes()
    index = {node.id: number for number, node in enumerate(nodes)}
    wire_of = [
        {
            (upper, lower, wire.kind): (number, above, below)
            for number, wire in enumerate(gap)
            for upper, above in wire.upper_pins
            for lower, below in wire.lower_pins
        }
        for gap in gap_wires
    ]
    kinds = {(edge.source, edge.target): edge.state for edge in model.known_edges()}
    for (source, target), state in kinds.items():
        ends = (index[source], index[target])
        if ends not in layered.routes:
            continue  # a node that waits for itself has a mark and no line
        route = layered.routes[ends]
        backward = route[0] != ends[0]
        way: list[tuple[int, int]] = []
        for upper, lower in pairwise(route):
            level = layered.level[upper]
            begin, end, gap_end = starts[level]
            number, above, below = wire_of[level][upper, lower, (state, backward)]
            first = begin if upper >= layered.real else begin + shapes[upper].along - 1
            way += [(step, above) for step in range(first, end)]
            if gap_end > end:
                way += nets_drawn[level][number].way_between((end, above), (gap_end - 1, below))
            if lower < layered.real:
                way.append((gap_end, below))
        sheet.ways[source, target] = [(cell, step) for step, cell in way] if sheet.sideways else way


def _least_width(
    at: list[int], size: list[int], layers: list[list[int]], shapes: list[Shape], manner: TextStyle
) -> int:
    """The cells that the nodes alone need."""
    if not manner.sideways:
        return max((first + length for first, length in zip(at, size, strict=True)), default=0)
    real = len(shapes)
    depths = [max((shapes[point].along for point in points if point < real), default=1) for points in layers]
    return sum(depths) + 3 * (len(layers) - 1)


def _pins(gap: list[Wire], *, upper: bool) -> dict[int, list[Pin]]:
    found: dict[int, list[Pin]] = {}
    for wire in gap:
        for point, cell in wire.upper_pins if upper else wire.lower_pins:
            found.setdefault(point, []).append((cell, wire.kind))
    return found


def _draw_gap(
    sheet: Sheet, channel: Channel, gap: list[Wire], start: int, manner: TextStyle, alone: list[Sheet]
) -> int:
    """The lines between two levels, on the sheet and each net on one `alone`.

    Answers how many cells they take in the direction of the graph.
    """
    if manner.sideways:
        pad, pitch = 1, 2
        length = max(3, 2 * channel.tracks + 1)
    else:
        pad, pitch = 0, 1
        length = max(1 if manner.boxes else 0, channel.tracks)
    for run in channel.along:
        first = start if run.start is None else start + pad + run.start * pitch
        last = start + length - 1 if run.end is None else start + pad + run.end * pitch
        for paper in (sheet, alone[run.wire]):
            paper.along(
                run.at, first, last, marks.line_look(gap[run.wire].kind[0]),
                open_first=run.start is None, open_last=run.end is None,
            )  # fmt: skip
    for bar in channel.across:
        for paper in (sheet, alone[bar.wire]):
            paper.across(start + pad + bar.track * pitch, bar.first, bar.last, marks.line_look(gap[bar.wire].kind[0]))
    return length
