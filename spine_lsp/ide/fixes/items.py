"""The lines of a step in the file, with the comments that belong to it, and edits of whole steps."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from spine_lsp.analysis.document import Group
from spine_lsp.ide.fixes.surgery import line_break, line_end, line_start, next_line, written
from spine_lsp.syntax.text import Edit

_DASH = re.compile(r"([ \t]*)-(?:[ \t]|$)", re.MULTILINE)


class Item(NamedTuple):
    """A step's whole lines: from the comments right above its dash to its last line that is not blank."""

    start: int
    dash: int
    end: int
    indent: str


def step_items(group: Group) -> list[Item] | None:
    """The items of all steps, in order; None where they do not stand on lines of their own."""
    source = group.text.source
    found: list[Item] = []
    for step in range(group.step_count):
        span = group.item_span(step)
        if group.part.path is not None:
            dash_line = span.start
        else:
            dash = source.rfind("-", 0, span.start)
            if dash < 0 or source[dash + 1 : span.start].strip():
                return None
            dash_line = line_start(source, dash)
        match = _DASH.match(source, dash_line)
        if match is None or (found and dash_line < found[-1].end):
            return None
        indent = match.group(1)
        end = _content_end(source, group, step, indent)
        start = dash_line
        floor = found[-1].end if found else line_end(source, group.part.start)
        while start > floor:
            above = line_start(source, start - 1)
            if above < floor or not source[above:start].startswith(f"{indent}#"):
                break
            start = above
        found.append(Item(start, dash_line + len(indent), end, indent))
    return found


def _content_end(source: str, group: Group, step: int, indent: str) -> int:
    """The end of the step's last line: its own, or of the comments behind it that are indented deeper."""
    span = group.steps[step].span.moved(group.base_of(step))
    end = line_end(source, max(span.end, span.start))
    limit = group.item_span(step).end if group.part.path is not None else None
    while (after := next_line(source, end)) < len(source) and (limit is None or after < limit):
        line = source[after : line_end(source, after)]
        if not line.strip().startswith("#") or len(line) - len(line.lstrip()) <= len(indent):
            break
        end = line_end(source, after)
    return end


def insert_step(
    group: Group, before: int, name: str, pipeline: str, depends_on: str = ""
) -> list[Edit] | None:
    """A new step before the step of that number (or behind the last), spaced as the others are.

    `depends_on` is the value as it is to be written, empty for none.
    """
    items = step_items(group)
    if not items:
        return None
    source = group.text.source
    indent = items[0].indent
    lines = [f"{indent}- name: {written(name)}", f"{indent}  pipeline: {written(pipeline)}"]
    if depends_on:
        lines.append(f"{indent}  depends_on: {depends_on}")
    eol = line_break(source)
    text = eol.join(lines)
    spaced = any(
        not source[next_line(source, a.end) : line_end(source, next_line(source, a.end))].strip()
        for a, b in pairwise(items[:4])
        if b.start > next_line(source, a.end)
    )
    gap = eol if spaced else ""
    if before < len(items):
        at = items[before].start
        return [Edit(at, at, f"{text}{eol}{gap}")]
    at = items[-1].end
    return [Edit(at, at, f"{eol}{gap}{text}")]


def guess_pipeline(group: Group, like: int, name: str) -> str:
    """A pipeline for a new step: that of a neighbour, with the new name in the place of its last part."""
    known = group.steps[like].pipeline if 0 <= like < len(group.steps) else None
    head, dot, _ = (known or "").rpartition(".")
    return f"{head}{dot}{re.sub(r'[^0-9A-Za-z_]+', '_', name).strip('_') or 'todo'}"


def free_name(group: Group, wish: str) -> str:
    """`wish`, or the first of `wish_2`, `wish_3`... that no step has."""
    taken = set(group.names)
    number = 2
    name = wish
    while name in taken:
        name = f"{wish}_{number}"
        number += 1
    return name
