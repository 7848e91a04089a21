"""Programs that were written against Spine's own runner: its names, and the dispatchers that they give to it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from enum import Enum
from threading import Barrier, current_thread
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, MagicMock

import pytest

from spine_lsp import execution
from spine_lsp.execution import (
    ExecutionPlan,
    ExecutionPolicy,
    FailurePolicy,
    GroupExecutionResult,
    GroupExecutionStatus,
    GroupRunner,
    PipelineGroup,
    PipelineStep,
    PlannedStep,
    PlanResolver,
    StepExecution,
    StepStatus,
    get_runner,
)
from tests.execution.fakes import FakeDispatcher, plan_of

S, P = ExecutionPolicy.sequential, ExecutionPolicy.parallel


class Status(Enum):
    """As Spine has it: no text, but with a text as its value."""

    COMPLETED = "completed"
    FAILED = "failed"


def execution_of(status: Status = Status.COMPLETED, **more: Any) -> Any:
    """What Spine's dispatcher answers."""
    now = datetime.now(timezone.utc)
    known: dict[str, Any] = {
        "error": None,
        "result": SimpleNamespace(status=status, metrics={"rows": 1}, error=None),
    }
    return SimpleNamespace(id="e1", status=status, started_at=now, completed_at=now, **{**known, **more})


def one(dispatcher: Any, *, policy: ExecutionPolicy | None = None) -> StepExecution:
    """What becomes of the one step `p`."""
    (step,) = GroupRunner(dispatcher).execute(plan_of({"p": []}, policy)).step_executions
    return step


def test_the_names_and_their_values() -> None:
    """The members that Spine has mean the same, as texts too; the results can be made by hand."""
    names = ("PENDING", "RUNNING", "COMPLETED", "FAILED", "SKIPPED")
    assert [StepStatus[name].value for name in names] == [name.lower() for name in names]
    of_runs = ("RUNNING", "COMPLETED", "FAILED", "PARTIAL")
    assert [GroupExecutionStatus[name].value for name in of_runs] == [name.lower() for name in of_runs]
    assert StepStatus("failed") == "failed"
    step = StepExecution(step_name="a", pipeline_name="p.a")
    assert (step.status, step.started_at, step.completed_at) == (StepStatus.PENDING, None, None)
    assert (step.result, step.error, step.duration_seconds) == (None, None, None)
    result = GroupExecutionResult(group_name="g", batch_id="b")
    assert (result.status, result.completed_at) == (GroupExecutionStatus.RUNNING, None)
    assert (result.step_executions, result.total_steps) == ([], 0)
    result.step_executions.append(step)
    assert result.get_step_execution("a") is step
    assert result.get_step_execution("z") is None
    assert isinstance(get_runner(), GroupRunner)
    assert GroupRunner(dispatcher=None).dispatcher is None
    for name in execution.__all__:
        assert getattr(execution, name) is not None


def test_a_plan_that_a_program_resolves_or_makes() -> None:
    """Defaults, run and step parameters merged, the batch id in each; and a plan made by hand runs alike."""
    group = PipelineGroup(
        "finra.weekly",
        [
            PipelineStep("ingest", "p.ingest"),
            PipelineStep("load", "p.load", depends_on=["ingest"], params={"tier": "OTC", "batch_id": "mine"}),
        ],
        defaults={"tier": "T1", "force": False},
    )
    plan = PlanResolver(validate_pipelines=False).resolve(group, params={"week": "2026-01-09"}, batch_id="b7")
    dispatcher = FakeDispatcher()
    result = get_runner(dispatcher).execute(plan)
    shared = {"force": False, "week": "2026-01-09", "batch_id": "b7"}
    assert [params for _, params, _ in dispatcher.calls] == [
        {"tier": "T1", **shared},
        {"tier": "OTC", **shared},
    ]
    assert (result.group_name, result.batch_id) == ("finra.weekly", "b7")
    by_hand = ExecutionPlan(
        group_name="g",
        group_version=1,
        batch_id="b",
        steps=[PlannedStep("a", "p.a", {}, (), 0), PlannedStep("b", "p.b", {"n": 1}, ("a",), 1)],
        policy=ExecutionPolicy(),
    )
    assert get_runner(dispatcher).execute(by_hand).status is GroupExecutionStatus.COMPLETED
    assert dispatcher.order[2:] == ["p.a", "p.b"]


