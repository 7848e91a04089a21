"""`--format markdown`: a comment for a pull request: the count, and a table of what was found."""

from __future__ import annotations

import re

from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.cli.checks.run import Checked, Run
from spine_lsp.cli.formats.as_text import summary
from spine_lsp.cli.output import write
from spine_lsp.ide.markdown import code, sentence
from spine_lsp.printable import printable

_MARKS = {
    Severity.ERROR: "🔴 error",
    Severity.WARNING: "🟡 warning",
    Severity.INFORMATION: "🔵 information",
    Severity.HINT: "⚪ hint",
}
_BAR = re.compile(r"(?<!\\)\|")
_MOST = 200
"""Rows of the table: a comment on GitHub holds 65,536 characters."""


def show(run: Run, *, color: bool) -> None:
    """The severe ones first; where there is nothing, that is said."""
    found = [(checked, finding) for checked in run.results() for finding in checked.findings]
    found.sort(key=lambda each: each[1].severity)
    lines = [f"### spine-lsp: {sentence(summary(run))}", ""]
    if found:
        lines += ["| | where | rule | |", "|---|---|---|---|"]
        lines += [_row(checked, finding) for checked, finding in found[:_MOST]]
        lines.append("")
    if len(found) > _MOST:
        lines += [f"{len(found) - _MOST:,} more are not listed here; `spine-lsp check` lists them all.", ""]
    for _, message in run.failures:
        lines += [f"**Error:** {sentence(message)}", ""]
    write("\n".join(lines))


def _row(checked: Checked, finding: Finding) -> str:
    line, column = checked.text.position(finding.start)
    where = code(printable(f"{checked.path}:{line + 1}:{column + 1}"))
    cells = (_MARKS[finding.severity], where, code(finding.code), sentence(finding.message))
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    """A cell of a table: a bar would end it, in code too."""
    return _BAR.sub(r"\\|", text)
