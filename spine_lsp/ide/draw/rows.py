"""Compact texts for large graphs: one step a line with rails at the left, or a plain list of levels."""

from __future__ import annotations

from spine_lsp.ide.draw import look
from spine_lsp.ide.draw.canvas import Sheet, Style, TextPiece, Weight
from spine_lsp.ide.draw.labels import clean, shorten, width
from spine_lsp.ide.draw.layering import layer, levels_of
from spine_lsp.ide.draw.model import GraphEdge, GraphModel, GraphNode, waits_for_itself

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
    nodes = model.unique_nodes()
    level = layer(model).level
    index = {node.id: number for number, node in enumerate(nodes)}
    edges = [edge for edge in model.known_edges() if edge.source != edge.target and edge.state != "redundant"]
    before: list[list[int]] = [[] for _ in nodes]
    after: list[list[int]] = [[] for _ in nodes]
    back: list[list[int]] = [[] for _ in nodes]
    state: dict[tuple[int, int], GraphEdge] = {}
    for edge in edges:
        source, target = index[edge.source], index[edge.target]
        if level[source] < level[target]:
            before[target].append(source)
            after[source].append(target)
            state[source, target] = edge
        else:
            back[target].append(source)
    own = waits_for_itself(model)
    sheet = Sheet()
    rails: list[int | None] = []
    bullets: dict[int, tuple[int, int]] = {}
    open_ends = [len(found) for found in after]
    for row, number in enumerate(_reading_order(before, after, level)):
        node = nodes[number]
        joined = {lane: rails[lane] for lane in range(len(rails)) if rails[lane] in before[number]}
        for source in before[number]:
            open_ends[source] -= 1
        ending = {lane for lane, source in joined.items() if source is not None and open_ends[source] == 0}
        lane = _lane(rails, joined, ending)
        for place, owner in enumerate(rails):
            if owner is not None:
                sheet.along(
                    2 * place, row, row, ("light", ""), open_first=True, open_last=place not in ending
                )
        if joined:
            looks: tuple[Weight, Style] = ("light", "")
            if all(
                source is not None and state[source, number].state == "cycle" for source in joined.values()
            ):
                looks = ("heavy", "red")
            sheet.across(row, 2 * min(joined), 2 * lane, looks)
            for place in joined:
                if place != min(joined) and place not in ending:
                    sheet.texts.append(TextPiece(row, 2 * place, "o" if ascii_only else "•"))
        shown = look.state_of(node, own)
        style = look.node_style(shown)
        sheet.texts.append(TextPiece(row, 2 * lane, _bullet(shown, joined, lane, ascii_only=ascii_only), style))
        bullets[number] = (row, 2 * lane)
        for source in before[number]:
            top, rail = bullets[source]
            down = [(between, rail) for between in range(top, row + 1)]
            across = [(row, cell) for cell in range(min(rail, 2 * lane), max(rail, 2 * lane) + 1)]
            sheet.ways[nodes[source].id, node.id] = down + across
        for place in ending:
            rails[place] = None
        while len(rails) <= lane:
            rails.append(None)
        rails[lane] = number if after[number] else None
        while rails and rails[-1] is None:
            rails.pop()
        column = 2 * max(len(rails), lane + 1)
        if len(rails) > _MOST_RAILS or (limit is not None and column + _LEAST_NAME > limit):
            return None
        room = 60 if limit is None else min(60, limit - column)
        mark = look.mark(shown, ascii_only=ascii_only)
        text = shorten(clean(node.name), max(1, room - 2 * bool(mark)), ascii_only=ascii_only)
        start = column
        sheet.texts.append(TextPiece(row, column, text, style, (node.id, node.name)))
        column += width(text) + 1
        if mark:
            sheet.texts.append(TextPiece(row, column, mark, style))
            column += width(mark) + 1
        others = [nodes[source] for source in back[number]]
        _mention(sheet, row, column, others, room - (column - start), style or "dim", ascii_only=ascii_only)
    return sheet


def _bullet(shown: str, joined: dict[int, int | None], lane: int, *, ascii_only: bool) -> str:
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


def _lane(rails: list[int | None], joined: dict[int, int | None], ending: set[int]) -> int:
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
    """The steps level by level, each with what it waits for: always possible, in time and room that grow
    with the number of steps and edges only."""
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
        sheet.texts.append(TextPiece(row, 0, f"level {number}", "dim"))
        row += 1
        for node in members:
            shown = look.state_of(node, own)
            style = look.node_style(shown)
            mark = look.mark(shown, ascii_only=ascii_only)
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
