"""Where in a group a cursor stands, told from the lines around it, so that half-typed text has an answer too.

Indentation and brackets are read, not YAML: what a parser would refuse is here the usual case. An unclosed bracket
or quote ends where a line begins the next key or item. Only the lines of the step under the cursor and those of the
header are looked at, whatever the size of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.ide.completion.context import Context, Role
from spine_lsp.ide.completion.flow import FlowFrame, read_flow
from spine_lsp.ide.completion.window import window
from spine_lsp.orchestration.vocabulary import Keys
from spine_lsp.syntax.lines import column_of, line_start
from spine_lsp.syntax.tree import Path

_KEY = re.compile(
    r"""(?:"[^"\n]*"[ ]*|'[^'\n]*'[ ]*|[^\s"'\[\]{},#&*!|>%@`-][^:#\n]*|-[^\s:#\n][^:#\n]*):(?=[ \t\r\n]|$)"""
)
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*[ \t]+)*")
_WORD_END = re.compile(r"[\s,\]}]")
_COMMENT = re.compile(r"(?:^|[ \t])#")
_MOST_READ = 400_000  # characters of a header and a step, or of a group in brackets
_MARKER = re.compile(r"(?:---|\.\.\.)(?:[ \t]|$)|%")
_FLOW_BEHIND_MARKER = re.compile(r"---[ \t]+(?=[\[{&!])")


def contexts_at(group: Group, offset: int) -> list[Context] | None:
    """What could be written at an offset of the file that lies in the group; the likeliest first, often nothing.

    None where so much text would have to be read that somebody would wait for it.
    """
    text, cursor, number = window(group, offset)
    if len(text) > _MOST_READ:
        return None
    scan = _Scan(text, cursor)
    scan.run()
    paths = group.header.kind.list_paths
    return [_placed(found, paths, number, offset - cursor) for found in scan.answers()]


def _placed(found: Context, paths: Sequence[Keys], number: int | None, by: int) -> Context:
    """The context with its path and span as the file has them; `number` is that of the only step that was read."""
    path = list(found.path)
    steps = next((steps for steps in paths if found.path[: len(steps)] == steps), None)
    if number is not None and steps is not None and len(path) > len(steps) and path[len(steps)] == 0:
        path[len(steps)] = number
    return replace(found, path=tuple(path), span=found.span.moved(by))


class _Level:
    """An open block map or list; `kind` is empty as long as only the cursor stands there."""

    __slots__ = ("filled", "indent", "index", "key", "kind", "seen")

    def __init__(self, indent: int, kind: Literal["map", "list", ""]) -> None:
        self.indent = indent
        self.kind = kind
        self.key = ""
        self.index = -1
        self.filled = False  # whether the last key or item has a value on its own line
        self.seen: list[tuple[str, int]] = []  # keys or entries, with their offsets


class _Answer:
    """A context whose siblings may still grow in number."""

    __slots__ = (
        "flow",
        "has_colon",
        "one_line",
        "path",
        "quote",
        "role",
        "seen",
        "separator",
        "span",
        "style",
    )

    def __init__(self, role: Role, path: Path, span: Span, seen: list[tuple[str, int]]) -> None:
        self.role = role
        self.path = path
        self.span = span
        self.seen = seen
        self.quote = ""
        self.separator = ""
        self.flow = False
        self.has_colon = False
        self.style = ""
        self.one_line = False


