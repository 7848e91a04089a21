"""A sheet of terminal cells: lines that join and cross, texts with known places, rendered to plain lines."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from spine_lsp.cancellation import check_cancelled
from spine_lsp.drawing.labels import width

Weight = Literal["light", "heavy", "dotted"]
Style = Literal["", "red", "yellow", "magenta", "dim"]

BACK, MORE, FORWARD, LESS = 1, 2, 4, 8  # drawn downward: north, east, south, west

_NEXT = (
    (BACK, (-1, 0), FORWARD),
    (MORE, (0, 1), LESS),
    (FORWARD, (1, 0), BACK),
    (LESS, (0, -1), MORE),
)

_LIGHT = " ╵╶╰╷│╭├╴╯─┴╮┤┬┼"
_HEAVY = " ╹╺┗╻┃┏┣╸┛━┻┓┫┳╋"
_ASCII = " |-+||++-+-+++++"
_SGR = {"red": "31", "yellow": "33", "magenta": "35", "dim": "2"}


@dataclass(frozen=True, slots=True)
class NamePlace:
    """Where the name of a node stands: line, and columns in code points of that line (without colour)."""

    line: int
    start: int
    end: int
    id: str
    name: str
    mention: bool = False


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A run of characters that starts at a cell; `node` is the (id, name) it shows, if it shows one.

    With `mention`, the name stands in what is said of another node.
    """

    row: int
    column: int
    text: str
    style: Style = ""
    node: tuple[str, str] | None = None
    mention: bool = False


@dataclass(slots=True)
class _Cell:
    arms: int = 0
    upright: tuple[Weight, Style] = ("light", "")
    flat: tuple[Weight, Style] = ("light", "")


