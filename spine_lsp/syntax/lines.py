"""Lines of a plain string: where they start and end, and how they are indented. Each of YAML's breaks ends one."""

from __future__ import annotations

import re

_END = re.compile(r"[\r\n]|\Z")
_BREAK = re.compile(r"\r\n|\r|\n")


def line_start(source: str, offset: int) -> int:
    """Where the line that holds an offset starts."""
    start = source.rfind("\n", 0, offset) + 1
    return source.rfind("\r", start, offset) + 1 or start


def line_end(source: str, offset: int) -> int:
    """Where the line that holds an offset ends, before its break."""
    match = _END.search(source, offset)
    return match.start() if match else len(source)


def next_line(source: str, offset: int) -> int:
    """Where the line after the one that holds an offset starts; the end of the text if there is none."""
    match = _BREAK.search(source, offset)
    return match.end() if match else len(source)


def line_before(source: str, start: int) -> int | None:
    """The start of the last line before the one at `start` that holds more than blanks and a comment."""
    while start > 0:
        end = start - 1
        start = line_start(source, end)
        content = source[start:end].strip()
        if content and not content.startswith("#"):
            return start
    return None


def line_break(source: str) -> str:
    """The line break that a text uses: its first, or a line feed."""
    match = _BREAK.search(source)
    return match.group() if match else "\n"


def column_of(source: str, offset: int) -> int:
    """How far an offset is from the start of its line."""
    return offset - line_start(source, offset)


def indent_of(line: str) -> int:
    """The spaces that a line begins with."""
    return len(line) - len(line.lstrip(" "))
