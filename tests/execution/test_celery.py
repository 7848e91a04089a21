"""Runners and Celery workers: letters and tasks that are lost or come twice, and whoever is gone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest

from spine_lsp.execution import RunEvent
from spine_lsp.execution.celery.executor import CeleryExecutor
from spine_lsp.execution.celery.mail import Mailbox
from spine_lsp.execution.celery.terms import TASK, LeaseTerms, own_version
from spine_lsp.execution.executors import Output, Task
from spine_lsp.execution.processes import Workers
from spine_lsp.orchestration import ExecutionPolicy
from tests.execution.running import CONTINUE, Ran, is_gone, pids_of

AGAIN = ExecutionPolicy(on_failure=CONTINUE, retries=1, backoff=0)


@pytest.fixture
def over_celery(monkeypatch: pytest.MonkeyPatch, celery: Any) -> None:
    monkeypatch.setattr(Ran, "celery", celery)


def workers(folder: Path) -> Workers:
    return Workers(sys.executable, str(folder), (str(folder),), ("prices",), grace=20)


@pytest.mark.usefixtures("over_celery")
@pytest.mark.parametrize("seed", range(3))
def test_letters_that_are_lost_or_come_twice_change_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Of all that runner and worker write to each other, a third goes astray and a third is delivered twice."""
    dice, write = Random(seed), Mailbox.write
    fates: list[int] = []

    def unsteady(self: Mailbox, to: str, letter: Any) -> None:
        fates.append(dice.randrange(3) if letter else 1)
        for _ in range(fates[-1]):
            write(self, to, letter)

    class SteadyAtLast(CeleryExecutor):
        """Once it is gone nobody answers any more, and a worker waits for long."""

        def close(self) -> None:
            monkeypatch.setattr(Mailbox, "write", write)
            super().close()

    monkeypatch.setattr(LeaseTerms, "again", 0.05)
    monkeypatch.setattr(Mailbox, "write", unsteady)
    monkeypatch.setattr(Ran, "executor_class", SteadyAtLast)
    ran = Ran(folder, "good", "floods", "raises")
    assert ran.states() == {"good": "completed", "floods": "completed", "raises": "failed"}
    assert ran.output("floods").split("\n") == [*(f"line {n}" for n in range(20000)), "no newline"]
    assert (ran.output("good"), ran.output("good", "stderr")) == ("rows: 3\n", "a warning\n")
    assert {0, 2} <= set(fates)


@pytest.mark.usefixtures("over_celery")
def test_a_task_that_is_delivered_twice_runs_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once to two workers, or again after its end."""
    invite = CeleryExecutor._invite

    class Often(CeleryExecutor):
        def _invite(self, attempt: Any, params: Any = None) -> None:
            for _ in range(2):
                invite(self, attempt, params)

    monkeypatch.setattr(Ran, "executor_class", Often)
    ran = Ran(folder, "marks", "good", "pid", params={"file": str(folder / "marked")})
    assert ran.states() == dict.fromkeys(["marks", "good", "pid"], "completed")
    assert (folder / "marked").read_text(encoding="utf-8") == "x"


@pytest.mark.usefixtures("over_celery")
def test_a_worker_that_has_waited_in_vain_gives_the_step_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runner has lent it, and the word comes too late: another worker has the step then."""
    write = CeleryExecutor._write
    refused: list[str] = []

    def silent_at_first(self: CeleryExecutor, to: str, key: str, order: Any, read: int) -> None:
        if not refused or refused == [to]:
            refused[:] = [to]
        else:
            write(self, to, key, order, read)

    monkeypatch.setattr(LeaseTerms, "asking", 0.3)
    monkeypatch.setattr(LeaseTerms, "again", 0.05)
    monkeypatch.setattr(CeleryExecutor, "_write", silent_at_first)
    ran = Ran(folder, "marks", params={"file": str(folder / "marked")})
    assert ran.states() == {"marks": "completed"}
    assert (folder / "marked").read_text(encoding="utf-8") == "x"


@pytest.mark.usefixtures("over_celery")
@pytest.mark.parametrize("side", ["attempt", "executor"])
def test_versions_that_do_not_understand_each_other_run_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    """Whichever is the older: of neither side is more known than that it says another contract, or none."""
    older: dict[str, Any] = {} if side == "attempt" else {"contract": 0, "version": "0.0.1"}
    monkeypatch.setattr(f"spine_lsp.execution.celery.{side}.own_version", lambda: older)
    if side == "executor":  # an earlier runner looks at no version
        monkeypatch.setattr(CeleryExecutor, "_understands", lambda *_: True)
    ran = Ran(folder, "marks", params={"file": str(folder / "marked")}, policy=AGAIN)
    assert ran.states() == {"marks": "failed"}
    assert "which do not understand each other" in ran.error("marks")
    assert ("spine-lsp of an earlier version" if side == "attempt" else "spine-lsp 0.0.1") in ran.error("marks")
    assert ran.result.step_executions[0].attempts == 1
    assert not (folder / "marked").exists()


