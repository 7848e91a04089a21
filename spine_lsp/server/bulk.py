"""A text as a list of lines that is edited in place, for notifications that carry very many changes."""

from __future__ import annotations

from itertools import pairwise

from spine_lsp.syntax.text import Encoding, Text

Span = tuple[int, int, int, int]


class Lines:
    """Lines with their breaks; an edit costs what it touches, and the text is joined once at the end.

    It agrees with `Text`, edit by edit; a property test compares the two.
    """

    def __init__(self, source: str, encoding: Encoding) -> None:
        self._encoding: Encoding = encoding
        self._lines = _split(source)

    @property
    def source(self) -> str:
        """The whole text."""
        return "".join(self._lines)

    def apply(self, span: Span | None, new: str) -> None:
        """Replace what lies between two positions, or everything."""
        if span is None:
            self._lines = _split(new)
            return
        start = self._locate(span[0], span[1])
        end = self._locate(span[2], span[3])
        (first, before), (last, after) = min(start, end), max(start, end)
        middle = self._lines[first][:before] + new + self._lines[last][after:]
        # One line more on each side: the edit may join a \r and a \n that were apart.
        low, high = max(first - 1, 0), min(last + 2, len(self._lines))
        joined = "".join(self._lines[low:first]) + middle + "".join(self._lines[last + 1 : high])
        pieces = _split(joined)
        if high < len(self._lines) and not pieces[-1]:
            pieces.pop()  # the empty line after a break is the untouched line that follows
        self._lines[low:high] = pieces

    def _locate(self, line: int, column: int) -> tuple[int, int]:
        if line >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[-1])
        return line, Text(self._lines[line]).offset(0, column, self._encoding)


def _split(source: str) -> list[str]:
    """The lines of a text, each with its break; the last one has none and may be empty."""
    starts = [*Text(source).line_starts, len(source)]
    return [source[low:high] for low, high in pairwise(starts)]
