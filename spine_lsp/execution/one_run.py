"""One run of a plan: between the scheduler, who carries the steps out, and those who keep and hear what happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from spine_lsp.execution.events import Kind, OnEvent, RunEvent
from spine_lsp.execution.executors import Ended, Executor, Output, Report, Task
from spine_lsp.execution.results import (
    GroupExecutionResult,
    GroupExecutionStatus,
    StepExecution,
    StepStatus,
    final_status,
)
from spine_lsp.execution.worker.answers import plain
from spine_lsp.orchestration.models import ExecutionPlan
from spine_lsp.orchestration.scheduling import Retry, Schedule, Start, next_steps

_LOOK_AGAIN = 1.0
"""Seconds after which a lock that others hold is looked for again."""
_LONGEST_WAIT = 3600.0  # seconds; a timeout may be longer than a lock can wait


class Record(Protocol):
    """Where the events of a run are kept; what cannot be kept raises, and ends the run."""

    beat_every: float
    """Seconds after which `beat` wants to be called at the latest."""
    locks: Mapping[str, str]
    """The lock keys of the steps that have one."""

    def write(self, events: Sequence[RunEvent]) -> None:
        """Keep events before anybody sees them, and before what they announce is begun."""

    def beat(self) -> None:
        """Say that the run goes on."""

    def take(self, step: str) -> str | None:
        """Take the lock of a step that is about to begin; answers in words who holds it instead."""


class OneRun:
    """One run: the schedule, the executor and the events between them."""

    def __init__(
        self,
        plan: ExecutionPlan,
        waits_for: Sequence[Sequence[int]],
        kept: Mapping[str, StepExecution],
        executor: Executor,
        listeners: Sequence[OnEvent],
        record: Record | None,
        clock: Callable[[], datetime],
        run_id: str,
    ) -> None:
        self._plan = plan
        self._executor = executor
        self._listeners = listeners
        self._record = record
        self._clock = clock
        self._waits_for = waits_for
        self._kept = kept
        names = [step.step_name for step in plan.steps]
        self._retries = [Retry(step.retries, step.backoff) for step in plan.steps]
        self._schedule = Schedule(
            waits_for,
            plan.policy,
            self._retries,
            [number for number, name in enumerate(names) if name in kept],
        )
        self._steps = [
            kept.get(step.step_name) or StepExecution(step.step_name, step.pipeline_name, StepStatus.PENDING)
            for step in plan.steps
        ]
        self._result = GroupExecutionResult(
            plan.group_name,
            plan.batch_id,
            GroupExecutionStatus.RUNNING,
            clock(),
            step_executions=self._steps,
            run_id=run_id,
        )
        self._told = 0
        self._events: list[RunEvent] = []
        self._cancelled = False
        self._held_up: dict[int, Start] = {}
        """Steps whose turn it is and whose locks others hold."""
        self._told_holders: dict[int, str] = {}
        self._looks_at: float | None = None
        """When to look for these locks again; None for at once."""

    def cancel(self) -> None:
        """Ask for the end of the run, from anywhere."""
        self._cancelled = True
        self._executor.wake()

    def go(self, timeout: float | None) -> GroupExecutionResult:
        """Run to the end."""
        schedule, executor = self._schedule, self._executor
        begun = executor.now()
        deadline = None if timeout is None else begun + timeout
        self._tell("run_started", data=self._opening(timeout))
        self._show()
        beaten = begun
        while True:
            if self._cancelled and schedule.halted is None:
                schedule.halt("cancelled")
                self._tell("run_cancelling")
            if schedule.stopped or schedule.halted is not None:
                self._withdraw_held_up()
            self._finish_given_up()
            actions = next_steps(schedule)
            tasks = self._begin_all([action for action in actions if isinstance(action, Start)])
            self._show()
            for task in tasks:
                executor.start(task)
            for action in actions:
                if not isinstance(action, Start):
                    schedule.stopping(action)
                    executor.stop(action.step, action.why)
            if schedule.over:
                break
            reports = executor.wait(self._patience(deadline))
            now = executor.now()
            self._take(reports, now)
            schedule.advance(now)
            if deadline is not None and now >= deadline and not schedule.over:
                schedule.halt("timed_out")
            if self._record is not None and now - beaten >= self._record.beat_every:
                self._record.beat()
                beaten = now
        return self._close(timeout)

    def _opening(self, timeout: float | None) -> dict[str, Any]:
        plan = self._plan
        return {
            "group": plan.group_name,
            "version": plan.group_version,
            "batch_id": plan.batch_id,
            "policy": plan.policy.to_dict(),
            "timeout": timeout,
            "params": plain(plan.params),
            "steps": [
                {
                    "name": step.step_name,
                    "pipeline": step.pipeline_name,
                    "depends_on": list(step.depends_on),
                    "params": plain(step.params),
                    "kept": step.step_name in self._kept,
                }
                for step in plan.steps
            ],
        }

    def _patience(self, deadline: float | None) -> float | None:
        """The seconds after which there is something to do even if nothing is reported."""
        now = self._executor.now()
        looks_at = self._looks_at if self._held_up else None
        moments = [moment for moment in (self._schedule.wakes_at, looks_at, deadline) if moment is not None]
        if self._schedule.halted is not None:
            moments = []  # what has been told to end is all that is waited for
        waits = [max(moment - now, 0.0) for moment in moments]
        if self._record is not None:
            waits.append(self._record.beat_every)
        return min(*waits, _LONGEST_WAIT) if waits else None

    def _begin_all(self, actions: Sequence[Start]) -> list[Task]:
        """Begin what has its turn and can have its lock."""
        for action in actions:
            self._schedule.started(action)
        now = self._executor.now()
        held_up = list(self._held_up.values())
        if self._looks_at is not None and now < self._looks_at:
            held_up = []
        tasks = [self._begin(action) for action in (*held_up, *actions) if self._can_begin(action)]
        if held_up or self._looks_at is None:
            self._looks_at = now + _LOOK_AGAIN
        return tasks

    def _can_begin(self, action: Start) -> bool:
        step = self._steps[action.step]
        holder = None
        if self._record is not None and step.step_name in self._record.locks:
            self._show()  # what has ended gives its lock back
            holder = self._record.take(step.step_name)
        if holder is None:
            self._held_up.pop(action.step, None)
            return True
        self._held_up[action.step] = action
        if self._told_holders.get(action.step) != holder:
            self._told_holders[action.step] = holder
            self._tell("step_waiting", step.step_name, {"because": holder})
        return False

    def _withdraw_held_up(self) -> None:
        for step in self._held_up:
            self._schedule.withdraw(step)
        self._held_up.clear()

    def _begin(self, action: Start) -> Task:
        planned, step = self._plan.steps[action.step], self._steps[action.step]
        step.status = StepStatus.RUNNING
        step.attempts = action.attempt
        event = self._tell(
            "step_started",
            step.step_name,
            {"pipeline": step.pipeline_name, "attempt": action.attempt, "worker": action.worker},
        )
        step.started_at = step.started_at or event.at
        params = {**planned.params, "batch_id": self._plan.batch_id}
        return Task(action.step, step.step_name, step.pipeline_name, params, action.attempt)

    def _take(self, reports: Sequence[Report], now: float) -> None:
        for report in reports:
            if isinstance(report, Output):
                self._tell(
                    "step_output",
                    self._steps[report.step].step_name,
                    {"stream": report.stream, "text": report.text},
                )
            else:
                self._end(report, now)

    def _end(self, report: Ended, now: float) -> None:
        schedule, step = self._schedule, self._steps[report.step]
        self._looks_at = None  # it may have been this lock
        skipped = schedule.ended(report.step, report.outcome, now, may_retry=report.may_retry)
        step.result, step.error, step.traceback = report.result, report.error, report.traceback
        if schedule.progress[report.step] == "waiting":
            data = {"attempt": step.attempts, "error": report.error, "traceback": report.traceback}
            again = self._retries[report.step].pause(step.attempts)
            self._tell("step_retrying", step.step_name, {**data, "seconds": again})
            return
        self._finish(report.step, StepStatus(report.outcome))
        for other in skipped:
            self._skip(other, f"`{step.step_name}` did not complete")

    def _finish(self, number: int, status: StepStatus) -> None:
        step = self._steps[number]
        step.status = status
        step.completed_at = self._clock()
        data = {
            "status": status.value,
            "attempt": step.attempts,
            "seconds": step.duration_seconds,
            "error": step.error,
            "traceback": step.traceback,
            "result": plain(step.result),
        }
        self._tell("step_finished", step.step_name, data, step.completed_at)

    def _finish_given_up(self) -> None:
        """What would have been tried again has failed by its last attempt."""
        for number in self._schedule.given_up:
            self._finish(number, StepStatus.FAILED)
        self._schedule.given_up.clear()

    def _skip(self, number: int, because: str) -> None:
        step = self._steps[number]
        step.status = StepStatus.SKIPPED
        self._tell("step_skipped", step.step_name, {"because": because})

    def _close(self, timeout: float | None) -> GroupExecutionResult:
        result, halted = self._result, self._schedule.halted
        because = {
            None: "another step did not complete",
            "cancelled": "the run was cancelled",
            "timed_out": "the time of the run was over",
        }[halted]
        for number in self._schedule.close():
            self._skip(number, because)
        result.status = final_status(result, self._plan.policy.on_failure)
        if result.status is not GroupExecutionStatus.COMPLETED and halted == "cancelled":
            result.status, result.error = GroupExecutionStatus.CANCELLED, because
        elif halted == "timed_out" and result.status is not GroupExecutionStatus.COMPLETED:
            result.status = GroupExecutionStatus.FAILED
            result.error = f"the run took longer than the {timeout:g} seconds that it may take"
        result.completed_at = self._clock()
        data = {
            "status": result.status.value,
            "error": result.error,
            "seconds": result.duration_seconds,
            "completed": result.successful_steps,
            "failed": result.failed_steps,
            "skipped": result.skipped_steps,
        }
        self._tell("run_finished", None, data, result.completed_at)
        self._show()
        return result

    def _tell(
        self,
        kind: Kind,
        step: str | None = None,
        data: dict[str, Any] | None = None,
        at: datetime | None = None,
    ) -> RunEvent:
        self._told += 1
        event = RunEvent(kind, self._result.run_id, self._told, at or self._clock(), step, data or {})
        self._events.append(event)
        return event

    def _show(self) -> None:
        """Keep the events since the last time, and only then show them."""
        events, self._events = self._events, []
        if not events:
            return
        if self._record is not None:
            self._record.write(events)
        for event in events:
            for listener in self._listeners:
                listener(event)
