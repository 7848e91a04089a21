"""A text as lines: offsets to positions and back in every encoding of the protocol, and edits.

Offsets are code points from the start of the text. A position is a line and a column, both from 0; the
column counts units of an encoding (bytes for UTF-8, 16-bit units for UTF-16, code points for UTF-32).
Lines end at ``\\n``, ``\\r\\n`` and ``\\r`` only, as the Language Server Protocol 3.17 has it ("Text
Documents"): what `str.splitlines` ends a line at besides (U+2028, U+0085, form feed, ...) is text here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Literal, NamedTuple

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_ODD_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


class Edit(NamedTuple):
    """The text from offset `start` up to `end` becomes `text`."""

    start: int
    end: int
    text: str


class Text:
    """An immutable text with its lines; `replaced` makes the next one and keeps what did not change.

    After an edit the text is held as lines, and joined only if somebody asks for all of it.
    """

    __slots__ = ("_lengths", "_lines", "_source", "_starts")

    def __init__(self, source: str) -> None:
        self._source: str | None = source
        self._lines: list[str] | None = None
        self._lengths = [len(line) for line in _split(source)]
        self._starts: list[int] | None = None

    @classmethod
    def _of_lines(cls, lines: list[str], lengths: list[int]) -> Text:
        text = cls.__new__(cls)
        text._source = None
        text._lines = lines
        text._lengths = lengths
        text._starts = None
        return text

    def __repr__(self) -> str:
        return f"Text({self.line_text(0)[:40]!r}, {self.line_count} lines)"

    def __len__(self) -> int:
        return self.line_starts[-1] + self._lengths[-1]

    @property
    def source(self) -> str:
        """The whole text."""
        if self._source is None:
            assert self._lines is not None  # one of the two is always there
            self._source = "".join(self._lines)
        return self._source

    @property
    def line_count(self) -> int:
        """The number of lines; a text that ends with a line break has an empty last line."""
        return len(self._lengths)

    @property
    def line_starts(self) -> list[int]:
        """The offset at which each line starts (do not change the list)."""
        if self._starts is None:
            self._starts = list(accumulate(self._lengths, initial=0))
            self._starts.pop()
        return self._starts

    def line_start(self, line: int) -> int:
        """The offset at which `line` starts; past the last line, the end of the text."""
        if line >= len(self._lengths):
            return len(self)
        if self._starts is not None:
            return self._starts[line]
        return sum(self._lengths[: max(line, 0)])  # one sum beats a table that one edit would void

    def line_of(self, offset: int) -> int:
        """The line that holds `offset`."""
        return max(bisect_right(self.line_starts, offset) - 1, 0)

    def line_end(self, line: int) -> int:
        """The offset at which `line` ends, before its line break."""
        return self.line_start(line) + len(self.line_text(line))

    def line_text(self, line: int) -> str:
        """The text of `line` without its line break; past the last line, nothing."""
        return self._whole_line(line).rstrip("\r\n")

    def offset(self, line: int, column: int, encoding: Encoding = "utf-32") -> int:
        """The offset of a position; past the end of a line means that end, past the last line the end."""
        if line < 0:
            return 0
        if line >= len(self._lengths):
            return len(self)
        return self.line_start(line) + _units_to_points(self.line_text(line), column, encoding)

    def position(self, offset: int, encoding: Encoding = "utf-32") -> tuple[int, int]:
        """The line and column of `offset`, which is clamped into the text."""
        offset = min(max(offset, 0), len(self))
        line = self.line_of(offset)
        before = self._whole_line(line)[: offset - self.line_starts[line]]
        if before.endswith("\r"):  # between the two halves of a line break
            before = before[:-1]
        return line, _points_to_units(before, encoding)

    def replaced(self, start: int, end: int, new: str) -> Text:
        """This text with `start` to `end` replaced by `new`; costs what the edit touches, and copies of two lists."""
        start = min(max(start, 0), len(self))
        end = min(max(end, start), len(self))
        if self._lines is None:
            self._lines = _split(self.source)
        # One line more on each side: an edit may join or part a \r and a \n there.
        first = max(self.line_of(start) - 1, 0)
        last = min(self.line_of(end) + 2, len(self._lines))
        low = self.line_starts[first]
        old = "".join(self._lines[first:last])
        touched = _split(old[: start - low] + new + old[end - low :])
        if last < len(self._lines):
            touched.pop()  # the empty line after the last break is the next untouched line
        lines = [*self._lines[:first], *touched, *self._lines[last:]]
        return Text._of_lines(lines, [*self._lengths[:first], *map(len, touched), *self._lengths[last:]])

    def _whole_line(self, line: int) -> str:
        """A line with its break."""
        if self._lines is not None:
            return self._lines[line] if line < len(self._lines) else ""
        start = self.line_start(line)
        length = self._lengths[line] if line < len(self._lengths) else 0
        return self.source[start : start + length]


def apply_edits(source: str, edits: Iterable[Edit]) -> str:
    """`source` with `edits` applied; they refer to `source`, must not overlap, and may come in any order.

    Two insertions at one offset keep the order they have in `edits`.
    """
    out: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < at:
            raise ValueError(f"edits overlap at offset {edit.start}")
        out += (source[at : edit.start], edit.text)
        at = edit.end
    out.append(source[at:])
    return "".join(out)


def _split(source: str) -> list[str]:
    """The lines of a text, each with its break; the last one has none and may be empty."""
    if any(c in source for c in _ODD_BREAKS):
        lines = _LINE.findall(source)
    else:
        lines = source.splitlines(keepends=True)
    if not lines or lines[-1][-1] in "\r\n":
        lines.append("")
    return lines


def _units_to_points(body: str, units: int, encoding: Encoding) -> int:
    """How many code points of `body` so many units cover; a place inside a character is its start."""
    if units <= 0:
        return 0
    if encoding == "utf-32" or body.isascii():
        return min(units, len(body))
    covered = 0
    for point, char in enumerate(body):
        covered += _width(char, encoding)
        if covered > units:
            return point
    return len(body)


def _points_to_units(body: str, encoding: Encoding) -> int:
    """How many units of `encoding` the text `body` takes."""
    if encoding == "utf-32" or body.isascii():
        return len(body)
    return sum(_width(char, encoding) for char in body)


def _width(char: str, encoding: Encoding) -> int:
    if encoding == "utf-16":
        return 2 if char > "\uffff" else 1
    return 1 if char < "\x80" else 2 if char < "\u0800" else 3 if char <= "\uffff" else 4
