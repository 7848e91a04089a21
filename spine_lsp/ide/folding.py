"""What can be folded in a group, by lines: sections, steps, lists, block texts and flow collections, and comments.

Lines and their indentation say it all, so this reads no tree: it answers for broken text as for sound text, and
costs the same for each line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from spine_lsp.analysis.document import Group
from spine_lsp.analysis.workspace import Workspace


class Fold(NamedTuple):
    """Lines that fold into the first of them; both ends count, lines are numbered from 0."""

    start_line: int
    end_line: int
    kind: Literal["region", "comment"]


def folding(workspace: Workspace, uri: str) -> tuple[Fold, ...]:
    """The folds of a document's groups, by first line; of those that begin on one line the longest."""
    document = workspace.documents.get(uri)
    if document is None:
        return ()
    longest: dict[int, Fold] = {}
    for group in document.groups:
        for fold in _folds(group):
            known = longest.get(fold.start_line)
            if known is None or known.end_line < fold.end_line:
                longest[fold.start_line] = fold
    return tuple(sorted(longest.values()))


def _folds(group: Group) -> Iterator[Fold]:
    text = group.text
    starts = text.line_starts
    source = text.source
    first = text.line_of(group.part.start)
    behind = text.line_of(group.part.end) if group.part.end < len(source) else text.line_count - 1
    open_lines: list[tuple[int, int]] = []  # (depth, line) of what deeper lines may belong to
    last_text = first  # the last line with more than blanks and a comment
    comment_start: int | None = None
    for line in range(first, behind + 1):
        start = starts[line]
        end = starts[line + 1] if line + 1 < len(starts) else len(source)
        body = source[start:end].rstrip()
        stripped = body.lstrip(" \t\ufeff")
        if stripped.startswith("#"):
            if comment_start is None:
                comment_start = line
            continue
        if comment_start is not None:
            if line - 1 > comment_start:
                yield Fold(comment_start, line - 1, "comment")
            comment_start = None
        if not stripped:
            continue
        is_item = stripped[0] == "-" and (len(stripped) == 1 or stripped[1] in " \t")
        # An item may stand as deep as the key that it belongs to, so it counts as half a column deeper.
        depth = 2 * (len(body) - len(stripped)) + is_item
        while open_lines and open_lines[-1][0] >= depth:
            opened = open_lines.pop()[1]
            if last_text > opened:
                yield Fold(opened, last_text, "region")
        if not body.startswith(("---", "...")):
            open_lines.append((depth, line))
            last_text = line
    if comment_start is not None and behind > comment_start:
        last_comment = behind if source[starts[behind] :].strip() else behind - 1
        if last_comment > comment_start:
            yield Fold(comment_start, last_comment, "comment")
    for _, opened in open_lines:
        if last_text > opened:
            yield Fold(opened, last_text, "region")
