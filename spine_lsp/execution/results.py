"""What becomes of a run and of its steps, under the names by which Spine's own code knows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from spine_lsp.execution.worker.answers import plain
from spine_lsp.orchestration.models import FailurePolicy


class StepStatus(str, Enum):
    """Where a step of a run stands. `lost`: its process was killed, so nobody knows how far it came."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    LOST = "lost"


class GroupExecutionStatus(str, Enum):
    """Where a run stands. `partial`: some steps succeeded and others did not; `lost`: the runner was killed."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    PARTIAL = "partial"
    CANCELLED = "cancelled"
    LOST = "lost"


FAILURES = frozenset((StepStatus.FAILED, StepStatus.TIMED_OUT, StepStatus.LOST, StepStatus.CANCELLED))
"""What a step that ran and did not complete may be."""


@dataclass
class StepExecution:
    """What became of one step. ``started_at`` is the start of its first attempt; times are in UTC."""

    step_name: str
    pipeline_name: str
    status: StepStatus = StepStatus.PENDING
    started_at: datetime | None = None
    completed_at: datetime | None = None
    result: Any = None
    """What the pipeline answered, as its dispatcher gives it."""
    error: str | None = None
    traceback: str | None = None
    attempts: int = 0

    @property
    def duration_seconds(self) -> float | None:
        """The seconds from the first start to the end; None for what has not ended."""
        return _seconds(self.started_at, self.completed_at)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "step_name": self.step_name,
            "pipeline_name": self.pipeline_name,
            "status": self.status.value,
            "started_at": written(self.started_at),
            "completed_at": written(self.completed_at),
            "duration_seconds": self.duration_seconds,
            "error": self.error,
            "attempts": self.attempts,
            "result": plain(self.result),
        }


@dataclass
class GroupExecutionResult:
    """What became of a run; ``step_executions`` has every step of the plan, in its order."""

    group_name: str
    batch_id: str
    status: GroupExecutionStatus = GroupExecutionStatus.RUNNING
    started_at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    completed_at: datetime | None = None
    step_executions: list[StepExecution] = field(default_factory=list)
    error: str | None = None
    """Why the run as a whole was ended, if it was."""
    run_id: str = ""

    @property
    def duration_seconds(self) -> float | None:
        """The seconds that the run took."""
        return _seconds(self.started_at, self.completed_at)

    @property
    def successful_steps(self) -> int:
        """How many steps completed."""
        return sum(step.status is StepStatus.COMPLETED for step in self.step_executions)

    @property
    def failed_steps(self) -> int:
        """How many steps ran and did not complete."""
        return sum(step.status in FAILURES for step in self.step_executions)

    @property
    def skipped_steps(self) -> int:
        """How many steps never ran."""
        return sum(step.status is StepStatus.SKIPPED for step in self.step_executions)

    @property
    def total_steps(self) -> int:
        """How many steps the plan has."""
        return len(self.step_executions)

    @property
    def completed_steps(self) -> int:
        """As ``successful_steps``."""
        return self.successful_steps

    @property
    def step_results(self) -> list[StepExecution]:
        """As ``step_executions``."""
        return self.step_executions

    def get_step_execution(self, step_name: str) -> StepExecution | None:
        """What became of the step of that name."""
        return next((step for step in self.step_executions if step.step_name == step_name), None)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "group_name": self.group_name,
            "batch_id": self.batch_id,
            "status": self.status.value,
            "started_at": written(self.started_at),
            "completed_at": written(self.completed_at),
            "duration_seconds": self.duration_seconds,
            "total_steps": self.total_steps,
            "successful_steps": self.successful_steps,
            "failed_steps": self.failed_steps,
            "skipped_steps": self.skipped_steps,
            "error": self.error,
            "step_executions": [step.to_dict() for step in self.step_executions],
        }


def final_status(result: GroupExecutionResult, on_failure: FailurePolicy) -> GroupExecutionStatus:
    """The state of a run that came to its end by itself, by the rules of Spine's runner."""
    if result.successful_steps == result.total_steps:
        return GroupExecutionStatus.COMPLETED
    if result.failed_steps and on_failure is FailurePolicy.STOP:
        return GroupExecutionStatus.FAILED
    return GroupExecutionStatus.PARTIAL if result.successful_steps else GroupExecutionStatus.FAILED


def written(moment: datetime | None) -> str | None:
    """A moment in ISO 8601."""
    return moment.isoformat() if moment is not None else None


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start is not None and end is not None else None
