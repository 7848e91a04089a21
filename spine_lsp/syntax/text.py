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

_BREAK = re.compile(r"\r\n|\r|\n")
_PIECE = 8192  # code points aimed at: an edit copies one piece, and a list of all of them
_STRIDE = 256  # code points between two counts of units in a piece
_LONG = 4_000_000  # code points of a piece that is counted in longer strides: few places in it are asked for


class Edit(NamedTuple):
    """The text from offset `start` up to `end` becomes `text`."""

    start: int
    end: int
    text: str


class Piece:
    """Whole lines of a text, with their breaks; it never changes, and the versions of a text share it."""

    __slots__ = ("__weakref__", "_counts", "_starts", "breaks", "is_plain", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.breaks = text.count("\n")
        returns = "\r" in text
        if returns:
            self.breaks += text.count("\r") - text.count("\r\n")
        self.is_plain = not returns and text.isascii()
        """Whether a column is the distance from the start of the line, in every encoding."""
        self._starts: list[int] | None = None
        self._counts: tuple[Encoding, list[int]] | None = None

    @property
    def starts(self) -> list[int]:
        """Where each line starts, and after a last break the end: one more than there are breaks."""
        if self._starts is None:
            if "\r" in self.text:
                self._starts = [0, *(match.end() for match in _BREAK.finditer(self.text))]
            else:
                lengths = [len(line) + 1 for line in self.text.split("\n")]
                lengths.pop()
                self._starts = list(accumulate(lengths, initial=0))
        return self._starts

    def units(self, start: int, end: int, encoding: Encoding) -> int:
        """How many units of `encoding` the code points from `start` to `end` take."""
        text = self.text
        if encoding == "utf-32" or text.isascii():
            return end - start
        if end - start <= self._stride:
            return _units(text[start:end], encoding)
        return self._units_before(end, encoding) - self._units_before(start, encoding)

    def points(self, start: int, end: int, units: int, encoding: Encoding) -> int:
        """How many code points from `start` on so many units cover, up to `end`.

        A place inside a character is its start.
        """
        if units <= 0:
            return 0
        text = self.text
        if encoding == "utf-32" or text.isascii():
            return min(units, end - start)
        at = start
        stride = self._stride
        if end - start > stride:
            wanted = self._units_before(start, encoding) + units
            counts = self._counted(encoding)
            at = min(max((bisect_right(counts, wanted) - 1) * stride, start), end)
            units = wanted - self._units_before(at, encoding)
        nearby = range(at, min(at + stride, end) + 1)
        return at - start + bisect_right(nearby, units, key=lambda to: _units(text[at:to], encoding)) - 1

    @property
    def _stride(self) -> int:
        return _STRIDE if len(self.text) < _LONG else 16 * _STRIDE

    def _units_before(self, at: int, encoding: Encoding) -> int:
        number, beyond = divmod(at, self._stride)
        return self._counted(encoding)[number] + _units(self.text[at - beyond : at], encoding)

    def _counted(self, encoding: Encoding) -> list[int]:
        """The units before each stride: counted once, so that no position walks a long line."""
        known = self._counts
        if known is None or known[0] != encoding:
            text, stride = self.text, self._stride
            each = (_units(text[at : at + stride], encoding) for at in range(0, len(text), stride))
            known = self._counts = (encoding, list(accumulate(each, initial=0)))
        return known[1]


class Text:
    """An immutable text with its lines; `replaced` makes the next one and keeps what did not change.

    It is held in pieces, and joined only if somebody asks for all of it.
    """

    __slots__ = ("_lines", "_offsets", "_source", "_starts", "pieces")

    def __init__(self, source: str) -> None:
        self.pieces = _pieces(source) or [Piece("")]
        self._index()
        self._source: str | None = source

    def _index(self) -> None:
        # The offset, and the number of the first line, of each piece and after the last.
        self._offsets = list(accumulate([len(piece.text) for piece in self.pieces], initial=0))
        self._lines = list(accumulate([piece.breaks for piece in self.pieces], initial=0))
        self._starts: list[int] | None = None
        self._source = None

    def __repr__(self) -> str:
        return f"Text({self.line_text(0)[:40]!r}, {self.line_count} lines)"

    def __len__(self) -> int:
        return self._offsets[-1]

    @property
    def source(self) -> str:
        """The whole text."""
        if self._source is None:
            self._source = "".join([piece.text for piece in self.pieces])
        return self._source

    @property
    def line_count(self) -> int:
        """The number of lines; a text that ends with a line break has an empty last line."""
        return self._lines[-1] + 1

    @property
    def line_starts(self) -> list[int]:
        """The offset at which each line starts (do not change the list); who asks for a few uses `line_start`."""
        if self._starts is None:
            starts = [0]
            for base, piece in zip(self._offsets, self.pieces, strict=False):
                starts += [base + start for start in piece.starts[1:]]
            self._starts = starts
        return self._starts

    def line_start(self, line: int) -> int:
        """The offset at which `line` starts; past the last line, the end of the text."""
        if line >= self.line_count:
            return len(self)
        number, piece = self._piece_of_line(max(line, 0))
        return self._offsets[number] + piece.starts[max(line, 0) - self._lines[number]]

    def line_of(self, offset: int) -> int:
        """The line that holds `offset`."""
        number, piece = self._piece_at(max(offset, 0))
        return self._lines[number] + bisect_right(piece.starts, max(offset, 0) - self._offsets[number]) - 1

    def line_end(self, line: int) -> int:
        """The offset at which `line` ends, before its line break."""
        return self.line_start(line) + len(self.line_text(line))

    def line_text(self, line: int) -> str:
        """The text of `line` without its line break; past the last line, nothing."""
        if line >= self.line_count:
            return ""
        number, piece = self._piece_of_line(max(line, 0))
        start, end = _bounds(piece, max(line, 0) - self._lines[number])
        return piece.text[start:end]

    def offset(self, line: int, column: int, encoding: Encoding = "utf-32") -> int:
        """The offset of a position; past the end of a line means that end, past the last line the end."""
        if line < 0:
            return 0
        if line >= self.line_count:
            return len(self)
        number, piece = self._piece_of_line(line)
        start, end = _bounds(piece, line - self._lines[number])
        return self._offsets[number] + start + piece.points(start, end, column, encoding)

    def position(self, offset: int, encoding: Encoding = "utf-32") -> tuple[int, int]:
        """The line and column of `offset`, which is clamped into the text."""
        offsets, pieces = self._offsets, self.pieces
        if not 0 <= offset <= offsets[-1]:
            offset = 0 if offset < 0 else offsets[-1]
        number = bisect_right(offsets, offset) - 1
        if number == len(pieces):
            number -= 1
        piece = pieces[number]
        starts = piece.starts
        at = offset - offsets[number]
        line = bisect_right(starts, at) - 1
        start = starts[line]
        if piece.is_plain:
            return self._lines[number] + line, at - start
        if at > start and piece.text[at - 1] == "\r":  # between the two halves of a line break
            at -= 1
        return self._lines[number] + line, piece.units(start, at, encoding)

    def replaced(self, start: int, end: int, new: str) -> Text:
        """The text with `start` to `end` replaced by `new`; costs the pieces that the edit touches, and their list."""
        pieces = self.pieces
        start = min(max(start, 0), len(self))
        end = min(max(end, start), len(self))
        first, _ = self._piece_at(start)
        last, _ = self._piece_at(end)
        base = self._offsets[first]
        old = "".join([piece.text for piece in pieces[first : last + 1]])
        fresh = old[: start - base] + new + old[end - base :]
        last += 1
        # Pieces end with a line break and part none; many small ones would make their list long.
        while last < len(pieces) and (
            not fresh.endswith(("\n", "\r"))
            or (fresh.endswith("\r") and pieces[last].text.startswith("\n"))
            or len(fresh) < _PIECE // 4
        ):
            fresh += pieces[last].text
            last += 1
        if first and fresh.startswith("\n") and pieces[first - 1].text.endswith("\r"):
            first -= 1
            fresh = pieces[first].text + fresh
        text = Text.__new__(Text)
        text.pieces = [*pieces[:first], *_pieces(fresh), *pieces[last:]] or [Piece("")]
        text._index()  # noqa: SLF001 - another text
        return text

    def _piece_at(self, offset: int) -> tuple[int, Piece]:
        """The piece that holds an offset, and its number; the end of the text is in the last."""
        number = min(bisect_right(self._offsets, offset), len(self.pieces)) - 1
        return number, self.pieces[number]

    def _piece_of_line(self, line: int) -> tuple[int, Piece]:
        """The piece that holds a line, and its number; the empty line after a last break is in the last."""
        number = min(bisect_right(self._lines, line), len(self.pieces)) - 1
        return number, self.pieces[number]


def encoding_of(data: bytes) -> str:
    """How the bytes of a file are to be decoded, as the run time does: UTF-16 by its byte order mark, else UTF-8."""
    return "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"


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


def _pieces(source: str) -> list[Piece]:
    """A text in pieces of about the usual size; none of an empty one."""
    found = []
    at = 0
    newline = carriage = -1  # the next of each that is known; each is looked for once, which is quicker than a pattern
    while len(source) - at > 2 * _PIECE:
        if newline < at + _PIECE:
            newline = _find(source, "\n", at + _PIECE)
        if carriage < at + _PIECE:
            carriage = _find(source, "\r", at + _PIECE)
        if newline == carriage:  # there is neither
            break
        end = min(newline if newline <= carriage + 1 else carriage, len(source) - 1) + 1
        found.append(Piece(source[at:end]))
        at = end
    if at < len(source):
        found.append(Piece(source[at:]))
    return found


def _find(text: str, char: str, start: int) -> int:
    """Where a character stands next; the end of the text if it does not."""
    found = text.find(char, start)
    return found if found >= 0 else len(text)


def _bounds(piece: Piece, line: int) -> tuple[int, int]:
    """Where a line of a piece starts, and where it ends, before its break."""
    starts, text = piece.starts, piece.text
    start = starts[line]
    if line + 1 >= len(starts):
        return start, len(text)
    end = starts[line + 1] - 1
    return start, end - 1 if end > start and text[end] == "\n" and text[end - 1] == "\r" else end


def _units(text: str, encoding: Encoding) -> int:
    """How many units of `encoding` a text takes; half a surrogate pair counts as what it would take."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text.encode("utf-8", "surrogatepass"))
