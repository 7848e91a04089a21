"""`--format jsonl`: an object for each finding as soon as it is found, and one for the whole run at the end."""

from __future__ import annotations

from typing import Any

from spine_lsp.cli.checks.run import Run
from spine_lsp.cli.formats.as_json import VERSION, plain_findings, rest_of
from spine_lsp.cli.output import json_text, write_raw

REPAIRS = True


def show(run: Run, *, color: bool) -> None:
    """One line each: findings as in `json`, then what else there is to say."""
    for checked in run.results():
        for finding in plain_findings(checked):
            _write({"version": VERSION, "finding": finding})
    _write({"version": VERSION, **rest_of(run)})


def _write(value: dict[str, Any]) -> None:
    write_raw(json_text(value, indent=None) + "\n")
