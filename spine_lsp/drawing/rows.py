"""Compact texts for large graphs: one step a line with rails at the left, or a plain list of levels."""

from __future__ import annotations

from typing import NamedTuple

from spine_lsp.cancellation import check_cancelled
from spine_lsp.drawing import marks
from spine_lsp.drawing.canvas import Sheet, Style, TextPiece
from spine_lsp.drawing.labels import clean, shorten, width
from spine_lsp.drawing.layering import layer, levels_of
from spine_lsp.drawing.model import GraphModel, GraphNode, waits_for_itself

_MOST_RAILS = 100  # nobody follows more
_MOST_MENTIONED = 20  # names behind a name
_LEAST_NAME = 16  # cells that a name is left with, whatever the rails take


def draw_rows(model: GraphModel, *, limit: int | None, ascii_only: bool) -> Sheet | None:
    """Each step on a line of its own, below everything it waits for; None when the rails leave no room.

    Each step that others wait for has a rail down to the last of them. The line of a step runs from the rails
    of what it waits for to its arrow, which points right where it comes from the left only, and down where the
    rail above leads into it; a bullet waits for nothing above. What a rail cannot show stands behind the name:
    edges that run back up. Redundant edges are left out, which keeps the rails few.
    """
    level = layer(model).level
    waits = _waits_of(model, level)
    drawing = _Rows(model, waits, limit, ascii_only=ascii_only)
    for row, number in enumerate(_reading_order(waits.before, waits.after, level)):
        check_cancelled()
        if not drawing.add(row, number):
            return None
    return drawing.sheet


class _Waits(NamedTuple):
    """Of each step, by number: what it waits for, what waits for it, and what it waits for further down."""

    before: list[list[int]]
    after: list[list[int]]
    back: list[list[int]]
    in_cycle: set[tuple[int, int]]


def _waits_of(model: GraphModel, level: tuple[int, ...]) -> _Waits:
    nodes = model.unique_nodes()
    index = {node.id: number for number, node in enumerate(nodes)}
    waits = _Waits([[] for _ in nodes], [[] for _ in nodes], [[] for _ in nodes], set())
    for edge in model.known_edges():
        source, target = index[edge.source], index[edge.target]
        if source == target or edge.state == "redundant":
            continue
        if level[source] >= level[target]:
            waits.back[target].append(source)
            continue
        waits.before[target].append(source)
        waits.after[source].append(target)
        if edge.state == "cycle":
            waits.in_cycle.add((source, target))
    return waits


class _Rows:
    """A drawing of rows that grows downward: the rails that are open, and whose they are."""

    def __init__(self, model: GraphModel, waits: _Waits, limit: int | None, *, ascii_only: bool) -> None:
        self.sheet = Sheet()
        self._nodes = model.unique_nodes()
        self._own = waits_for_itself(model)
        self._waits = waits
        self._limit = limit
        self._ascii = ascii_only
        self._rails: list[int | None] = []
        self._bullets: dict[int, tuple[int, int]] = {}
        self._open_ends = [len(found) for found in waits.after]

    def add(self, row: int, number: int) -> bool:
        """Draw the row of a step; false where its rails leave no room."""
        before, rails = self._waits.before[number], self._rails
        joined = {lane: owner for lane, owner in enumerate(rails) if owner is not None and owner in before}
        for source in before:
            self._open_ends[source] -= 1
        ending = {lane for lane, source in joined.items() if self._open_ends[source] == 0}
        lane = _lane(rails, joined, ending)
        self._draw_rails(row, number, joined, ending, lane)
        self._draw_bullet(row, number, joined, lane)
        for place in ending:
            rails[place] = None
        rails.extend([None] * (lane + 1 - len(rails)))
        rails[lane] = number if self._waits.after[number] else None
        while rails and rails[-1] is None:
            rails.pop()
        column = 2 * max(len(rails), lane + 1)
        if len(rails) > _MOST_RAILS or (self._limit is not None and column + _LEAST_NAME > self._limit):
            return False
        self._write_name(row, column, number)
        return True

    def _draw_rails(self, row: int, number: int, joined: dict[int, int], ending: set[int], lane: int) -> None:
        """The open rails, and the line from those that the step joins to its lane."""
        for place, owner in enumerate(self._rails):
            if owner is not None:
                open_last = place not in ending
                self.sheet.along(2 * place, row, row, ("light", ""), open_first=True, open_last=open_last)
        if not joined:
            return
        cyclic = all((source, number) in self._waits.in_cycle for source in joined.values())
        self.sheet.across(row, 2 * min(joined), 2 * lane, ("heavy", "red") if cyclic else ("light", ""))
        for place in joined:
            if place != min(joined) and place not in ending:
                self.sheet.texts.append(TextPiece(row, 2 * place, "o" if self._ascii else "•"))

    def _draw_bullet(self, row: int, number: int, joined: dict[int, int], lane: int) -> None:
        """The step's own mark, and the way to it of each edge."""
        shown = marks.state_of(self._nodes[number], self._own)
        bullet = _bullet(shown, joined, lane, ascii_only=self._ascii)
        self.sheet.texts.append(TextPiece(row, 2 * lane, bullet, marks.node_style(shown)))
        self._bullets[number] = (row, 2 * lane)
        for source in self._waits.before[number]:
            top, rail = self._bullets[source]
            down = [(between, rail) for between in range(top, row + 1)]
            across = [(row, cell) for cell in range(min(rail, 2 * lane), max(rail, 2 * lane) + 1)]
            self.sheet.ways[self._nodes[source].id, self._nodes[number].id] = down + across

    def _write_name(self, row: int, start: int, number: int) -> None:
        """The name of a step, the mark of its state, and the names that it waits for further down."""
        node = self._nodes[number]
        shown = marks.state_of(node, self._own)
        style = marks.node_style(shown)
        room = 60 if self._limit is None else min(60, self._limit - start)
        mark = marks.mark(shown, ascii_only=self._ascii)
        text = shorten(clean(node.name), max(1, room - 2 * bool(mark)), ascii_only=self._ascii)
        self.sheet.texts.append(TextPiece(row, start, text, style, (node.id, node.name)))
        column = start + width(text) + 1
        if mark:
            self.sheet.texts.append(TextPiece(row, column, mark, style))
            column += width(mark) + 1
        others = [self._nodes[source] for source in self._waits.back[number]]
        left = room - (column - start)
        _mention(self.sheet, row, column, others, left, style or "dim", ascii_only=self._ascii)