@pytest.mark.parametrize("policy", [S, P])
def test_what_a_result_says(policy: Callable[..., ExecutionPolicy]) -> None:
    """Counts, times in their order, and all of it as JSON."""
    plan = plan_of({"a": [], "fail": ["a"], "c": ["fail"], "d": ["a"]}, policy(on_failure=FailurePolicy.CONTINUE))
    result = get_runner(FakeDispatcher()).execute(plan)
    counts = result.total_steps, result.successful_steps, result.failed_steps, result.skipped_steps
    assert (result.status, counts) == (GroupExecutionStatus.PARTIAL, (4, 2, 1, 1))
    assert result.completed_steps == 2
    assert result.step_results == result.step_executions
    a, fail, d, c = result.step_executions  # level by level
    moments = [moment for step in (a, fail, d) for moment in (step.started_at, step.completed_at)]
    assert all(moment is not None and moment.tzinfo is not None for moment in moments)
    assert result.started_at <= min(filter(None, moments)) <= max(filter(None, moments))
    assert a.completed_at is not None
    assert fail.started_at is not None
    assert a.completed_at <= fail.started_at
    assert result.completed_at is not None
    assert result.completed_at >= max(filter(None, moments))
    assert (c.started_at, c.completed_at, c.duration_seconds) == (None, None, None)
    assert (fail.error, a.result.metrics) == ("no rows", {"rows": 3})
    told = json.loads(json.dumps(result.to_dict()))
    assert told["status"] == "partial"
    assert [told[f"{name}_steps"] for name in ("total", "successful", "failed", "skipped")] == [4, 2, 1, 1]
    states = [step["status"] for step in told["step_executions"]]
    assert states == ["completed", "failed", "completed", "skipped"]
    assert told["step_executions"][0]["step_name"] == "a"
    assert datetime.fromisoformat(told["started_at"]) == result.started_at
    assert told["duration_seconds"] >= 0


def test_a_mock_in_the_place_of_a_dispatcher() -> None:
    """Mocks of it, plain and asynchronous, are called with the same words."""
    for mock in (MagicMock(), AsyncMock()):
        mock.submit.return_value = execution_of()
        assert one(mock).status is StepStatus.COMPLETED
        mock.submit.assert_called_once_with(pipeline="p", params={"batch_id": "b"}, trigger_source="scheduler")
        mock.submit.side_effect = [ValueError("first"), execution_of()]
        plan = plan_of({"p": [], "q": []}, S(on_failure=FailurePolicy.CONTINUE))
        states = [step.status.value for step in GroupRunner(mock).execute(plan).step_executions]
        assert states == ["failed", "completed"]


def keywords(*, pipeline: str, params: Any, trigger_source: Any) -> Any:
    return execution_of(result=(pipeline, params, trigger_source))


def positions(
    pipeline: str,
    params: Any = None,
    lane: Any = "normal",
    trigger_source: Any = "cli",
    logical_key: Any = None,
) -> Any:
    assert (lane, logical_key) == ("normal", None)
    return execution_of(result=(pipeline, params, trigger_source))


def open_ended(pipeline: str, params: Any, **more: Any) -> Any:
    return execution_of(result=(pipeline, params, more["trigger_source"]))


def anything(*_: Any, **more: Any) -> Any:
    return execution_of(result=(more["pipeline"], more["params"], more["trigger_source"]))


def few(pipeline: str, params: Any) -> Any:
    return execution_of(result=(pipeline, params, "scheduler"))


def operation(operation: str, params: Any = None, trigger_source: Any = None) -> Any:
    return execution_of(result=(operation, params, trigger_source))


def other_names(name: str, config: Any, /) -> Any:
    return execution_of(result=(name, config, "scheduler"))


