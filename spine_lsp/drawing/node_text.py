"""One node of a layered drawing: how much room it takes, its box or line, and where lines meet it."""

from __future__ import annotations

from dataclasses import dataclass

from spine_lsp.drawing import marks
from spine_lsp.drawing.canvas import Sheet, Style, TextPiece
from spine_lsp.drawing.labels import width
from spine_lsp.drawing.layering import LinkKind
from spine_lsp.drawing.model import GraphNode

LABEL_LIMIT = 48

Pin = tuple[int, LinkKind]  # the cell across the graph, and what kind of line meets the node there
Pins = tuple[list[Pin], list[Pin]]  # on the side where the graph comes from, and where it goes to


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How to draw: in boxes or not, running right or down, in ASCII or not, names in at most `limit` cells."""

    boxes: bool
    sideways: bool
    ascii_only: bool
    limit: int = LABEL_LIMIT


@dataclass(frozen=True, slots=True)
class Shape:
    """A node as it is drawn: its name with mark, and the cells it takes along and across the graph."""

    node: GraphNode
    text: str
    mark: str
    state: str
    along: int
    across: int

    @property
    def cells(self) -> int:
        """The cells of name and mark."""
        return _cells(self.text, self.mark)

    @property
    def style(self) -> Style:
        """The colour of the node."""
        return marks.node_style(self.state)


def shape(node: GraphNode, state: str, pins: int, manner: TextStyle) -> Shape:
    """The shape of a node that `pins` lines meet on one side."""
    text = marks.label(node, manner.limit, ascii_only=manner.ascii_only)
    mark = marks.mark(state, ascii_only=manner.ascii_only)
    cells = _cells(text, mark)
    if manner.sideways and manner.boxes:
        along, across = cells + 4, max(1, pins) + 2
    elif manner.sideways:
        along, across = cells + (6 if pins > 1 else 4), max(1, pins)
    elif manner.boxes:
        along, across = 3, max(cells + 4, 2 * pins + 1)
    else:  # where the name has no room for all lines, brackets show how far the node reaches
        along, across = 3, cells if 2 * pins - 1 <= cells else max(cells + 4, 2 * pins - 1)
    return Shape(node, text, mark, state, along, across)


def _cells(text: str, mark: str) -> int:
    return width(text) + (1 + width(mark) if mark else 0)


def draw_node(sheet: Sheet, drawn: Shape, start: int, at: int, pins: Pins, manner: TextStyle) -> None:
    """Put a node on the sheet: `start` along the graph, `at` across it."""
    if manner.sideways:
        _draw_sideways(sheet, drawn, start, at, pins, manner)
    elif manner.boxes:
        _draw_box(sheet, drawn, start, at, pins, manner)
    else:
        _draw_line(sheet, drawn, start, at, pins, manner)


def _draw_box(sheet: Sheet, drawn: Shape, row: int, column: int, pins: Pins, manner: TextStyle) -> None:
    corners, flat, upright = _border(drawn, manner)
    last = column + drawn.across - 1
    for line, side in ((row, 0), (row + 2, 1)):
        border = corners[2 * side] + flat * (drawn.across - 2) + corners[2 * side + 1]
        _put(sheet, drawn, line, column, border)
    _put(sheet, drawn, row + 1, column, upright)
    _put(sheet, drawn, row + 1, last, upright)
    _put_name(sheet, drawn, row + 1, column + (drawn.across - drawn.cells) // 2)
    for line, side in ((row, 0), (row + 2, 1)):
        for cell, kind in pins[side]:
            _put_end(sheet, line, cell, side, kind, manner)


def _draw_line(sheet: Sheet, drawn: Shape, row: int, column: int, pins: Pins, manner: TextStyle) -> None:
    if drawn.across > drawn.cells:
        _put(sheet, drawn, row + 1, column, "[")
        _put(sheet, drawn, row + 1, column + drawn.across - 1, "]")
    _put_name(sheet, drawn, row + 1, column + (drawn.across - drawn.cells) // 2)
    for line, side in ((row, 0), (row + 2, 1)):
        for cell, kind in pins[side]:
            if kind[1] == bool(side):
                _put_end(sheet, line, cell, side, kind, manner)
            else:
                sheet.along(cell, line, line, marks.line_look(kind[0]), open_first=True, open_last=True)


def _draw_sideways(sheet: Sheet, drawn: Shape, column: int, row: int, pins: Pins, manner: TextStyle) -> None:
    corners, flat, upright = _border(drawn, manner)
    rows, last = drawn.across, column + drawn.along - 1
    if manner.boxes:
        _put(sheet, drawn, row, column, corners[0] + flat * (drawn.along - 2) + corners[1])
        _put(sheet, drawn, row + rows - 1, column, corners[2] + flat * (drawn.along - 2) + corners[3])
        walls, inset, indent = range(row + 1, row + rows - 1), 0, 2
    elif rows > 1:
        walls, inset, indent = range(row, row + rows), 1, 3
    else:
        walls, inset, indent = range(0), 0, 2
    for line in walls:
        _put(sheet, drawn, line, column + inset, upright)
        _put(sheet, drawn, line, last - inset, upright)
    _put_name(sheet, drawn, row + (rows - 1) // 2, column + indent)
    for side, edge in ((0, column), (1, last)):
        for cell, kind in pins[side]:
            _put_end(sheet, cell, edge, side, kind, manner)


def _put(sheet: Sheet, drawn: Shape, row: int, column: int, text: str) -> None:
    sheet.texts.append(TextPiece(row, column, text, drawn.style))


def _put_name(sheet: Sheet, drawn: Shape, row: int, column: int) -> None:
    sheet.texts.append(TextPiece(row, column, drawn.text, drawn.style, (drawn.node.id, drawn.node.name)))
    if drawn.mark:
        _put(sheet, drawn, row, column + width(drawn.text) + 1, drawn.mark)


def _put_end(sheet: Sheet, row: int, column: int, side: int, kind: LinkKind, manner: TextStyle) -> None:
    """The end of a line at a node: an arrow where it arrives."""
    if manner.sideways and not manner.boxes and kind[1] != bool(side):
        sheet.along(row, column, column, marks.line_look(kind[0]), open_first=True, open_last=True)
    else:
        sheet.ends[row, column] = TextPiece(row, column, _end(side, kind, manner), marks.line_look(kind[0])[1])


def _border(drawn: Shape, manner: TextStyle) -> tuple[str, str, str]:
    """Corners, level and upright border of a box; dashed for a ghost."""
    ghost = drawn.state == "ghost"
    if manner.ascii_only:
        return "++++", "." if ghost else "-", ":" if ghost else "|"
    return "┌┐└┘", "╌" if ghost else "─", "┆" if ghost else "│"


def _end(side: int, kind: LinkKind, manner: TextStyle) -> str:
    """By side and whether the line runs back: an arrow arriving, a branch leaving, or both the other way."""
    if manner.sideways:
        unicode, ascii_only = ("▶┤├◀", ">++<") if manner.boxes else ("▶──◀", ">--<")
    else:
        unicode, ascii_only = "▼┴┬▲", "v++^"
    return (ascii_only if manner.ascii_only else unicode)[2 * side + kind[1]]
