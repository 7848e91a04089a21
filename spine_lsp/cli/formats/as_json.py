"""`--format json`: one object for a whole run; docs/command-line.md documents it."""

from __future__ import annotations

from spine_lsp.analysis.findings import Severity
from spine_lsp.cli.formats.places import position
from spine_lsp.cli.output import write_json
from spine_lsp.cli.run import Run

VERSION = 1
"""Goes up when a key changes its meaning or goes away; new keys may come with the same version."""


def show(run: Run, *, color: bool) -> None:
    """Findings, what was passed over, what failed, and a summary; lines and columns count from 1."""
    findings = [
        {
            "file": document.uri,
            **position(document, finding.start, finding.end),
            "code": finding.code,
            "severity": finding.severity.word,
            "message": finding.message,
            "related": [
                {**position(document, place.start, place.end), "message": place.message}
                for place in finding.related
            ],
        }
        for document, shown in run.results()
        for finding in shown
    ]
    write_json(
        {
            "version": VERSION,
            "findings": findings,
            "passed_over": [
                {"file": path, "reason": reason} for path, reason in run.search.passed_over.items()
            ],
            "failures": [{"file": path, "message": message} for path, message in run.failures],
            "summary": {
                "files": run.files,
                "groups": run.groups,
                **{severity.word: run.shown[severity] for severity in Severity},
                "not_shown": run.hidden.total(),
                "passed_over": len(run.search.passed_over),
                "exit_code": run.exit_code,
            },
        }
    )
