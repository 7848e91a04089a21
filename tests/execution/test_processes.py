"""Steps in worker processes: what a pipeline may do to its process, what it writes, and how it is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.execution import RunEvent
from spine_lsp.execution.processes import WORKER, PipelinePlace
from spine_lsp.execution.worker import wire
from spine_lsp.orchestration import ExecutionPolicy
from tests.examples import examples
from tests.execution.running import Ran, is_gone, pids_of


@pytest.fixture(params=["local", "celery"])
def carried_out(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whoever carries out the steps of a test: the same is asked of both."""
    if request.param == "celery":
        monkeypatch.setattr(Ran, "celery", request.getfixturevalue("celery"))
    return str(request.param)


BOTH = pytest.mark.usefixtures("carried_out")


@BOTH
def test_whatever_a_pipeline_does_costs_its_step(folder: Path) -> None:
    """It fails, raises, exits, ends its process, crashes; the others run, and each says what it was."""
    names = ["good", "bad", "raises", "leaves", "ends", "crashes", "nowhere", "closes", "reads"]
    ran = Ran(folder, *names)
    assert ran.states() == dict.fromkeys(names, "failed") | dict.fromkeys(["good", "closes", "reads"], "completed")
    assert [ran.error(name) for name in ("bad", "raises", "leaves")] == [
        "no rows", "broke", "the pipeline called sys.exit(3)",
    ]  # fmt: skip
    assert ran.error("ends") == "its process ended by itself, with exit code 4"
    assert ran.output("ends") == "last words"
    if os.name == "posix":
        assert ran.error("crashes") == "its process crashed, with SIGSEGV"
    assert ran.error("nowhere").startswith("no pipeline `nowhere` is registered in this interpreter, ")
    good, reads = ran.result.get_step_execution("good"), ran.result.get_step_execution("reads")
    assert good is not None
    assert reads is not None
    assert good.result["metrics"] == {"rows": 3}
    assert reads.result == {"read": "", "tier": "T1", "batch": "b", "argv": ["spine-lsp"]}
    raised = next(step for step in ran.result.step_executions if step.step_name == "raises")
    assert 'prices.py", line' in (raised.traceback or "")


@BOTH
def test_what_a_step_writes_is_its_own(folder: Path) -> None:
    """Both streams, also without a last newline, before the step has finished; a worker is used again."""
    ran = Ran(folder, "good", "floods", "pid")
    assert (ran.output("good"), ran.output("good", "stderr")) == ("rows: 3\n", "a warning\n")
    flood = ran.output("floods")
    assert (flood.count("\n"), flood[-10:]) == (20000, "no newline")
    kinds = [event.kind for event in ran.events if event.step == "floods"]
    assert kinds == ["step_started", *["step_output"] * (len(kinds) - 2), "step_finished"]
    assert len(kinds) < 2000
    twice = Ran(folder, "pid", "good")
    assert len({event.data["worker"] for event in twice.events if event.kind == "step_started"}) == 1


