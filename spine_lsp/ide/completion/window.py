"""The lines that say where a cursor stands: those of the header, of the one step it is in, and of what follows."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.header import GroupPart
from spine_lsp.analysis.span import Span
from spine_lsp.syntax.lines import line_start, next_line

_WORTH_IT = 50  # steps; below, all lines are read sooner than the needed ones are found


class Window(NamedTuple):
    """A text, the cursor in it, and the number of the step that stands in it as the only one (None: all do)."""

    text: str
    cursor: int
    number: int | None


def window(group: Group, offset: int) -> Window:
    """The window of an offset of the file that lies in the group."""
    part = group.part
    if group.is_cut:
        return _cut(part, offset)
    head, at = part.head, min(max(offset - part.start, 0), len(part.head))
    found = _item(group, at) if group.step_count > _WORTH_IT else None
    if found is None:
        return Window(head, at, None)
    before, item, behind, number = found
    text = head[:before] + head[slice(*item)] + head[behind:]
    return Window(text, before + at - item.start, number)


def _cut(part: GroupPart, offset: int) -> Window:
    """The window where the document is cut into its steps."""
    number = part.block_at(offset)
    tail_start = part.block_starts[-1]
    if number is not None:
        cursor = len(part.head) + offset - part.block_starts[number]
        return Window(part.head + part.blocks[number].text + part.tail, cursor, number)
    if offset >= tail_start:
        last = part.blocks[-1].text  # so that the list is known to have begun
        cursor = len(part.head) + len(last) + offset - tail_start
        return Window(part.head + last + part.tail, cursor, len(part.blocks) - 1)
    return Window(part.head + part.tail, offset - part.start, 0)


def _item(group: Group, at: int) -> tuple[int, Span, int, int] | None:
    """Where the list begins, the item that holds `at`, where the list ends, and the item's number.

    None for an offset outside the items, and for items that do not each begin a line.
    """
    count = group.step_count
    number = bisect_right(range(count), at, key=lambda step: _line(group, step)) - 1
    first, last = _line(group, 0), group.node_of(count - 1)
    if number < 0 or first < 0 or last is None:
        return None
    head = group.part.head
    behind = next_line(head, last.end)
    if at >= behind:
        return None
    start = _line(group, number)
    end = _line(group, number + 1) if number + 1 < count else behind
    if not first <= start <= at <= end or any(not _begins_line(group, step) for step in (0, number, count - 1)):
        return None
    return first, Span(start, end), behind, number


def _line(group: Group, step: int) -> int:
    """The offset in the document at which the line begins that a step begins on."""
    node = group.node_of(step)
    return line_start(group.part.head, node.start) if node is not None else -1


def _begins_line(group: Group, step: int) -> bool:
    node = group.node_of(step)
    return node is not None and group.part.head[_line(group, step) : node.start].strip() == "-"
