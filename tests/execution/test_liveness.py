"""Which runs go on: what is known of processes that can be seen from here, and of all others."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text

from spine_lsp.execution import liveness
from spine_lsp.execution.database import engine_of
from spine_lsp.execution.history import History, RunsAlreadyError
from spine_lsp.execution.liveness import is_gone, is_here, process_started, this_machine
from tests.execution.fakes import plan_of

NOW = datetime(2026, 1, 9, 6, 0, tzinfo=timezone.utc)
LINUX = pytest.mark.skipif(not this_machine(), reason="this system does not tell whose processes are seen")


def row(**more: Any) -> dict[str, Any]:
    """The row of a run of this very process, which has just given a sign of life."""
    known = {"host": socket.gethostname(), "machine": this_machine(), "process": os.getpid()}
    started = process_started(os.getpid())
    return {**known, "process_started": started, "beaten_at": NOW.isoformat(), **more}


def gone(seconds: float = 1, **more: Any) -> bool:
    """Whether a run is gone so many seconds after its last sign of life."""
    return is_gone(row(**more), NOW + timedelta(seconds=seconds))


@LINUX
def test_a_process_that_is_seen_is_alive_however_silent() -> None:
    """One that is stopped or suspended, say; without a machine the name of the host tells."""
    assert not gone(3600)
    assert not gone(3600, machine=None)
    assert not gone(3600, host="renamed since")


@LINUX
def test_a_process_that_is_not_there_is_gone_at_once() -> None:
    """Its number may have gone to another, which began at another time."""
    assert gone(process_started="1")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert gone(process=ended.pid, process_started="1")


@LINUX
def test_a_process_that_nobody_has_buried_is_gone() -> None:
    """In a container whose first process takes no notice, one that was killed stays as a zombie."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = process_started(process.pid)
    assert not gone(process=process.pid, process_started=started)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert gone(process=process.pid, process_started=started)
    process.communicate()


@LINUX
def test_containers_with_one_host_name_are_machines_of_their_own() -> None:
    """Nothing is known of the processes of the other but their signs of life, and none of them is sent a signal."""
    assert not is_here(row(machine="another boot pid:[1]"))
    assert not gone(machine="another boot pid:[1]", process_started="1")
    assert gone(61, machine="another boot pid:[1]")


def test_a_process_that_may_not_be_looked_at_is_judged_by_its_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where others' processes are hidden, or nothing tells when one began and its number may be another's by now."""
    monkeypatch.setattr(liveness, "_fields", lambda _: [])
    assert not gone(59)
    assert gone(61)
    assert gone(process=2**22 + 1)


@LINUX
def test_a_run_in_another_container_keeps_its_lock(history: History) -> None:
    """It is not taken for lost by who has the same host name and sees no such process."""
    plan = plan_of({"a": []})
    history.begin(plan, "r1")
    engine = engine_of(history.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE group_executions SET machine = 'other', process = 99999999"))
    engine.dispose()
    with pytest.raises(RunsAlreadyError, match="run r1 of `g` with the same parameters is under way"):
        history.begin(plan, "r2")
    assert not history.interrupt("r1")
    assert history.run("r1").result.status.value == "running"


def test_a_history_of_an_earlier_version_is_brought_up_to_date(place: str) -> None:
    """Its runs are there as they were."""
    first = History(place)
    first.begin(plan_of({"a": []}), "r1")
    first.close()
    engine = engine_of(first.url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE group_executions DROP COLUMN machine"))
        connection.execute(text("DELETE FROM history_versions WHERE version = 3"))
    engine.dispose()
    for _ in "ab":
        again = History(place)
        assert [run.id for run in again.runs()] == ["r1"]
        assert again.run("r1").result.status.value == "running"
        again.close()
