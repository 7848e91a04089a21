"""Reads a drawing with boxes back into edges, by following its lines as a reader would."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.drawing.text import Drawing

Cell = tuple[int, int]
Grid = dict[Cell, str]

_N, _E, _S, _W = (-1, 0), (0, 1), (1, 0), (0, -1)
_ARMS = {
    **dict.fromkeys("│┃┊", (_N, _S)),
    **dict.fromkeys("─━┈", (_E, _W)),
    **dict.fromkeys("╰┗", (_N, _E)),
    **dict.fromkeys("╯┛", (_N, _W)),
    **dict.fromkeys("╭┏", (_S, _E)),
    **dict.fromkeys("╮┓", (_S, _W)),
    **dict.fromkeys("├┣", (_N, _S, _E)),
    **dict.fromkeys("┤┫", (_N, _S, _W)),
    **dict.fromkeys("┬┳", (_E, _W, _S)),
    **dict.fromkeys("┴┻", (_E, _W, _N)),
}
_CROSSINGS = "┼╋╂┿"


def edges_drawn(drawing: Drawing) -> set[tuple[str, str]]:
    """The (source, target) pairs, by node ids, that following the lines of a drawing with boxes finds.

    Lines join at every glyph but a crossing, where they go straight on; no line turns back against the
    direction in which it left its box. Needs names of one-cell characters.
    """
    rows = drawing.text.split("\n")
    grid = {(r, c): char for r, line in enumerate(rows) for c, char in enumerate(line) if char != " "}
    border: dict[Cell, tuple[str, Cell]] = {}
    for place in drawing.places:
        for cell, out in _border(grid, place.line, place.start):
            border[cell] = (place.id, out)
    found: set[tuple[str, str]] = set()
    for cell, (_node, out) in border.items():
        if _leaves(grid[cell], out):
            ends = _follow(grid, border, cell, out)
            found |= {(border[cell][0], border[end][0]) for end in ends if grid[end] in "▼▲▶◀"}
    return found


def _border(grid: Grid, row: int, column: int) -> Iterator[tuple[Cell, Cell]]:
    """The border cells of the box around a name, with the direction out of the box."""
    top = bottom = row
    left = right = column
    while grid.get((row, left)) not in tuple("│┆▶┤"):
        left -= 1
    # the wall on the name's own row may be a pin, so go by corners
    while grid.get((top, left)) != "┌":
        top -= 1
    while grid.get((bottom, left)) != "└":
        bottom += 1
    right = left
    while grid.get((top, right)) != "┐":
        right += 1
    for c in range(left + 1, right):
        yield (top, c), _N
        yield (bottom, c), _S
    for r in range(top + 1, bottom):
        yield (r, left), _W
        yield (r, right), _E


def _leaves(char: str, out: Cell) -> bool:
    return char in {_N: "┴", _S: "┬", _W: "┤", _E: "├"}[out]


def _follow(grid: Grid, border: dict[Cell, tuple[str, Cell]], start: Cell, out: Cell) -> set[Cell]:
    ends: set[Cell] = set()
    against = (-out[0], -out[1])
    work = [((start[0] + out[0], start[1] + out[1]), out)]
    seen = set(work)
    while work:
        cell, came = work.pop()
        if cell in border:
            ends.add(cell)
            continue
        char = grid[cell]
        back = (-came[0], -came[1])
        ways = [came] if char in _CROSSINGS else [way for way in _ARMS[char] if way not in (back, against)]
        assert char in _CROSSINGS or back in _ARMS[char], f"a line breaks off at {cell}: {char}"
        for way in ways:
            step = ((cell[0] + way[0], cell[1] + way[1]), way)
            if step not in seen:
                seen.add(step)
                work.append(step)
    return ends
