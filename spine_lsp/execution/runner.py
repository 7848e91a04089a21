"""Runs a plan: does what the scheduler says, tells what happens, and keeps the results."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from spine_lsp.execution.events import OnEvent
from spine_lsp.execution.executors import Executor
from spine_lsp.execution.one_run import OneRun, Record
from spine_lsp.execution.results import (
    GroupExecutionResult,
    GroupExecutionStatus,
    StepExecution,
    StepStatus,
)
from spine_lsp.orchestration.exceptions import GroupError
from spine_lsp.orchestration.models import ExecutionMode, ExecutionPlan, ExecutionPolicy

__all__ = [
    "GroupExecutionResult",
    "GroupExecutionStatus",
    "GroupRunner",
    "StepExecution",
    "StepStatus",
    "get_runner",
    "kept_steps",
    "new_run_id",
    "workers_of",
]
"""Spine's own module of this name has the results too."""

_SECONDS = 60

MakeExecutor = Callable[[ExecutionPlan, int], Executor]
"""Makes what carries out the steps of a plan, so many side by side."""


class GroupRunner:
    """Runs plans, one at a time.

    With a dispatcher, or where the program has loaded that of Spine, steps are submitted to it in this process;
    otherwise `executor` makes what carries them out. ``on_event`` is called with every event in the thread that runs;
    what it raises ends the run.
    """

    def __init__(
        self,
        dispatcher: Any = None,
        *,
        executor: MakeExecutor | None = None,
        on_event: OnEvent | None = None,
        record: Record | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.dispatcher = dispatcher
        self._make_executor = executor
        self._on_event = on_event
        self._record = record
        self._clock = clock or (lambda: datetime.now(timezone.utc))
        self._run: OneRun | None = None

    def execute(
        self,
        plan: ExecutionPlan,
        *,
        on_event: OnEvent | None = None,
        timeout: float | None = None,
        run_id: str | None = None,
    ) -> GroupExecutionResult:
        """Run every step of a plan, and answer when nothing runs any more.

        ``timeout`` in seconds stands over that of the policy. Raises GroupError for a plan whose steps wait for
        others that it does not have, or that is in no order.
        """
        return self._go(plan, {}, on_event, timeout, run_id)

    def resume(
        self,
        plan: ExecutionPlan,
        earlier: GroupExecutionResult,
        *,
        on_event: OnEvent | None = None,
        timeout: float | None = None,
        run_id: str | None = None,
        keep: Iterable[str] | None = None,
    ) -> GroupExecutionResult:
        """Run what an earlier run of the plan left: its completed steps are kept and not run again.

        A completed step is run again all the same if it waits for one that is. ``keep`` names the steps that may be
        kept, where not all that completed are what they were.
        """
        return self._go(plan, kept_steps(plan, earlier, keep), on_event, timeout, run_id)

    def cancel(self) -> None:
        """End the run: from any thread, or from a signal's handler. Steps are ended, and nothing starts."""
        if self._run is not None:
            self._run.cancel()

    def _go(
        self,
        plan: ExecutionPlan,
        kept: Mapping[str, StepExecution],
        on_event: OnEvent | None,
        timeout: float | None,
        run_id: str | None,
    ) -> GroupExecutionResult:
        if timeout is None and plan.policy.timeout_minutes is not None:
            timeout = plan.policy.timeout_minutes * _SECONDS
        workers = workers_of(plan.policy, len(plan.steps))
        waits_for = _edges(plan)
        executor = self._executor(plan, workers, limited=timeout is not None)
        listeners = [each for each in (self._on_event, on_event) if each is not None]
        run = OneRun(plan, waits_for, kept, executor, listeners, self._record, self._clock, run_id or new_run_id())
        self._run = run
        try:
            return run.go(timeout)
        finally:
            self._run = None
            executor.close()

    def _executor(self, plan: ExecutionPlan, workers: int, *, limited: bool) -> Executor:
        from spine_lsp.execution.dispatching import DispatcherExecutor, find_dispatcher

        dispatcher = self.dispatcher
        if dispatcher is None and self._make_executor is not None:
            return self._make_executor(plan, workers)
        if dispatcher is None:
            dispatcher = find_dispatcher()
        if dispatcher is None:
            raise GroupError(
                f"cannot run `{plan.group_name}`: nothing is given that runs its pipelines, "
                "and this program has not loaded the dispatcher of Spine"
            )
        return DispatcherExecutor(dispatcher, workers, in_threads=limited)


def get_runner(dispatcher: Any = None) -> GroupRunner:
    """A runner that submits to `dispatcher`, or to that of Spine where the program has loaded it."""
    return GroupRunner(dispatcher)


def kept_steps(
    plan: ExecutionPlan, earlier: GroupExecutionResult, keep: Iterable[str] | None = None
) -> dict[str, StepExecution]:
    """The completed steps of an earlier run that need not run again: none that waits for one that must."""
    wanted = None if keep is None else set(keep)
    kept = {
        step.step_name: step
        for step in earlier.step_executions
        if step.status is StepStatus.COMPLETED and (wanted is None or step.step_name in wanted)
    }
    for step in plan.steps:
        if not all(on in kept for on in step.depends_on):
            kept.pop(step.step_name, None)
    return {step.step_name: kept[step.step_name] for step in plan.steps if step.step_name in kept}


def new_run_id() -> str:
    """An id that sorts by time and is short enough to be typed."""
    return f"{datetime.now(timezone.utc):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def workers_of(policy: ExecutionPolicy, steps: int) -> int:
    """How many steps of a plan may run side by side."""
    return min(policy.max_concurrency, max(steps, 1)) if policy.mode is ExecutionMode.PARALLEL else 1


def _edges(plan: ExecutionPlan) -> list[list[int]]:
    place: dict[str, int] = {}
    waits_for = []
    for number, step in enumerate(plan.steps):
        for on in step.depends_on:
            if on not in place:
                raise GroupError(
                    f"cannot run `{plan.group_name}`: `{step.step_name}` waits for `{on}`, "
                    "which does not stand before it in the plan"
                )
        if step.step_name in place:
            raise GroupError(f"cannot run `{plan.group_name}`: it has two steps called `{step.step_name}`")
        place[step.step_name] = number
        waits_for.append([place[on] for on in dict.fromkeys(step.depends_on)])
    return waits_for