@pytest.mark.usefixtures("over_celery")
def test_another_version_that_is_understood_is_said_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the output of the step; it runs."""
    older = {**own_version(), "version": "0.0.1"}
    monkeypatch.setattr("spine_lsp.execution.celery.attempt.own_version", lambda: older)
    ran = Ran(folder, "good", "pid")
    assert ran.states() == {"good": "completed", "pid": "completed"}
    said = ran.output("good", "stderr") + ran.output("pid", "stderr")
    assert said.count("has spine-lsp 0.0.1 and this run spine-lsp ") == 1


@pytest.mark.usefixtures("over_celery")
def test_a_task_that_is_lost_is_sent_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nobody has taken it and none is in the queue; it is said that nobody has."""
    invite = CeleryExecutor._invite
    lost: list[Any] = []

    class Forgetful(CeleryExecutor):
        def _invite(self, attempt: Any, params: Any = None) -> None:
            if lost:
                invite(self, attempt, params)
            lost.append(attempt)

    monkeypatch.setattr(LeaseTerms, "patience", 0.1)
    monkeypatch.setattr(LeaseTerms, "again", 0.05)
    monkeypatch.setattr(Ran, "executor_class", Forgetful)
    ran = Ran(folder, "good")
    assert ran.states() == {"good": "completed"}
    assert "spine-lsp: no worker has taken this step for" in ran.output("good", "stderr")
    assert len(lost) > 1


def test_a_step_that_nobody_takes_can_be_cancelled_and_runs_no_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch, celery: Any
) -> None:
    """Its task may come to a worker all the same, who asks for it and is refused."""
    monkeypatch.setattr(Ran, "celery", celery)
    sent: list[Any] = []

    class Late(CeleryExecutor):
        def _invite(self, attempt: Any, params: Any = None) -> None:
            sent.append(attempt)

        def close(self) -> None:
            invite = CeleryExecutor._invite
            invite(self, sent[0])
            invite(self, sent[0])
            super().close()

    monkeypatch.setattr(LeaseTerms, "asking", 0.2)
    monkeypatch.setattr(LeaseTerms, "again", 0.05)
    monkeypatch.setattr(Ran, "executor_class", Late)

    def cancel(ran: Ran, event: RunEvent) -> None:
        if event.kind == "step_started":
            ran.runner.cancel()

    ran = Ran(folder, "marks", params={"file": str(folder / "marked")}, watch=cancel)
    assert ran.states() == {"marks": "cancelled"}
    assert ran.error("marks") == "no worker had taken it"
    monkeypatch.setattr(Ran, "executor_class", CeleryExecutor)
    assert Ran(folder, "good").states() == {"good": "completed"}  # whoever is asked next has answered those before
    assert not (folder / "marked").exists()


def test_a_step_whose_runner_is_gone_is_ended(folder: Path, monkeypatch: pytest.MonkeyPatch, celery: Any) -> None:
    """By its worker, after a silence, with all that it has started."""
    celery.conf.update(spine_lsp_workers=workers(folder))
    executor = CeleryExecutor(celery, "gone", workers(folder))
    executor.start(Task(0, "hangs", "hangs", {}, 1))
    text = ""
    while "\n" not in text:
        text += "".join(each.text for each in executor.wait(30) if isinstance(each, Output))
    executor._mail.close()
    monkeypatch.setattr(LeaseTerms, "worker_gives_up", 0.1)
    monkeypatch.setattr(LeaseTerms, "again", 0.05)
    assert all(is_gone(pid) for pid in pids_of(text))


def test_a_program_may_ask_for_a_pipeline_without_a_runner(folder: Path, celery: Any) -> None:
    """The task is the one that Spine's own executor sends: its result is what the pipeline answers."""
    celery.conf.update(spine_lsp_workers=workers(folder))
    task = celery.tasks[TASK]
    known = {"metadata": {}, "correlation_id": "c"}
    assert task.apply(["good", {"n": 4}], known).result["metrics"] == {"rows": 4}
    failed = task.apply(["raises", {}], known)
    assert "RuntimeError: broke" in str(failed.result)


