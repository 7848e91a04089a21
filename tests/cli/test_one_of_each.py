"""Of one thing it is said that it is one: no command speaks of "1 steps"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.runner import run

GROUP = """\
kind: PipelineGroup
name: one
policy: {execution: parallel, max_concurrency: 1, timeout_minutes: 1}
defaults: {day: monday}
steps:
  - name: only
    pipeline: jobs.only
"""
FAULT = GROUP.replace("jobs.only", "jobs.only\n    depends_on: [nobody]")
WARNED = GROUP + "    retires: 3\n"
TWO = GROUP + "  - {name: next, pipeline: jobs.next, depends_on: [only]}\n"

# A count of one before a word for several, but for what ends in "s" by itself: "1 stops", "level 1 runs".
SEVERAL = re.compile(
    r"(?<![\d.,#/-])\b1 (?:more |other |further |of 1 )?(?:steps|levels|edges|problems|errors|warnings|hints|files"
    r"|groups|pipelines|parameters|units|seconds|minutes|hours|days|cycles|workers|names|changes|paths|places|entries|terms)\b"
    r"|\b(?:of|all) 1 \w+s\b"
    r"|(?<![\d.,#/-])\b1 (?:step|level|edge|problem|group|file|run|pipeline)s? (?:in all |that )?"
    r"(?:wait|run|fail|stand|differ|change|succeed|use|have|are|were|do|start|take|stop)\b"
)


@pytest.mark.parametrize(
    "command",
    [
        "check a.yaml",
        "check fault.yaml",
        "check warned.yaml --statistics",
        "check a.yaml fault.yaml --format markdown",
        "check fault.yaml --format junit",
        "plan a.yaml",
        "plan fault.yaml",
        "graph a.yaml --format text",
        "graph a.yaml --format html",
        "graph a.yaml --format mermaid",
        "simulate a.yaml",
        "simulate a.yaml --duration only=60s",
        "simulate a.yaml --duration only=90",
        "simulate fault.yaml",
        "simulate two.yaml --fail only",
        "why a.yaml only",
        "why two.yaml next only",
        "why two.yaml only",
        "diff a.yaml two.yaml",
        "diff two.yaml a.yaml",
        "diff a.yaml two.yaml --format markdown",
        "effective a.yaml",
        "fmt --check a.yaml",
        "affected . --step only",
        "doctor a.yaml",
    ],
)
def test_no_command_counts_one_as_several(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever it prints of a group of one step, one level, one fault."""
    for name, text in {"a": GROUP, "fault": FAULT, "warned": WARNED, "two": TWO}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = run(*command.split())
    assert "Usage:" not in said.err, said.err
    assert SEVERAL.findall(said.out + said.err) == []


def test_what_is_looked_for_is_found() -> None:
    """And what is right is left alone."""
    assert SEVERAL.search("it ends after 1 units of time")
    assert SEVERAL.search("all 1 steps succeed")
    assert SEVERAL.search("0 of 1 steps")
    assert SEVERAL.search("1 step in all wait for it")
    assert not SEVERAL.search("1 step in 1 level; 11 steps, #1 waits, 0.1 seconds, 1 of 3 steps")
