"""Where each line of a YAML document would start, and the spaces inside its lines, if all were written alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from spine_lsp.syntax.lines import column_of
from spine_lsp.syntax.text import Edit, Text
from spine_lsp.syntax.tree import Node, walk

_BLANKS = re.compile(r"[ \t]*")
_TO_DASH = re.compile(r"(?:[ \t\r\n]|(?:(?<=\s)|^)#[^\r\n]*)*-")


class Manner(NamedTuple):
    """How a text is indented: the columns a map stands behind its key, and those the dashes of a list do."""

    unit: int
    list_indent: int


def manner_of(trees: Iterable[tuple[str, Node]], tab_size: int) -> Manner:
    """The manner that texts mostly have, given with their trees; the editor's where no one manner prevails."""
    units: Counter[int] = Counter()
    lists: Counter[int] = Counter()
    for source, root in trees:
        for node in walk(root):
            for key, value in node.entries if node.style == "block" else ():
                if value.style != "block" or value.end <= value.start:
                    continue
                if "\n" not in source[key.end : value.start] and "\r" not in source[key.end : value.start]:
                    continue
                deeper = column_of(source, value.start) - column_of(source, key.start)
                if value.kind == "map":
                    units[min(max(deeper, 2), 8)] += 1
                elif value.kind == "seq":
                    lists[min(max(deeper, 0), 8)] += 1

    unit = _prevailing(units, min(max(tab_size, 2), 8)) if units else 2
    return Manner(unit, _prevailing(lists, next(iter(lists), unit)))  # of two the one that comes first


def _prevailing(found: Counter[int], otherwise: int) -> int:
    """What was met most often; `otherwise` if nothing was, or two as often."""
    first, second = [*found.most_common(2), (otherwise, 0), (otherwise, 0)][:2]
    return first[0] if first[1] > second[1] else otherwise


def layout_edits(source: str, root: Node, manner: Manner, *, last: bool = True) -> list[Edit]:
    """The edits that lay out a document of sound YAML, given its tree; `last`: the file ends where it ends."""
    layout = _Layout(source, manner)
    start = layout.column(root.start) if root.style == "block" else 0
    layout.block(root, start)
    return layout.edits(last=last)


