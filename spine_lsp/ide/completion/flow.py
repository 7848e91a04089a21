"""Where a cursor stands inside brackets, closed or not: the part of `scan` that reads flow text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from spine_lsp.syntax.tree import Path

_SIGN = re.compile(r"[\[\]{},:\"'#\n]")
_BEGINS_BLOCK = re.compile(r"""( *)(?:-(?=[ \t\r\n]|$)|[^\s\[\]{},:#"']+[ ]*:(?=[ \t\r\n]|$)|---|\.\.\.)""")
_QUOTED = {
    '"': re.compile(r'[^"\\]*(?:\\.[^"\\]*)*"'),
    "'": re.compile(r"[^']*(?:''[^']*)*'"),
}
_BLANKS = " \t\r"


@dataclass(frozen=True, slots=True)
class FlowFrame:
    """The cursor in a flow list or map: as `scan.Context`, with offsets of the text that was read."""

    role: Literal["key", "value", "item"]
    path: Path
    start: int
    end: int
    seen: list[tuple[str, int]]
    quote: str
    style: str
    separator: str
    has_colon: bool


class _Open:
    """An open bracket; `style` is the quote of its first key or entry, None as long as there is none."""

    __slots__ = ("index", "is_map", "key", "seen", "style")

    def __init__(self, *, is_map: bool) -> None:
        self.is_map = is_map
        self.key: str | None = None
        self.index = 0
        self.seen: list[tuple[str, int]] = []
        self.style: str | None = None


class _Cursor:
    """The cursor, as soon as it was met; siblings behind it are still added to `brackets`."""

    __slots__ = ("brackets", "end", "has_colon", "key", "path", "quote", "start")

    def __init__(self, brackets: list[_Open], start: int, end: int, quote: str, *, has_colon: bool) -> None:
        self.brackets = brackets
        self.path = tuple((one.key or "") if one.is_map else one.index for one in brackets)
        self.key = brackets[-1].key
        self.start = start
        self.end = end
        self.quote = quote
        self.has_colon = has_colon


def read_flow(text: str, start: int, indent: int, cursor: int) -> tuple[int, FlowFrame | None]:
    """Read from the bracket at `start`: where it ended, and the cursor if it is inside.

    What is not closed ends where a line indented by `indent` at most begins a key, an item or a document. Behind
    the bracket that holds the cursor nothing is read: then it ends with the text.
    """
    flow = _Flow(text, cursor)
    stop = flow.read(start, indent)
    return stop, flow.frame()


class _Flow:
    def __init__(self, text: str, cursor: int) -> None:
        self.text = text
        self.cursor = cursor
        self.open: list[_Open] = []
        self.met: _Cursor | None = None
        self.segment = -1  # where the present entry, key or value may begin; -1 behind a closed bracket
        self.token: tuple[int, int, str] | None = None  # start, end and quote of what is written in it
        self.line_start = self.line_end = -1

    def read(self, at: int, indent: int) -> int:
        """Read up to the end of the bracket at `at`; the answer is the offset behind it."""
        text = self.text
        while (match := _SIGN.search(text, at)) is not None:
            sign, char = match.start(), match.group()
            if sign > at:
                self._plain(at, sign)
            at = sign + 1
            if char == "\n":
                after = _BEGINS_BLOCK.match(text, at)
                if after is not None and len(after.group(1)) <= indent:
                    at = sign
                    break
            elif char in "]}":
                if (stop := self._close(sign)) is not None:
                    return stop
            else:
                at = self._sign(sign, char)
        else:
            self._plain(at, len(text))
            at = len(text)
        self._end(at)
        return at

    def _close(self, at: int) -> int | None:
        """A bracket ends: the offset at which reading ends with it, if it does."""
        self._end(at)
        self.open.pop()
        self.segment = -1
        if self.met is not None and len(self.open) < len(self.met.brackets):
            return len(self.text)
        return None if self.open else at + 1

    def _sign(self, at: int, char: str) -> int:
        """Any other sign, which may be plain text where it stands; the answer is the offset behind it."""
        if char in "[{" and self.token is None:
            self.open.append(_Open(is_map=char == "{"))
            self.segment = at + 1
        elif char == ",":
            self._end(at)
            top = self.open[-1]
            top.index += 1
            top.key = None
            self.segment = at + 1
        elif char == ":" and self._is_colon(at):
            if self.open[-1].key is None:
                self._end(at, has_colon=True)
                self.segment = at + 1
        elif char in "\"'" and self.token is None:
            return self._quoted(at)
        elif char == "#" and self.text[at - 1] in " \t\r\n":
            return self._comment(at)
        else:
            self._plain(at, at + 1)
        return at + 1

    def frame(self) -> FlowFrame | None:
        """The cursor, with all that stands beside it."""
        met = self.met
        if met is None:
            return None
        top = met.brackets[-1]
        before = self.text[self.cursor - 1 : self.cursor]
        if not top.is_map:
            role: Literal["key", "value", "item"] = "item"
        else:
            role = "key" if met.key is None else "value"
        start, end = self._on_one_line(met.start, met.end)
        path = met.path if role == "value" else met.path[:-1]
        seen = [] if role == "value" else top.seen
        separator = " " if role == "value" and before == ":" else ""
        style = next((one.style for one in reversed(met.brackets) if one.style is not None), "")
        return FlowFrame(role, path, start, end, seen, met.quote, style, separator, met.has_colon)

    def _on_one_line(self, start: int, end: int) -> tuple[int, int]:
        """The part of a token that stands on the cursor's line."""
        if self.text.find("\n", start, end) < 0:
            return start, end
        first = max(start, self.text.rfind("\n", 0, self.cursor) + 1)
        last = min(end, self._end_of_line(self.cursor))
        line = self.text[first:last]
        first += len(line) - len(line.lstrip(_BLANKS))
        return min(first, self.cursor), max(first + len(line.strip(_BLANKS)), self.cursor)

    def _is_colon(self, at: int) -> bool:
        quoted = self.token is not None and bool(self.token[2])
        return self.open[-1].is_map and (quoted or self.text[at + 1 : at + 2] in ("", *" \t\r\n,[]{}"))

    def _plain(self, start: int, end: int) -> None:
        """Text without a sign: the present token begins in it, or goes on."""
        written = self.text[start:end].strip(_BLANKS)
        if not written:
            return
        if self.token is None:
            first = self.text.index(written[0], start, end)
            self.token = (first, first + len(written), "")
        elif not self.token[2]:
            stop = start + len(self.text[start:end].rstrip(_BLANKS))
            self.token = (self.token[0], stop, "")

    def _quoted(self, at: int) -> int:
        """A quoted token; where it is not closed, it ends with the line. The answer is the offset behind it."""
        quote, stop = self.text[at], self._end_of_line(at)
        closed = _QUOTED[quote].match(self.text, at + 1, stop)
        if closed is None:
            self.token = (at + 1, stop, quote)
            return stop
        self.token = (at + 1, closed.end() - 1, quote)
        return closed.end()

    def _comment(self, at: int) -> int:
        stop = self._end_of_line(at)
        if at < self.cursor <= stop and self.segment >= 0:
            self._end(at)  # in a comment there is nothing to complete
            self.segment = stop + 1
        return stop

    def _end_of_line(self, at: int) -> int:
        if not self.line_start <= at <= self.line_end:
            self.line_start = at
            line_end = self.text.find("\n", at)
            self.line_end = len(self.text) if line_end < 0 else line_end
        return self.line_end - self.text.endswith("\r", at, self.line_end)

    def _end(self, at: int, *, has_colon: bool = False) -> None:
        """An entry, a key or a value ends: note it, and the cursor if it stands there."""
        top, token, segment = self.open[-1], self.token, self.segment
        self.token = None
        if 0 <= segment <= self.cursor <= at:
            if token is None:
                self.met = _Cursor(self.open[:], self.cursor, self.cursor, "", has_colon=has_colon)
            elif token[0] <= self.cursor <= token[1]:
                self.met = _Cursor(self.open[:], *token, has_colon=has_colon)
        if token is None or (top.is_map and top.key is not None):
            return
        written = self.text[token[0] : token[1]]
        top.seen.append((written, token[0]))
        if top.style is None and not (token[0] <= self.cursor <= token[1]):
            top.style = token[2]
        if top.is_map and has_colon:
            top.key = written
