"""`--format markdown`: a comment for a pull request: the count, a table of what was found, and the graphs' changes."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.cli.checks.run import Checked, Run
from spine_lsp.cli.formats.as_text import summary
from spine_lsp.cli.output import write, write_raw
from spine_lsp.cli.reports.differences import COMMENT, as_markdown
from spine_lsp.ide.markdown import code, sentence
from spine_lsp.printable import printable

if TYPE_CHECKING:
    from spine_lsp.ide.commands.differences import GroupDifference

_MARKS = {
    Severity.ERROR: "🔴 error",
    Severity.WARNING: "🟡 warning",
    Severity.INFORMATION: "🔵 information",
    Severity.HINT: "⚪ hint",
}
_BAR = re.compile(r"(?<!\\)\|")
_MOST = 200
"""Rows of the table."""
_OF_TABLE = COMMENT // 2
"""Characters of the table: the rest is for what follows."""
_OF_MESSAGE = 1_000
_MOST_FAILURES = 20


def show(run: Run, *, color: bool) -> None:
    """The severe ones first; where there is nothing, that is said. It all fits into a comment."""
    compared = _compared(run)  # first, for a revision that is not there
    found = [(checked, finding) for checked in run.results() for finding in checked.findings]
    found.sort(key=lambda each: each[1].severity)
    lines = [f"### spine-lsp: {sentence(summary(run))}", ""]
    if found:
        lines += ["| | where | rule | |", "|---|---|---|---|"]
        rows = _rows(found)
        lines += [*rows, ""]
        if len(found) > len(rows):
            left = len(found) - len(rows)
            lines += [f"{left:,} more are not listed here; `spine-lsp check` lists them all.", ""]
    for _, message in run.failures[:_MOST_FAILURES]:
        lines += [f"**Error:** {sentence(message[:_OF_MESSAGE])}", ""]
    if len(run.failures) > _MOST_FAILURES:
        lines += [f"**Error:** and {len(run.failures) - _MOST_FAILURES:,} more", ""]
    text = "\n".join(lines)
    write(text)
    if compared is not None:
        since = code(run.choice.compare or "")
        write_raw(f"\n## Graphs since {since}\n\n{as_markdown(*compared, room=COMMENT - len(text) - 400)}")


def _compared(run: Run) -> tuple[list[GroupDifference], int] | None:
    """The groups that are different since the revision that was named, and how many were compared."""
    if run.choice.compare is None:
        return None
    from spine_lsp.cli.versions import since

    return since([path for path in dict.fromkeys(run.search.paths) if os.path.lexists(path)], run.choice.compare)


def _rows(found: list[tuple[Checked, Finding]]) -> list[str]:
    """The rows of the table, as many as it takes."""
    rows: list[str] = []
    room = _OF_TABLE
    for checked, finding in found[:_MOST]:
        row = _row(checked, finding)
        room -= len(row) + 1
        if room < 0:
            break
        rows.append(row)
    return rows


def _row(checked: Checked, finding: Finding) -> str:
    line, column = checked.text.position(finding.start)
    where = code(printable(f"{checked.path}:{line + 1}:{column + 1}"))
    cells = (_MARKS[finding.severity], where, code(finding.code), sentence(_shortened(finding.message)))
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _shortened(message: str) -> str:
    half = _OF_MESSAGE // 2
    return message if len(message) <= _OF_MESSAGE else f"{message[:half]} … {message[-half:]}"


def _cell(text: str) -> str:
    """A cell of a table: a bar would end it, in code too."""
    return _BAR.sub(r"\\|", text)
