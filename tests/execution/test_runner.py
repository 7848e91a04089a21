"""Runs in this process: what is submitted, what becomes of the steps, and what is told of it."""

from __future__ import annotations

import asyncio
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.execution import (
    GroupExecutionStatus,
    GroupRunner,
    RunEvent,
    StepStatus,
    get_runner,
)
from spine_lsp.orchestration import ExecutionMode, ExecutionPolicy, FailurePolicy
from spine_lsp.orchestration.exceptions import GroupError
from spine_lsp.orchestration.models import ExecutionPlan, PlannedStep
from spine_lsp.orchestration.scheduling import Outcome, Retry, Schedule
from spine_lsp.orchestration.simulate import play
from tests.examples import examples
from tests.execution.fakes import FakeDispatcher, PaperExecutor, plan_of
from tests.growth import assert_growth, seconds

STOP, CONTINUE = FailurePolicy.STOP, FailurePolicy.CONTINUE
S, P = ExecutionPolicy.sequential, ExecutionPolicy.parallel


def check(edges: dict[str, Any], policy: ExecutionPolicy, status: str, **steps: str) -> FakeDispatcher:
    """A run's state, and that of each step."""
    dispatcher = FakeDispatcher()
    result = get_runner(dispatcher).execute(plan_of(edges, policy))
    assert {step.step_name: step.status.value for step in result.step_executions} == steps
    assert result.status.value == status
    return dispatcher


@pytest.mark.parametrize("policy", [S, P])
def test_the_state_of_a_run_follows_from_its_steps(policy: Any) -> None:
    """Completed, failed where a failure stops it, partial where others go on, failed where none succeeds."""
    done, bad, out = "completed", "failed", "skipped"
    check({"a": [], "b": ["a"]}, policy(), "completed", a=done, b=done)
    check({"a": [], "fail": ["a"], "c": ["fail"]}, policy(), "failed", a=done, fail=bad, c=out)
    edges = {"a": [], "fail": ["a"], "c": ["a"], "d": ["fail", "c"]}
    check(edges, policy(on_failure=CONTINUE), "partial", a=done, fail=bad, c=done, d=out)
    check({"raise": [], "c": ["raise"]}, policy(on_failure=CONTINUE), "failed", **{"raise": bad, "c": out})
    check({}, policy(), "completed")


def test_what_is_submitted() -> None:
    """The step's parameters with the batch id over them, in plan order, for a program's sake."""
    dispatcher = FakeDispatcher()
    plan = plan_of({"a": [], "b": ["a"]})
    plan.steps[0].params.update(batch_id="its own", n=1)
    GroupRunner(dispatcher).execute(plan)
    assert dispatcher.calls == [
        ("a", {"batch_id": "b", "n": 1}, "scheduler"),
        ("b", {"batch_id": "b"}, "scheduler"),
    ]
    assert plan.steps[0].params["batch_id"] == "its own"


def test_no_more_run_at_once_than_may() -> None:
    """`max_concurrency` in parallel, one in sequence; and as many as that do."""
    meet = SimpleNamespace(gate=Event())

    def wait(_: Any) -> Any:
        if dispatcher.most == 3:
            meet.gate.set()
        assert meet.gate.wait(30)
        return {"status": "completed"}

    names = [f"p{number}" for number in range(9)]
    dispatcher = FakeDispatcher(**dict.fromkeys(names, wait))
    result = GroupRunner(dispatcher).execute(plan_of({name: [] for name in names}, P(3)))
    assert (result.status, dispatcher.most) == (GroupExecutionStatus.COMPLETED, 3)


def test_a_step_that_ran_is_not_called_skipped() -> None:
    """What runs beside a failure comes to its end, and its result is kept."""
    both, failed = Event(), Event()

    def slow(_: Any) -> Any:
        both.set()
        assert failed.wait(30)
        return SimpleNamespace(status="completed", result="rows", error=None)

    def fail(_: Any) -> Any:
        assert both.wait(30)
        raise RuntimeError("broke")

    def on_event(event: RunEvent) -> None:
        if event.kind == "step_finished" and event.step == "f":
            failed.set()

    plan = plan_of({"f": [], "s": [], "t": ["s"]}, P(2))
    result = GroupRunner(FakeDispatcher(f=fail, s=slow)).execute(plan, on_event=on_event)
    states = [step.status.value for step in result.step_executions]
    assert (states, result.status.value) == (["failed", "completed", "skipped"], "failed")
    assert result.step_executions[1].result == "rows"
    assert result.step_executions[0].error == "broke"
    assert "RuntimeError: broke" in (result.step_executions[0].traceback or "")


