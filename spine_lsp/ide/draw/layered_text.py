"""One connected part of a graph as a layered drawing, in boxes or with one line for a node."""

from __future__ import annotations

from spine_lsp.ide.draw import look
from spine_lsp.ide.draw.canvas import Sheet
from spine_lsp.ide.draw.layering import layer
from spine_lsp.ide.draw.model import GraphModel, waits_for_itself
from spine_lsp.ide.draw.nets import Wire, nets, pin_counts, wires
from spine_lsp.ide.draw.node_text import Manner, Pin, Shape, draw_node, shape
from spine_lsp.ide.draw.ordering import order
from spine_lsp.ide.draw.placing import place
from spine_lsp.ide.draw.routing import Channel, route


def draw_part(model: GraphModel, manner: Manner, limit: int | None = None) -> Sheet | None:
    """The layered drawing of a model, best of a connected one; None when it is wider than `limit` cells."""
    layered = layer(model)
    layers = order(layered)
    gaps = nets(layered)
    tops, bottoms = pin_counts(gaps, len(layered.level))
    own = waits_for_itself(model)
    shapes = [
        shape(node, look.state_of(node, own), max(tops[number], bottoms[number]), manner)
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
    for number, points in enumerate(layers):
        depth = max((shapes[point].along for point in points if point < layered.real), default=1)
        into = gap_wires[number - 1] if number else []
        out = gap_wires[number] if number < len(gap_wires) else []
        arrives = _pins(into, upper=False)
        leaves = _pins(out, upper=True)
        for point in points:
            pins = (arrives.get(point, []), leaves.get(point, []))
            if point < layered.real:
                draw_node(sheet, shapes[point], start, at[point], pins, manner)
                for cell, kind in pins[1]:  # a node less deep than its level: its lines go on to the gap
                    sheet.along(
                        cell, start + shapes[point].along, start + depth - 1, look.line_look(kind[0]),
                        open_first=True, open_last=True,
                    )  # fmt: skip
            else:
                kind = (pins[0] or pins[1])[0][1]
                sheet.along(
                    at[point],
                    start,
                    start + depth - 1,
                    look.line_look(kind[0]),
                    open_first=True,
                    open_last=True,
                )
        start += depth
        if number < len(channels):
            start += _draw_gap(sheet, channels[number], out, start, manner)
    return sheet.moved()


def _least_width(
    at: list[int], size: list[int], layers: list[list[int]], shapes: list[Shape], manner: Manner
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


def _draw_gap(sheet: Sheet, channel: Channel, gap: list[Wire], start: int, manner: Manner) -> int:
    """The lines between two levels; answers how many cells they take in the direction of the graph."""
    if manner.sideways:
        pad, pitch = 1, 2
        length = max(3, 2 * channel.tracks + 1)
    else:
        pad, pitch = 0, 1
        length = max(1 if manner.boxes else 0, channel.tracks)
    for run in channel.along:
        first = start if run.start is None else start + pad + run.start * pitch
        last = start + length - 1 if run.end is None else start + pad + run.end * pitch
        sheet.along(
            run.at, first, last, look.line_look(gap[run.wire].kind[0]),
            open_first=run.start is None, open_last=run.end is None,
        )  # fmt: skip
    for bar in channel.across:
        sheet.across(
            start + pad + bar.track * pitch, bar.first, bar.last, look.line_look(gap[bar.wire].kind[0])
        )
    return length
