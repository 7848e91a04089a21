"""Steps carried out in this process, each by a call of a dispatcher's `submit`, which answers when it is done."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

from spine_lsp.execution.executors import Ended, Report, Task
from spine_lsp.execution.worker.answers import Answer, of_dispatcher, of_error, submitted
from spine_lsp.orchestration.scheduling import Halt, Outcome


def find_dispatcher() -> Any:
    """The dispatcher of Spine, if this program has loaded it; it is never imported from here."""
    found = _of_spine("get_dispatcher")
    return found() if callable(found) else None


class DispatcherExecutor:
    """Calls ``dispatcher.submit(pipeline=, params=, trigger_source=)`` for each task.

    With one worker the calls are made by the thread that waits, as a program without threads would make them, unless
    ``in_threads``. A thread cannot be ended: a step that is cancelled runs to its end and counts; one that is timed
    out is left to itself, and what it answers later is dropped.
    """

    def __init__(self, dispatcher: Any, workers: int, *, in_threads: bool = False) -> None:
        self._submit = dispatcher.submit
        self._inline = workers == 1 and not in_threads
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._reports: SimpleQueue[Ended | None] = SimpleQueue()
        self._threads = 0
        self._running: dict[int, int] = {}  # step to attempt
        self._left = 0

    def now(self) -> float:
        """The time, on a clock that only goes forward."""
        return monotonic()

    def start(self, task: Task) -> None:
        """Begin a task."""
        self._running[task.step] = task.attempt
        self._tasks.put(task)
        if not self._inline and self._threads - self._left < len(self._running):
            self._threads += 1
            Thread(target=self._work, name=f"step-{self._threads}", daemon=True).start()

    def stop(self, step: int, why: Halt) -> None:
        """Leave a step to itself when its time is over; one that is cancelled comes to its end."""
        if why == "timed_out" and step in self._running:
            self._left += 1
            self._reports.put(Ended(step, "timed_out", error="it was still running when the time was over"))

    def wait(self, seconds: float | None) -> Sequence[Report]:
        """The reports since the last call."""
        if self._inline and not self._tasks.empty():
            task = self._tasks.get()
            self._reports.put(None if task is None else self._run(task))
        reports: list[Report] = []
        try:
            report = self._reports.get(timeout=seconds)
            while True:
                if report is not None and self._running.pop(report.step, None) is not None:
                    reports.append(report)
                report = self._reports.get_nowait()
        except Empty:
            return reports

    def wake(self) -> None:
        """End the waiting."""
        self._reports.put(None)

    def close(self) -> None:
        """Let the threads go."""
        for _ in range(self._threads):
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            self._reports.put(self._run(task))

    def _run(self, task: Task) -> Ended:
        try:
            return _ended(
                task.step,
                of_dispatcher(submitted(self._submit, task.pipeline, task.params, _trigger_source())),
            )
        except BaseException as exc:
            if self._inline and isinstance(exc, KeyboardInterrupt):
                raise  # somebody ends the program, which runs this in its own thread
            return _ended(task.step, of_error(exc))


def _trigger_source() -> Any:
    """What Spine calls the source of what is started by a program."""
    return getattr(_of_spine("TriggerSource"), "SCHEDULER", "scheduler")


def _of_spine(name: str) -> Any:
    """What the modules of Spine that the program has loaded call so; None without."""
    modules = (sys.modules.get(module) for module in ("spine.framework.dispatcher", "spine.framework"))
    return next((getattr(module, name) for module in modules if hasattr(module, name)), None)


def _ended(step: int, answer: Answer) -> Ended:
    outcome: Outcome = "completed" if answer.completed else "failed"
    return Ended(step, outcome, answer.result, answer.error, answer.traceback, answer.again)