@BOTH
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are copied")
def test_copies_of_a_process_neither_answer_nor_hold_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child keeps the pipes of a worker that has ended, or comes back as the worker does: there is one answer."""
    monkeypatch.setattr("spine_lsp.execution.processes._LAST_WORDS", 0.1)
    os.mkfifo(folder / "held")
    ran = Ran(folder, "holds", "returns", "good")
    assert ran.states() == {"holds": "failed", "returns": "completed", "good": "completed"}
    assert ran.error("holds") == "its process ended by itself, with exit code 0"
    (folder / "held").write_text("", encoding="utf-8")  # the child was there all the time


@pytest.mark.skipif(os.name != "posix", reason="answers have a pipe of their own")
def test_what_is_no_answer_costs_the_step(folder: Path) -> None:
    """A pipeline that writes to every descriptor meets the pipe of answers."""
    assert Ran(folder, "scribbles", "good").states() == {"scribbles": "lost", "good": "completed"}


@BOTH
def test_what_is_no_exception_costs_the_step_too(folder: Path) -> None:
    """`KeyboardInterrupt`, and a coroutine that is cancelled: the worker goes on."""
    ran = Ran(folder, "abrupt", "cancels", "good")
    assert ran.states() == {"abrupt": "failed", "cancels": "failed", "good": "completed"}
    assert (ran.error("abrupt"), ran.error("cancels")) == ("out", "not any more")


@BOTH
def test_a_step_begins_as_if_it_were_the_first(folder: Path) -> None:
    """In the folder of the run, with streams that are open, and not deaf, whatever ran before in its process."""
    for before in ("moves", "closes"):
        ran = Ran(folder, before, "sees")
        assert ran.states() == {before: "completed", "sees": "completed"}
        assert ran.result.step_executions[1].result == [str(folder), True]
        assert ran.output("sees") == "seen\n"


@BOTH
def test_a_result_may_be_anything(folder: Path) -> None:
    """What cannot be shown, has no end, or is larger than anybody keeps: the step has completed all the same."""
    told = {
        "mute": "a list that cannot be shown: no words",
        "knot": [{"again": "..."}],
        "large": hex(1 << 20_000),
        "long": "a result of 2,000,002 characters, which is not kept",
    }
    for what, result in told.items():
        assert Ran(folder, "odd", params={"what": what}).result.step_executions[0].result == result
    assert Ran(folder, "odd", params={"what": "error"}).error("odd") == "MuteError"


@BOTH
def test_a_line_without_an_end_arrives_whole(folder: Path) -> None:
    """Millions of characters, none of them cut in two, and no wait for more between two readings of a full pipe."""
    assert Ran(folder, "wide").output("wide") == "0123456789é" * 500_000


@BOTH
def test_parameters_arrive_as_they_are(folder: Path) -> None:
    """Types and all; what a specification refuses has failed and is not tried again."""
    policy = ExecutionPolicy(retries=3, backoff=0)
    ran = Ran(folder, "good", params={"n": 7}, policy=policy)
    assert ran.output("good") == "rows: 7\n"
    for refused, why in ((0, "it is refused"), ("7", "expected int, got str")):
        ran = Ran(folder, "good", params={"n": refused}, policy=policy)
        assert ran.error("good") == f"invalid parameter 'n': {why}"
        assert ran.result.step_executions[0].attempts == 1


@BOTH
def test_a_pipeline_is_found_where_it_is_defined(folder: Path) -> None:
    """What nothing registers is called by its place, if the reader of its file knows that; a broken module is named."""
    (folder / "broken.py").write_text("import nothing_of_that_name\n", encoding="utf-8")
    targets = {"u": PipelinePlace("prices", "Unregistered"), "v": PipelinePlace("broken", "V")}
    ran = Ran(folder, "u", "v", targets=targets, imports=())
    assert ran.states() == {"u": "completed", "v": "failed"}
    assert ran.result.step_executions[0].result == "called"
    assert "`broken` could not be imported: ModuleNotFoundError" in ran.error("v")
    assert "nothing_of_that_name" in ran.output("v", "stderr")


@BOTH
def test_spine_runs_its_pipelines_where_it_is_installed(folder: Path) -> None:
    """By its dispatcher, with the words of its version; the stand-in is for interpreters without it."""
    spine = folder / "spine" / "framework"
    spine.mkdir(parents=True)
    (spine / "__init__.py").write_text("", encoding="utf-8")
    (spine / "registry.py").write_text("def get_operation(name):\n  return {'real': 1}[name]\n", encoding="utf-8")
    (spine / "dispatcher.py").write_text(
        "class D:\n"
        "  def submit(self, operation, params, trigger_source=None):\n"
        "    return {'status': 'completed', 'result': [operation, params, str(trigger_source)]}\n"
        "get_dispatcher = D\n",
        encoding="utf-8",
    )
    ran = Ran(folder, "real", "good", imports=())
    assert ran.states() == {"real": "completed", "good": "failed"}
    assert ran.result.step_executions[0].result == ["real", {"batch_id": "b"}, "scheduler"]


@BOTH
def test_a_step_is_ended_gently_with_all_that_it_has_started(folder: Path) -> None:
    """When the run is cancelled: it may clean up, and its children go with it."""

    def cancel(ran: Ran, event: RunEvent) -> None:
        if event.kind == "step_output" and "pids" in event.data["text"]:
            Thread(target=ran.runner.cancel).start()

    ran = Ran(folder, "hangs", "good", watch=cancel)
    assert ran.states() == {"hangs": "cancelled", "good": "skipped"}
    assert ran.result.status.value == "cancelled"
    assert ran.output("hangs").endswith("cleaned up\n")
    assert all(is_gone(pid) for pid in pids_of(ran.output("hangs")))


@BOTH
def test_a_step_that_is_deaf_is_ended_all_the_same(folder: Path) -> None:
    """After the grace, when the time of the run is over."""
    ran = Ran(folder, "deaf", grace=0.05, timeout=0.6)
    assert ran.states() == {"deaf": "timed_out"}
    assert all(is_gone(pid) for pid in pids_of(ran.output("deaf")))


@BOTH
def test_a_worker_that_is_killed_is_lost(folder: Path) -> None:
    """Nobody knows how far it came; a step that may be tried again is."""
    killed: list[int] = []

    def kill(ran: Ran, event: RunEvent) -> None:
        if event.kind == "step_output" and not killed:
            killed.append(pids_of(event.data["text"])[0])
            os.kill(killed[0], signal.SIGKILL)

    ran = Ran(folder, "hangs", "good", watch=kill)
    assert ran.states() == {"hangs": "lost", "good": "completed"}
    assert ran.error("hangs") == "its process was killed from outside, by SIGKILL"


RUNNER = """
import sys
from spine_lsp.execution import GroupRunner
from spine_lsp.execution.processes import ProcessExecutor, Workers
from tests.execution.fakes import plan_of
workers = Workers(sys.executable, sys.argv[1], (sys.argv[1],), ("prices",))
def show(event):
    if event.kind == "step_output":
        print(event.data["text"], flush=True)
