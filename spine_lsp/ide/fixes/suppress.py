"""Fixes that write a suppression comment, and that take an idle one away."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document, Group
from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.suppressions import suppressions
from spine_lsp.ide.fixes.fix import Fix, changed_by
from spine_lsp.ide.fixes.surgery import insert_line_after, line_end, line_start, next_line
from spine_lsp.syntax.text import Edit


def fix_unused_suppression(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """The code that was meant, or no such request."""
    for wish in finding.suggestions:
        edit = Edit(finding.start, finding.end, wish)
        yield Fix(f"Replace by `{wish}`", [edit], preferred=len(finding.suggestions) == 1)
    source = group.text.source
    for request in suppressions(document):
        if not request.start <= finding.start <= request.end:
            continue
        codes = request.codes or ()
        if len(codes) > 1:
            names = ", ".join(code for code, start, _ in codes if start != finding.start)
            first, last = codes[0][1], codes[-1][2]
            title = f"Remove `{source[finding.start : finding.end]}` from the comment"
            yield Fix(title, [Edit(first, last, names)], preferred=not finding.suggestions, safe=True)
        else:
            edit = _without_comment(source, request.start, request.end)
            yield Fix("Remove the suppression comment", [edit], preferred=not finding.suggestions, safe=True)
        return


def _without_comment(source: str, start: int, end: int) -> Edit:
    """Without the request; what else the comment says stays a comment."""
    rest = source[end : line_end(source, end)].strip()
    if rest:
        return Edit(start, line_end(source, end), rest if rest.startswith("#") else f"# {rest}")
    before = source[line_start(source, start) : start]
    if not before.strip():
        return Edit(line_start(source, start), next_line(source, end), "")
    return Edit(start - (len(before) - len(before.rstrip())), line_end(source, end), "")


def suppress(document: Document, finding: Finding) -> Iterator[Fix]:
    """A comment that silences a finding on its line, if a comment can stand there, or else for the file."""
    if finding.code in ("yaml-syntax", "unused-suppression"):
        return
    source = document.text.source
    line = document.text.line_of(finding.start)
    edit = None
    for request in suppressions(document):
        if request.scope == "ignore" and request.line == line and request.codes:
            last = request.codes[-1][2]
            edit = Edit(last, last, f", {finding.code}")
    if edit is None:
        end = line_end(source, finding.start)
        blanks = len(source[:end]) - len(source[:end].rstrip(" \t"))
        edit = Edit(end - blanks, end, f" # spine: ignore[{finding.code}]")
    if _silences(document, finding, edit):
        yield Fix(f"Ignore `{finding.code}` on this line", [edit])
    else:
        start = line_start(source, finding.start)
        indent = source[start : finding.start]
        blank = indent[: len(indent) - len(indent.lstrip())]
        comment = f"{blank}# spine: ignore-next-line[{finding.code}]"
        above = Edit(start, start, f"{comment}\n")
        if _silences(document, finding, above):
            yield Fix(f"Ignore `{finding.code}` on this line", [above])
    top = _ignore_file(source, finding.code)
    yield Fix(f"Ignore `{finding.code}` in this file", [top])


def _ignore_file(source: str, code: str) -> Edit:
    start = 1 if source.startswith("\ufeff") else 0
    comment = f"# spine: ignore-file[{code}]"
    if source.startswith("%", start):  # a directive has to come first
        return insert_line_after(source, len(source), comment)
    return Edit(start, start, f"{comment}\n")


def _silences(document: Document, finding: Finding, edit: Edit) -> bool:
    """Whether the finding is gone, and nothing else came, with the edit."""
    before = [(f.code, f.message) for f in diagnose(document)]
    after = [(f.code, f.message) for f in diagnose(changed_by(document, edit))]
    if (finding.code, finding.message) not in before:
        return True  # found under other settings; a comment at the end of a line is all that can be said
    before.remove((finding.code, finding.message))
    return len(after) <= len(before)
