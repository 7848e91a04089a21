"""`--format sarif`: SARIF 2.1.0 (OASIS), for code scanning: rules with help, places, fixes, stable fingerprints."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from spine_lsp import __version__
from spine_lsp.analysis.catalogue import RULES
from spine_lsp.analysis.findings import Severity
from spine_lsp.cli import exits
from spine_lsp.cli.checks.baseline import fingerprints
from spine_lsp.cli.checks.one_file import Repair
from spine_lsp.cli.checks.run import Checked, Run
from spine_lsp.cli.formats.places import position, related_places
from spine_lsp.cli.output import write_json
from spine_lsp.configuration.files import CODE, PURPOSE
from spine_lsp.printable import printable
from spine_lsp.syntax.text import Text

REPAIRS = True
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
    Severity.HINT: "note",
}
_FINGERPRINT = "spineFinding/v1"
_NUMBERS = {code: number for number, code in enumerate([*(rule.code for rule in RULES), CODE])}


def show(run: Run, *, color: bool) -> None:
    """One log with one run."""
    results = [result for checked in run.results() for result in _results(checked)]
    ran = {
        "tool": {
            "driver": {
                "name": "spine-lsp",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": list(_rules()),
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
        "invocations": [
            {
                "executionSuccessful": run.exit_code != exits.CANNOT_RUN,
                "exitCode": run.exit_code,
                "toolExecutionNotifications": [
                    *(_notification(path, message, "error") for path, message in run.failures),
                    *(
                        _notification(path, f"passed over: {reason}", "note")
                        for path, reason in run.search.passed_over.items()
                    ),
                ],
            }
        ],
    }
    write_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [ran]})


def _rules() -> list[dict[str, Any]]:
    rules = [
        {
            "id": rule.code,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": rule.summary},
            "help": {"text": rule.documentation, "markdown": rule.page},
            "defaultConfiguration": {"enabled": rule.on, "level": _LEVELS[rule.severity]},
        }
        for rule in RULES
    ]
    return [
        *rules,
        {
            "id": CODE,
            "shortDescription": {"text": PURPOSE},
            "fullDescription": {"text": PURPOSE},
            "help": {"text": PURPOSE},
            "defaultConfiguration": {"enabled": True, "level": "warning"},
        },
    ]


def _results(checked: Checked) -> list[dict[str, Any]]:
    place = _artifact(checked.path)
    prints = fingerprints(checked.path, checked.text, checked.findings)
    made = []
    for finding, repairs, known in zip(checked.findings, checked.repairs, prints, strict=True):
        result: dict[str, Any] = {
            "ruleId": finding.code,
            "ruleIndex": _NUMBERS[finding.code],
            "level": _LEVELS[finding.severity],
            "message": {"text": _message(finding.message)},
            "locations": [_location(checked.path, _region(position(checked.text, finding.start, finding.end)))],
            "partialFingerprints": {_FINGERPRINT: known},
        }
        related = list(related_places(checked.path, checked.text, finding))
        if related:
            result["relatedLocations"] = [
                {
                    "id": number,
                    **_location(each.path, _region(each.at)),
                    "message": {"text": _message(each.message)},
                }
                for number, each in enumerate(related)
            ]
        if repairs:
            result["fixes"] = [_fix(checked.text, place, repair) for repair in repairs]
        made.append(result)
    return made


def _location(path: str, region: dict[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}


def _region(at: dict[str, int]) -> dict[str, int]:
    return {
        "startLine": at["line"],
        "startColumn": at["column"],
        "endLine": at["end_line"],
        "endColumn": at["end_column"],
    }


def _fix(text: Text, place: dict[str, str], repair: Repair) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": _region(position(text, edit.start, edit.end)),
            "insertedContent": {"text": edit.text},
        }
        for edit in repair.edits
    ]
    return {
        "description": {"text": _message(repair.title)},
        "artifactChanges": [{"artifactLocation": place, "replacements": replacements}],
    }


def _artifact(path: str) -> dict[str, str]:
    """A path as a URI reference: relative paths are from the working folder, which is the repository's root mostly."""
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(Path(path).as_posix().encode("utf-8", "surrogateescape"), safe="/~@!$&'()*+,;=")}


def _message(text: str) -> str:
    """A plain text message, in which brackets are no links (SARIF 3.11.6)."""
    return printable(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _notification(path: str, message: str, level: str) -> dict[str, Any]:
    return {
        "level": level,
        "message": {"text": _message(message)},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(path)}}],
    }