async def later(pipeline: str, params: Any, trigger_source: Any) -> Any:
    await asyncio.sleep(0)
    return execution_of(result=(pipeline, params, trigger_source))


@pytest.mark.parametrize("submit", [keywords, positions, open_ended, anything, few, operation, other_names, later])
@pytest.mark.parametrize("policy", [S, P])
def test_whatever_submit_takes(submit: Any, policy: Callable[[], ExecutionPolicy]) -> None:
    """It is given the pipeline, the parameters, and the source where it has a parameter for that."""
    step = one(SimpleNamespace(submit=submit), policy=policy())
    assert step.result == ("p", {"batch_id": "b"}, "scheduler"), step.error


def test_a_dispatcher_may_be_empty() -> None:
    """One that is a container of executions, and has none yet, is a dispatcher all the same."""

    class Kept(list[Any]):
        def submit(self, **_: Any) -> Any:
            self.append(execution_of())
            return self[-1]

    assert one(Kept()).status is StepStatus.COMPLETED


def test_what_is_run_within_a_loop() -> None:
    """A coroutine of the program may run a group whose dispatcher answers with coroutines."""

    async def program() -> StepExecution:
        return one(SimpleNamespace(submit=later))

    assert asyncio.run(program()).status is StepStatus.COMPLETED


class Abrupt(BaseException):
    """Not an Exception, as `GeneratorExit` and `asyncio.CancelledError` are none."""


@pytest.mark.parametrize("error", [Abrupt, asyncio.CancelledError, GeneratorExit, SystemExit])
@pytest.mark.parametrize("policy", [S, P])
def test_whatever_is_raised_costs_the_step(policy: Callable[..., ExecutionPolicy], error: type[BaseException]) -> None:
    """In the thread of the program and in one of the runner's; the rest goes on."""

    def fail(_: Any) -> Any:
        raise error("stop that")

    plan = plan_of({"p": [], "q": []}, policy(on_failure=FailurePolicy.CONTINUE))
    result = GroupRunner(FakeDispatcher(p=fail)).execute(plan)
    assert [step.status.value for step in result.step_executions] == ["failed", "completed"]
    assert "stop that" in (result.step_executions[0].error or "")


def test_ctrl_c_in_a_program_is_its_own() -> None:
    """A pipeline in the program's thread that is interrupted interrupts the program."""

    def interrupted(_: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        GroupRunner(FakeDispatcher(p=interrupted)).execute(plan_of({"p": []}))


def test_parallel_steps_are_side_by_side_and_sequential_ones_are_not() -> None:
    """Two that wait for each other come through; without concurrency all are called by the program's thread."""
    both = Barrier(2)
    threads: set[str] = set()

    def meet(_: Any) -> Any:
        both.wait(30)
        return execution_of()

    def note(_: Any) -> Any:
        threads.add(current_thread().name)
        return execution_of()

    result = GroupRunner(FakeDispatcher(a=meet, b=meet)).execute(plan_of({"a": [], "b": []}, P(2)))
    assert result.status is GroupExecutionStatus.COMPLETED
    GroupRunner(FakeDispatcher(a=note, b=note)).execute(plan_of({"a": [], "b": []}))
    assert threads == {current_thread().name}


@pytest.mark.parametrize("module", ["spine.framework", "spine.framework.dispatcher"])
def test_the_dispatcher_of_a_program_that_has_loaded_spine(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """It is found where the program has it, with the source of tasks as Spine calls it."""
    dispatcher = MagicMock()
    dispatcher.submit.return_value = execution_of()
    loaded = ModuleType(module)
    sources = SimpleNamespace(SCHEDULER=object())
    vars(loaded).update(get_dispatcher=lambda: dispatcher, TriggerSource=sources)
    for name in ("spine.framework", "spine.framework.dispatcher"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, module, loaded)
    assert one(None).status is StepStatus.COMPLETED
    assert dispatcher.submit.call_args.kwargs["trigger_source"] is sources.SCHEDULER
