"""Names as they can be shown on one line: nothing that moves the cursor, and a known width in cells."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from spine_lsp.printable import printable

_ZERO_WIDTH_JOINER = "\u200d"


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """The number of terminal cells that `text` takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # most names need none of it

    return cell_len(text)


def clean(name: str) -> str:
    """`name` safe for one line; one that is empty or has blanks at its ends is put in quotes."""
    text = printable(name)
    return f'"{text}"' if not text or text != text.strip() else text


def shorten(text: str, cells: int, *, ascii_only: bool = False) -> str:
    """`text` in at most `cells` cells: both its ends are kept, as names of one family differ at the end."""
    if width(text) <= cells:
        return text
    mark = "~" if ascii_only else "…"
    room = max(cells - 1, 0)
    tail_room = room * 2 // 5
    tail = ""
    for at in range(len(text) - 1, -1, -1):
        if width(text[at:]) > tail_room:
            break
        if not _continues(text, at):
            tail = text[at:]
    head = ""
    for at in range(1, len(text) + 1):
        if width(text[:at]) > room - width(tail):
            break
        if at == len(text) or not _continues(text, at):
            head = text[:at]
    return head + mark + tail


def _continues(text: str, at: int) -> bool:
    """Does the character at `at` belong to the one before it, so that no cut may come between?"""
    char = text[at]
    return (
        unicodedata.combining(char) != 0
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char == _ZERO_WIDTH_JOINER
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or (at > 0 and text[at - 1] == _ZERO_WIDTH_JOINER)
    )
