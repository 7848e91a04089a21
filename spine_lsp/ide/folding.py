"""What can be folded in a group, by lines: sections, steps, lists, block texts and flow collections, and comments.

Lines and their indentation say it all, so this reads no tree: it answers for broken text as for sound text, and
costs the same for each line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
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


def _folds(group: Group | ScheduleList) -> Iterator[Fold]:
    """Runs of lines that hold a comment alone, and each line with the deeper ones below it."""
    text, source = group.text, group.text.source
    first = text.line_of(group.part.start)
    # The last is the line that the next document begins with.
    last = text.line_of(group.part.end) if group.part.end < len(source) else text.line_count - 1
    bounds = [*text.line_starts[first : last + 2], len(source)][: last - first + 2]
    blanks = _BLANKS.match
    comment: int | None = None  # where a run of comments began
    open_lines: list[tuple[int, int]] = []  # (depth, line) of what deeper lines may belong to
    last_text = first  # the last line with more than blanks and a comment
    for number, (start, end) in enumerate(pairwise(bounds), first):
        at = blanks(source, start, end).end()  # type: ignore[union-attr]  # no blanks match too
        mark = source[at] if at < end else ""
        if mark == "#":
            comment = number if comment is None else comment
            continue
        if comment is not None:
            if number - comment > 1:
                yield Fold(comment, number - 1, "comment")
            comment = None
        if not mark or (mark.isspace() and not source[at:end].strip()):
            continue
        is_item = mark == "-" and (source.startswith((" ", "\t"), at + 1) or not source[at + 1 : end].strip())
        # An item may stand as deep as the key that it belongs to, so it counts as half a column deeper.
        depth = 2 * (at - start) + is_item
        while open_lines and open_lines[-1][0] >= depth:
            opened = open_lines.pop()[1]
            if last_text > opened:
                yield Fold(opened, last_text, "region")
        if at > start or not source.startswith(("---", "..."), at):
            open_lines.append((depth, number))
            last_text = number
    if comment is not None and last > comment:
        yield Fold(comment, last, "comment")
    for _, opened in open_lines:
        if last_text > opened:
            yield Fold(opened, last_text, "region")


_BLANKS = re.compile(r"[ \t\ufeff]*")