class _Status(SimpleNamespace):
    def __str__(self) -> str:
        return f"PipelineStatus.{self.value.upper()}"


async def _later() -> Any:
    await asyncio.sleep(0)
    return {"status": "COMPLETED"}


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (SimpleNamespace(status="completed"), "completed", None),
        (SimpleNamespace(status=StepStatus.COMPLETED, result={"rows": 1}, error=None), "completed", None),
        (SimpleNamespace(status=_Status(value="completed")), "completed", None),
        ({"status": "Success", "result": 3}, "completed", None),
        (_later, "completed", None),
        (SimpleNamespace(status="failed", error="bad", result=None), "failed", "bad"),
        (SimpleNamespace(status="failed", result=SimpleNamespace(error="worse")), "failed", "worse"),
        (SimpleNamespace(status="cancelled"), "failed", "the pipeline ended with the status cancelled"),
        ({"status": "queued"}, "failed", "the dispatcher answered before the pipeline had ended"),
        ("an id", "failed", "the dispatcher answered a str without a status"),
        (None, "failed", "the dispatcher answered a NoneType without a status"),
    ],
)
def test_an_answer_may_look_otherwise(answer: Any, status: str, error: str | None) -> None:
    """The status as an enum's member or a text, in an object or a mapping, awaited or not."""
    dispatcher = FakeDispatcher(p=lambda _: answer() if callable(answer) else answer)
    (step,) = GroupRunner(dispatcher).execute(plan_of({"p": []})).step_executions
    assert step.status.value == status
    assert (step.error or "").startswith(error or "")


def test_a_pipeline_that_exits_costs_its_step() -> None:
    """`sys.exit` is a failure, and the run goes on as its policy says."""

    def leave(_: Any) -> Any:
        raise SystemExit(3)

    plan = plan_of({"p": [], "q": []}, S(CONTINUE))
    result = GroupRunner(FakeDispatcher(p=leave)).execute(plan)
    assert result.status is GroupExecutionStatus.PARTIAL
    assert result.step_executions[0].error == "the pipeline called sys.exit(3)"


def test_a_step_is_tried_again_as_often_as_it_says() -> None:
    """Each attempt is told; the step's times are those of all of them; without retries there is one."""
    executor = PaperExecutor(lambda step, number: (2, "failed" if number < 3 else "completed"))
    events: list[RunEvent] = []
    runner = GroupRunner(executor=lambda *_: executor, clock=executor.clock, on_event=events.append)
    result = runner.execute(plan_of({"a": []}, ExecutionPolicy(retries=2, backoff=5)))
    assert [event.kind for event in events] == [
        "run_started", "step_started", "step_retrying", "step_started", "step_retrying", "step_started",
        "step_finished", "run_finished",
    ]  # fmt: skip
    assert [event.data["seconds"] for event in events if event.kind == "step_retrying"] == [5, 10]
    (step,) = result.step_executions
    assert (step.attempts, step.duration_seconds, step.status) == (3, 21, StepStatus.COMPLETED)
    assert [event.number for event in events] == list(range(1, 9))
    assert executor.closed


def test_bad_parameters_are_not_tried_again() -> None:
    """Spine's own errors for what a second attempt cannot mend."""

    class BadParamsError(Exception):
        pass

    def refuse(_: Any) -> Any:
        raise BadParamsError("Missing required parameters: tier")

    dispatcher = FakeDispatcher(p=refuse)
    result = GroupRunner(dispatcher).execute(plan_of({"p": []}, ExecutionPolicy(retries=9, backoff=0)))
    assert (result.status.value, len(dispatcher.calls)) == ("failed", 1)


def test_a_run_is_cancelled_from_elsewhere() -> None:
    """A pipeline in this process comes to its end and counts; nothing else starts."""
    runner = GroupRunner()

    def cancel(_: Any) -> Any:
        thread = Thread(target=runner.cancel)
        thread.start()
        thread.join()
        return {"status": "completed"}

    runner.dispatcher = FakeDispatcher(a=cancel)
    result = runner.execute(plan_of({"a": [], "b": []}))
    assert [step.status.value for step in result.step_executions] == ["completed", "skipped"]
    assert (result.status.value, result.error) == ("cancelled", "the run was cancelled")
    assert runner.dispatcher.order == ["a"]


