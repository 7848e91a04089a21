"""`spine-lsp rules`, `schema`, `--version`, `--help`."""

from __future__ import annotations

import json

from spine_lsp import __version__
from spine_lsp.analysis.catalogue import RULES
from tests.cli.runner import ROOT, run


def test_rules_are_listed() -> None:
    """Every rule has a line with code, level and summary."""
    lines = run("rules").out.splitlines()
    assert [line.split()[0] for line in lines[: len(RULES)]] == [rule.code for rule in RULES]


def test_one_rule_is_explained() -> None:
    """The page of a rule says what, why, an example, how to fix and how to silence."""
    code, out, _ = run("rules", "dependency-cycle")
    assert code == 0
    for heading in ("What it does", "Why is this bad?", "Example", "How to fix", "How to silence"):
        assert heading in out
    assert json.loads(run("rules", "--format", "json", "dependency-cycle").out)["code"] == "dependency-cycle"
    assert run("rules", "--format", "markdown", "dependency-cycle").out.startswith("# dependency-cycle\n")


def test_an_unknown_rule_is_refused_with_a_guess() -> None:
    """Exit code 2, one sentence."""
    assert run("rules", "dependency-cycl") == (
        2,
        "",
        "Error: there is no rule `dependency-cycl`; did you mean `dependency-cycle`?\n",
    )


def test_the_schema_is_printed() -> None:
    """The schema's own file, byte for byte."""
    assert run("schema").out == (ROOT / "schemas" / "pipeline-group.schema.json").read_text(encoding="utf-8")


def test_version_and_help() -> None:
    """`--version` and `--help` say what they should, also for commands."""
    assert run("--version").out == f"spine-lsp {__version__}\n"
    for name in ("serve", "check", "plan", "graph", "doctor", "rules", "schema"):
        assert name in run("--help").out
        assert run(name, "--help").code == 0
