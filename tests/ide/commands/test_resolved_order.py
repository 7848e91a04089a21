"""The resolved order: equal to the planner's plan where there is one, and an answer where there is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from spine_lsp.ide.commands.resolved_order import ResolvedOrder, resolved_order, to_json
from spine_lsp.orchestration.exceptions import InvalidGroupSpecError, PlanResolutionError, SpineError
from spine_lsp.orchestration.loader import groups_from_text
from spine_lsp.orchestration.planner import PlanResolver
from tests.fixture import fixture

CORPUS = sorted((Path(__file__).parent.parent.parent / "corpus").rglob("*.yaml"))

DAILY = """
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily
      version: 3
    spec:
      defaults:
        tier: one
        force: false
      pipelines:
        - name: report
          pipeline: p.report
          depends_on: [clean, fetch]
        - name: fetch
          pipeline: p.fetch
          params: {force: true, ratio: 0.5}
        - name: clean
          pipeline: p.clean
          depends_on: fetch
      policy:
        execution: parallel
        max_concurrency: 2
"""

FLAT = """
    name: daily
    version: 2
    steps:
      - {name: b, pipeline: p.b, depends_on: [a]}
      - {name: a, pipeline: p.a, params: {x: [1, {y: null}]}}
"""

ALIASES = """
    name: daily
    defaults: &base {tier: one}
    steps:
      - name: a
        pipeline: p.a
        params: &own {<<: *base, day: "{{ params.day }}"}
      - name: b
        pipeline: p.b
        depends_on: a
        params: *own
"""


def check_order(text: str, **arguments: Any) -> ResolvedOrder:
    fix = fixture(text)
    order = resolved_order(fix.workspace, fix.uri, **arguments)
    assert order is not None
    return order


def check_equals_plan(text: str, run: Mapping[str, Any] | None = None) -> None:
    """What the editor shows is what `PlanResolver` resolves, for every group of the text."""
    fix = fixture(text)
    for group in groups_from_text(fix.source):
        plan = PlanResolver(validate_pipelines=False).resolve(group, run)
        order = resolved_order(fix.workspace, fix.uri, group.name, run)
        assert order is not None
        shown = [
            (s.name, s.pipeline, {k: v for k, (v, _) in s.params.items()}, s.depends_on, s.order) for s in order.steps
        ]
        planned = [(s.step_name, s.pipeline_name, s.params, tuple(s.depends_on), s.sequence_order) for s in plan.steps]
        assert shown == planned
        assert (order.version, order.policy) == (plan.group_version, plan.policy)
        assert not order.blocked


@pytest.mark.parametrize("run", [None, {"force": "later", "extra": 1}])
@pytest.mark.parametrize("text", [DAILY, FLAT, ALIASES, f"{DAILY}\n    ---\n{FLAT.replace('daily', 'other')}"])
def test_the_order_is_the_plan(text: str, run: Mapping[str, Any] | None) -> None:
    """Order, pipelines, merged parameters and policy are those that the planner resolves."""
    check_equals_plan(text, run)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_corpus_has_the_order_of_its_plan(path: Path) -> None:
    """Groups that people wrote have the planner's order; one that it refuses has an order with problems."""
    text = path.read_text(encoding="utf-8")
    try:
        check_equals_plan(text)
    except SpineError:
        order = check_order(text)
        assert {problem.severity for problem in order.problems} & {"error"}


def test_parameters_say_where_they_come_from() -> None:
    """A step's own parameter comes before the run's, and that before the default."""
    order = check_order(DAILY, params={"tier": "two", "force": "run"})
    by_name = {step.name: step.params for step in order.steps}
    assert by_name["fetch"] == {"tier": ("two", "run"), "force": (True, "step"), "ratio": (0.5, "step")}
    assert by_name["clean"] == {"tier": ("two", "run"), "force": ("run", "run")}


def test_spans_lead_to_the_steps() -> None:
    """Each step's span starts at its first key and ends with its last value."""
    fix = fixture(DAILY)
    order = resolved_order(fix.workspace, fix.uri)
    assert order is not None
    texts = [fix.source[slice(*step.span)].split() for step in order.steps]
    assert [(words[1], words[-1]) for words in texts] == [
        ("fetch", "0.5}"),
        ("clean", "fetch"),
        ("report", "fetch]"),
    ]
    assert fix.source[slice(*order.span)] == fix.source.strip()


BROKEN = """
    name: broken
    steps:
      - {name: free, pipeline: p}
      - {name: a, pipeline: p, depends_on: [b]}
      - {name: b, pipeline: p, depends_on: [a]}
      - {name: behind, pipeline: p, depends_on: [free, a, gap]}
      - {name: gap, pipeline: p, depends_on: [nowhere]}
      - {name: last, pipeline: p, depends_on: [behind]}
      - {name: free, pipeline: second}
      - {pipeline: nameless}
      - {name: after, pipeline: p, depends_on: [free]}
    policy: {execution: sometimes, max_concurrency: 0, on_failure: 7, timeout_minutes: soon}
"""


