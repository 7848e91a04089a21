"""Pipelines that do all that a pipeline may do, and runs of them by whichever executor a test chooses."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Any

import psutil

from spine_lsp.execution import GroupExecutionResult, GroupRunner, RunEvent
from spine_lsp.execution.celery.executor import CeleryExecutor
from spine_lsp.execution.celery.terms import LeaseTerms
from spine_lsp.execution.executors import Executor
from spine_lsp.execution.processes import ProcessExecutor, Workers
from spine_lsp.orchestration import ExecutionPolicy, FailurePolicy
from tests.execution.fakes import plan_of

CONTINUE = FailurePolicy.CONTINUE
PIPELINES = """
import asyncio, ctypes, os, signal, subprocess, sys, time
from spine.framework import Pipeline, PipelineResult, PipelineSpec, PipelineStatus, ParamDef, register_pipeline
from spine.framework.params import positive_int

@register_pipeline("good")
class Good(Pipeline):
    spec = PipelineSpec(optional_params={"n": ParamDef("n", int, "how many", default=3, validator=positive_int)})

    def run(self):
        print("rows:", self.params["n"])
        print("a warning", file=sys.stderr)
        return PipelineResult(PipelineStatus.COMPLETED, None, metrics={"rows": self.params["n"]})

@register_pipeline("bad")
class Bad(Pipeline):
    def run(self):
        return PipelineResult(status=PipelineStatus.FAILED, started_at=None, error="no rows")

@register_pipeline("raises")
class Raises(Pipeline):
    def run(self):
        raise RuntimeError("broke")

@register_pipeline("leaves")
def leaves(params):
    sys.exit(3)

@register_pipeline("ends")
def ends(params):
    print("last words", end="", flush=True)
    os._exit(4)

@register_pipeline("crashes")
def crashes(params):
    ctypes.string_at(0)

@register_pipeline("reads")
async def reads(batch_id, tier="T1"):
    await asyncio.sleep(0)
    return {"read": sys.stdin.read(), "tier": tier, "batch": batch_id, "argv": sys.argv}

@register_pipeline("closes")
def closes():
    sys.stdout.close()
    os.close(2)

@register_pipeline("holds")
def holds():
    ready, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()  # what ends the group of the worker does not end it
        os.write(tell, b"x")
        open("held").close()
        os._exit(0)
    os.read(ready, 1)
    os._exit(0)

@register_pipeline("returns")
def returns():
    os.fork()
    return "twice"

@register_pipeline("scribbles")
def scribbles():
    for number in range(3, 64):
        try:
            os.write(number, b"nonsense\\n")
        except OSError:
            pass
    time.sleep(600)

@register_pipeline("abrupt")
def abrupt():
    raise KeyboardInterrupt("out")

@register_pipeline("cancels")
async def cancels():
    raise asyncio.CancelledError("not any more")

@register_pipeline("moves")
def moves():
    os.chdir("/")
    sys.stdout = open(os.devnull, "w")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

@register_pipeline("sees")
def sees():
    print("seen")
    return [os.getcwd(), signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN]

@register_pipeline("wide")
def wide():
    sys.stdout.write("0123456789é" * 500_000)

@register_pipeline("odd")
def odd(params):
    class Mute:
        def __repr__(self):
            raise RuntimeError("no words")
    class MuteError(Exception):
        def __str__(self):
            raise RuntimeError("no words")
    knot = []
    knot.append({"again": knot})
    if params["what"] == "error":
        raise MuteError
    return {"mute": [Mute()], "knot": knot, "large": 1 << 20_000, "long": "x" * 2_000_000}[params["what"]]

@register_pipeline("pid")
def pid(**params):
    return os.getpid()

@register_pipeline("marks")
def marks(params):
    with open(params["file"], "a") as file:
        file.write("x")

@register_pipeline("awaits")
def awaits(params):
    print("pids", os.getpid(), flush=True)
    open(params["file"]).close()  # a named pipe: until somebody writes
    print("came")
    return "done"

@register_pipeline("floods")
def floods():
    for number in range(20000):
        print("line", number)
    print("no newline", end="")

@register_pipeline("hangs")
def hangs(params):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        print("pids", os.getpid(), child.pid, flush=True)
        time.sleep(600)
    finally:
        print("cleaned up")

@register_pipeline("deaf")
def deaf(params):
    while True:
        try:
            print("pids", os.getpid(), flush=True)
            time.sleep(600)
        except BaseException:
            pass

class Unregistered:
    def __call__(self, params):
        return "called"
"""


class Ran:
    """A run of pipelines, step by step as they are called, and what was told of it."""

    celery: Any = None
    executor_class = CeleryExecutor
    terms: LeaseTerms | None = None

    def __init__(
        self,
        folder: Path,
        *pipelines: str,
        policy: ExecutionPolicy | None = None,
        grace: float = 20,
        **more: Any,
    ) -> None:
        self.events: list[RunEvent] = []
        options: dict[str, Any] = {"imports": ("prices",), "roots": (str(folder),), "python": sys.executable}
        names = ("imports", "roots", "python", "targets")
        options |= {key: more.pop(key) for key in names if key in more}
        self.workers = Workers(folder=str(folder), grace=grace, **options)
        self.params: dict[str, Any] = more.pop("params", {})
        self.watch = more.pop("watch", lambda *_: None)
        self.how = more
        self.plan = plan_of({name: [] for name in pipelines}, policy or ExecutionPolicy(on_failure=CONTINUE))
        self.runner = GroupRunner(executor=self._make)
        self.result = self._run()

    def _make(self, *_: Any) -> Executor:
        if self.celery is None:
            return ProcessExecutor(self.workers)
        self.celery.conf.update(spine_lsp_workers=self.workers)
        self.executor = self.executor_class(self.celery, secrets.token_hex(4), self.workers, self.terms)
        return self.executor

    def _run(self) -> GroupExecutionResult:
        for step in self.plan.steps:
            step.params.update(self.params)

        def on_event(event: RunEvent) -> None:
            self.events.append(event)
            self.watch(self, event)

        return self.runner.execute(self.plan, on_event=on_event, **self.how)

    def output(self, step: str, stream: str = "stdout") -> str:
        told = [event for event in self.events if event.kind == "step_output" and event.step == step]
        return "".join(event.data["text"] for event in told if event.data["stream"] == stream)

    def states(self) -> dict[str, str]:
        return {step.step_name: step.status.value for step in self.result.step_executions}

    def error(self, step: str) -> str:
        execution = self.result.get_step_execution(step)
        assert execution is not None
        return execution.error or ""


def pids_of(text: str) -> list[int]:
    return [int(word) for word in text.split()[1:] if word.isdigit()]


def is_gone(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        process.wait(20)
    except (psutil.NoSuchProcess, psutil.TimeoutExpired):
        pass
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
