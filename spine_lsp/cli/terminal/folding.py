"""Lines folded to the width of a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from spine_lsp.drawing.labels import width as cells_of

_WORD = re.compile(r'(?:`[^`]*`|"(?:[^"\\]|\\.)*"|\S)+')
_LOOK = re.compile(r"\x1b\[[0-9;]*m")
_FURTHER = "  "


def folded(lines: Iterable[str], limit: int | None) -> Iterator[str]:
    """Lines of at most `limit` cells where no word is longer; without a limit they stay as they are.

    They are broken at blanks outside of backquotes and quotes; what goes on is indented two cells further. Colours
    take no cells.
    """
    for line in lines:
        if limit is None or _cells(line) <= limit:
            yield line
        else:
            yield from _broken(line, limit)


def _broken(line: str, limit: int) -> Iterator[str]:
    indent = line[: len(line) - len(line.lstrip(" "))]
    made, used, end = indent, len(indent), len(indent)
    for found in _WORD.finditer(line, end):
        gap, word = line[end : found.start()], found.group()
        cells = _cells(word)
        if made.strip() and used + len(gap) + cells > limit:
            yield made
            made, used, gap = indent + _FURTHER, len(indent) + len(_FURTHER), ""
        made, used, end = made + gap + word, used + len(gap) + cells, found.end()
    yield made


def _cells(text: str) -> int:
    return cells_of(_LOOK.sub("", text))
