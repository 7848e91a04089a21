"""Findings as people read them, and as other programs do."""

from __future__ import annotations

import json

import click

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity

Results = list[tuple[Document, list[Finding]]]

_COLORS = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.INFORMATION: "blue",
    Severity.HINT: "cyan",
}
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def print_text(results: Results) -> None:
    """Each finding with file, line, column and code, and the source line with the range marked; then a count."""
    for document, findings in results:
        for finding in findings:
            _print_finding(document, finding)
    click.echo(_summary(results))


def print_json(results: Results) -> None:
    """A list of findings; lines and columns count from 1, columns in code points."""
    out = [
        {
            "file": document.uri,
            **_position(document, finding.start, finding.end),
            "code": finding.code,
            "severity": finding.severity.word,
            "message": finding.message,
            "related": [
                {**_position(document, place.start, place.end), "message": place.message}
                for place in finding.related
            ],
        }
        for document, findings in results
        for finding in findings
    ]
    click.echo(json.dumps(out, indent=2, ensure_ascii=False))


def print_github(results: Results) -> None:
    """Workflow commands, which GitHub Actions shows on the lines of a pull request."""
    for document, findings in results:
        for finding in findings:
            at = _position(document, finding.start, finding.end)
            level = _GITHUB.get(finding.severity, "notice")
            place = (
                f"line={at['line']},col={at['column']},endLine={at['end_line']},endColumn={at['end_column']}"
            )
            file = _escaped(document.uri, ",:")
            click.echo(f"::{level} file={file},{place},title={finding.code}::{_escaped(finding.message)}")


def _escaped(text: str, more: str = "") -> str:
    for char in "%\r\n" + more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _position(document: Document, start: int, end: int) -> dict[str, int]:
    line, column = document.text.position(start)
    end_line, end_column = document.text.position(end)
    return {"line": line + 1, "column": column + 1, "end_line": end_line + 1, "end_column": end_column + 1}


def _print_finding(document: Document, finding: Finding) -> None:
    from rich.cells import cell_len

    text = document.text
    line, column = text.position(finding.start)
    color = _COLORS[finding.severity]
    where = click.style(f"{document.uri}:{line + 1}:{column + 1}", bold=True)
    code = click.style(f"{finding.severity.word}[{finding.code}]", fg=color, bold=True)
    click.echo(f"{where}: {code}: {finding.message}")
    source = text.line_text(line)
    margin = str(line + 1)
    blank = click.style(" " * len(margin) + " | ", fg="blue")
    click.echo(click.style(margin + " | ", fg="blue") + source.replace("\t", " "))
    marked = source[column : column + max(finding.end - finding.start, 1)]
    carets = "^" * max(cell_len(marked), 1)
    click.echo(blank + " " * cell_len(source[:column]) + click.style(carets, fg=color))
    for place in finding.related:
        other, _ = text.position(place.start)
        if (place.start, place.end) != (finding.start, finding.end):
            click.echo(f"{blank}line {other + 1}: {place.message}")
    click.echo()


def _summary(results: Results) -> str:
    findings = [finding for _, found in results for finding in found]
    groups = sum(len(document.groups) for document, _ in results)
    checked = f"{_count(groups, 'group')} in {_count(len(results), 'file')} checked"
    if not findings:
        return f"{checked}, nothing found"
    parts = [
        _count(number, severity.word if severity is not Severity.INFORMATION else "remark")
        for severity in Severity
        if (number := sum(finding.severity is severity for finding in findings))
    ]
    return f"{checked}: {', '.join(parts)}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
