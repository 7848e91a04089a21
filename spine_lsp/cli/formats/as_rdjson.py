"""`--format rdjson`: the Reviewdog Diagnostic Format, as one object."""

from __future__ import annotations

from typing import Any

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.findings import Severity
from spine_lsp.analysis.rules.pages import page_path
from spine_lsp.cli.checks.run import Checked, Run
from spine_lsp.cli.formats.places import position, related_places
from spine_lsp.cli.output import note, write_json
from spine_lsp.printable import printable
from spine_lsp.syntax.text import Text

REPAIRS = True
_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING"}


def show(run: Run, *, color: bool) -> None:
    """All diagnostics; what failed is on standard error. Columns count bytes of UTF-8, as the format has it."""
    found = [each for checked in run.results() for each in _diagnostics(checked)]
    write_json({"source": {"name": "spine-lsp"}, "diagnostics": found})
    for _, message in run.failures:
        note(f"Error: {message}")


def _diagnostics(checked: Checked) -> list[dict[str, Any]]:
    made = []
    for finding, repairs in zip(checked.findings, checked.repairs, strict=True):
        code = {"value": finding.code}
        if finding.code in BY_CODE:
            code["url"] = page_path(finding.code).as_uri()
        one: dict[str, Any] = {
            "message": printable(finding.message),
            "location": {
                "path": _encodable(checked.path),
                "range": _range(checked.text, finding.start, finding.end),
            },
            "severity": _SEVERITIES.get(finding.severity, "INFO"),
            "code": code,
        }
        # A suggestion is one stretch of text: of a fix at several places a part would be wrong.
        single = [repair.edits[0] for repair in repairs if len(repair.edits) == 1]
        if single:
            one["suggestions"] = [
                {"range": _range(checked.text, edit.start, edit.end), "text": edit.text} for edit in single
            ]
        related = list(related_places(checked.path, checked.text, finding, "utf-8"))
        if related:
            one["relatedLocations"] = [
                {
                    "message": printable(each.message),
                    "location": {"path": _encodable(each.path), "range": _at(each.at)},
                }
                for each in related
            ]
        made.append(one)
    return made


def _encodable(path: str) -> str:
    """A path as UTF-8 can have it: bytes that are none become escapes, for no strict reader takes them."""
    return path.encode("utf-8", "backslashreplace").decode()


def _range(text: Text, start: int, end: int) -> dict[str, dict[str, int]]:
    return _at(position(text, start, end, "utf-8"))


def _at(at: dict[str, int]) -> dict[str, dict[str, int]]:
    return {
        "start": {"line": at["line"], "column": at["column"]},
        "end": {"line": at["end_line"], "column": at["end_column"]},
    }
