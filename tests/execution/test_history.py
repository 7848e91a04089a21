"""The history of runs: what is kept of them, what a killed runner leaves, who holds the lock, and what is forgotten."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from spine_lsp.execution import GroupRunner
from spine_lsp.execution.database import engine_of
from spine_lsp.execution.history import History, RunsAlreadyError
from spine_lsp.execution.place import HistoryError
from spine_lsp.execution.rows import RecordedRun
from spine_lsp.orchestration import ExecutionPlan, ExecutionPolicy, FailurePolicy
from tests.execution.fakes import FakeDispatcher, plan_of
from tests.execution.postgres_server import PostgresServer
from tests.growth import assert_growth, seconds

S = ExecutionPolicy.sequential(FailurePolicy.CONTINUE)
LOCKS = {"a": "k", "c": "k"}
EDGES: dict[str, list[str]] = {"a": [], "fail": ["a"], "c": ["a"], "d": ["fail"]}


def run(history: History, plan: ExecutionPlan, name: str, earlier: RecordedRun | None = None, **more: Any) -> list[str]:
    """A run that is kept; answers what was submitted."""
    dispatcher = FakeDispatcher(**more)
    completed = [] if earlier is None else [s.step.step_name for s in earlier.steps if s.step.status == "completed"]
    record = history.begin(plan, name, resumed_from=earlier, kept=completed)
    runner = GroupRunner(dispatcher, record=record)
    if earlier is None:
        runner.execute(plan, run_id=name)
    else:
        runner.resume(plan, earlier.result, run_id=name)
    return dispatcher.order


def states(recorded: RecordedRun) -> dict[str, str]:
    return {each.step.step_name: each.step.status.value for each in recorded.steps}


def test_a_run_is_kept_with_its_steps_and_events(history: History) -> None:
    """As it was told, and as its result says."""
    assert run(history, plan_of(EDGES, S), "r1") == ["a", "fail", "c"]
    (kept,) = history.runs()
    assert (kept.id, kept.result.status.value, kept.result.group_name) == ("r1", "partial", "g")
    assert states(kept) == {"a": "completed", "fail": "failed", "c": "completed", "d": "skipped"}
    assert kept.steps[1].step.error == "no rows"
    assert kept.steps[0].step.result["metrics"] == {"rows": 3}
    events = history.events("r1")
    assert [event["event"] for event in events][:2] == ["run_started", "step_started"]
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    assert {name for name, step in history.past("", "g").items() if step.times} == {"a", "c"}


def test_what_is_resumed_keeps_what_completed(history: History) -> None:
    """With the run that it was carried out in, over several resumptions."""
    run(history, plan_of(EDGES, S), "r1")
    assert run(history, plan_of(EDGES, S), "r2", history.run("r1")) == ["fail"]
    again = run(history, plan_of(EDGES, S), "r3", history.run("r2"), fail=lambda _: {"status": "completed"})
    assert again == ["fail", "d"]
    last = history.run("last")
    assert (last.id, last.result.status.value, last.resumed_from) == ("r3", "completed", "r2")
    assert {each.step.step_name: each.kept_from for each in last.steps} == {
        "a": "r1",
        "c": "r1",
        "fail": None,
        "d": None,
    }


def test_one_run_of_a_group_and_its_parameters_at_a_time(history: History) -> None:
    """The other is named; other parameters, or an end, let a run begin."""
    plan = plan_of({"a": []})
    first = history.begin(plan, "r1")
    with pytest.raises(RunsAlreadyError, match="run r1 of `g` with the same parameters is under way since"):
        history.begin(plan, "r2")
    other = plan_of({"a": []})
    other.params["day"] = datetime(2026, 1, 9, tzinfo=timezone.utc).date()
    history.begin(other, "r3")
    first.abandon("no reason")
    history.begin(plan, "r4")
    assert [each.id for each in history.runs() if each.result.status == "running"] == ["r4", "r3"]


KILLED = """
import os, signal, sys
from spine_lsp.execution import GroupRunner
from spine_lsp.execution.history import History
from tests.execution.fakes import FakeDispatcher, plan_of
from tests.execution.test_history import EDGES, LOCKS, S

def end():
    os.kill(os.getpid(), signal.SIGKILL)

def child(number, when, base, place):
    def mark(name):
        def run(params):
            with open(base + ".ran", "a") as ran:
                ran.write(name + " ")
            return {"status": "failed" if name == "fail" else "completed"}
        return run
    history = History(place)
    plan = plan_of(EDGES, S)
    record = history.begin(plan, "r1", locks=LOCKS)
    write, written = record.write, [0]
    def counted(events):
        written[0] += 1
        if when == "before" and written[0] == number:
            end()
        write(events)
    record.write = counted
    def shown(event):
        if when == "after" and event.number == number:
            end()
    GroupRunner(FakeDispatcher(**{name: mark(name) for name in EDGES}), record=record, on_event=shown).execute(plan)
    os._exit(0)

