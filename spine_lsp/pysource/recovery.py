"""What can be read of a text that does not parse: its sound statements, and of a class its sound members.

So that one half-typed line, or one method in a grammar that is newer than the interpreter, costs itself and not the
file. Every piece keeps its place.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

_MOST_LINES = 10_000
_LONGEST = 400_000  # characters
_MOST_TRIES = 2_000
_MOST_WORK = 1_000_000  # characters that are parsed again, beside thrice the text
_TOGETHER = 12  # pieces that one statement may have been cut into: a string may hold lines that look like code

# The generic names of Python 3.12, which say nothing of interest, become blanks of the same length.
_GENERIC = re.compile(
    r"^([ \t]*(?:class|def|async[ \t]+def)[ \t]+\w+)(\[[^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)*\])",
    re.MULTILINE,
)
_ALIAS = re.compile(r"^([ \t]*)type (?=\w+(?:\[[^\]\n]*\])?[ \t]*=(?!=))", re.MULTILINE)
_GOES_ON = re.compile(r"(?:else|elif|except|finally|case)\b|[)\]}]")


class UnreadLines(NamedTuple):
    """Lines of a text, from one to before another (from 0), that cannot be read."""

    start: int
    end: int


class RecoveredTree(NamedTuple):
    """A tree with lines as in the text, what is not in it, and the classes that it is missing of."""

    tree: ast.Module
    unread: list[UnreadLines]
    partly: set[ast.ClassDef]


def recovered(source: str) -> RecoveredTree | None:
    """What can be read of a text; None if that is nothing."""
    simpler = _ALIAS.sub(r"\1pass;", _GENERIC.sub(lambda found: found.group(1) + " " * len(found.group(2)), source))
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", simpler)
    if len(lines) > _MOST_LINES or len(source) > _LONGEST:
        return None
    reader = _Recovery(lines)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes and comparisons that users get to see elsewhere
        body = reader.statements(0, len(lines), "")
    return RecoveredTree(ast.Module(body, []), reader.unread, reader.partly) if body else None


class _Recovery:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._tries = _MOST_TRIES
        self._work = _MOST_WORK + 3 * sum(map(len, lines))
        self.unread: list[UnreadLines] = []
        self.partly: set[ast.ClassDef] = set()

    def statements(self, start: int, end: int, indent: str) -> list[ast.stmt]:
        """The statements of some lines that have one indentation."""
        cuts = [*self._cuts(start, end, indent), end]
        body: list[ast.stmt] = []
        self._read(cuts, 0, len(cuts) - 1, indent, body)
        return body

    def _read(self, cuts: list[int], first: int, last: int, indent: str, body: list[ast.stmt]) -> int:
        """Read what lies between two cuts, and tell the one up to which it went: a statement may go on behind it.

        What does not parse as a whole is halved, so that one slip among thousands of statements is found soon.
        """
        if last - first > 1 and self._take(cuts[first], cuts[last], indent, body):
            return last
        if last - first > _TOGETHER:
            middle = self._read(cuts, first, (first + last) // 2, indent, body)
            return self._read(cuts, middle, last, indent, body)
        at = first
        while at < last:
            for until in range(at + 1, min(at + 1 + _TOGETHER, len(cuts))):
                if self._take(cuts[at], cuts[until], indent, body):
                    at = until
                    break
            else:
                self._take_part(cuts[at], cuts[at + 1], indent, body)
                at += 1
        return at

    def _take(self, start: int, end: int, indent: str, body: list[ast.stmt]) -> bool:
        """Add the statements of some lines to a body, if they parse by themselves."""
        found = self._parsed(start, end, indent)
        body += found or ()
        return found is not None

    def _take_part(self, start: int, end: int, indent: str, body: list[ast.stmt]) -> None:
        """Add what can be read of lines that do not parse."""
        before = len(self.unread)
        found = self._class(start, end, indent)
        if len(self.unread) > before:  # what was not read may belong to the class before it, too
            self.partly.update(node for node in (found or body)[-1:] if isinstance(node, ast.ClassDef))
        body += found

    def _cuts(self, start: int, end: int, indent: str) -> Iterator[int]:
        """The lines that begin a statement, decorators being part of theirs."""
        decorated = False
        for number in range(start, end):
            line = self._lines[number]
            inner = line[len(indent) :]
            if not line.startswith(indent) or not inner.strip() or inner[0] in " \t\f#":
                continue
            if not decorated and not _GOES_ON.match(inner):
                yield number
            decorated = inner[0] == "@"

    def _parsed(self, start: int, end: int, indent: str) -> list[ast.stmt] | None:
        """The statements of some lines, if they parse by themselves."""
        text = "".join(self._lines[start:end])
        self._tries -= 1
        self._work -= len(text)
        if self._tries < 0 or self._work < 0:
            return None
        head = 0
        if indent:  # inside of something, so that no column changes
            text, head = f"if x:\n{text}", 1
        try:
            body = ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        if indent:
            body = body[0].body if body and isinstance(body[0], ast.If) else []
        for node in body:
            ast.increment_lineno(node, start - head)
        return body

    def _class(self, start: int, end: int, indent: str) -> list[ast.stmt]:
        """A class without the members that cannot be read; nothing of any other statement."""
        head = next((at for at in range(start, end) if not self._lines[at].lstrip().startswith(("@", "#"))), end)
        opened = head
        while opened < end and not self._lines[opened].rstrip().endswith(":"):
            opened += 1
        inner = next((at for at in range(opened + 1, end) if self._lines[at].strip()), end)
        line = self._lines[inner] if inner < end else ""
        deeper = line[: len(line) - len(line.lstrip(" \t"))]
        if not self._lines[head : head + 1] or not self._lines[head].startswith(f"{indent}class ") or deeper <= indent:
            self.unread.append(UnreadLines(start, end))
            return []
        kept = self._lines[opened]
        self._lines[opened] = f"{kept.rstrip()} pass\n"
        found = self._parsed(start, opened + 1, indent)
        self._lines[opened] = kept
        if not found or not isinstance(found[-1], ast.ClassDef):
            self.unread.append(UnreadLines(start, end))
            return []
        found[-1].body = self.statements(inner, end, deeper) or found[-1].body
        return found
