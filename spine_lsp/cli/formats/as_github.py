"""`--format github`: workflow commands, which GitHub Actions shows on the lines of a pull request."""

from __future__ import annotations

from spine_lsp.analysis.findings import Severity
from spine_lsp.cli.checks.run import Run
from spine_lsp.cli.formats.as_text import summary
from spine_lsp.cli.formats.places import position
from spine_lsp.cli.output import defused, write, write_raw
from spine_lsp.printable import printable

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def show(run: Run, *, color: bool) -> None:
    """A command for each finding, and one for each path that could not be checked."""
    for checked in run.results():
        file = _property(checked.path)
        lines = []
        for finding in checked.findings:
            at = position(checked.text, finding.start, finding.end)
            place = f"line={at['line']},col={at['column']},endLine={at['end_line']},endColumn={at['end_column']}"
            level = _LEVELS.get(finding.severity, "notice")
            lines.append(f"::{level} file={file},{place},title={finding.code}::{_data(finding.message)}\n")
        write_raw("".join(lines))
    write(f"{summary(run)}\n")  # of many annotations GitHub shows the first ten of a kind
    for path, message in run.failures:
        write_raw(f"::error file={_property(path)}::{_data(message)}\n")


def _data(text: str) -> str:
    return defused(printable(text)).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
