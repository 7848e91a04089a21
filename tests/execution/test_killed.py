"""A runner that is killed at every event while processes or Celery workers carry out its steps: the truth remains."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from spine_lsp.execution.history import History
from tests.execution.fakes import plan_of
from tests.execution.test_history import EDGES, S, run, states

PIPELINES = """
from spine.framework import register_pipeline

def mark(name):
    @register_pipeline(name)
    def run(params):
        with open(params["ran"], "a") as ran:
            ran.write(name + " ")
        return {"status": "failed" if name == "fail" else "completed"}

for name in ("a", "fail", "c", "d"):
    mark(name)
"""
RUNNER = """
import os, signal, sys
from contextlib import nullcontext
from spine_lsp.execution import GroupRunner
from spine_lsp.execution.history import History
from spine_lsp.execution.processes import ProcessExecutor, Workers
from tests.execution.fakes import plan_of
from tests.execution.test_history import EDGES, S

folder, carried_out, *places = sys.argv[1:]
if carried_out == "celery":
    from spine_lsp.execution.celery.executor import CeleryExecutor
    from spine_lsp.execution.celery.worker import inner_worker, serving
workers = Workers(sys.executable, folder, (folder,), ("marking",))

def end():
    os.kill(os.getpid(), signal.SIGKILL)

def child(number, ran, place):
    history = History(place)
    plan = plan_of(EDGES, S)
    for step in plan.steps:
        step.params["ran"] = ran
    record = history.begin(plan, "r1")
    def shown(event):
        if event.number == number:
            end()
    app = serving("memory://", workers=workers) if carried_out == "celery" else None
    def executor(*_):
        return ProcessExecutor(workers) if carried_out == "processes" else CeleryExecutor(app, "r1", workers)
    with inner_worker(app, 1) if carried_out == "celery" else nullcontext():
        GroupRunner(executor=executor, record=record, on_event=shown).execute(plan)
        os._exit(0)

for number, place in enumerate(places, 1):
    print(place, flush=True)
    pid = os.fork()
    if not pid:
        child(number, f"{place}.ran", place)
    if os.waitpid(pid, 0)[1] == 0:
        break
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process is forked for each event")
@pytest.mark.parametrize("carried_out", ["processes", "celery"])
def test_a_runner_that_is_killed_leaves_the_truth(carried_out: str, tmp_path: Path) -> None:
    """After each event: what is said to have run has, once, and nothing runs twice."""
    (tmp_path / "marking.py").write_text(PIPELINES, encoding="utf-8")
    places = [str(tmp_path / f"{number}.db") for number in range(40)]
    command = [sys.executable, "-c", RUNNER, str(tmp_path), carried_out, *places]
    killed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    assert len(killed) > 8
    for place in killed:
        history = History(place)
        ran_file = Path(f"{place}.ran")
        ran = ran_file.read_text(encoding="utf-8").split() if ran_file.exists() else []
        assert len(ran) == len(set(ran))
        kept = history.run("last")
        assert kept.result.status.value in ("lost", "partial")
        for name, state in states(kept).items():
            assert name in ran or state in ("skipped", "lost"), (place, name, state)
            assert name not in ran or state != "skipped", (place, name, state)
            assert state in ("completed", "failed", "skipped", "lost")
        again = run(history, plan_of(EDGES, S), "r2", kept, fail=lambda _: {"status": "completed"})
        completed = {name for name, state in states(kept).items() if state == "completed"}
        assert not completed & set(again), place
        assert history.run("r2").result.status.value == "completed"
        history.close()