places = iter(sys.argv[2:])
for when in ("before", "after"):
    number = 0
    while True:
        number += 1
        place = next(places)
        print(f"{when}{number}", place, flush=True)
        pid = os.fork()
        if not pid:
            child(number, when, f"{sys.argv[1]}/{when}{number}", place)
        if os.waitpid(pid, 0)[1] == 0:
            break
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process is forked for each event")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_runner_that_is_killed_at_any_event_leaves_the_truth(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Before an event is kept and after it is: what is said to have run has, once, and nothing runs twice."""
    places = [str(tmp_path / f"{number}.db") for number in range(40)]
    if database == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        places = [server.url() for _ in places]
    command = [sys.executable, "-c", KILLED, str(tmp_path), *places]
    killed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert len(killed) > 12
    for line in killed:
        base, place = line.split(" ", 1)
        history = History(place)
        ran_file = tmp_path / f"{base}.ran"
        ran = ran_file.read_text(encoding="utf-8").split() if ran_file.exists() else []
        assert len(ran) == len(set(ran))
        kept = history.run("last")
        assert kept.result.status.value in ("lost", "partial")
        for name, state in states(kept).items():
            assert name in ran or state in ("skipped", "lost"), (base, name, state)
            assert name not in ran or state != "skipped", (base, name, state)
            assert state in ("completed", "failed", "skipped", "lost")
        other = plan_of({"a": []})
        other.group_name = "other"
        assert history.begin(other, "r0", locks=LOCKS).take("a") is None, base
        again = run(history, plan_of(EDGES, S), "r2", kept, fail=lambda _: {"status": "completed"})
        completed = {name for name, state in states(kept).items() if state == "completed"}
        assert not completed & set(again), base
        assert history.run("r2").result.status.value == "completed"
        history.close()


def test_a_run_that_is_silent_elsewhere_is_lost(history: History) -> None:
    """Of a process of another machine nothing is known but its signs of life."""
    plan = plan_of({"a": []})
    history.begin(plan, "r1")
    engine = engine_of(history.url)

    def say(**values: str) -> None:
        with engine.begin() as connection:
            for name, value in values.items():
                connection.execute(text(f"UPDATE group_executions SET {name} = :value"), {"value": value})

    now = datetime.now(timezone.utc)
    say(host="elsewhere", machine="elsewhere", beaten_at=now.isoformat())
    assert history.run("r1").result.status.value == "running"
    say(beaten_at=(now - timedelta(minutes=5)).isoformat())
    assert history.run("r1").result.status.value == "lost"
    history.begin(plan, "r2")
    engine.dispose()


def test_old_runs_are_forgotten(history: History) -> None:
    """All of them but the newest, or those before a moment; never one that is under way."""
    for number in range(4):
        run(history, plan_of({"a": []}), f"r{number}")
    history.begin(plan_of({"a": []}), "now")
    assert history.prune(keep=2) == 3
    assert [each.id for each in history.runs()] == ["now", "r3"]
    assert history.events("r0") == []
    assert history.prune(before=datetime.now(timezone.utc) + timedelta(days=1)) == 1
    assert [each.id for each in history.runs()] == ["now"]


def test_no_more_runs_stay_than_are_wanted(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go when a new one begins."""
    from spine_lsp.execution import history as module

    monkeypatch.setattr(module, "KEPT_RUNS", 2)
    for number in range(4):
        run(history, plan_of({"a": []}), f"r{number}")
    assert [each.id for each in history.runs()] == ["r3", "r2"]


def test_a_run_is_named_by_how_its_id_begins(history: History) -> None:
    """One that several begin with, or none, is refused in a sentence."""
    run(history, plan_of({"a": []}), "abc1")
    run(history, plan_of({"a": []}), "abc2")
    assert history.run("abc1").id == "abc1"
    with pytest.raises(HistoryError, match="several runs whose ids begin with `abc`"):
        history.run("abc")
    with pytest.raises(HistoryError, match="there is no run called `%`"):
        history.run("%")


def test_a_history_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    """No database, none that is known, one of a newer version, a folder that cannot be made."""
    (tmp_path / "text").write_text("no database at all, and long enough to be seen as none\n" * 40, encoding="utf-8")
    newer = History(tmp_path / "newer.db")
    engine = engine_of(newer.url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO history_versions VALUES (99)"))
    engine.dispose()
    newer.close()
    for where, why in (
        (tmp_path / "text", "file is not a database"),
        (tmp_path / "newer.db", "written by a newer version"),
        (tmp_path / "text" / "below.db", "cannot keep a history in"),
        ("nothing://x", "is no database that can be used"),
    ):
        with pytest.raises(HistoryError, match=why):
            History(where)


def test_much_output_is_kept_in_part(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood does not fill the disk; that something is missing is said."""
    from spine_lsp.execution import run_record as module
    from spine_lsp.execution.events import RunEvent

    monkeypatch.setattr(module, "MOST_OUTPUT", 10)
    record = history.begin(plan_of({"a": []}), "r1")
    now = datetime.now(timezone.utc)
    for number, words in enumerate(("12345", "x" * 20, "more"), 1):
        record.write([RunEvent("step_output", "r1", number, now, "a", {"stream": "stdout", "text": words})])
    kept = history.events("r1")
    assert [event["text"] for event in kept] == ["12345", "x" * 10]
    assert kept[1]["truncated"]


def test_the_cost_of_a_history_grows_with_the_steps(tmp_path: Path) -> None:
    """One transaction a turn, of rows that are found by their keys."""

    def measure(size: int) -> float:
        plan = plan_of({str(step): [] for step in range(size)})
        history = History(tmp_path / f"{size}-{len(list(tmp_path.glob('*')))}.db")
        record = history.begin(plan, "r1")
        dispatcher = FakeDispatcher()
        spent = seconds(lambda: GroupRunner(dispatcher, record=record).execute(plan, run_id="r1"))
        history.close()
        return spent

    assert_growth(measure, 60, times=8)
