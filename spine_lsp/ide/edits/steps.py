"""The lines of a step in the file, with the comments that belong to it, and edits of whole steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.cancellation import check_cancelled
from spine_lsp.ide.edits.yaml_edits import (
    comments_in,
    insert_in_braces,
    quotes_of,
    remove_items,
)
from spine_lsp.ide.trees import skeleton, tree_of_step
from spine_lsp.ide.values import runs_key
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, NAME
from spine_lsp.syntax.lines import line_break, line_end, line_start, next_line
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit
from spine_lsp.syntax.tree import Node, resolve

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
        check_cancelled()
        span = group.item_span(step)
        if group.is_cut:
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
    limit = group.item_span(step).end if group.is_cut else None
    while (after := next_line(source, end)) < len(source) and (limit is None or after < limit):
        line = source[after : line_end(source, after)]
        if not line.strip().startswith("#") or len(line) - len(line.lstrip()) <= len(indent):
            break
        end = line_end(source, after)
    return end


def insert_step(
    group: Group, before: int, name: str, pipeline: str, depends_on: Sequence[str] = ()
) -> list[Edit] | None:
    """A new step before the step of that number (or behind the last), spaced as the others are."""
    items = step_items(group)
    if not items:
        return _insert_in_brackets(group, before, name, pipeline, depends_on)
    source = group.text.source
    indent = items[0].indent
    node = group.node_of(min(before, len(items) - 1))
    quotes = quotes_of(tree_of_step(group, min(before, len(items) - 1)), node) if node is not None else ""
    pairs = _pairs(group, name, pipeline, depends_on, quotes)
    lines = [f"{indent}{'  ' if number else '- '}{pair}" for number, pair in enumerate(pairs)]
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


def remove_step(group: Group, step: int) -> list[Edit] | None:
    """Without the step; its comments stay. What waits for it is not looked at."""
    items = step_items(group)
    if items is None:
        steps = _steps_node(group)
        if steps is None or steps.style != "flow" or len(steps.items) < 2:
            return None
        return remove_items(skeleton(group), steps, [step])
    if step >= len(items):
        return None
    item, source = items[step], group.text.source
    comments = comments_in(source, item.start, item.end)
    if comments:
        kept = f"{line_break(source)}{item.indent}".join(comments)
        return [Edit(item.start, item.end, f"{item.indent}{kept}")]
    end = next_line(source, item.end)
    if step + 1 < len(items):
        if not source[end : items[step + 1].start].strip():
            end = items[step + 1].start  # the blank line behind it goes too, the one before it stays
        return [Edit(item.start, end, "")]
    if step and not source[items[step - 1].end : item.start].strip():
        # Not from the end of the line above: that line may go too.
        return [Edit(next_line(source, items[step - 1].end), end, "")]
    return [Edit(item.start, end, "")]


def _insert_in_brackets(
    group: Group, before: int, name: str, pipeline: str, depends_on: Sequence[str]
) -> list[Edit] | None:
    """A new step in a list that is written in brackets, in the manner of the steps beside it."""
    steps = _steps_node(group)
    if steps is None or steps.style != "flow" or not steps.items:
        return None
    tree = skeleton(group)
    pairs = _pairs(group, name, pipeline, depends_on, quotes_of(tree, steps.items[min(before, len(steps.items) - 1)]))
    return insert_in_braces(tree, steps, f"{{{', '.join(pairs)}}}", before)


def _steps_node(group: Group) -> Node | None:
    """The list of steps, where it is read with the rest of its document."""
    root = group.header.root
    paths = group.header.kind.list_paths
    places = [resolve(root, path) for path in paths] if root is not None and not group.is_cut else []
    return next((place.node for place in places if place is not None and place.node.kind == "seq"), None)


def _pairs(group: Group, name: str, pipeline: str, depends_on: Sequence[str], quotes: str) -> list[str]:
    """The entries of a new step."""
    pairs = [(NAME, write(name, quotes)), (runs_key(group), write(pipeline, quotes))]
    if depends_on:
        pairs.append((DEPENDS_ON, f"[{', '.join(write(other, quotes) for other in depends_on)}]"))
    return [f"{write(key, quotes)}: {value}" for key, value in pairs]


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
