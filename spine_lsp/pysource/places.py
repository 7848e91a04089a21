"""Where something stands in a file, so that no text is needed to say it in any encoding of the protocol."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from spine_lsp.syntax.text import Encoding, Text

_PLAIN_STRING = re.compile(r"([rRuU]?)(\"\"\"|'''|\"|')(.*)\2", re.DOTALL)
_DEFINITION = re.compile(r"(?:async\b[ \t\f\\\r\n]*)?(?:class|def)[ \t\f\\\r\n]+(\w+)")


class SourcePlace(NamedTuple):
    """A stretch of a text: its offsets, and its lines and columns, all in code points and from 0.

    `wide` has the columns of both ends in UTF-8 and in UTF-16, where a character before them is not ASCII:
    (column, end column, column, end column).
    """

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    wide: tuple[int, ...] = ()

    @classmethod
    def of_kept(cls, kept: Sequence[Any] | None) -> SourcePlace | None:
        """A place that was written as a list of JSON."""
        if kept is None:
            return None
        start, end, line, column, end_line, end_column, wide = kept
        return cls(start, end, line, column, end_line, end_column, tuple(wide))

    def range(self, encoding: Encoding) -> tuple[tuple[int, int], tuple[int, int]]:
        """The positions of both ends, columns in units of `encoding`."""
        column, end_column = self.column, self.end_column
        if self.wide and encoding != "utf-32":
            column, end_column = self.wide[:2] if encoding == "utf-8" else self.wide[2:]
        return (self.line, column), (self.end_line, end_column)

    def without(self, before: int, after: int) -> SourcePlace:
        """The place without so many ASCII characters at its start and at its end."""
        wide = self.wide
        if wide:
            wide = (wide[0] + before, wide[1] - after, wide[2] + before, wide[3] - after)
        return SourcePlace(
            self.start + before,
            self.end - after,
            self.line,
            self.column + before,
            self.end_line,
            self.end_column - after,
            wide,
        )


NOWHERE = SourcePlace(0, 0, 0, 0, 0, 0)
"""The place of what is said of a whole file."""


class Places:
    """Makes the places of one text, from lines and bytes as Python's trees have them."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._starts = Text(source).line_starts
        self._ascii = source.isascii()

    def at(self, line: int, byte: int) -> tuple[int, int, int]:
        """The offset of a line (from 1) and a column in bytes; and that column in code points and in UTF-16."""
        start = self._starts[line - 1]
        if self._ascii:
            return start + byte, byte, byte
        before = self.source[start : start + byte]
        if before.isascii():
            return start + byte, byte, byte
        before = before.encode("utf-8", "surrogatepass")[:byte].decode("utf-8", "replace")
        return start + len(before), len(before), len(before.encode("utf-16-le", "surrogatepass")) // 2

    def of(self, node: ast.expr | ast.stmt) -> SourcePlace:
        """The place of a node."""
        line, byte = node.lineno, node.col_offset
        return self._between(line, byte, node.end_lineno or line, node.end_col_offset or byte)

    def start_of(self, node: ast.expr | ast.alias, word: str) -> SourcePlace:
        """The place of the word that a node begins with."""
        line, byte = node.lineno, node.col_offset
        return self._between(line, byte, line, byte + len(word.encode()))

    def end_of(self, node: ast.expr, word: str) -> SourcePlace:
        """The place of the word that a node ends with."""
        line, byte = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self._between(line, byte - len(word.encode()), line, byte)

    def _between(self, line: int, byte: int, end_line: int, end_byte: int) -> SourcePlace:
        start, column, column_16 = self.at(line, byte)
        end, end_column, end_column_16 = self.at(end_line, end_byte)
        wide: tuple[int, ...] = ()
        if byte != column or end_byte != end_column:
            wide = (byte, end_byte, column_16, end_column_16)
        return SourcePlace(start, end, line - 1, column, end_line - 1, end_column, wide)

    def of_string(self, node: ast.Constant) -> SourcePlace:
        """The place of a string's content without its quotes; of all of it where it is not written plainly."""
        whole = self.of(node)
        match = _PLAIN_STRING.fullmatch(self.source, whole.start, whole.end)
        if match is None or match.group(3) != node.value:
            return whole
        return whole.without(match.start(3) - whole.start, whole.end - match.end(3))

    def of_name(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> SourcePlace:
        """The place of the name behind `class` or `def`."""
        start, column, column_16 = self.at(node.lineno, node.col_offset)
        match = _DEFINITION.match(self.source, start)
        if match is None or "\n" in match.group() or "\r" in match.group():
            line, column = node.lineno - 1, column
            return SourcePlace(start, start, line, column, line, column)
        skipped, name = match.start(1) - start, match.group(1)
        wide: tuple[int, ...] = ()
        if node.col_offset != column or not name.isascii():
            in_8, in_16 = node.col_offset + skipped, column_16 + skipped
            wide = (in_8, in_8 + len(name.encode()), in_16, in_16 + len(name.encode("utf-16-le")) // 2)
        first, last = column + skipped, column + skipped + len(name)
        return SourcePlace(match.start(1), match.end(1), node.lineno - 1, first, node.lineno - 1, last, wide)
