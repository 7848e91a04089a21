"""Where a cursor stands inside brackets, closed or not: the part of `completion_context` that reads flow text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from spine_lsp.syntax.tree import Path

_NEXT = re.compile(r"( *)(?:-(?=[ \t\r\n]|$)|[^\s\[\]{},:#]+[ ]*:(?=[ \t\r\n]|$)|---|\.\.\.)")


@dataclass(frozen=True, slots=True)
class Frame:
    """The cursor in a flow list or map: as `completion_context.Context`, with offsets of the text that was read."""

    role: Literal["key", "value", "item"]
    path: Path
    start: int
    end: int
    seen: list[tuple[str, int]]
    quote: str
    lead: str
    has_colon: bool


class _Open:
    """An open bracket."""

    __slots__ = ("index", "is_map", "key", "key_at", "seen")

    def __init__(self, is_map: bool) -> None:
        self.is_map = is_map
        self.key: str | None = None
        self.key_at = 0
        self.index = 0
        self.seen: list[tuple[str, int]] = []


def read_flow(text: str, start: int, indent: int, cursor: int) -> tuple[int, Frame | None]:
    """Read from the bracket at `start`: where it ended, and the cursor if it is inside.

    What is not closed ends where a line indented by `indent` at most begins a key, an item or a document.
    """
    flow = _Flow(text, cursor)
    stop = flow.read(start, indent)
    return stop, flow.found


class _Flow:
    def __init__(self, text: str, cursor: int) -> None:
        self.text = text
        self.cursor = cursor
        self.open: list[_Open] = []
        self.found: Frame | None = None
        self.segment = -1  # where the present entry, key or value may begin; -1 behind a closed bracket
        self.token: tuple[int, int, str] | None = None  # start, end and quote of what is written in it

    def read(self, at: int, indent: int) -> int:
        text, length = self.text, len(self.text)
        while at < length:
            char = text[at]
            if char in "[{" and self.token is None:
                self.open.append(_Open(char == "{"))
                self.segment = at + 1
            elif char in "]}":
                self._end(at)
                self.open.pop()
                self.segment = -1
                if not self.open:
                    return at + 1
            elif char == ",":
                self._end(at)
                top = self.open[-1]
                top.index += 1
                top.key = None
                self.segment = at + 1
            elif char == ":" and self._is_colon(at):
                self._colon(at)
            elif char in "\"'" and self.token is None:
                at = self._quoted(at)
                continue
            elif char == "#" and text[at - 1] in " \t\n":
                line_end = text.find("\n", at)
                stop = length if line_end < 0 else line_end
                if at < self.cursor <= stop and self.segment >= 0:
                    self._end(at)  # in a comment there is nothing to complete
                    self.segment = at + 1 if self.cursor < at else stop + 1
                at = stop
                continue
            elif char == "\n":
                after = _NEXT.match(text, at + 1)
                if after is not None and len(after.group(1)) <= indent:
                    break
            elif char not in " \t\r":
                start = self.token[0] if self.token is not None else at
                self.token = (start, at + 1, "")
            at += 1
        self._end(at)
        return at

    def _is_colon(self, at: int) -> bool:
        following = self.text[at + 1 : at + 2]
        quoted = self.token is not None and bool(self.token[2])
        return self.open[-1].is_map and (quoted or following in ("", " ", "\t", "\r", "\n", ",", "}", "]"))

    def _colon(self, at: int) -> None:
        top = self.open[-1]
        if top.key is not None:
            return
        self._end(at, has_colon=True)
        self.segment = at + 1

    def _quoted(self, at: int) -> int:
        quote, line_end = self.text[at], self.text.find("\n", at)
        stop = len(self.text) if line_end < 0 else line_end
        place = at + 1
        while place < stop:
            if self.text[place] == "\\" and quote == '"':
                place += 1
            elif self.text[place] == quote:
                self.token = (at + 1, place, quote)
                return place + 1
            place += 1
        self.token = (at + 1, stop, quote)
        return stop

    def _end(self, at: int, *, has_colon: bool = False) -> None:
        """An entry, a key or a value ends: note it, and the cursor if it stands there."""
        top, token, segment = self.open[-1], self.token, self.segment
        self.token = None
        if segment >= 0 and segment <= self.cursor <= at:
            if token is None:
                self._at_cursor(top, self.cursor, self.cursor, "", has_colon)
            elif token[0] <= self.cursor <= token[1]:
                self._at_cursor(top, *token, has_colon)
        if token is None:
            return
        written = self.text[token[0] : token[1]]
        if not top.is_map:
            top.seen.append((written, token[0]))
        elif top.key is None:
            top.seen.append((written, token[0]))
            if has_colon:
                top.key = written

    def _at_cursor(self, top: _Open, start: int, end: int, quote: str, has_colon: bool) -> None:
        path: list[str | int] = [
            (outer.key or "") if outer.is_map else outer.index for outer in self.open[:-1]
        ]
        role: Literal["key", "value", "item"] = "item"
        lead, seen = "", top.seen
        if top.is_map and top.key is not None:
            role = "value"
            path.append(top.key)
            seen = []
            lead = " " if self.text[self.cursor - 1 : self.cursor] == ":" else ""
        elif top.is_map:
            role = "key"
        self.found = Frame(role, tuple(path), start, end, seen, quote, lead, has_colon)
