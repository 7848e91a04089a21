"""Text that a file says, made safe for terminals, pipes, logs and pages: what cannot be seen becomes an escape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

_ZERO_WIDTH_JOINER = "\u200d"
# Cc control, Cf format (bidi controls among them), Cs surrogates, Zl and Zp line ends, Cn and Co unassigned
_UNSHOWABLE = {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"}
# Letters, marks and symbols by category that are blank all the same (Default_Ignorable_Code_Point, and U+2800)
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0")
_KEYCAP = "\u20e3"
_NOT_PLAIN = re.compile(r"[^ -~]+")


def printable(text: str) -> str:
    r"""`text` with nothing in it that moves a cursor, ends a line, turns the direction or cannot be seen.

    Control, format and unassigned characters, surrogates, line separators, and blanks other than the space
    become escapes (`\x1b`, `\u202e`), as does a combining mark with nothing before it. A joiner or a variation
    selector stays where it belongs to the character before it.
    """
    if text.isascii() and text.isprintable():
        return text
    parts: list[str] = []
    end = 0
    for match in _NOT_PLAIN.finditer(text):
        # What can change a character's sense stands right beside it.
        start = max(match.start() - 1, end)
        parts += (text[end:start], *islice(pieces(text[start : match.end() + 1]), match.end() - start))
        end = match.end()
    return "".join([*parts, text[end:]])


def _is_selector(char: str) -> bool:
    """Whether a character chooses a variation of the one before it."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def pieces(text: str) -> Iterator[str]:
    """What `printable` makes of each character of `text`."""
    previous = ""  # the last character, if it was left as it is
    for at, char in enumerate(text):
        if _hidden(char, previous, text[at + 1 : at + 2]):
            yield _escape(char)
            previous = ""
        else:
            yield char
            previous = char


def is_unseen(char: str) -> bool:
    """Whether a character by itself is nothing that can be seen on a line, and no space."""
    return not char.isprintable() or char in _BLANK or _is_selector(char)


def _hidden(char: str, previous: str, following: str) -> bool:
    if char.isascii():
        return not char.isprintable()
    from unicodedata import category as category_of  # most texts need none of it

    category = category_of(char)
    if category in _UNSHOWABLE:
        return char != _ZERO_WIDTH_JOINER or not _joins(previous) or not _joins(following)
    if _is_selector(char):
        return not _joins(previous) and not (previous and following == _KEYCAP)
    if category in ("Mn", "Me", "Mc") and not previous.strip():
        return True
    return category == "Zs" or char in _BLANK


def _joins(char: str) -> bool:
    """Whether a joiner or a selector may stand beside a character: beside letters and symbols that are not ASCII."""
    return char != "" and not char.isascii() and (char == "\ufe0f" or not is_unseen(char))


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return {"\n": r"\n", "\t": r"\t", "\r": r"\r"}.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
