"""From us outward: offsets of code points become the protocol's positions and ranges, as plain JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spine_lsp.syntax.text import Encoding, Text

JsonObject = dict[str, Any]


def position(text: Text, offset: int, encoding: Encoding) -> JsonObject:
    """The position of one offset."""
    line, column = text.position(offset, encoding)
    return {"line": line, "character": column}


def range_(text: Text, start: int, end: int, encoding: Encoding) -> JsonObject:
    """The range of one span."""
    return {"start": position(text, start, encoding), "end": position(text, end, encoding)}


def ranges(text: Text, spans: Iterable[tuple[int, int]], encoding: Encoding) -> list[JsonObject]:
    """The ranges of many spans, in their order; the text's table of lines is built once for all."""
    return [range_(text, start, end, encoding) for start, end in spans]
