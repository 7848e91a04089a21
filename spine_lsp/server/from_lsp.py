"""From the protocol inward: positions, ranges and the edits of `didChange` become offsets of code points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from spine_lsp.server.bulk import Lines
from spine_lsp.syntax.text import Edit, Encoding, Text

if TYPE_CHECKING:
    from lsprotocol import types as lsp

_MANY = 64
"""From here on changes go through a buffer of lines: copying the text for each would be quadratic."""


class BadParamsError(ValueError):
    """Params that are not what the protocol says; the message says which and why."""


class Change(NamedTuple):
    """One entry of `contentChanges`: `span` is two positions, or `None` for the whole text."""

    span: tuple[int, int, int, int] | None
    text: str


def offset(text: Text, position: lsp.Position, encoding: Encoding) -> int:
    """The offset of a typed position."""
    return text.offset(position.line, position.character, encoding)


def span(text: Text, range_: lsp.Range, encoding: Encoding) -> tuple[int, int]:
    """The offsets of a typed range, in order even when the client's are not."""
    start, end = offset(text, range_.start, encoding), offset(text, range_.end, encoding)
    return (start, end) if start <= end else (end, start)


def read_changes(raw: object) -> list[Change]:
    """Check the plain `contentChanges`; raises BadParamsError before anything was applied."""
    if not isinstance(raw, list):
        raise BadParamsError("contentChanges is not a list")
    return [_read_change(change) for change in raw]


def apply_changes(text: Text, changes: Sequence[Change], encoding: Encoding) -> tuple[Text, tuple[Edit, ...] | None]:
    """Apply changes one after the other, as the protocol means them.

    The edits that come back refer each to the text that the one before it left. They are `None` when the
    whole text was replaced, or when there were so many changes that nothing is gained by knowing them.
    """
    if len(changes) >= _MANY:
        lines = Lines(text.source, encoding)
        for change in changes:
            lines.apply(change.span, change.text)
        return Text(lines.source), None
    edits: list[Edit] | None = []
    for change in changes:
        if change.span is None:
            text, edits = Text(change.text), None
            continue
        start_line, start_column, end_line, end_column = change.span
        start = text.offset(start_line, start_column, encoding)
        end = text.offset(end_line, end_column, encoding)
        start, end = min(start, end), max(start, end)
        text = text.replaced(start, end, change.text)
        if edits is not None:
            edits.append(Edit(start, end, change.text))
    return text, None if edits is None else tuple(edits)


def text_document(params: object) -> Mapping[str, Any]:
    """The `textDocument` of plain params, which has a `uri`; raises BadParamsError."""
    document = params.get("textDocument") if isinstance(params, dict) else None
    if not isinstance(document, dict) or not isinstance(document.get("uri"), str):
        raise BadParamsError("textDocument.uri is missing or is not a string")
    return document


def version_of(document: Mapping[str, Any]) -> int:
    """The version of a plain text document; 0 when the client does not count."""
    version = document.get("version")
    return version if isinstance(version, int) else 0


def _read_change(raw: object) -> Change:
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        raise BadParamsError("an entry of contentChanges has no text")
    range_ = raw.get("range")
    if range_ is None:
        return Change(None, raw["text"])
    if not isinstance(range_, dict):
        raise BadParamsError("the range of a change is not an object")
    return Change((*_read_position(range_.get("start")), *_read_position(range_.get("end"))), raw["text"])


def _read_position(raw: object) -> tuple[int, int]:
    if isinstance(raw, dict):
        line, column = raw.get("line"), raw.get("character")
        if isinstance(line, int) and isinstance(column, int):
            return max(line, 0), max(column, 0)
    raise BadParamsError("a position of a change has no line and character")
