"""`--format json`: one object for a whole run; docs/command-line.md documents it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.findings import Severity
from spine_lsp.analysis.rules.pages import page_path
from spine_lsp.cli.checks.one_file import Repair
from spine_lsp.cli.checks.run import Checked, Run
from spine_lsp.cli.formats.places import position, related_places
from spine_lsp.cli.output import write_json
from spine_lsp.syntax.text import Text

VERSION = 1
"""Goes up when a key changes its meaning or goes away; new keys may come with the same version."""

REPAIRS = True


def show(run: Run, *, color: bool) -> None:
    """Findings, what was passed over, what failed, and a summary; lines and columns count from 1."""
    findings = [finding for checked in run.results() for finding in plain_findings(checked)]
    write_json({"version": VERSION, "findings": findings, **rest_of(run)})


def rest_of(run: Run) -> dict[str, Any]:
    """What there is to say of a run beside its findings."""
    return {
        "passed_over": [{"file": path, "reason": reason} for path, reason in run.search.passed_over.items()],
        "failures": [{"file": path, "message": message} for path, message in run.failures],
        "summary": {
            "files": run.files,
            "groups": run.groups,
            **{severity.word: run.shown[severity] for severity in Severity},
            "not_shown": run.hidden.total(),
            "known": run.known,
            "passed_over": len(run.search.passed_over),
            "exit_code": run.exit_code,
        },
    }


def plain_findings(checked: Checked) -> Iterator[dict[str, Any]]:
    """The findings of a file as objects."""
    text = checked.text
    for finding, repairs in zip(checked.findings, checked.repairs, strict=True):
        yield {
            "file": checked.path,
            **position(text, finding.start, finding.end),
            "code": finding.code,
            "severity": finding.severity.word,
            "message": finding.message,
            "url": page_path(finding.code).as_uri() if finding.code in BY_CODE else None,
            "related": [
                {"file": place.path, **place.at, "message": place.message}
                for place in related_places(checked.path, text, finding)
            ],
            "fixes": [_plain_repair(text, repair) for repair in repairs],
        }


def _plain_repair(text: Text, repair: Repair) -> dict[str, Any]:
    edits = [{**position(text, edit.start, edit.end), "text": edit.text} for edit in repair.edits]
    return {"title": repair.title, "safe": repair.safe, "edits": edits}