class Redis:
    """A server of Redis on a socket in a folder of its own, which keeps nothing when it ends."""

    def __init__(self, program: str, folder: str) -> None:
        self.program, self.folder = program, folder
        self.url = f"redis+socket://{folder}/s"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                self.program,
                "--port",
                "0",
                "--unixsocket",
                f"{self.folder}/s",
                "--save",
                "",
                "--dir",
                self.folder,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "eady to accept connections" in line:
                return
        raise AssertionError("redis-server did not start")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def redis() -> Iterator[Redis]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: `make services` installs it")
    with tempfile.TemporaryDirectory(prefix="redis") as folder:  # a short one: sockets have short names
        server = Redis(program, folder)
        yield server
        server.end()


@pytest.fixture
def celery_process(redis: Redis, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as users start it, with two processes."""
    arguments = [sys.executable, "-m", "celery", "-A", "spine_lsp.execution.celery.worker", "worker"]
    more = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    environment = {
        **os.environ,
        "SPINE_CELERY_BROKER": redis.url,
        "SPINE_LSP_PYTHON": sys.executable,
        "SPINE_LSP_ROOT": str(folder),
    }
    process = subprocess.Popen(
        [*arguments, *more], env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield process
    for child in psutil.Process(process.pid).children() if process.poll() is None else []:
        child.kill()
    process.kill()
    process.wait()


def test_a_broker_that_is_restarted_in_the_midst_loses_nothing(
    redis: Redis, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes back without what it had: the step goes on, what it writes arrives, and so does the next task."""
    from spine_lsp.execution.celery.worker import inner_worker, serving

    app = serving(redis.url)
    monkeypatch.setattr(LeaseTerms, "again", 0.1)
    monkeypatch.setattr(LeaseTerms, "patience", 1)
    monkeypatch.setattr(Ran, "celery", app)
    came = folder / "came"
    os.mkfifo(came)

    def restart(ran: Ran, event: RunEvent) -> None:
        if event.kind == "step_output" and "pids" in event.data["text"]:
            redis.end()
            came.write_text("", encoding="utf-8")
            redis.start()

    with inner_worker(app, 1):
        ran = Ran(folder, "awaits", "good", params={"file": str(came)}, watch=restart)
    assert ran.states() == {"awaits": "completed", "good": "completed"}
    assert ran.output("awaits").endswith("came\n")
    assert ran.output("good") == "rows: 3\n"


@pytest.mark.usefixtures("celery_process")
def test_a_worker_that_is_killed_loses_its_step(redis: Redis, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of its processes: the others tell. All of it: its silence does. A step that may be tried again is."""
    from spine_lsp.execution.celery.worker import serving

    monkeypatch.setattr(Ran, "celery", serving(redis.url))
    killed: list[int] = []
    os.mkfifo(folder / "never")

    def kill_one(ran: Ran, event: RunEvent) -> None:
        if event.kind == "step_output" and "pids" in event.data["text"]:
            step = pids_of(event.data["text"])[0]
            killed.append(step)
            pool = psutil.Process(step).parent()
            assert pool is not None
            if len(killed) == 1:
                pool.kill()
                return
            whole = pool.parent()
            assert whole is not None
            for process in (whole, *whole.children()):
                process.send_signal(signal.SIGKILL)
            ran.executor._terms = LeaseTerms(0.2)

    ran = Ran(folder, "awaits", params={"file": str(folder / "never")}, policy=AGAIN, watch=kill_one)
    assert ran.states() == {"awaits": "lost"}
    assert ran.result.step_executions[0].attempts == 2
    first = next(event for event in ran.events if event.kind == "step_retrying")
    assert "is lost: " in first.data["error"]
    assert "SIGKILL" in first.data["error"]
    assert "is lost: nothing was heard of it for 0.2 seconds" in ran.error("awaits")
    assert all(is_gone(pid) for pid in killed)


@pytest.mark.usefixtures("celery_process")
def test_a_broker_that_stays_away_loses_the_step(redis: Redis, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its worker ends it, and the runner says so: nobody knows how far it came."""
    from spine_lsp.execution.celery.worker import serving

    monkeypatch.setattr(Ran, "celery", serving(redis.url))
    monkeypatch.setattr(Ran, "terms", LeaseTerms(6))

    def end(ran: Ran, event: RunEvent) -> None:
        if event.kind == "step_output" and "pids" in event.data["text"]:
            redis.end()
            ran.executor._terms = LeaseTerms(1)

    ran = Ran(folder, "hangs", watch=end)
    assert ran.states() == {"hangs": "lost"}
    assert all(is_gone(pid) for pid in pids_of(ran.output("hangs")))