def test_a_timeout_ends_the_waiting_for_a_step_that_hangs() -> None:
    """The step is timed out and what it answers later is dropped; the rest is skipped."""
    let_go = Event()
    dispatcher = FakeDispatcher(a=lambda _: let_go.wait(60))
    result = GroupRunner(dispatcher).execute(plan_of({"a": [], "b": []}), timeout=0.05)
    let_go.set()
    assert [step.status.value for step in result.step_executions] == ["timed_out", "skipped"]
    assert result.status is GroupExecutionStatus.FAILED
    assert result.error == "the run took longer than the 0.05 seconds that it may take"


def test_the_policy_has_a_timeout_in_minutes() -> None:
    """It is enforced; what is given to the run stands over it."""

    def run(**how: Any) -> list[str]:
        executor = PaperExecutor(lambda *_: (50, "completed"))
        policy = ExecutionPolicy(timeout_minutes=1)
        runner = GroupRunner(executor=lambda *_: executor, clock=executor.clock)
        result = runner.execute(plan_of({"a": [], "b": [], "c": []}, policy), **how)
        return [step.status.value for step in result.step_executions]

    assert run() == ["completed", "timed_out", "skipped"]
    assert run(timeout=10_000) == ["completed", "completed", "completed"]
    assert run(timeout=1) == ["timed_out", "skipped", "skipped"]


def test_what_completed_is_kept_when_a_run_is_resumed() -> None:
    """By the graph: a completed step that waits for one that is run again is run again."""
    edges = {"a": [], "fail": [], "c": ["a"], "d": ["fail"], "e": ["c", "d"]}
    first = FakeDispatcher()
    failed = GroupRunner(first).execute(plan_of(edges, S(CONTINUE)))
    assert [step.status.value for step in failed.step_executions] == [
        "completed", "failed", "completed", "skipped", "skipped",
    ]  # fmt: skip
    mended = FakeDispatcher(fail=lambda _: {"status": "completed"})
    result = GroupRunner(mended).resume(plan_of(edges, S(CONTINUE)), failed)
    assert mended.order == ["fail", "d", "e"]
    assert (result.status.value, result.successful_steps) == ("completed", 5)
    assert result.get_step_execution("a") == failed.get_step_execution("a")
    again = FakeDispatcher(fail=lambda _: {"status": "completed"})
    GroupRunner(again).resume(plan_of(edges, S(CONTINUE)), failed, keep=["c"])
    assert again.order == ["a", "fail", "c", "d", "e"]


def test_results_and_events_are_plain_values() -> None:
    """What a program or a page shows of a run is JSON."""
    import json

    events: list[RunEvent] = []
    dispatcher = FakeDispatcher(q=lambda _: {"status": "completed", "result": {"at": object(), 3: (1, 2)}})
    result = GroupRunner(dispatcher).execute(
        plan_of({"a": [], "fail": [], "q": []}, S(CONTINUE)), on_event=events.append
    )
    written = json.loads(json.dumps(result.to_dict()))
    assert written["status"] == "partial"
    assert (written["successful_steps"], written["failed_steps"], written["skipped_steps"]) == (2, 1, 0)
    assert written["step_executions"][0]["result"]["metrics"] == {"rows": 3}
    assert written["step_executions"][1]["error"] == "no rows"
    assert written["step_executions"][2]["result"]["3"] == [1, 2]
    lines = [json.loads(json.dumps(event.to_dict())) for event in events]
    assert lines[0]["event"] == "run_started"
    assert [step["name"] for step in lines[0]["steps"]] == ["a", "fail", "q"]
    assert lines[-1] | {"at": 0, "seconds": 0} == {
        "event": "run_finished", "run": result.run_id, "number": len(lines), "at": 0, "seconds": 0,
        "status": "partial", "error": None, "completed": 2, "failed": 1, "skipped": 0,
    }  # fmt: skip


def test_without_a_dispatcher_the_one_of_spine_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the program has loaded it; it is not imported from here."""
    import sys

    plan = plan_of({"a": []})
    with pytest.raises(GroupError, match="nothing is given that runs its pipelines"):
        get_runner().execute(plan)
    dispatcher = FakeDispatcher()
    module: Any = SimpleNamespace(
        get_dispatcher=lambda: dispatcher, TriggerSource=SimpleNamespace(SCHEDULER="as Spine has it")
    )
    monkeypatch.setitem(sys.modules, "spine.framework.dispatcher", module)
    assert get_runner().execute(plan).status is GroupExecutionStatus.COMPLETED
    assert dispatcher.calls[0][2] == "as Spine has it"


def test_a_program_needs_one_import() -> None:
    """The names of the planner are those of the runner's package too, and no others."""
    from spine_lsp import execution, orchestration

    assert execution.PlanResolver is orchestration.PlanResolver
    assert {*orchestration.__all__, "GroupRunner", "StepStatus"} <= {*dir(execution)} & {*execution.__all__}
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = execution.Nothing


