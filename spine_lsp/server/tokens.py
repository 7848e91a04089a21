"""Semantic tokens as the protocol counts them, and what changed since the client last got them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.syntax.text import Encoding, Text

if TYPE_CHECKING:
    from spine_lsp.ide.semantic_tokens import Token


class TokenEdit(NamedTuple):
    """`delete` numbers from `start` on are replaced by `data` (LSP 3.17, SemanticTokensEdit)."""

    start: int
    delete: int
    data: list[int]


class TokenMemory:
    """The tokens that each document got last, by result id; one of the few things that a server remembers."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, array[int]]] = {}
        self._numbers = count(1)

    def remember(self, uri: str, data: list[int]) -> str:
        """Keep `data` for the next delta, and name it."""
        result_id = str(next(self._numbers))
        self._last[uri] = (result_id, array("I", data))
        return result_id

    def known(self, uri: str, result_id: str) -> Sequence[int] | None:
        """The data of that name, if it is the last that the document got."""
        kept = self._last.get(uri)
        return kept[1] if kept is not None and kept[0] == result_id else None

    def forget(self, uri: str) -> None:
        """Keep nothing of a document that is not open any more."""
        self._last.pop(uri, None)


def encode_tokens(text: Text, tokens: Iterable[Token], encoding: Encoding) -> list[int]:
    """Five numbers a token: lines and columns relative to the token before, length, type, modifiers."""
    starts = text.line_starts
    source = text.source
    counts_points = encoding == "utf-32" or source.isascii()
    data: list[int] = []
    line = before_line = before_column = 0
    for token in tokens:
        while line + 1 < len(starts) and starts[line + 1] <= token.start:
            line += 1
        if counts_points:
            column, length = token.start - starts[line], token.length
        else:
            column = text.position(token.start, encoding)[1]
            length = text.position(token.start + token.length, encoding)[1] - column
        if line != before_line:
            before_column = 0
        data += (line - before_line, column - before_column, length, token.type, token.modifiers)
        before_line, before_column = line, column
    return data


def token_edits(old: Sequence[int], new: list[int]) -> list[TokenEdit]:
    """The one edit that makes `new` of `old`: what is the same at both ends is left out."""
    head = 0
    most = min(len(old), len(new))
    while head < most and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if head == len(old) == len(new):
        return []
    return [TokenEdit(head, len(old) - head - tail, new[head : len(new) - tail])]
