"""Comments of a YAML text, found without parsing it: a `#` in quotes or in a block text is none.

It has to work on text that no parser reads, so it goes by the line: what a line begins that runs on (a block text,
a quoted text) ends by indentation at the latest.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Comment(NamedTuple):
    """A comment from its `#` to the end of its line; `alone` if nothing but blanks is before it."""

    start: int
    end: int
    alone: bool


_LINE = re.compile(r"([ \t]*)([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_BLOCK_HEADER = re.compile(r"(?:^|[\s:\-])[|>][0-9+-]{0,2}[ \t]*(?:[ \t]#.*)?$")
_TOKEN = re.compile(
    r"""(?P<comment>(?:(?<=[ \t])|^)\#.*)
      | (?P<quote>(?:(?<=[\s\[{,:\-])|^)["'])""",
    re.VERBOSE,
)
_CLOSE = {'"': re.compile(r'(?:[^"\\]|\\.)*"'), "'": re.compile(r"(?:[^']|'')*'(?!')")}


def find_comments(text: str) -> tuple[Comment, ...]:
    """All comments of `text`, in order."""
    found: list[Comment] = []
    block: int | None = None  # the indentation of the line that began a block text
    quote = ""  # the quote that is open at the start of the line
    quote_indent = 0
    for match in _LINE.finditer(text):
        if match.end() == match.start():
            break
        indent, body = len(match.group(1)), match.group(2)
        at = match.start(2)
        if block is not None:
            if not body or indent > block:
                continue
            block = None
        place = 0
        if quote and body:
            closed = _CLOSE[quote].match(body)
            if closed:
                place = closed.end()
                quote = ""
            elif indent <= quote_indent:
                quote = ""  # never closed: what follows is read as if it were
            else:
                continue
        while (token := _TOKEN.search(body, place)) is not None:
            if token.lastgroup == "comment":
                found.append(Comment(at + token.start(), match.end(2), token.start() == 0))
                body = body[: token.start()]
                break
            sign = token.group("quote")
            closed = _CLOSE[sign].match(body, token.end())
            if closed is None:
                quote, quote_indent = sign, _content_indent(indent, body)
                break
            place = closed.end()
        if not quote and _BLOCK_HEADER.search(body.rstrip()):
            block = _content_indent(indent, body)
    return tuple(found)


_DASHES = re.compile(r"(?:-[ \t]+)*(?=\S)")


def _content_indent(indent: int, body: str) -> int:
    """The column that what belongs to the line's last key lies after: that of the key, or of its last dash."""
    dashes = _DASHES.match(body)
    inner = len(dashes.group()) if dashes else 0
    is_key = re.search(r":(?:\s|$)", body[inner:]) is not None
    return indent + (inner if is_key else max(inner - 2, 0))
