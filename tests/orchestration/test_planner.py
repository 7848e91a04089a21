"""Problems of a graph, the plan, the merge of parameters, and the errors of `PlanResolver`."""

from __future__ import annotations

import subprocess
import sys
import types
from typing import Any

import pytest
from structlog.testing import capture_logs

from spine_lsp.orchestration import (
    CycleDetectedError,
    DependencyError,
    ExecutionPolicy,
    PipelineGroup,
    PipelineStep,
    PlanResolutionError,
    PlanResolver,
    StepNotFoundError,
    graph_problems,
    merge_params,
    validate_group,
)
from spine_lsp.orchestration.graph import inspect_graph
from spine_lsp.orchestration.problems import CODES, Problem, did_you_mean


def group(text: str, **fields: Any) -> PipelineGroup:
    """A group from ``"a: b c, b:"``."""
    rows = [row.partition(":") for row in text.split(",")]
    steps = [PipelineStep(name.strip(), f"p.{name.strip()}", entries.split()) for name, _, entries in rows]
    return PipelineGroup(name="g", steps=steps, **fields)


def problems(text: str) -> list[Problem]:
    rows = [row.partition(":") for row in text.split(",")]
    found = inspect_graph([name.strip() for name, _, _ in rows], [entries.split() for _, _, entries in rows])
    return list(graph_problems(found, ("steps",)))


def check_problems(text: str, *expected: str) -> None:
    """Each of ``expected`` is ``"code path: message"``."""
    drawn = [f"{p.code} {'.'.join(map(str, p.path[1:]))}: {p.message}" for p in problems(text)]
    assert drawn == list(expected)
    assert {p.code for p in problems(text)} <= set(CODES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:, b: a", []),
        (
            "ingest:, b: ingst",
            ["unknown-dependency 1.depends_on.0: no step is called `ingst`; did you mean `ingest`?"],
        ),
        ("a: zzz", ["unknown-dependency 0.depends_on.0: no step is called `zzz`"]),
        ("a: a", ["self-dependency 0.depends_on.0: `a` waits for itself, so it can never start"]),
        (
            "a: b, b: a",
            ["dependency-cycle 0.depends_on.0: `a` → `b` → `a`: each waits for the other, so none can start"],
        ),
        (
            "z:, a: z c, b: a, c: b",
            [("dependency-cycle 1.depends_on.1: `a` → `c` → `b` → `a`: each waits for the next, so none can start")],
        ),
        (
            "a: b, b: a c, c: a",
            [
                (
                    "dependency-cycle 0.depends_on.0: `a` → `b` → `a`: "
                    "each waits for the other, so none can start (`c` belongs to the same cycle)"
                )
            ],
        ),
        (
            "a: a, b: a, c: b",
            [
                "self-dependency 0.depends_on.0: `a` waits for itself, so it can never start",
                "blocked-step 1.name: `b` cannot run: it waits for `a`, which waits for itself",
                "blocked-step 2.name: `c` cannot run: it waits for `b`, which cannot run because `a` waits for itself",
            ],
        ),
        (
            "a:, a: a",
            [
                (
                    "duplicate-step 1.name: a step called `a` already exists; this one is not planned, "
                    "rename it or remove it"
                )
            ],
        ),
        ("a:, b: a a", ["duplicate-dependency 1.depends_on.1: `a` is listed twice; once is enough"]),
    ],
)
def test_each_fault_is_one_problem_with_its_place_and_its_sentence(text: str, expected: list[str]) -> None:
    """The sentence says what is wrong and, where that is known, what was meant."""
    check_problems(text, *expected)


def test_a_missing_dependency_and_a_cycle_are_both_reported() -> None:
    """Neither hides the other."""
    assert [p.code for p in problems("a: nobody, b: c, c: b")] == ["unknown-dependency", "dependency-cycle"]


def test_a_cycle_has_one_related_place_for_each_edge() -> None:
    """Each on the entry that makes the edge."""
    (cycle,) = problems("a: c, b: a, c: x b, x:")
    assert [(related.path, related.message) for related in cycle.related] == [
        (("steps", 0, "depends_on", 0), "`a` waits for `c`"),
        (("steps", 2, "depends_on", 1), "`c` waits for `b`"),
        (("steps", 1, "depends_on", 0), "`b` waits for `a`"),
    ]


