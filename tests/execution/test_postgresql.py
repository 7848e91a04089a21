"""A history in a real PostgreSQL: runners that race, connections that break, servers that die, runs that are taken."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from spine_lsp.execution import GroupRunner, run_record
from spine_lsp.execution.history import History, RunsAlreadyError
from spine_lsp.execution.place import HistoryError
from tests.execution.fakes import FakeDispatcher, plan_of
from tests.execution.postgres_server import PostgresServer
from tests.execution.test_history import EDGES, S, states


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.url()


@pytest.fixture
def history(url: str) -> Iterator[History]:
    found = History(url)
    yield found
    found.close()


def at_once(count: int, work: Any) -> list[Any]:
    """What work answers, or raises, when so many threads begin it at the same moment."""
    barrier = threading.Barrier(count)

    def begin(number: int) -> Any:
        barrier.wait()
        try:
            return work(number)
        except HistoryError as exc:
            return exc

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(begin, range(count)))


def test_several_make_the_tables_at_once(url: str) -> None:
    """The first runs of a team begin together: one makes the tables, the others wait for it."""
    for history in at_once(6, lambda _: History(url)):
        assert isinstance(history, History)
        history.close()


def test_of_runners_that_race_one_runs(url: str) -> None:
    """The others are told who was first, round after round, and nothing runs twice."""
    plan = plan_of({"a": [], "b": ["a"]})
    dispatcher = FakeDispatcher()

    def run(number: int) -> Any:
        history = History(url)
        try:
            record = history.begin(plan, f"r{number}")
            barrier.wait()
            return GroupRunner(dispatcher, record=record).execute(plan, run_id=f"r{number}")
        except RunsAlreadyError:
            barrier.wait()
            raise
        finally:
            history.close()

    barrier = threading.Barrier(4)
    for _ in range(3):
        answers = at_once(4, run)
        others = [answer for answer in answers if isinstance(answer, RunsAlreadyError)]
        (result,) = [answer for answer in answers if not isinstance(answer, HistoryError)]
        assert len(others) == 3
        assert {other.holder.split(" of ")[0] for other in others} == {f"run {result.run_id}"}
        assert dispatcher.order == ["a", "b"]
        dispatcher.calls.clear()
        history = History(url)
        history.prune(keep=0)
        history.close()


def nothing() -> None:
    """No fault."""


def interrupted(history: History, *faults: Any, always: Any = nothing) -> tuple[History, FakeDispatcher]:
    """A run in which something happens before each time that events are kept: these in turn, then `always`."""
    next_fault = iter(faults)
    plan = plan_of(EDGES, S)
    dispatcher = FakeDispatcher()
    record = history.begin(plan, "r1")
    write = record.write

    def broken(events: Any) -> None:
        next(next_fault, always)()
        write(events)

    record.write = broken  # type: ignore[method-assign] # what happens beside it
    GroupRunner(dispatcher, record=record).execute(plan, run_id="r1")
    return history, dispatcher


def assert_whole(history: History, dispatcher: FakeDispatcher) -> None:
    """Everything ran once, and each event is there once."""
    assert dispatcher.order == ["a", "fail", "c"]
    assert states(history.run("r1")) == {
        "a": "completed",
        "fail": "failed",
        "c": "completed",
        "d": "skipped",
    }
    numbers = [event["number"] for event in history.events("r1")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert history.events("r1")[-1]["event"] == "run_finished"


def test_a_run_outlives_its_connections(postgres: PostgresServer, history: History) -> None:
    """Ended before every single write: the run opens another, and the history is whole."""
    dropped = []
    assert_whole(*interrupted(history, always=lambda: dropped.append(postgres.drop_connections())))
    assert sum(dropped) >= len(dropped) > 3


def test_a_run_outlives_its_server(postgres: PostgresServer, history: History) -> None:
    """`kill -9`, and a start that takes its time: the run waits, and loses nothing."""

    def die() -> None:
        postgres.kill()
        starting = threading.Thread(target=postgres.start)
        starts.append(starting)
        starting.start()

    starts: list[threading.Thread] = []
    assert_whole(*interrupted(history, nothing, die))
    for starting in starts:
        starting.join()


def test_a_commit_whose_answer_is_lost_is_not_made_twice(history: History) -> None:
    """The events are there, though the runner was told that they are not."""
    engine: Any = history._engine
    commit = engine.dialect.do_commit
    lost = []

    def commit_and_break(connection: Any) -> None:
        commit(connection)
        lost.append(connection)
        if len(lost) == 1:
            raise engine.dialect.loaded_dbapi.OperationalError("the connection is gone")

    def fault() -> None:
        lost.clear()
        engine.dialect.do_commit = commit_and_break

    assert_whole(*interrupted(history, always=fault))


def test_a_run_without_its_history_ends(
    postgres: PostgresServer, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before others may take it for lost; it says so, and no step begins of which the history knows nothing."""
    monkeypatch.setattr(run_record, "_GIVES_UP", 0.0)
    try:
        with pytest.raises(HistoryError, match="its history could not be reached for 0 seconds"):
            interrupted(history, nothing, nothing, postgres.stop)
        with pytest.raises(HistoryError, match="cannot use the history in postgresql://spine@/"):
            history.runs()
    finally:
        postgres.start()
    assert states(history.run("r1"))["fail"] == "pending"


def test_a_run_that_was_taken_for_lost_goes_no_further(history: History) -> None:
    """It was silent for too long, another has begun: not one more step of it starts, nothing of it is kept."""
    plan = plan_of({"a": [], "b": ["a"], "c": ["b"]})
    record = history.begin(plan, "r1")

    def take_over(_: object) -> dict[str, str]:
        with history._engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE group_executions SET host = 'elsewhere', machine = 'elsewhere', "
                    "beaten_at = '2026-01-09T06:00:00+00:00'"
                )
            )
        history.begin(plan, "r2")
        return {"status": "completed"}

    first = FakeDispatcher(b=take_over)
    with pytest.raises(HistoryError, match="others took the run for lost"):
        GroupRunner(first, record=record).execute(plan, run_id="r1")
    assert first.order == ["a", "b"]
    assert states(history.run("r1")) == {"a": "completed", "b": "lost", "c": "skipped"}
    with pytest.raises(HistoryError, match="others took the run for lost"):
        record.beat()
    record.abandon("it was late")
    assert history.run("r1").result.status == "lost"
    assert history.run("r2").result.status == "running"


def test_texts_that_a_database_refuses(history: History) -> None:
    """NUL, half of a surrogate pair, and more characters than fit anywhere: kept, as far as they can be."""
    plan = plan_of({"a": []})
    plan.group_name = "g" * 2_000
    broken = FakeDispatcher(a=lambda _: {"status": "failed", "error": "a\0b\udc80c é"})
    record = history.begin(plan, "r1", file="/x\udcff.yaml")
    GroupRunner(broken, record=record).execute(plan, run_id="r1")
    (run,) = history.runs(group=plan.group_name)
    assert run.steps[0].step.error == "a?b?c é"
    assert run.file == "/x?.yaml"


def test_what_is_no_server_says_why_and_keeps_the_password(postgres: PostgresServer) -> None:
    """One sentence, in which nobody reads a secret."""
    where = f"postgresql://spine:secret@/nothing?host={postgres.folder}"
    with pytest.raises(HistoryError, match=r"cannot use the history in .*nothing") as told:
        History(where)
    assert "secret" not in str(told.value)
    assert isinstance(told.value.__context__, OperationalError)
