"""`spine-lsp plan` and `spine-lsp graph`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spine_lsp.orchestration import PlanResolver, load_group_from_yaml
from tests.cli.runner import ROOT, run

EXAMPLES = ROOT / "schemas" / "examples"
WEEKLY = str(EXAMPLES / "weekly_refresh.yaml")
BROKEN = str(EXAMPLES / "broken_refresh.yaml")


def test_the_table_shows_order_level_and_parameters_with_their_origin() -> None:
    """Steps in resolved order; run parameters override defaults, and the step's own override both."""
    code, out, _ = run("plan", WEEKLY, "--param", "tier=OTC")
    lines = [line.split() for line in out.splitlines()]
    rows = [line for line in lines if line and line[0].isdigit()]
    assert code == 0
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("1", "1", "ingest"),
        ("2", "2", "normalize"),
        ("3", "3", "aggregate"),
        ("4", "3", "venue_share"),
        ("5", "4", "rolling"),
    ]
    assert "policy: parallel, 2 at once, on failure continue" in out
    assert 'every step gets: week_ending="{{ params.week_ending }}", force=false\n' in out
    assert 'from this run: tier="OTC" (in the place of "NMS_TIER_1")\n' in out
    assert rows[0][5:] == ['source="api",', "retries=3"]


def test_a_broken_group_shows_what_can_run_and_what_cannot() -> None:
    """Exit code 1; the order of the rest, the blocked steps, the problems."""
    code, out, _ = run("plan", BROKEN)
    assert code == 1
    assert "finra.broken_refresh  version 1: 1 step in 1 level" in out
    assert "`report`, which waits for `publish`, which cannot run" in out
    assert "error[dependency-cycle]: `aggregate` → `publish` → `rolling` → `aggregate`" in out


@pytest.mark.parametrize("name", ["weekly_refresh.yaml", "daily_prices.yaml"])
def test_json_is_the_plan_that_the_resolver_makes(name: str) -> None:
    """`--format json` and PlanResolver agree on order and parameters; no ranges are in it."""
    path = EXAMPLES / name
    code, out, _ = run("plan", str(path), "--format", "json", "--param", "week_ending=2026-01-02", "--param", "n=3")
    shown = json.loads(out)
    params = {"week_ending": "2026-01-02", "n": 3}
    plan = PlanResolver().resolve(load_group_from_yaml(path), params=params)
    assert code == 0
    assert [step["name"] for step in shown["steps"]] == [step.step_name for step in plan.steps]
    merged = [{key: one["value"] for key, one in step["params"].items()} for step in shown["steps"]]
    assert merged == [step.params for step in plan.steps]
    assert '"range"' not in out


def test_the_group_is_chosen_by_name(tmp_path: Path) -> None:
    """A file with several groups asks for one, and says which there are."""
    file = tmp_path / "two.yaml"
    file.write_text("name: one\nsteps:\n- {name: a, pipeline: p}\n---\nname: two\nsteps:\n- {name: b, pipeline: p}\n")
    code, _, err = run("plan", str(file))
    assert (code, err) == (2, f"Error: {file} holds 2 groups; choose one with --group: `one`, `two`\n")
    assert "two  version 1" in run("plan", str(file), "--group", "two").out
    for wrong, guess in [("tow", "did you mean `two`?"), ("daily", "it has `one`, `two`")]:
        ran = run("plan", str(file), "--group", wrong)
        assert ran == (2, "", f"Error: {file} holds no group called `{wrong}`; {guess}\n")


def test_what_cannot_be_planned_is_one_sentence() -> None:
    """Exit code 2 for a missing file, other YAML, and a parameter that is none."""
    assert run("plan", "/none.yaml")[::2] == (2, "Error: cannot read /none.yaml: there is no such file\n")
    assert run("plan", str(ROOT / "pyproject.toml")).code == 2
    code, _, err = run("plan", WEEKLY, "--param", "tier")
    assert code == 2
    assert "`tier` is not of the form KEY=VALUE" in err


def test_pictures_of_a_plan() -> None:
    """Mermaid and DOT hold every step and edge."""
    mermaid = run("plan", WEEKLY, "--format", "mermaid").out
    assert mermaid.startswith("flowchart")
    assert mermaid.count("-->") == 5
    dot = run("plan", WEEKLY, "--format", "dot").out
    assert dot.startswith("digraph")
    assert dot.count("->") == 5


def test_the_graph_around_a_step() -> None:
    """Only what lies within so many edges, in every format; an unknown step is refused with a guess."""
    out = run("graph", BROKEN, "--around", "ingest", "-n", "1").out
    assert "ingest" in out
    assert "report" not in out
    nodes = json.loads(run("graph", BROKEN, "--around", "ingest", "-n", "1", "--format", "json").out)["nodes"]
    assert "report" not in {node["id"] for node in nodes}
    for form in ("text", "json"):
        code, _, err = run("graph", BROKEN, "--around", "ingset", "--format", form)
        assert code == 2
        assert "no step of this group is called `ingset`; did you mean `ingest`?" in err


def test_the_graph_is_drawn_broken_or_not() -> None:
    """Text, ASCII, HTML and JSON of the broken example: cycle, ghost, blocked step."""
    code, out, _ = run("graph", BROKEN)
    assert code == 0
    assert "│ publish ↻ │" in out
    assert "┆ ingst ? ┆" in out
    assert run("graph", BROKEN, "--ascii").out.isascii()
    assert "\x1b[" in run("graph", BROKEN, "--color", "always").out
    assert "\x1b[" not in out
    page = run("graph", BROKEN, "--format", "html").out
    assert page.lower().startswith("<!doctype html>")
    assert "Content-Security-Policy" in page
    graph = json.loads(run("graph", BROKEN, "--format", "json").out)
    assert {node["id"]: node["state"] for node in graph["nodes"]}["?ingst"] == "missing"