def test_a_long_cycle_is_named_short() -> None:
    """Its message shows both ends and counts the middle."""
    names = [f"s{i}" for i in range(500)]
    found = inspect_graph(names, [[names[i - 1]] for i in range(500)])
    (problem,) = graph_problems(found, ())
    assert problem.message.startswith("`s0` → `s499` → ")
    assert "(489 more)" in problem.message
    assert len(problem.message) < 250


def test_a_long_row_of_blocked_steps_is_traced_to_its_fault_without_recursion() -> None:
    """Each names the step at fault, however far it is."""
    names = [f"s{i}" for i in range(50_000)]
    found = inspect_graph(names, [["nobody"], *([name] for name in names[:-1])])
    last = list(graph_problems(found, ()))[-1]
    assert last.message == (
        "`s49999` cannot run: it waits for `s49998`, which cannot run because `s0` "
        "waits for `nobody`, a step that does not exist"
    )


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("ingst", ["normalize", "ingest"], ("ingest",)),
        ("Load-Prices", ["load_prices", "load"], ("load_prices",)),
        ("norm", ["normalize", "ingest"], ("normalize",)),
        ("laod", ["load", "lead"], ("load",)),
        ("x", ["a", "b"], ()),
        ("", ["a"], ()),
        ("report", ["ingest"], ()),
    ],
)
def test_did_you_mean_offers_what_is_close(name: str, candidates: list[str], expected: tuple[str, ...]) -> None:
    """Transposed letters count once, case and dashes do not count, a beginning is enough."""
    assert did_you_mean(name, candidates) == expected


def test_a_step_is_not_offered_to_itself_as_a_dependency() -> None:
    """`step_1` listing `stp_1` did not mean itself."""
    (problem,) = problems("step_1: stp_1")
    assert problem.suggestions == ()


def test_the_plan_is_the_order_of_the_inspection() -> None:
    """Level by level, ties as in the file, numbered from 0."""
    plan = PlanResolver(validate_pipelines=False).resolve(group("d: b c, c: a, b: a, a:"))
    assert [(step.step_name, step.sequence_order) for step in plan.steps] == [
        ("a", 0),
        ("c", 1),
        ("b", 2),
        ("d", 3),
    ]
    assert plan.get_step("d").depends_on == ("b", "c")  # type: ignore[union-attr]  # it is there


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("a: b, b: a", ["a", "b", "a"]),
        ("a: a", ["a", "a"]),
        ("entry:, a: entry c, b: a, c: b", ["a", "c", "b", "a"]),
        ("a: b, b: a, s: s", ["a", "b", "a"]),
        ("s: s, a: b, b: a", ["s", "s"]),
    ],
)
def test_resolve_raises_the_first_cycle_closed(text: str, cycle: list[str]) -> None:
    """The first name of `cycle` equals its last."""
    with pytest.raises(CycleDetectedError, match=" -> ".join(cycle)) as caught:
        PlanResolver(validate_pipelines=False).resolve(group(text))
    assert caught.value.cycle == cycle


def test_resolve_raises_all_missing_dependencies_of_the_first_step_that_has_some() -> None:
    """Before any cycle."""
    with pytest.raises(DependencyError) as caught:
        PlanResolver(validate_pipelines=False).resolve(group("c: c, a: x b y, b: z"))
    assert (caught.value.step_name, caught.value.missing_deps) == ("a", ["x", "y"])


def test_resolve_refuses_two_steps_of_one_name() -> None:
    """Which only a group changed after it was made can have."""
    changed = group("a:, b:")
    changed.steps.append(PipelineStep("a", "p"))
    with pytest.raises(PlanResolutionError, match="more than one step called 'a'") as caught:
        PlanResolver(validate_pipelines=False).resolve(changed)
    assert caught.value.group_name == "g"


def lookup(name: str) -> str:
    return {"p.a": "a pipeline"}[name]


def test_an_unknown_pipeline_is_refused_where_pipelines_are_known() -> None:
    """By a look-up that raises KeyError, or an error of Spine's own that is none, or answers None."""

    class PipelineNotFoundError(Exception):
        pass

    def strict(name: str) -> str:
        if name != "p.a":
            raise PipelineNotFoundError(name)
        return "a pipeline"

    for knows in (lookup, {"p.a": "a pipeline"}.get, strict):
        with pytest.raises(StepNotFoundError) as caught:
            PlanResolver(pipeline_lookup=knows).resolve(group("a:, b:"))
        assert (caught.value.step_name, caught.value.pipeline_name) == ("b", "p.b")
        assert PlanResolver(pipeline_lookup=knows).resolve(group("a:")).step_count == 1