def test_a_plan_that_is_none_is_refused() -> None:
    """Made by hand, in the wrong order, with a step that is missing, or twice the same."""

    def plan(*steps: tuple[str, list[str]]) -> ExecutionPlan:
        planned = [PlannedStep(name, "p", {}, on, place) for place, (name, on) in enumerate(steps)]
        return ExecutionPlan("g", 1, "b", planned, ExecutionPolicy())

    for broken in (plan(("a", ["b"]), ("b", [])), plan(("a", ["x"])), plan(("a", []), ("a", []))):
        with pytest.raises(GroupError, match="cannot run `g`"):
            GroupRunner(FakeDispatcher()).execute(broken)


@st.composite
def runs(draw: st.DrawFn) -> dict[str, Any]:
    """A graph, how long each attempt takes and how it ends, retries, and a policy."""
    count = draw(st.integers(1, 9))
    edges = {
        str(step): draw(st.lists(st.sampled_from(range(step)), unique=True, max_size=3)) if step else []
        for step in range(count)
    }
    takes = st.integers(0, 4)
    attempts = {
        step: draw(
            st.lists(
                st.tuples(takes, st.sampled_from(["completed", "completed", "failed", "lost"])),
                min_size=4,
                max_size=4,
            )
        )
        for step in range(count)
    }
    policy = ExecutionPolicy(
        draw(st.sampled_from(ExecutionMode)),
        draw(st.integers(1, 4)),
        draw(st.sampled_from(FailurePolicy)),
        retries=draw(st.integers(0, 2)),
        backoff=draw(st.sampled_from([0, 1, 2.5])),
    )
    retries = {str(step): draw(st.integers(0, 3)) for step in range(count) if draw(st.booleans())}
    timeout = draw(st.none() | st.integers(0, 12))
    edges_by_name = {name: [str(on) for on in ons] for name, ons in edges.items()}
    return {
        "edges": edges_by_name,
        "attempts": attempts,
        "policy": policy,
        "retries": retries,
        "timeout": timeout,
    }


@given(runs())
@settings(max_examples=examples(300))
def test_the_simulated_run_is_the_run(case: dict[str, Any]) -> None:
    """On a clock of paper: every attempt starts and ends when the simulation says, and every step ends so."""
    plan = plan_of(case["edges"], case["policy"], case["retries"])

    def attempt(step: int, number: int) -> tuple[float, Outcome]:
        takes, outcome = case["attempts"][int(plan.steps[step].step_name)][number - 1]
        return float(takes), outcome

    place = {step.step_name: number for number, step in enumerate(plan.steps)}
    waits_for = [[place[on] for on in step.depends_on] for step in plan.steps]
    retries = [Retry(step.retries, step.backoff) for step in plan.steps]
    schedule = Schedule(waits_for, plan.policy, retries)
    simulated = play(schedule, attempt, case["timeout"])
    schedule.close()

    executor = PaperExecutor(attempt)
    events: list[RunEvent] = []
    runner = GroupRunner(executor=lambda *_: executor, clock=executor.clock, on_event=events.append)
    result = runner.execute(plan, timeout=case["timeout"])
    assert executor.timeline == [(a.step, a.number, a.start, a.end, a.outcome) for a in simulated]
    assert [step.status.value for step in result.step_executions] == schedule.progress
    started = [event for event in events if event.kind == "step_started"]
    assert [event.data["worker"] for event in started] == [a.worker for a in simulated]
    told = {event.step for event in events if event.kind in ("step_finished", "step_skipped")}
    assert told == set(case["edges"])
    ran = {plan.steps[a.step].step_name for a in simulated}
    assert not ran & {s.step_name for s in result.step_executions if s.status is StepStatus.SKIPPED}


@pytest.mark.parametrize("policy", [S(), P(3)])
def test_the_cost_of_a_run_grows_with_its_steps(policy: ExecutionPolicy) -> None:
    """A chain beside many steps that wait for nothing, submitted in this process."""

    class Quick:
        answer = SimpleNamespace(status="completed", result=None, error=None)

        def submit(self, **_: Any) -> Any:
            return self.answer

    def measure(size: int) -> float:
        edges = {str(step): [str(step - 1)] if step % 2 and step > 1 else [] for step in range(size)}
        plan = plan_of(edges, policy)
        return seconds(lambda: GroupRunner(Quick()).execute(plan))

    assert_growth(measure, 300, times=8)
