"""Fixes that write a suppression comment, and that take an idle one away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.schedules.reading import ScheduleList
from spine_lsp.analysis.suppressions import Suppression
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.edits.yaml_edits import insert_line_after
from spine_lsp.ide.fixes.fix import Fix, in_title
from spine_lsp.syntax.lines import line_break, line_end, line_start, next_line
from spine_lsp.syntax.text import Edit


def fix_unused_suppression(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """The code that was meant, or no such request."""
    for wish in finding.suggestions:
        edit = Edit(finding.start, finding.end, wish)
        yield Fix(f"Replace with {in_title(wish)}", [edit], preferred=len(finding.suggestions) == 1)
    source = group.text.source
    request = _request_at(trial.suppressions, finding.start)
    if request is None:
        return
    codes = request.codes or ()
    number = next((n for n, code in enumerate(codes) if code[1] == finding.start), None)
    if len(codes) > 1 and number is not None:
        code, start, end = codes[number]
        if number:  # with the comma before it, so that fixes of neighbours do not touch
            start = codes[number - 1][2]
        else:
            end = codes[1][1]
        title = f"Remove {in_title(code)} from the comment"
        yield Fix(title, [Edit(start, end, "")], preferred=not finding.suggestions, safe=True)
    else:
        edit = _without_comment(source, request.start, request.end)
        yield Fix("Remove the suppression comment", [edit], preferred=not finding.suggestions, safe=True)


def _request_at(requests: list[Suppression], offset: int) -> Suppression | None:
    """The request that an offset lies in; they are in the order of the text."""
    number = bisect_right(requests, offset, key=lambda request: request.start) - 1
    return requests[number] if number >= 0 and offset <= requests[number].end else None


def _without_comment(source: str, start: int, end: int) -> Edit:
    """Without the request; what else the comment says stays a comment."""
    rest = source[end : line_end(source, end)].strip()
    if rest:
        return Edit(start, line_end(source, end), rest if rest.startswith("#") else f"# {rest}")
    before = source[line_start(source, start) : start]
    if not before.strip():
        return Edit(line_start(source, start), next_line(source, end), "")
    return Edit(start - (len(before) - len(before.rstrip())), line_end(source, end), "")


def suppress(trial: Trial, group: Group | ScheduleList, finding: Finding) -> Iterator[Fix]:
    """A comment that silences a finding: on its line or above it, whichever silences it, and for the file."""
    if finding.code in ("yaml-syntax", "unused-suppression") or trial.is_json:
        return
    source = group.text.source
    line = group.text.line_of(finding.start)
    title = f"Ignore `{finding.code}` on this line"
    for request in trial.suppressions:
        if request.scope == "ignore" and request.line == line and request.codes:
            last = request.codes[-1][2]
            yield Fix(title, [Edit(last, last, f", {finding.code}")])
    end = line_end(source, finding.start)
    blanks = len(source[:end]) - len(source[:end].rstrip(" \t"))
    yield Fix(title, [Edit(end - blanks, end, f" # spine: ignore[{finding.code}]")])
    start = line_start(source, finding.start)
    indent = source[start : finding.start]
    blank = indent[: len(indent) - len(indent.lstrip(" "))]
    above = f"{blank}# spine: ignore-next-line[{finding.code}]{line_break(source)}"
    yield Fix(title, [Edit(start, start, above)])
    yield Fix(f"Ignore `{finding.code}` in this file", [_ignore_file(group, finding.code)])


def _ignore_file(group: Group | ScheduleList, code: str) -> Edit:
    """The comment at the top of the file, or of the group where other documents come first."""
    source, at = group.text.source, group.part.start
    comment = f"# spine: ignore-file[{code}]"
    if source.startswith("%", at):  # a directive has to come first
        return insert_line_after(source, len(source), comment)
    if at > 1:
        return insert_line_after(source, at, comment)
    return Edit(at, at, f"{comment}{line_break(source)}")