def test_a_look_up_that_fails_is_no_answer() -> None:
    """What it raises is the program's."""

    def broken(_: str) -> str:
        raise RuntimeError("no connection")

    with pytest.raises(RuntimeError, match="no connection"):
        PlanResolver(pipeline_lookup=broken).resolve(group("a:"))


def test_the_pipeline_registry_of_spine_is_asked_when_the_program_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is found where it is loaded, never imported."""
    registry = types.ModuleType("spine.framework.registry")
    registry.get_pipeline = lookup  # type: ignore[attr-defined]  # a stand-in module
    assert PlanResolver().resolve(group("b:")).step_count == 1
    monkeypatch.setitem(sys.modules, "spine.framework.registry", registry)
    with pytest.raises(StepNotFoundError):
        PlanResolver().resolve(group("b:"))
    assert PlanResolver(validate_pipelines=False).resolve(group("b:")).step_count == 1
    assert validate_group(group("b:")) == ["`b` runs the pipeline `p.b`, which is not registered"]


@pytest.mark.parametrize(
    ("defaults", "run", "step", "merged"),
    [
        ({"a": 1}, {}, {}, {"a": (1, "default")}),
        ({"a": 1}, {"a": 2}, {}, {"a": (2, "run")}),
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": (3, "step")}),
        ({"a": 1}, {}, {"a": None}, {"a": (None, "step")}),
        ({"a": 1}, {"b": 2}, {"c": 3}, {"a": (1, "default"), "b": (2, "run"), "c": (3, "step")}),
    ],
)
def test_step_parameters_win_over_the_run_and_the_run_over_defaults(
    defaults: dict[str, Any], run: dict[str, Any], step: dict[str, Any], merged: dict[str, Any]
) -> None:
    """With the origin of each; and the plan merges alike."""
    assert merge_params(defaults, run, step) == merged
    made = PipelineGroup(name="g", steps=[PipelineStep("s", "p", params=step)], defaults=defaults)
    plan = PlanResolver(validate_pipelines=False).resolve(made, params=run)
    assert plan.steps[0].params == {key: value for key, (value, _) in merged.items()}
    assert plan.params == run


def test_batch_ids_carry_the_group_and_differ() -> None:
    """``group_{name}_{timestamp}_{random}``, unless one is given."""
    resolver = PlanResolver(validate_pipelines=False)
    first, second = (resolver.resolve(group("a:")).batch_id for _ in range(2))
    prefix, stamp, random = first.rsplit("_", 2)
    assert prefix == "group_g"
    assert len(stamp) == len("20260103T120000")
    assert len(random) == 8
    assert first != second
    assert resolver.resolve(group("a:"), batch_id="mine").batch_id == "mine"


def test_a_resolved_plan_is_logged() -> None:
    """As the structlog event `plan_resolved`."""
    with capture_logs() as events:
        PlanResolver(validate_pipelines=False).resolve(group("a:"), batch_id="b1")
    assert {
        "event": "plan_resolved",
        "batch_id": "b1",
        "steps": 1,
        "group": "g",
        "log_level": "debug",
    } in events


def test_nothing_is_printed_by_default() -> None:
    """stdout may be a wire. In its own process, where nobody configured structlog."""
    code = (
        "from spine_lsp.orchestration import *\n"
        "group = register_group(PipelineGroup('g', [PipelineStep('a', 'p')]))\n"
        "PlanResolver().resolve(group)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_validate_group_lists_every_fault_and_never_raises() -> None:
    """Missing dependencies and cycles together, what is merely blocked left out."""
    assert validate_group(group("a:, b: a")) == []
    assert validate_group(group("a: nobody, b: c, c: b, d: a")) == [
        "`a`: no step is called `nobody`",
        "`b` → `c` → `b`: each waits for the other, so none can start",
    ]


def test_a_plan_is_written_as_plain_values() -> None:
    """With its policy in the words of a file."""
    plan = PlanResolver(validate_pipelines=False).resolve(
        group("a:", policy=ExecutionPolicy.parallel(max_concurrency=2)), params={"tier": "OTC"}
    )
    written = plan.to_dict()
    assert written["policy"]["execution"] == "parallel"
    assert written["params"] == {"tier": "OTC"}
    assert written["steps"][0] == {
        "step_name": "a",
        "pipeline_name": "p.a",
        "params": {"tier": "OTC"},
        "depends_on": [],
        "sequence_order": 0,
    }
