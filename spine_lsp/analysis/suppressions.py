"""Suppression comments: which findings a file asks not to hear, and which of those requests are idle.

``# spine: ignore[code, other]`` concerns its line, ``ignore-next-line`` the next line that holds more than a
comment, ``ignore-file`` the whole file; without brackets all codes are meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from spine_lsp.analysis.comments import find_comments
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.analysis.kept import kept
from spine_lsp.analysis.symbols import DIRECTIVE, StepBlock
from spine_lsp.orchestration.problems import did_you_mean, meant
from spine_lsp.syntax.text import Piece, Text

Scope = Literal["ignore", "ignore-next-line", "ignore-file"]
CODE = "unused-suppression"

_SUPPRESSION = re.compile(
    r"#\s*spine:\s*(ignore-next-line|ignore-file|ignore)(?![\w-])\s*(?:\[([^\]\r\n]*)\])?"
)
_NAME = re.compile(r"[^\s,]+")


class Suppression(NamedTuple):
    """One request, from `#` to `end`; `codes` with their spans, None for all codes. `line` is the one it concerns."""

    start: int
    end: int
    scope: Scope
    codes: tuple[tuple[str, int, int], ...] | None
    line: int


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


def apply_suppressions(
    doc: Document, found: list[Finding], known: set[str], asked: set[str], severity: Severity | None
) -> list[Finding]:
    """`found` without what the file's comments suppress, and with what is to be said of those comments.

    `known` are the codes that exist, `asked` those of the rules that ran: only of these can be told that there was
    nothing to suppress. With `severity` None the comments are not judged.
    """
    requests = suppressions(doc)
    if not requests:
        return found
    by_line: dict[int, list[tuple[Suppression, int]]] = {}
    everywhere: list[tuple[Suppression, int]] = []
    for number, request in enumerate(requests):
        if request.scope == "ignore-file":
            everywhere.append((request, number))
        else:
            by_line.setdefault(request.line, []).append((request, number))
    used: set[tuple[int, str]] = set()
    kept = []
    for finding in found:
        hit = False
        for request, number in [*by_line.get(doc.text.line_of(finding.start), ()), *everywhere]:
            if request.codes is None or any(code == finding.code for code, _, _ in request.codes):
                used.add((number, finding.code))
                hit = True
        if not hit:
            kept.append(finding)
    if severity is None or any(
        request.codes is not None and any(code == CODE for code, _, _ in request.codes)
        for request, _ in everywhere
    ):
        return kept
    for number, request in enumerate(requests):
        kept += _judged(request, {code for n, code in used if n == number}, known, asked, severity)
    return kept


def _judged(
    request: Suppression, used: set[str], known: set[str], asked: set[str], severity: Severity
) -> Iterator[Finding]:
    if request.codes is None:
        if not used:
            where = "in this file" if request.scope == "ignore-file" else "on its line"
            message = f"this comment suppresses nothing: there is no finding {where}"
            yield Finding(CODE, severity, request.start, request.end, message, unnecessary=True)
        return
    if not request.codes:
        message = "the brackets name no rule, so this comment suppresses nothing"
        yield Finding(CODE, severity, request.start, request.end, message, unnecessary=True)
    for code, start, end in request.codes:
        if code not in known:
            suggestions = did_you_mean(code, known)
            message = f"no rule has the code `{code}`{meant(suggestions)}"
            yield Finding(CODE, severity, start, end, message, (), suggestions)
        elif code not in used and code in asked and code != CODE:
            message = f"there is no `{code}` here that could be suppressed"
            yield Finding(CODE, severity, start, end, message, unnecessary=True)


def _pieces(doc: Document) -> Iterator[tuple[tuple[_Request, ...], Callable[[int], int]]]:
    """The comments of each text in which they can be told apart alone (each item, and what is around the items).

    With each the way from its offsets to those of the file.

    So the comments of a large file are looked for only where something was suppressed, and once for each text.
    """
    for group in doc.groups:
        part = group.part
        if part.path is None:
            yield _requests(part.head), part.start.__add__
            continue
        yield _requests(part.head + part.tail), part.file_offset
        for number in [number for number in group.special_steps if group.steps[number].has_directive]:
            yield _requests_in(part.blocks[number]), part.block_starts[number].__add__


def _line_concerned(text: Text, at: int, scope: Scope) -> int:
    line = text.line_of(at)
    if scope == "ignore-next-line":
        line += 1
        while line < text.line_count - 1 and text.line_text(line).lstrip().startswith("#"):
            line += 1
    return line
