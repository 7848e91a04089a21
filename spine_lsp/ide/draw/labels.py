"""Names as they can be shown on one line: nothing that moves the cursor, and a known width in cells."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len

_ZERO_WIDTH_JOINER = "\u200d"
# Cc control, Cf format (bidi controls among them), Cs surrogates, Zl and Zp line ends, Cn and Co unassigned
_UNSHOWABLE = {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"}


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """The number of terminal cells that `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def clean(name: str) -> str:
    r"""`name` safe for one line of a terminal or a page.

    Control, format and unassigned characters become escapes (`\x1b`, `\u202e`), as does a combining mark
    with nothing before it; a name that is empty or has blanks at its ends is put in quotes.
    """
    shown = []
    previous = ""
    for char in name:
        category = unicodedata.category(char)
        joins = char == _ZERO_WIDTH_JOINER and previous and not previous.isascii()
        stray_mark = category in ("Mn", "Me", "Mc") and not previous.strip()
        if (category in _UNSHOWABLE and not joins) or stray_mark or (category == "Zs" and char != " "):
            shown.append(_escape(char))
        else:
            shown.append(char)
        previous = char
    text = "".join(shown)
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


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return {"\n": r"\n", "\t": r"\t", "\r": r"\r"}.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