GroupRunner(executor=lambda *_: ProcessExecutor(workers)).execute(plan_of({sys.argv[2]: []}), on_event=show)
"""


@pytest.mark.parametrize("pipeline", ["hangs", "deaf"])
def test_nothing_outlives_a_runner_that_is_killed(folder: Path, pipeline: str) -> None:
    """Its workers end, and what they have started, however deaf they are."""
    runner = subprocess.Popen([sys.executable, "-c", RUNNER, str(folder), pipeline], stdout=subprocess.PIPE, text=True)
    assert runner.stdout is not None
    pids = pids_of(runner.stdout.readline())
    runner.kill()
    runner.wait()
    assert all(is_gone(pid) for pid in pids)
    runner.stdout.close()


@BOTH
def test_an_interpreter_that_is_none_fails_its_steps(folder: Path) -> None:
    """With the reason, and without a second attempt."""
    ran = Ran(folder, "good", python=str(folder / "no-python"), policy=ExecutionPolicy(retries=2))
    assert "no-python" in ran.error("good")
    assert ran.result.step_executions[0].attempts == 1


def test_a_worker_answers_on_standard_output_where_it_has_nothing_else(folder: Path) -> None:
    """Where descriptors cannot be handed down, what pipelines print goes to standard error."""
    lines = [
        {"roots": [str(folder)], "imports": ["prices"], "mark": "M"},
        {"task": 1, "pipeline": "good", "params": {"n": 1}, "target": None},
        {"bye": True},
    ]
    worker = subprocess.Popen(
        [sys.executable, str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert worker.stderr is not None
    with worker.stdin, worker.stdout, worker.stderr:
        worker.stdin.write(b"".join(map(wire.line, lines)))
        worker.stdin.flush()
        assert b'"completed": true' in worker.stdout.readline()
        assert worker.stderr.readline() == b"rows: 1\n"
        assert worker.wait() == 0


def _pythons() -> Iterator[str]:
    """The oldest interpreter that workers run on, and the newest that is here."""
    import shutil

    for name in ("python3.9", "python3.13"):
        path = shutil.which(name)
        if path is not None and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            yield path


def test_a_worker_runs_on_other_versions_of_python(folder: Path) -> None:
    """It is plain standard library from 3.9 on: its files parse as that, and run where such an interpreter is here."""
    import ast

    for path in WORKER.glob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
    for python in _pythons():
        ran = Ran(folder, "good", "raises", "reads", python=python)
        assert ran.states() == {"good": "completed", "raises": "failed", "reads": "completed"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    | st.binary() | st.dates() | st.datetimes().map(lambda moment: moment.replace(fold=0)) | st.just(float("inf")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("!") | st.integers() | st.dates(), inner),
    max_leaves=12,
)  # fmt: skip


@given(VALUES)
@settings(max_examples=examples(60))
def test_parameters_survive_the_way_to_a_worker(value: Any) -> None:
    """Every value that YAML has, with its type."""
    import json

    sent = wire.decode(json.loads(wire.line(wire.encode(value))))
    assert sent == value
    assert repr(sent) == repr(value)


def test_what_yaml_does_not_have_is_refused() -> None:
    """A parameter that a program put in fails its step, and says why."""
    assert wire.decode(wire.encode({"s": {1}, "t": (date(2026, 1, 9), datetime(2026, 1, 9))})) == {  # noqa: DTZ001 - as YAML has it
        "s": {1},
        "t": (date(2026, 1, 9), datetime(2026, 1, 9)),  # noqa: DTZ001 - as above
    }
    with pytest.raises(TypeError, match="cannot be a object"):
        wire.encode(object())