class _Layout:
    """The layout of one text while it is worked out: new columns by line, and edits inside lines."""

    def __init__(self, source: str, manner: Manner) -> None:
        self.source = source
        self.text = Text(source)
        self.columns: dict[int, int] = {}  # line to the column that its first word moves to
        self.owner: dict[int, int] = {}  # line inside a value to the line that the value moves with
        self.fixed: set[int] = set()  # lines of which the blanks at the end may mean something
        self.inside: list[Edit] = []
        self.manner = manner

    def line(self, offset: int) -> int:
        return self.text.line_of(offset)

    def column(self, offset: int) -> int:
        return offset - self.text.line_start(self.line(offset))

    def block(self, root: Node, column: int) -> None:
        """Lay out a node whose block begins in a column, and all below it."""
        work = [(root, column)]
        while work:
            node, at = work.pop()
            if node.style == "block" and node.kind == "map":
                work += self._map(node, at)
            elif node.style == "block" and node.kind == "seq":
                work += self._list(node, at)
            else:
                self._flow(node)

    def _map(self, node: Node, column: int) -> list[tuple[Node, int]]:
        inner: list[tuple[Node, int]] = []
        for key, value in node.entries:
            self._place(key.start, column)
            colon = self._colon(key)
            if colon is None:
                self._keep_with(key, value)
                continue
            if value.style == "block" and value.end > value.start:
                if value.kind == "seq":
                    inner.append((value, column + self.manner.list_indent))
                else:
                    inner.append((value, column + self.manner.unit))
                self._after_colon(colon)
                continue
            self._after_colon(colon)
            self._keep_with(key, value)
            inner.append((value, 0))
        return inner

    def _list(self, node: Node, column: int) -> list[tuple[Node, int]]:
        inner: list[tuple[Node, int]] = []
        at = node.start
        for item in node.items:
            match = _TO_DASH.match(self.source, at)
            if match is None:
                return inner
            dash = match.end() - 1
            self._place(dash, column)
            at = max(item.end, dash + 1)
            blanks = _BLANKS.match(self.source, dash + 1)
            word = blanks.end() if blanks else dash + 1
            between = self.source[dash + 1 : word]
            if word < len(self.source) and self.source[word] not in "\r\n#" and between not in ("", " "):
                kept = between.startswith(" ")  # a blank that is there stays
                self.inside.append(Edit(dash + 1 + kept, word, "" if kept else " "))
            if item.style == "block" and item.end > item.start:
                inner.append((item, column + 2))
                continue
            self._keep_with(Node("scalar", dash, dash + 1, "plain"), item)
            inner.append((item, 0))
        return inner

    def _place(self, offset: int, column: int) -> None:
        """The word at an offset moves to a column, if it is the first of its line."""
        line = self.line(offset)
        start = self.text.line_start(line)
        if not self.source[start:offset].strip(" \t"):
            self.columns[line] = column

    def _keep_with(self, key: Node, value: Node) -> None:
        """The further lines of a value move as its first one does; in a text the ends of lines are left alone."""
        first, last = self.line(key.start), self.line(max(value.end, key.end))
        if value.style in ("|", ">"):
            last = self._block_text_end(value, last)
        for line in range(first + 1, last + 1):
            self.owner[line] = first
        if value.kind == "scalar":
            self.fixed.update(range(first if value.style not in ("|", ">") else first + 1, last))
            if value.style in ("|", ">"):
                self.fixed.update(range(first + 1, last + 1))

    def _block_text_end(self, value: Node, last: int) -> int:
        """The last line of a block text with the blank lines behind it, which may belong to it."""
        while last + 1 < self.text.line_count and not self.text.line_text(last + 1).strip():
            last += 1
        return last

    def _colon(self, key: Node) -> int | None:
        match = re.compile(r"[ \t]*:").match(self.source, key.end)
        if match is None:
            return None
        if match.end() - 1 > key.end:
            self.inside.append(Edit(key.end, match.end() - 1, ""))
        return match.end() - 1

    def _after_colon(self, colon: int) -> None:
        blanks = _BLANKS.match(self.source, colon + 1)
        word = blanks.end() if blanks else colon + 1
        if word < len(self.source) and self.source[word] not in "\r\n#" and self.source[colon + 1 : word] != " ":
            self.inside.append(Edit(colon + 1, word, " "))

    def _flow(self, node: Node) -> None:
        """The spaces inside brackets that stand on one line."""
        if node.kind not in ("map", "seq") or self.line(node.start) != self.line(node.end):
            return
        spans = [(item.start, item.end) for item in node.items]
        for key, value in node.entries:
            spans.append((key.start, max(value.end, key.end)))
            if not value.is_empty and re.fullmatch(r"[ \t]*:[ \t]+", self.source[key.end : value.start]):
                colon = self.source.index(":", key.end)
                self._replace(key.end, colon, "")
                self._replace(colon + 1, value.start, " ")
        for child in [*node.items, *(value for _, value in node.entries)]:
            self._flow(child)
        if not spans:
            return
        if not self.source[node.start + 1 : spans[0][0]].strip(" \t"):
            self._replace(node.start + 1, spans[0][0], "")
        if not self.source[spans[-1][1] : node.end - 1].strip(" \t"):
            self._replace(spans[-1][1], node.end - 1, "")
        for (_, end), (start, _) in pairwise(spans):
            if self.source[end:start].strip(" \t") == ",":
                comma = self.source.index(",", end)
                self._replace(end, comma, "")
                self._replace(comma + 1, start, " ")

    def _replace(self, start: int, end: int, new: str) -> None:
        if self.source[start:end] != new:
            self.inside.append(Edit(start, end, new))

    def edits(self, *, last: bool) -> list[Edit]:
        """All edits: the starts of lines, their insides, and the blanks at their ends."""
        found = list(self.inside)
        moves = self._moves()
        for line in range(self.text.line_count):
            start, end = self.text.line_start(line), self.text.line_end(line)
            body = self.source[start:end]
            stripped = body.strip(" \t")
            if not stripped:
                joins = self.source[start - 1 : start] == "\r" and self.source[end : end + 1] == "\n"
                if body and line not in self.fixed and not joins:
                    found.append(Edit(start, end, ""))
                continue
            word = start + len(body) - len(body.lstrip(" \t"))
            move = moves.get(line)
            if move is not None and body[: word - start] != " " * move:
                found.append(Edit(start, word, " " * move))
            tail = len(body) - len(body.rstrip(" \t"))
            if tail and line not in self.fixed:
                found.append(Edit(end - tail, end, ""))
        if not last:
            return found
        ending, start = self._ending()
        return [*(edit for edit in found if edit.end <= start), *ending]

    def _moves(self) -> dict[int, int]:
        """The new column of every line that is not blank."""
        widths: dict[int, int] = {}
        for line in range(self.text.line_count):
            body = self.text.line_text(line)
            if body.strip():
                widths[line] = len(body) - len(body.lstrip(" \t"))
        moves = dict(self.columns)
        for line, owner in self.owner.items():
            if line in widths and line not in moves:
                moves[line] = max(widths[line] + moves.get(owner, widths.get(owner, 0)) - widths.get(owner, 0), 0)
        words = [line for line in widths if line in moves]
        following = iter([*words, None])
        below = next(following)
        above: int | None = None
        for line in widths:
            if line == below:
                above, below = line, next(following)
            elif self.text.line_text(line).lstrip().startswith("#"):
                moves[line] = self._comment_column(line, above, below, widths, moves)
        return moves

    def _comment_column(
        self, line: int, above: int | None, below: int | None, widths: dict[int, int], moves: dict[int, int]
    ) -> int:
        """A comment moves with the line that it is lined up with: the one below, else the one above."""
        width = widths[line]
        for neighbour in (below, above):
            if neighbour is not None and neighbour not in self.owner and widths[neighbour] == width:
                return moves[neighbour]
        neighbour = below if below is not None and below not in self.owner else above
        if neighbour is None or neighbour in self.owner:
            return width
        return max(width + moves[neighbour] - widths[neighbour], 0)

    def _ending(self) -> tuple[list[Edit], int]:
        """One line break at the end of the file, and where it belongs; blank lines that belong to a text stay."""
        body = self.source.rstrip(" \t\r\n")
        if self.text.line_count - 1 in self.fixed or not body:
            return [], len(self.source)
        match = re.search(r"\r\n|\r|\n", self.source)
        eol = match.group() if match else "\n"
        if self.source[len(body) :] == eol:
            return [], len(self.source)
        return [Edit(len(body), len(self.source), eol)], len(body)
