"""The advisory locks of steps: who shares a key does not run at once, whatever else runs, fails, ends or is killed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import text

from spine_lsp.execution import GroupExecutionResult, GroupRunner, RunEvent, one_run
from spine_lsp.execution.history import History
from spine_lsp.execution.lock_keys import lock_key
from spine_lsp.execution.run_record import RunRecord
from spine_lsp.orchestration import ExecutionPolicy, FailurePolicy
from tests.examples import examples
from tests.execution.fakes import FakeDispatcher, plan_of

TWO = replace(ExecutionPolicy.parallel(2, FailurePolicy.CONTINUE), backoff=0.0)
STOP = ExecutionPolicy.parallel(2, FailurePolicy.STOP)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_run, "_LOOK_AGAIN", 0.01)


@pytest.fixture
def holder(history: History) -> Iterator[RunRecord]:
    """A run of another group whose step `x` holds the lock `k`."""
    plan = plan_of({"x": []})
    plan.group_name = "other"
    record = history.begin(plan, "r0", locks={"x": "k"})
    assert record.take("x") is None
    yield record
    record.abandon("the test is over")


def locks_left(history: History) -> int:
    with history._engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM step_locks")).scalar_one())


def told(events: list[RunEvent], kind: str) -> list[tuple[str | None, str]]:
    return [(event.step, event.data["because"]) for event in events if event.kind == kind]


def states(result: GroupExecutionResult) -> dict[str, str]:
    return {step.step_name: step.status.value for step in result.step_executions}


def test_a_step_waits_for_a_lock_of_another_group(history: History, holder: RunRecord) -> None:
    """It says once who holds it; others go on; it begins when the other has given the lock back."""
    record = history.begin(plan_of({"a": [], "b": []}, TWO), "r1", locks={"a": "k"})
    events: list[RunEvent] = []

    def on_event(event: RunEvent) -> None:
        events.append(event)
        if event.kind == "step_finished" and event.step == "b":
            holder.abandon("done")

    dispatcher = FakeDispatcher()
    plan = plan_of({"a": [], "b": []}, TWO)
    result = GroupRunner(dispatcher, record=record).execute(plan, on_event=on_event, run_id="r1")
    assert states(result) == {"a": "completed", "b": "completed"}
    assert dispatcher.order == ["b", "a"]
    ((step, because),) = told(events, "step_waiting")
    assert step == "a"
    assert because.startswith("`x` in run r0 of `other` holds the lock `k` since 20")
    assert locks_left(history) == 0


def test_steps_of_one_run_share_a_lock_too(history: History) -> None:
    """They take turns though there is room for both, and one after the other in a sequence waits for nothing."""
    for run, policy in (("r1", TWO), ("r2", ExecutionPolicy())):
        plan = plan_of({"a": [], "b": [], "c": []}, policy)
        record = history.begin(plan, run, locks=dict.fromkeys("abc", "k"))
        dispatcher, events = FakeDispatcher(), list[RunEvent]()
        result = GroupRunner(dispatcher, record=record).execute(plan, on_event=events.append, run_id=run)
        assert set(states(result).values()) == {"completed"}
        assert dispatcher.most == 1
        assert bool(told(events, "step_waiting")) is (policy is TWO)


@pytest.mark.parametrize("end", ["cancel", "timeout", "failure"])
def test_a_step_that_waits_for_a_lock_has_never_run(history: History, holder: RunRecord, end: str) -> None:
    """When the run ends, for whatever reason, it is skipped, and holds nothing."""
    plan = plan_of({"a": [], "fail": []}, STOP)
    record = history.begin(plan, "r1", locks={"a": "k"})
    cancelled = FakeDispatcher(fail=lambda _: {"status": "failed" if end == "failure" else "completed"})
    group_runner = GroupRunner(cancelled, record=record)

    def on_event(event: RunEvent) -> None:
        if end == "cancel" and event.kind == "step_waiting":
            group_runner.cancel()

    result = group_runner.execute(plan, on_event=on_event, run_id="r1", timeout=0.5 if end == "timeout" else None)
    assert states(result)["a"] == "skipped"
    assert "a" not in cancelled.order
    expected = {"cancel": "cancelled", "timeout": "failed", "failure": "failed"}
    assert result.status.value == expected[end]
    assert locks_left(history) == 1


def test_between_attempts_the_lock_is_free(history: History) -> None:
    """A step that is tried again takes it anew; if it cannot before the run ends, it has failed, as it had before."""
    plan = plan_of({"fail": [], "b": []}, TWO, retries={"fail": 1})
    record = history.begin(plan, "r1", locks={"fail": "k", "b": "k"})
    dispatcher = FakeDispatcher()
    result = GroupRunner(dispatcher, record=record).execute(plan, run_id="r1")
    assert states(result) == {"fail": "failed", "b": "completed"}
    assert sorted(dispatcher.order) == ["b", "fail", "fail"]
    assert dispatcher.most == 1

    other = plan_of({"x": []})
    other.group_name = "other"
    blocker = history.begin(other, "r2", locks={"x": "k"})
    plan = plan_of({"fail": []}, TWO, retries={"fail": 1})
    record = history.begin(plan, "r3", locks={"fail": "k"})
    group_runner = GroupRunner(FakeDispatcher(), record=record)

    def on_event(event: RunEvent) -> None:
        if event.kind == "step_retrying":
            assert blocker.take("x") is None
        if event.kind == "step_waiting":
            group_runner.cancel()

    result = group_runner.execute(plan, on_event=on_event, run_id="r3")
    assert states(result) == {"fail": "failed"}


@settings(max_examples=examples(8))
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("kl-"), st.booleans()), min_size=1, max_size=4),
        min_size=2,
        max_size=3,
    )
)
def test_whoever_shares_a_key_does_not_run_at_once(groups: list[list[tuple[str, bool]]]) -> None:
    """In groups side by side, of steps with and without locks that complete or fail; all come to their end."""
    guard, running, overlaps = Lock(), set[str](), list[str]()

    def pipeline(key: str, *, fails: bool) -> Any:
        def run(_: object) -> dict[str, str]:
            with guard:
                if key in running:
                    overlaps.append(key)
                running.add(key)
            with guard:
                running.discard(key)
            return {"status": "failed" if fails else "completed"}

        return run

    def go(number: int) -> GroupExecutionResult:
        steps = {f"s{place}": step for place, step in enumerate(groups[number])}
        plan = plan_of({name: [] for name in steps}, TWO)
        plan.group_name = f"g{number}"
        pipelines = {
            name: pipeline(key if key != "-" else f"{number}{name}", fails=fails)
            for name, (key, fails) in steps.items()
        }
        history = History(place)
        try:
            locks = {name: key for name, (key, _) in steps.items() if key != "-"}
            record = history.begin(plan, f"r{number}", locks=locks)
            return GroupRunner(FakeDispatcher(**pipelines), record=record).execute(plan, run_id=f"r{number}")
        finally:
            history.close()

    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "h.db")
        history = History(place)
        with ThreadPoolExecutor(len(groups)) as threads:
            results = list(threads.map(go, range(len(groups))))
        assert overlaps == []
        assert locks_left(history) == 0
        history.close()
    for steps, result in zip(groups, results, strict=True):
        assert result.failed_steps == sum(fails for _, fails in steps)
        assert result.successful_steps == sum(not fails for _, fails in steps)


@pytest.mark.parametrize(
    ("template", "key"),
    [
        ("prices", "prices"),
        ("prices:{day}", "prices:2026-01-09"),
        ("{n}{n}", "33"),
        ("{{x}}:{n}", "{x}:3"),
        ("{other}", None),
        ("{n:03}", None),
        ("{day!r}", None),
        ("{}", None),
        ("{day.year}", None),
        ("a{b", "a{b"),
        ("", ""),
    ],
)
def test_a_key_is_what_its_template_makes_of_parameters(template: str, key: str | None) -> None:
    """Nothing is guessed where only a run would tell."""
    assert lock_key(template, {"day": "2026-01-09", "n": 3}) == key