class _Scan:
    """One pass over the lines, with the open levels as a stack."""

    def __init__(self, text: str, cursor: int) -> None:
        self.text = text
        self.cursor = cursor
        self.levels: list[_Level] = []
        self.block_scalar: int | None = None  # the indentation that its lines have to exceed
        self.found: list[_Answer] = []

    def run(self) -> None:
        """Read all lines."""
        at = 0
        length = len(self.text)
        while at <= length:
            end = self.text.find("\n", at)
            end = length if end < 0 else end
            at = self._line(at, end - (self.text[at:end].endswith("\r")), end + 1)

    def answers(self) -> list[Context]:
        """What was found, with what stands beside it."""
        return [self._context(answer) for answer in self.found]

    def _context(self, answer: _Answer) -> Context:
        start, end = answer.span
        closing_quote = ""
        if answer.quote and self.text[end : end + 1] != answer.quote:  # it runs on over what is not meant
            stop = _WORD_END.search(self.text, self.cursor, end)
            end, closing_quote = stop.start() if stop is not None else end, answer.quote
        siblings = tuple(
            name for name, at in answer.seen if not start - len(answer.quote) <= at <= max(answer.span.end, self.cursor)
        )
        return Context(
            answer.role,
            answer.path,
            Span(start, end),
            self.text[start : self.cursor],
            siblings,
            column=self._column_of_span(start - len(answer.quote)),
            quote=answer.quote,
            closing_quote=closing_quote,
            separator=answer.separator,
            flow=answer.flow,
            has_colon=answer.has_colon,
            style=answer.style,
            one_line=answer.one_line,
            opener=self._opener(start - len(answer.quote)),
        )

    def _opener(self, at: int) -> str:
        """The last character on the line before `at` that is no blank."""
        at -= 1
        while at >= 0 and self.text[at] in " \t":
            at -= 1
        return self.text[at].strip() if at >= 0 else ""

    def _line(self, start: int, end: int, after: int) -> int:
        """Read one line; the answer is where the next begins."""
        line = self.text[start:end]
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        here = start <= self.cursor <= end
        if self.block_scalar is not None:
            if (self.cursor - start if here and not body else indent) > self.block_scalar:
                return after
            if body:
                self.block_scalar = None
        if not body.strip():
            if here:
                self._blank(self.cursor - start)
            return after
        at = start + indent
        if not indent and _MARKER.match(body):
            marker = _FLOW_BEHIND_MARKER.match(self.text, start, end)
            return after if marker is None else self._scalar(marker.end(), start, end, after)
        if body.startswith("#"):
            return after
        while self.text[at] == "-" and self.text[at + 1 : at + 2] in ("", " ", "\t", "\r", "\n"):
            rest = self._dash(at, start, end)
            if rest is None:
                return after
            at = rest
        return self._content(at, start, end, after)

    # -- what a line may begin with -----------------------------------------------------------------------------

    def _blank(self, column: int) -> None:
        """The cursor on a line without text."""
        deeper = self._pop(column)
        top = self.levels[-1] if self.levels else None
        span = Span(self.cursor, self.cursor)
        if top is None:
            self._answer("key", (), span, self._push(column, "").seen)
        elif top.kind == "list" and top.indent == column:
            self._answer("item", self._path(self.levels[:-1]), span, top.seen).separator = "- "
            if len(self.levels) > 1 and self.levels[-2].indent == column:  # a list that is not indented
                self._answer("key", self._path(self.levels[:-2]), span, self.levels[-2].seen)
        elif top.indent == column:
            self._answer("key", self._path(self.levels[:-1]), span, top.seen)
        elif not top.filled and not deeper:
            path = self._path(self.levels)
            self._answer("below", path, span, self._push(column, "").seen)

    def _dash(self, at: int, start: int, end: int) -> int | None:
        """An item begins; the answer is where its content does, None if it has none on this line."""
        column = at - start
        self._pop(column)
        top = self.levels[-1] if self.levels else None
        if top is None or top.indent < column or top.kind == "map":
            if top is not None and top.kind == "" and top.indent == column:
                top.kind = "list"
            else:
                top = self._push(column, "list")
        elif top.kind == "":
            top.kind = "list"
        top.index += 1
        top.filled = False
        rest = at + 1
        while rest < end and self.text[rest] in " \t":
            rest += 1
        if rest < end and self.text[rest] != "#":
            return rest
        if at < self.cursor <= rest:
            answer = self._answer("item", self._path(self.levels[:-1]), Span(self.cursor, self.cursor), top.seen)
            answer.separator = " " if self.cursor == at + 1 else ""
            if not answer.separator:  # the keys that follow belong to this item
                inner = self._push(self.cursor - start, "")
                self._answer("below", self._path(self.levels[:-1]), answer.span, inner.seen)
        return None

    def _content(self, at: int, start: int, end: int, after: int) -> int:
        """A key with its value, or a lone scalar."""
        column = at - start
        match = _KEY.match(self.text, at, end)
        if match is None:
            return self._scalar(at, start, end, after)
        self._pop(column)
        while self.levels and self.levels[-1].kind == "list" and self.levels[-1].indent == column:
            self.levels.pop()
        top = self.levels[-1] if self.levels else None
        if top is None or top.indent < column:
            top = self._push(column, "map")
        top.kind = "map"
        colon = match.end() - 1
        key_end = at + len(self.text[at:colon].rstrip())
        top.key = self.text[at:key_end].strip("\"'")
        top.seen.append((top.key, at))
        quote = self.text[at] if self.text[at] in "\"'" else ""
        inside = Span(at + len(quote), key_end - len(quote))
        if inside.start <= self.cursor <= inside.end:
            answer = self._answer("key", self._path(self.levels[:-1]), inside, top.seen)
            answer.has_colon, answer.quote = True, quote
        value = _PROPERTIES.match(self.text, self._skip(colon + 1, end), end)
        value_at = value.end() if value is not None else end
        top.filled = value_at < end and self.text[value_at] != "#"
        if not top.filled:
            if colon < self.cursor <= value_at:
                answer = self._answer("value", self._path(self.levels), Span(self.cursor, self.cursor), [])
                answer.separator = " " if self.cursor == colon + 1 else ""
            return after
        return self._value(value_at, end, after, top.indent, None)

    def _scalar(self, at: int, start: int, end: int, after: int) -> int:
        """Text that has no key: an item, or a key or an item of which only the beginning is there."""
        column = at - start
        top = self.levels[-1] if self.levels else None
        if top is not None and top.kind == "list" and top.indent < column and self._is_item(at, start):
            top.filled = True
            return self._value(at, end, after, top.indent, top)
        deeper = self._pop(column)
        top = self.levels[-1] if self.levels else None
        below = top is not None and top.indent < column and not top.filled and not deeper
        flow = self._flow_at(at, end)
        if flow is not None and (top is None or below):
            path = self._path(self.levels)
            return self._flow(flow, path, top.indent if top is not None else -1, end, after)
        quote = self.text[at] if self.text[at] in "\"'" else ""
        if quote:
            close = self._quote_end(at, end)
            span = Span(at + 1, end if close is None else close)
        else:
            span = Span(at, self._plain_end(at, end))
        if not span.start <= self.cursor <= span.end:
            return after
        if top is None:
            self._answer("key", (), span, self._push(column, "").seen).quote = quote
        elif top.indent == column and top.kind != "list":
            self._answer("key", self._path(self.levels[:-1]), span, top.seen).quote = quote
        elif top.indent == column:
            if not quote:
                self._answer("item", self._path(self.levels[:-1]), span, top.seen).separator = "- "
            if len(self.levels) > 1 and self.levels[-2].indent == column:
                self._answer("key", self._path(self.levels[:-2]), span, self.levels[-2].seen).quote = quote
        elif below:
            path = self._path(self.levels)
            self._answer("below", path, span, self._push(column, "").seen).quote = quote
        return after

    def _flow_at(self, at: int, end: int) -> int | None:
        """Where the bracket is that a value at `at` begins with, behind an anchor or a tag perhaps."""
        properties = _PROPERTIES.match(self.text, at, end)
        at = properties.end() if properties is not None else at
        return at if at < end and self.text[at] in "[{" and not self.text.startswith("{{", at) else None

    def _flow(self, at: int, base: Path, indent: int, end: int, after: int) -> int:
        """Read from a bracket on; the answer is where the next line begins."""
        stop, where = read_flow(self.text, at, indent, self.cursor)
        if where is not None:
            self._in_flow(base, where, at)
            return len(self.text) + 1  # what follows says nothing more about the cursor
        line_end = self.text.find("\n", stop)
        return after if stop <= end else (len(self.text) + 1 if line_end < 0 else line_end + 1)

    def _value(self, at: int, end: int, after: int, indent: int, items: _Level | None) -> int:
        """A value on the line of its key or dash; `items` is the list it is an entry of, if it is one."""
        first = self.text[at]
        if first in "|>":
            self.block_scalar = indent
            return after
        path = self._path(self.levels) if items is None else self._path(self.levels[:-1])
        if self._flow_at(at, end) == at:
            base = path if items is None else (*path, items.index)
            return self._flow(at, base, indent, end, after)
        role: Role = "value" if items is None else "item"
        seen = [] if items is None else items.seen
        if first in "\"'":
            close = self._quote_end(at, end)
            stop = close if close is not None else end
            span, quote = Span(at + 1, stop), first
        else:
            stop = self._plain_end(at, end)
            if first == "{" and stop < self.cursor <= end and not self.text[stop : self.cursor].strip():
                stop = self.cursor  # a template without quotes, with the blank before what is to come
            span, quote = Span(at, stop), ""
        seen.append((self.text[slice(*span)], at))
        if span.start <= self.cursor <= span.end:
            self._answer(role, path, span, seen).quote = quote
            if items is not None and not quote:  # in a list of maps it is the first key of one
                inner = self._push(column_of(self.text, at), "")
                self._answer("below", self._path(self.levels[:-1]), span, inner.seen)
        return after

    def _in_flow(self, base: Path, where: FlowFrame, bracket: int) -> None:
        """The cursor inside brackets."""
        answer = self._answer(where.role, (*base, *where.path), Span(where.start, where.end), where.seen)
        answer.quote, answer.separator, answer.has_colon = where.quote, where.separator, where.has_colon
        answer.flow, answer.style = True, where.style
        answer.one_line = bool(self._opener(bracket)) and self.text.find("\n", bracket, self.cursor) < 0

    # -- the stack ----------------------------------------------------------------------------------------------

    def _pop(self, column: int) -> bool:
        """Close what is indented deeper than `column`; whether something was."""
        count = len(self.levels)
        while self.levels and self.levels[-1].indent > column:
            self.levels.pop()
        return len(self.levels) < count

    def _push(self, indent: int, kind: Literal["map", "list", ""]) -> _Level:
        self.levels.append(_Level(indent, kind))
        return self.levels[-1]

    def _path(self, levels: list[_Level]) -> Path:
        return tuple(level.index if level.kind == "list" else level.key for level in levels)

    def _answer(self, role: Role, path: Path, span: Span, seen: list[tuple[str, int]]) -> _Answer:
        self.found.append(_Answer(role, path, span, seen))
        return self.found[-1]

    # -- the text -----------------------------------------------------------------------------------------------

    def _skip(self, at: int, end: int) -> int:
        while at < end and self.text[at] in " \t":
            at += 1
        return at

    def _is_item(self, at: int, start: int) -> bool:
        return self.text[start:at].rstrip().endswith("-")

    def _column_of_span(self, at: int) -> int:
        before = self.text[line_start(self.text, at) : at]
        return len(before.lstrip(" "))

    def _plain_end(self, at: int, end: int) -> int:
        comment = _COMMENT.search(self.text, at + 1, end)
        return at + len(self.text[at : comment.start() if comment else end].rstrip())

    def _quote_end(self, at: int, end: int) -> int | None:
        quote = self.text[at]
        place = at + 1
        while place < end:
            if self.text[place] == "\\" and quote == '"':
                place += 1
            elif self.text[place] == quote:
                if quote == "'" and self.text[place + 1 : place + 2] == "'":
                    place += 1
                else:
                    return place
            place += 1
        return None
