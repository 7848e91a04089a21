"""What can be folded in a group, by lines: sections, steps, lists, block texts and flow collections, and comments.

Lines and their indentation say it all, so this reads no tree: it answers for broken text as for sound text, and
costs the same for each line.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.schedules.reading import ScheduleList
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import while_time_is_left


class Fold(NamedTuple):
    """Lines that fold into the first of them; both ends count, lines are numbered from 0."""

    start_line: int
    end_line: int
    kind: Literal["region", "comment"]


def folding(workspace: Workspace, uri: str) -> tuple[Fold, ...]:
    """The folds of a document's groups and schedules, by first line; of those that begin on one line the longest."""
    document = workspace.documents.get(uri)
    if document is None:
        return ()
    longest: dict[int, Fold] = {}
    read: list[Group | ScheduleList] = [*document.groups, *document.schedules]
    for group in read:
        for fold in while_time_is_left(_folds(group)):
            known = longest.get(fold.start_line)
            if known is None or known.end_line < fold.end_line:
                longest[fold.start_line] = fold
    return tuple(sorted(longest.values()))


class _FoldLine(NamedTuple):
    """A line of a group: its number, its indentation, and the rest without blanks at the end."""

    number: int
    indent: int
    text: str


def _folds(group: Group | ScheduleList) -> Iterator[Fold]:
    lines = _lines_of(group)
    yield from _comment_folds(lines)
    yield from _region_folds(lines)


def _lines_of(group: Group | ScheduleList) -> list[_FoldLine]:
    """The lines of a group, and that which the next document begins with."""
    text, source = group.text, group.text.source
    first = text.line_of(group.part.start)
    last = text.line_of(group.part.end) if group.part.end < len(source) else text.line_count - 1
    bounds = [*text.line_starts[first : last + 2], len(source)][: last - first + 2]
    found = []
    for number, (start, end) in enumerate(pairwise(bounds), first):
        body = source[start:end].rstrip()
        stripped = body.lstrip(" \t\ufeff")
        found.append(_FoldLine(number, len(body) - len(stripped), stripped))
    return found


def _comment_folds(lines: list[_FoldLine]) -> Iterator[Fold]:
    """Runs of lines that hold a comment alone."""
    for is_comment, run in groupby(lines, key=lambda line: line.text.startswith("#")):
        if is_comment:
            numbers = [line.number for line in run]
            if len(numbers) > 1:
                yield Fold(numbers[0], numbers[-1], "comment")


def _region_folds(lines: list[_FoldLine]) -> Iterator[Fold]:
    """Each line with the deeper ones below it."""
    open_lines: list[tuple[int, int]] = []  # (depth, line) of what deeper lines may belong to
    last_text = lines[0].number  # the last line with more than blanks and a comment
    for number, indent, text in lines:
        if not text or text.startswith("#"):
            continue
        is_item = text[0] == "-" and (len(text) == 1 or text[1] in " \t")
        # An item may stand as deep as the key that it belongs to, so it counts as half a column deeper.
        depth = 2 * indent + is_item
        while open_lines and open_lines[-1][0] >= depth:
            opened = open_lines.pop()[1]
            if last_text > opened:
                yield Fold(opened, last_text, "region")
        if indent or not text.startswith(("---", "...")):
            open_lines.append((depth, number))
            last_text = number
    for _, opened in open_lines:
        if last_text > opened:
            yield Fold(opened, last_text, "region")