def _bullet(shown: str, joined: dict[int, int], lane: int, *, ascii_only: bool) -> str:
    kind = (2 + (lane in joined)) if joined else int(shown == "ghost")
    return ("*o>v" if ascii_only else "●◌▶▼")[kind]


def _mention(
    sheet: Sheet, row: int, column: int, others: list[GraphNode], room: int, style: Style, *, ascii_only: bool
) -> None:
    """Behind a name, as many as there is room for of the nodes that it waits for, and how many more there are."""
    arrow = "<-" if ascii_only else "←"
    names = [clean(other.name) for other in others]
    written = width(arrow) + 1
    for number, (other, name) in enumerate(zip(others, names, strict=True)):
        left = len(names) - number - 1
        reserve = width(f" and {left} more") if left else 0
        if number and (number == _MOST_MENTIONED or written + 2 + width(name) + reserve > room):
            sheet.texts.append(TextPiece(row, column + written, f" and {left + 1} more", style))
            return
        if not number:
            name = shorten(name, max(room - written - reserve, 0), ascii_only=ascii_only)
            if width(name) < min(3, width(names[0])):
                return
            sheet.texts.append(TextPiece(row, column, arrow, style))
        else:
            sheet.texts.append(TextPiece(row, column + written, ", ", style))
            written += 2
        sheet.texts.append(TextPiece(row, column + written, name, style, (other.id, other.name), mention=True))
        written += width(name)


def _lane(rails: list[int | None], joined: dict[int, int], ending: set[int]) -> int:
    """The lane of a step: right of all it joins; the last one that ends there is taken over."""
    if joined and max(joined) in ending:
        return max(joined)
    lane = max(joined, default=-1) + 1
    while lane < len(rails) and rails[lane] is not None:
        lane += 1
    return lane


def _reading_order(before: list[list[int]], after: list[list[int]], level: tuple[int, ...]) -> list[int]:
    """An order that puts a step soon after the last thing it waits for, so that rails are short and few."""
    waiting = [len(found) for found in before]
    left = [len(found) for found in after]
    since = [-1] * len(before)  # when the last thing a step waits for was placed
    ready = [number for number in range(len(before)) if waiting[number] == 0]
    order: list[int] = []
    while ready:
        check_cancelled()

        def closes(number: int) -> int:
            return sum(left[source] == 1 for source in before[number]) - (left[number] > 0)

        chosen = max(ready, key=lambda number: (closes(number), since[number], -level[number], -number))
        ready.remove(chosen)
        order.append(chosen)
        for source in before[chosen]:
            left[source] -= 1
        for target in after[chosen]:
            waiting[target] -= 1
            since[target] = len(order)
            if waiting[target] == 0:
                ready.append(target)
    return order


def draw_list(model: GraphModel, *, limit: int | None, ascii_only: bool) -> Sheet:
    """The steps level by level, each with what it waits for.

    Always possible, in time and room that grow with the number of steps and edges only.
    """
    nodes = model.unique_nodes()
    level = levels_of(model)
    named = {node.id: node for node in nodes}
    waits: dict[str, list[GraphNode]] = {}
    for edge in model.known_edges():
        waits.setdefault(edge.target, []).append(named[edge.source])
    own = waits_for_itself(model)
    by_level: list[list[GraphNode]] = [[] for _ in range(max(level, default=-1) + 1)]
    for number, node in enumerate(nodes):
        by_level[level[number]].append(node)
    sheet = Sheet()
    row = 0
    for number, members in enumerate(by_level):
        sheet.texts.append(TextPiece(row, 0, f"level {number + 1}", "dim"))
        row += 1
        for node in members:
            check_cancelled()
            shown = marks.state_of(node, own)
            style = marks.node_style(shown)
            mark = marks.mark(shown, ascii_only=ascii_only)
            room = 60 if limit is None else max(1, limit - 2 - 2 * bool(mark))
            text = shorten(clean(node.name), min(room, 60), ascii_only=ascii_only)
            sheet.texts.append(TextPiece(row, 2, text, style, (node.id, node.name)))
            column = 2 + width(text)
            if mark:
                sheet.texts.append(TextPiece(row, column + 1, mark, style))
                column += 2
            left = (120 if limit is None else limit) - column - 1
            if node.id in waits:
                _mention(sheet, row, column + 1, waits[node.id], left, "dim", ascii_only=ascii_only)
            row += 1
    return sheet
