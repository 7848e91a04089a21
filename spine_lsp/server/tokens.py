"""Semantic tokens as the protocol counts them, and what changed since the client last got them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.analysis.kept import kept
from spine_lsp.cancellation import is_cut, while_time_is_left
from spine_lsp.syntax.text import Encoding, Text

if TYPE_CHECKING:
    from spine_lsp.analysis.steps import StepBlock
    from spine_lsp.ide.semantic_tokens import TokenPiece


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

    def remember(self, uri: str, data: array[int]) -> str:
        """Keep `data` for the next delta, and name it."""
        result_id = str(next(self._numbers))
        self._last[uri] = (result_id, data)
        return result_id

    def known(self, uri: str, result_id: str) -> array[int] | None:
        """The data of that name, if it is the last that the document got."""
        kept = self._last.get(uri)
        return kept[1] if kept is not None and kept[0] == result_id else None

    def forget(self, uri: str) -> None:
        """Keep nothing of a document that is not open any more."""
        self._last.pop(uri, None)


class _Encoded(NamedTuple):
    """The tokens of a piece as the protocol counts them, the first from the line that the piece begins with."""

    data: array[int]
    line: int
    """That of the last token, counted in the same way, and its column."""
    column: int


@kept
def _of_block(_block: StepBlock) -> dict[tuple[str, Encoding], _Encoded]:
    """What was made of a block, by what it is and how columns are counted."""
    return {}


def encode_tokens(text: Text, pieces: Iterable[TokenPiece], encoding: Encoding, most: int) -> tuple[array[int], bool]:
    """Five numbers a token: lines and columns relative to the token before, length, type, modifiers.

    At most so many tokens; and whether there are more.
    """
    data = array("I")
    last_line = last_column = 0
    encoded = ((piece, _encoded(text, piece, encoding)) for piece in pieces)
    for piece, found in while_time_is_left(encoded):
        if not found.data:
            continue
        at = len(data)
        if at > 5 * most:
            break
        line = 0 if piece.block is None else text.line_of(piece.start)
        data += found.data
        data[at] += line - last_line
        if not data[at]:
            data[at + 1] -= last_column
        last_line, last_column = line + found.line, found.column
    return data[: 5 * most], is_cut() or len(data) > 5 * most


def _encoded(text: Text, piece: TokenPiece, encoding: Encoding) -> _Encoded:
    block, how = piece.block, (piece.what, encoding)
    if block is None:
        return _encode(text, piece.start, piece, encoding)
    known = _of_block(block)
    if how not in known:
        known[how] = _encode(Text(block.text), 0, piece, encoding)
    return known[how]


def _encode(text: Text, start: int, piece: TokenPiece, encoding: Encoding) -> _Encoded:
    data = array("I")
    last_line = last_column = 0
    for at, length, kind, modifiers in piece.tokens:
        line, column = text.position(start + at, encoding)
        length = text.position(start + at + length, encoding)[1] - column
        if line != last_line:
            data.extend((line - last_line, column, length, kind, modifiers))
        else:
            data.extend((0, column - last_column, length, kind, modifiers))
        last_line, last_column = line, column
    return _Encoded(data, last_line, last_column)


def token_edits(old: array[int], new: array[int]) -> list[TokenEdit]:
    """The one edit that makes `new` of `old`: what is the same at both ends is left out."""
    most = min(len(old), len(new))
    head = 0
    for stretch in _STRETCHES:
        while head + stretch <= most and old[head : head + stretch] == new[head : head + stretch]:
            head += stretch
    most -= head
    tail, old_end, new_end = 0, len(old), len(new)
    for stretch in _STRETCHES:
        while (
            tail + stretch <= most
            and old[old_end - tail - stretch : old_end - tail] == new[new_end - tail - stretch : new_end - tail]
        ):
            tail += stretch
    if head == len(old) == len(new):
        return []
    return [TokenEdit(head, len(old) - head - tail, new[head : len(new) - tail].tolist())]


_STRETCHES = (4096, 64, 1)
"""Numbers that are compared at once, then again where these differ."""
