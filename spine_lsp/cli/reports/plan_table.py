"""A resolved order as text: what every step gets, a table of the steps, and what cannot run and why.

Names are never broken or shortened, so that they can be copied. Where the table is too wide for the terminal, lists
in it are wrapped between their entries; where that is not enough, each step is a paragraph.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from spine_lsp.cli.output import styler
from spine_lsp.cli.terminal.folding import folded
from spine_lsp.drawing.labels import clean, shorten, width
from spine_lsp.ide.commands.order_text import HEADERS, PlanRow, plan_facts, plan_row, shared_params
from spine_lsp.ide.commands.resolved_order import ResolvedOrder
from spine_lsp.ide.words import policy_words
from spine_lsp.orchestration.problems import counted
from spine_lsp.printable import printable

_GAP = 2
_LONGEST_VALUE = 120


def plan_table(order: ResolvedOrder, limit: int | None, *, color: bool = False) -> str:
    """The order in lines of at most `limit` cells where no name is longer; without a limit as wide as it is."""
    style = styler(on=color)
    rows = [plan_row(step, clean, _param) for step in order.steps]
    out = [*_heading(order, limit, style)]
    if rows:
        widths = _widths(rows, limit)
        out += _paragraphs(rows, limit, style) if widths is None else _table(rows, widths, style)
    if order.blocked:
        out += ["", style("cannot run:", bold=True)]
        for blocked in order.blocked:
            sentence = f"{_quoted(blocked.name)}, which {blocked.cause.reason(_quoted)}"
            out += folded([f"  {sentence}"], limit)
    problems = [problem for problem in order.problems if problem.code != "blocked-step"]
    if problems:
        out += ["", style(f"{counted(len(problems), 'problem')}:", bold=True)]
        for problem in problems:
            out += folded([f"  {problem.severity}[{problem.code}]: {printable(problem.message)}"], limit)
    return "\n".join(line.rstrip() for line in out) + "\n"


def _heading(order: ResolvedOrder, limit: int | None, style: Callable[..., str]) -> Iterator[str]:
    name = style(clean(order.group) if order.group else "(no name)", bold=True)
    yield from folded([f"{name}  version {printable(str(order.version))}: {plan_facts(order)}"], limit)
    yield from folded([f"policy: {policy_words(order.policy)}"], limit)
    for words, params in shared_params(order, _param):
        yield from _wrapped(f"{words}: ", params, limit)


def _widths(rows: Sequence[PlanRow], limit: int | None) -> list[int] | None:
    """The cells of each column; None where a table does not fit. Without parameters there is no such column."""
    columns = len(HEADERS) if any(row.params for row in rows) else len(HEADERS) - 1
    natural = [width(header) for header in HEADERS[:columns]]
    least = [*natural]
    for row in rows:
        for at, cell in enumerate(row[:columns]):
            items = [cell] if isinstance(cell, str) else _with_commas(cell)
            natural[at] = max(natural[at], sum(map(width, items)) + max(len(items) - 1, 0))
            least[at] = max(least[at], *map(width, items), 0)
    if limit is None:
        return natural
    room = limit - sum(natural[:4]) - _GAP * (columns - 1)
    if room < sum(least[4:]):
        return None
    waits = natural[4]
    if sum(natural[4:]) > room:
        params = least[5] if columns > 5 else 0
        waits = max(least[4], min(natural[4], room - params, room // 2 if columns > 5 else room))
    return [*natural[:4], waits, *[room - waits] * (columns - 5)]


def _table(rows: Sequence[PlanRow], widths: Sequence[int], style: Callable[..., str]) -> Iterator[str]:
    yield _line([style(_aligned(at, HEADERS[at], cells), dim=True) for at, cells in enumerate(widths)])
    for row in rows:
        waits = list(_wrapped("", row.waits, widths[4], ""))
        params = list(_wrapped("", row.params, widths[5], "")) if len(widths) > 5 else []
        for at in range(max(len(waits), len(params), 1)):
            cells = [*row[:4]] if not at else [""] * 4
            cells += [waits[at] if at < len(waits) else "", params[at] if at < len(params) else ""]
            shown = [_aligned(column, str(cells[column]), cells_of) for column, cells_of in enumerate(widths)]
            shown[2] = style(shown[2], bold=True)
            yield _line(shown)


def _line(cells: Sequence[str]) -> str:
    return (" " * _GAP).join(cells)


def _aligned(column: int, text: str, cells: int) -> str:
    blanks = " " * (cells - width(text))
    return blanks + text if column < 2 else text + blanks


def _paragraphs(rows: Sequence[PlanRow], limit: int | None, style: Callable[..., str]) -> Iterator[str]:
    margin = max(len(row.number) for row in rows)
    indent = " " * (margin + _GAP)
    for row in rows:
        yield ""
        yield f"{row.number.rjust(margin)}{' ' * _GAP}{style(row.name, bold=True)}"
        yield f"{indent}level {row.level}, pipeline {row.pipeline}"
        if row.waits != ["-"]:
            yield from _wrapped(f"{indent}waits for ", row.waits, limit, indent + "  ")
        if row.params:
            yield from _wrapped(indent, row.params, limit, indent)


def _wrapped(begin: str, items: Sequence[str], limit: int | None, indent: str = "  ") -> Iterator[str]:
    """Items in lines of at most `limit` cells, broken only between two of them."""
    line = begin
    for number, item in enumerate(_with_commas(items)):
        blank = " " if number and line != indent else ""
        if limit is not None and line.strip() and width(line) + len(blank) + width(item) > limit:
            yield line
            line, blank = indent, ""
        line += blank + item
    yield line


def _with_commas(items: Sequence[str]) -> list[str]:
    return [f"{item}," for item in items[:-1]] + list(items[-1:])


def _param(key: str | None, value: object) -> str:
    return _value(value) if key is None else f"{clean(key)}={_value(value)}"


def _value(value: object) -> str:
    """A value as JSON writes it, so that a text and what it looks like differ; a long one without its middle."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) > 10 * _LONGEST_VALUE:
        text = text[: 5 * _LONGEST_VALUE] + text[-5 * _LONGEST_VALUE :]
    return shorten(printable(text), _LONGEST_VALUE)


def _quoted(name: str) -> str:
    return f"`{clean(name)}`"
