"""`--format gitlab`: a report of GitLab's code quality, a list of findings with fingerprints."""

from __future__ import annotations

from pathlib import Path

from spine_lsp.analysis.findings import Severity
from spine_lsp.cli.checks.baseline import fingerprints
from spine_lsp.cli.checks.run import Run
from spine_lsp.cli.output import note, write_json
from spine_lsp.printable import printable

_SEVERITIES = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFORMATION: "minor",
    Severity.HINT: "info",
}


def show(run: Run, *, color: bool) -> None:
    """The list; what failed is on standard error."""
    found = []
    for checked in run.results():
        prints = fingerprints(checked.path, checked.text, checked.findings)
        for finding, known in zip(checked.findings, prints, strict=True):
            line, _ = checked.text.position(finding.start)
            end, _ = checked.text.position(finding.end)
            found.append(
                {
                    "description": printable(finding.message),
                    "check_name": finding.code,
                    "fingerprint": known,
                    "severity": _SEVERITIES[finding.severity],
                    "location": {
                        "path": printable(Path(checked.path).as_posix()),
                        "lines": {"begin": line + 1, "end": end + 1},
                    },
                }
            )
    write_json(found)
    for _, message in run.failures:
        note(f"Error: {message}")
