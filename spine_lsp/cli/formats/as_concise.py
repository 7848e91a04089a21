"""`--format concise`: one line for each finding, as editors and `grep` take them."""

from __future__ import annotations

from spine_lsp.cli.checks.run import Run
from spine_lsp.cli.formats.as_text import summary
from spine_lsp.cli.output import note, write
from spine_lsp.printable import printable


def show(run: Run, *, color: bool) -> None:
    """`file:line:column: severity[code]: message`; the count and what failed are on standard error."""
    for checked in run.results():
        path = printable(checked.path)
        for finding in checked.findings:
            line, column = checked.text.position(finding.start)
            what = f"{finding.severity.word}[{finding.code}]: {printable(finding.message)}"
            write(f"{path}:{line + 1}:{column + 1}: {what}\n")
    for _, message in run.failures:
        note(f"Error: {message}")
    note(summary(run))