@dataclass(slots=True)
class Sheet:
    """A drawing in the making. Lines are kept as arms of cells, so that what meets is joined when rendered.

    With `sideways`, lines are given as for a graph that runs down and drawn for one that runs right.
    `ways` are the cells that each edge (source, target) runs through, shared with others or not.
    """

    sideways: bool = False
    cells: dict[tuple[int, int], _Cell] = field(default_factory=dict)
    texts: list[TextPiece] = field(default_factory=list)
    ends: dict[tuple[int, int], TextPiece] = field(default_factory=dict)  # ends of lines; they cover borders
    ways: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=dict)

    def along(
        self, at: int, first: int, last: int, look: tuple[Weight, Style], *, open_first: bool, open_last: bool
    ) -> None:
        """A stretch in the direction of the graph, over the cells `first` to `last`.

        An open end reaches the border of its cell.
        """
        for step in range(first, last + 1):
            arms = (BACK if step > first or open_first else 0) | (FORWARD if step < last or open_last else 0)
            self._add(step, at, arms, look)

    def across(self, step: int, first: int, last: int, look: tuple[Weight, Style]) -> None:
        """A stretch across the direction of the graph."""
        for at in range(first, last + 1):
            arms = (LESS if at > first else 0) | (MORE if at < last else 0)
            self._add(step, at, arms, look)

    def _add(self, step: int, at: int, arms: int, look: tuple[Weight, Style]) -> None:
        if self.sideways:
            step, at = at, step
            turned = {BACK: LESS, FORWARD: MORE, LESS: BACK, MORE: FORWARD}
            arms = sum(to for arm, to in turned.items() if arms & arm)
        cell = self.cells.setdefault((step, at), _Cell())
        cell.arms |= arms
        if arms & (BACK | FORWARD):
            cell.upright = look
        if arms & (LESS | MORE):
            cell.flat = look

    def extent(self) -> tuple[int, int]:
        """Rows and columns in use."""
        rows = [row for row, _ in (*self.cells, *self.ends)] + [text.row for text in self.texts]
        columns = [column for _, column in (*self.cells, *self.ends)] + [
            text.column + width(text.text) - 1 for text in self.texts
        ]
        return max(rows, default=-1) + 1, max(columns, default=-1) + 1

    def paste(self, other: Sheet, row: int, column: int) -> None:
        """Put another drawing on this one, its first cell at the given one."""
        for (other_row, other_column), cell in other.cells.items():
            self.cells[other_row + row, other_column + column] = cell
        for (other_row, other_column), end in other.ends.items():
            spot = (other_row + row, other_column + column)
            self.ends[spot] = TextPiece(*spot, end.text, end.style)
        for text in other.texts:
            check_cancelled()
            place = (text.row + row, text.column + column)
            self.texts.append(TextPiece(*place, text.text, text.style, text.node, text.mention))
        for edge, way in other.ways.items():
            self.ways[edge] = [(other_row + row, other_column + column) for other_row, other_column in way]

    def way_between(self, start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
        """The cells from one to another along lines, both included; of a sheet that is not sideways."""
        before: dict[tuple[int, int], tuple[int, int]] = {start: start}
        frontier = [start]
        while frontier and end not in before:
            reached: list[tuple[int, int]] = []
            for step, at in frontier:
                for arm, (down, right), back in _NEXT:
                    there = (step + down, at + right)
                    cell = self.cells.get(there)
                    if self.cells[step, at].arms & arm and cell and cell.arms & back and there not in before:
                        before[there] = (step, at)
                        reached.append(there)
            frontier = reached
        way = [end] if end in before else []
        while way and way[-1] != start:
            way.append(before[way[-1]])
        return way

    def moved(self) -> Sheet:
        """The same drawing with its first column at 0; lines may have gone left of it."""
        columns = [column for _, column in (*self.cells, *self.ends)] + [text.column for text in self.texts]
        shifted = Sheet(self.sideways)
        shifted.paste(self, 0, -min(columns, default=0))
        return shifted


def render(sheet: Sheet, *, ascii_only: bool, color: bool) -> tuple[list[str], list[NamePlace]]:
    """The lines of a drawing, and the places of the names in it. Texts cover lines."""
    height, _ = sheet.extent()
    by_row: list[list[TextPiece]] = [[] for _ in range(height)]
    covered = {
        (text.row, column) for text in sheet.texts for column in range(text.column, text.column + width(text.text))
    }
    for (row, column), cell in sheet.cells.items():
        if (row, column) not in covered and (row, column) not in sheet.ends:
            by_row[row].append(TextPiece(row, column, *_glyph(cell, ascii_only=ascii_only)))
    for end in sheet.ends.values():
        by_row[end.row].append(end)
    for text in sheet.texts:
        by_row[text.row].extend(_uncovered(text, sheet.ends))
    lines: list[str] = []
    places: list[NamePlace] = []
    for row, pieces in enumerate(by_row):
        check_cancelled()
        line, found = _line(row, sorted(pieces, key=lambda piece: piece.column), color=color)
        lines.append(line)
        places.extend(found)
    return lines, places


def _uncovered(text: TextPiece, ends: Container[tuple[int, int]]) -> Iterable[TextPiece]:
    """A text without the characters that ends of lines cover: only borders have such, and they are narrow."""
    cuts = [] if text.node else [at for at in range(len(text.text)) if (text.row, text.column + at) in ends]
    if not cuts:
        return [text]
    bounds = [-1, *cuts, len(text.text)]
    return [
        TextPiece(text.row, text.column + before + 1, text.text[before + 1 : after], text.style)
        for before, after in pairwise(bounds)
        if after > before + 1
    ]


def _line(row: int, pieces: Iterable[TextPiece], *, color: bool) -> tuple[str, list[NamePlace]]:
    out: list[str] = []
    places: list[NamePlace] = []
    cells = points = 0
    style: Style = ""
    for piece in pieces:
        if not piece.text.strip():
            continue
        gap = piece.column - cells
        if color and style and (style != piece.style or gap):
            out.append("\x1b[0m")
            style = ""
        out.append(" " * gap)
        if color and piece.style != style:
            out.append(f"\x1b[{_SGR[piece.style]}m")
            style = piece.style
        start = points + gap
        out.append(piece.text)
        points = start + len(piece.text)
        cells = piece.column + width(piece.text)
        if piece.node:
            places.append(NamePlace(row, start, points, *piece.node, piece.mention))
    if style and color:
        out.append("\x1b[0m")
    return "".join(out), places


def _glyph(cell: _Cell, *, ascii_only: bool) -> tuple[str, Style]:
    upright, flat = cell.upright[0], cell.flat[0]
    vertical, level = cell.arms & (BACK | FORWARD), cell.arms & (LESS | MORE)
    style = cell.upright[1] if vertical else cell.flat[1]
    if ascii_only:
        if cell.arms == 15 or not level:  # a line that crosses another passes over it
            return {"dotted": ":", "heavy": "H"}.get(upright, "|"), style
        if not vertical:
            return {"dotted": ".", "heavy": "="}.get(flat, "-"), style
        return _ASCII[cell.arms], style
    if cell.arms == 15:
        return {("heavy", "heavy"): "╋", ("heavy", "light"): "╂", ("light", "heavy"): "┿"}.get(
            (_solid(upright), _solid(flat)), "┼"
        ), style
    if not level:
        return {"dotted": "┊", "heavy": "┃"}.get(upright, "│"), style
    if not vertical:
        return {"dotted": "┈", "heavy": "━"}.get(flat, "─"), style
    return (_HEAVY if upright == "heavy" else _LIGHT)[cell.arms], style


def _solid(weight: Weight) -> Weight:
    return "light" if weight == "dotted" else weight