def test_a_broken_group_says_what_runs_and_what_is_blocked() -> None:
    """What is not behind a fault has its order; all else its reason; a step without name is not shown."""
    order = check_order(BROKEN)
    assert [(step.name, step.order, step.level) for step in order.steps] == [("free", 0, 0), ("after", 1, 1)]
    assert order.levels == (("free",), ("after",))
    assert [(b.name, b.cause.state, b.cause.because, b.cause.reason()) for b in order.blocked] == [
        ("a", "cycle", ("b",), "is in the cycle `a` → `b` → `a`"),
        ("b", "cycle", ("a",), "is in the cycle `a` → `b` → `a`"),
        ("behind", "blocked", ("a", "gap"), "waits for `a` and `gap`, which cannot run"),
        ("gap", "missing", ("nowhere",), "waits for `nowhere`, which does not exist"),
        ("last", "blocked", ("behind",), "waits for `behind`, which cannot run"),
        ("free", "duplicate", (), "is not planned, because an earlier step has the same name"),
    ]
    codes = {problem.code for problem in order.problems}
    assert {
        "dependency-cycle",
        "unknown-dependency",
        "blocked-step",
        "duplicate-step",
        "missing-key",
    } <= codes
    assert order.policy.to_dict() == {
        "execution": "sequential",
        "max_concurrency": 4,
        "on_failure": "stop",
        "timeout_minutes": None,
    }


def test_a_group_is_chosen_by_name_and_has_its_own_problems() -> None:
    """Of several documents the named one answers, the first without a name, and None where there is none."""
    one = "name: one\nsteps:\n  - {name: a, pipeline: p}\n"
    text = f"{one}---\nname: two\nsteps:\n  - {{name: b, pipeline: p, depends_on: [c]}}\n"
    fix = fixture(text)
    first, second = (resolved_order(fix.workspace, fix.uri, name) for name in (None, "two"))
    assert first is not None
    assert second is not None
    assert (first.group, first.problems) == ("one", ())
    assert (second.group, [p.code for p in second.problems]) == (
        "two",
        [
            "several-documents",
            "unknown-dependency",
        ],
    )
    assert resolved_order(fix.workspace, fix.uri, "three") is None
    assert resolved_order(fix.workspace, "file:///other.yaml") is None


@pytest.mark.parametrize("text", ["", "jobs:\n  build: {}\n", "- a\n- b\n", "{"])
def test_other_yaml_has_no_order(text: str) -> None:
    """A file that holds no group answers nothing."""
    fix = fixture(text)
    assert resolved_order(fix.workspace, fix.uri) is None


def test_every_prefix_of_a_group_answers() -> None:
    """While a group is typed, each state of it has an answer that JSON can say."""
    source = fixture(DAILY + BROKEN.replace("    name: broken", "    ---\n    name: broken", 1)).source
    for end in range(0, len(source), 3):
        fix = fixture(source[:end])
        order = resolved_order(fix.workspace, fix.uri)
        if order is not None:
            json.dumps(to_json(order, tuple), allow_nan=False)
            assert not any("\0" in step.name for step in order.steps)


def test_json_has_the_documented_keys() -> None:
    """The JSON has exactly the keys of docs/commands.md, and without `to_range` no `range`."""
    answer: dict[str, Any] = to_json(check_order(BROKEN), list)
    keys = "group version uri range policy levels steps blocked problems truncated"
    assert list(answer) == keys.split()
    assert list(answer["steps"][0]) == ["name", "pipeline", "order", "level", "depends_on", "params", "range"]
    assert list(answer["blocked"][0]) == ["name", "because", "state", "reason", "range"]
    assert list(answer["problems"][0]) == ["code", "severity", "message", "range"]
    assert answer["steps"][0]["range"] == list(check_order(BROKEN).steps[0].span)
    assert '"range"' not in json.dumps(to_json(check_order(BROKEN), None))


def test_numbers_that_json_has_not_are_texts() -> None:
    """`.inf` and `.nan` come as texts, so that every client can read the answer."""
    order = check_order("name: g\ndefaults: {a: .inf, b: [.nan]}\nsteps:\n  - {name: s, pipeline: p}\n")
    assert order.steps[0].params == {"a": (".inf", "default"), "b": ([".nan"], "default")}


def test_the_planner_refuses_what_the_order_marks() -> None:
    """What the planner raises for is what the order has an error for."""
    text = fixture(BROKEN).source
    with pytest.raises((InvalidGroupSpecError, PlanResolutionError)):
        groups_from_text(text)
    assert any(problem.severity == "error" for problem in check_order(BROKEN).problems)
