"""Suppression comments: which findings a file asks not to hear, and which of those requests are idle.

``# spine: ignore[code, other]`` concerns its line, ``ignore-next-line`` the next line that holds more than a
comment, ``ignore-file`` the whole file; without brackets all codes are meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.kept import kept
from spine_lsp.analysis.steps import DIRECTIVE, StepBlock
from spine_lsp.cancellation import check_cancelled
from spine_lsp.syntax.comments import find_comments
from spine_lsp.syntax.text import Piece, Text

if TYPE_CHECKING:
    from spine_lsp.pysource.facts import Directive

Scope = Literal["ignore", "ignore-next-line", "ignore-file"]

_SUPPRESSION = re.compile(r"#\s*spine:\s*(ignore-next-line|ignore-file|ignore)(?![\w-])\s*(?:\[([^\]\r\n]*)\])?")
_NAME = re.compile(r"[^\s,]+")


class Suppression(NamedTuple):
    """One request, from `#` to `end`; `codes` with their spans, None for all codes. `line` is the one it concerns."""

    start: int
    end: int
    scope: Scope
    codes: tuple[tuple[str, int, int], ...] | None
    line: int

    def concerns(self, code: str) -> bool:
        """Whether findings of this code are meant."""
        return self.codes is None or any(name == code for name, _, _ in self.codes)


def suppressions(doc: Document) -> list[Suppression]:
    """The suppression comments of a file, in order."""
    if not any(map(_has_directive, doc.text.pieces)):
        return []
    found = []
    for requests, offset_of in _pieces(doc):
        for start, length, scope, names in requests:
            codes = None
            if names is not None:
                codes = tuple((name, offset_of(low), offset_of(high)) for name, low, high in names)
            at = offset_of(start)
            found.append(Suppression(at, at + length, scope, codes, _line_concerned(doc.text, at, scope)))
    found.sort()
    return found


@kept
def _has_directive(piece: Piece) -> bool:
    return DIRECTIVE in piece.text


class _Request(NamedTuple):
    """A suppression comment in a text of its own."""

    start: int
    length: int
    scope: Scope
    codes: tuple[tuple[str, int, int], ...] | None


def python_suppressions(directives: Iterable[Directive]) -> list[tuple[int | None, frozenset[str] | None]]:
    """The suppression comments of a Python file: the line that each concerns, None for all of them, and its codes."""
    found = []
    for directive in directives:
        for request in _requests(directive.text):
            codes = None if request.codes is None else frozenset(name for name, _, _ in request.codes)
            lines = {"ignore": directive.line, "ignore-next-line": directive.next_line, "ignore-file": None}
            found.append((lines[request.scope], codes))
    return found


def _requests(text: str) -> tuple[_Request, ...]:
    """The suppression comments of a text."""
    if DIRECTIVE not in text:
        return ()
    found = []
    for comment in find_comments(text):
        match = _SUPPRESSION.search(text, comment.start, comment.end)
        if match is None:
            continue
        codes = None
        if match.group(2) is not None:
            names = _NAME.finditer(text, match.start(2), match.end(2))
            codes = tuple((name.group(), name.start(), name.end()) for name in names)
        scope: Scope = match.group(1)  # type: ignore[assignment]  # the pattern lets only these through
        found.append(_Request(match.start(), match.end() - match.start(), scope, codes))
    return tuple(found)


@kept
def _requests_in(block: StepBlock) -> tuple[_Request, ...]:
    return _requests(block.text)


Use = tuple[Suppression, frozenset[str]]
"""A suppression, and the codes of the findings that it keeps from the user."""


class Heeded(NamedTuple):
    """What became of the suppressions of a file, the codes of the rules that ran, and all codes there are.

    `everything` is False while there may be findings that are not known yet.
    """

    uses: tuple[Use, ...]
    ran: frozenset[str]
    known: frozenset[str]
    everything: bool = True


def suppress(doc: Document, findings: list[Finding]) -> tuple[list[Finding], tuple[Use, ...]]:
    """The findings that the file's comments do not suppress, and what each of those comments suppresses."""
    requests = suppressions(doc)
    if not requests:
        return findings, ()
    everywhere = [request for request in requests if request.scope == "ignore-file"]
    by_line: dict[int, list[Suppression]] = {}
    for request in requests:
        if request.scope != "ignore-file":
            by_line.setdefault(request.line, []).append(request)
    used: dict[Suppression, set[str]] = {request: set() for request in requests}
    left = []
    for finding in findings:
        check_cancelled()
        nearby = by_line.get(doc.text.line_of(finding.start), ())
        hits = [request for request in (*nearby, *everywhere) if request.concerns(finding.code)]
        for request in hits:
            used[request].add(finding.code)
        if not hits:
            left.append(finding)
    return left, tuple((request, frozenset(codes)) for request, codes in used.items())


def _pieces(doc: Document) -> Iterator[tuple[tuple[_Request, ...], Callable[[int], int]]]:
    """The comments of each text in which they can be told apart alone (each item, and what is around the items).

    With each the way from its offsets to those of the file.

    So the comments of a large file are looked for only where something was suppressed, and once for each text.
    """
    if doc.schedules and not doc.groups:
        yield _requests(doc.text.source), int
        return
    for listed in doc.schedules:
        yield _requests(listed.part.head + listed.part.tail), listed.part.file_offset
    for group in doc.groups:
        part = group.part
        if not group.is_cut:
            yield _requests(part.head), part.start.__add__
            continue
        yield _requests(part.head + part.tail), part.file_offset
        for number in [number for number in group.steps_to_check if group.steps[number].has_directive]:
            yield _requests_in(part.blocks[number]), part.block_starts[number].__add__


def _line_concerned(text: Text, at: int, scope: Scope) -> int:
    line = text.line_of(at)
    if scope == "ignore-next-line":
        line += 1
        while line < text.line_count - 1 and text.line_text(line).lstrip().startswith("#"):
            line += 1
    return line
