"""The rows of the history's tables: made of a plan's steps, and read as values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from spine_lsp.execution.database import STEPS
from spine_lsp.execution.results import (
    GroupExecutionResult,
    GroupExecutionStatus,
    StepExecution,
    StepStatus,
    written,
)
from spine_lsp.execution.worker.answers import plain
from spine_lsp.execution.worker.wire import encode
from spine_lsp.orchestration.models import ExecutionPlan, PlannedStep


@dataclass(frozen=True)
class RecordedStep:
    """A step of a run as the history has it; `kept_from` is the run that it was carried out in, if another."""

    step: StepExecution
    params_hash: str
    code_hash: str
    kept_from: str | None


@dataclass(frozen=True)
class RecordedRun:
    """A run as the history has it; `params` are those of the run, encoded for the wire."""

    result: GroupExecutionResult
    file: str
    plan_hash: str
    params_hash: str
    params: Any
    resumed_from: str | None
    steps: tuple[RecordedStep, ...]

    @property
    def id(self) -> str:
        """The run's id."""
        return self.result.run_id


def hash_of(value: Any) -> str:
    """A hash of plain values, those of YAML among them."""
    return hashlib.sha256(json.dumps(encode(value), sort_keys=True).encode()).hexdigest()


def plan_hash(plan: ExecutionPlan) -> str:
    """A hash of what a plan does: steps, pipelines, edges, policy; not of the parameters of the run."""
    steps = [[step.step_name, step.pipeline_name, sorted(step.depends_on)] for step in plan.steps]
    return hash_of([plan.group_name, steps, plan.policy.to_dict()])


def step_row(run_id: str, place: int, planned: PlannedStep, code: str) -> dict[str, Any]:
    """The row of a planned step that has not begun; ``code`` is the hash of its pipeline's code."""
    return {
        "run_id": run_id,
        "place": place,
        "step_name": planned.step_name,
        "pipeline_name": planned.pipeline_name,
        "status": "pending",
        "attempts": 0,
        "params_hash": hash_of(planned.params),
        "code_hash": code,
        "kept_from": None,
        "started_at": None,
        "completed_at": None,
        "duration": None,
        "error": None,
        "traceback": None,
        "result": None,
    }


def kept_row(earlier: RecordedStep, run: RecordedRun) -> dict[str, Any]:
    """What differs in the row of a step that is not carried out again, because an earlier run did it."""
    step = earlier.step
    return {
        "status": step.status.value,
        "attempts": step.attempts,
        "kept_from": earlier.kept_from or run.id,
        "started_at": written(step.started_at),
        "completed_at": written(step.completed_at),
        "duration": step.duration_seconds,
        "result": json.dumps(plain(step.result)),
    }


def recorded_runs(connection: Connection, rows: Sequence[Any]) -> list[RecordedRun]:
    """The runs of these rows, with their steps."""
    steps: dict[str, list[RecordedStep]] = {row["id"]: [] for row in rows}
    ids = list(steps)
    for start in range(0, len(ids), 500):
        where = STEPS.c.run_id.in_(ids[start : start + 500])
        query = select(STEPS).where(where).order_by(STEPS.c.run_id, STEPS.c.place)
        for row in connection.execute(query).mappings():
            steps[row["run_id"]].append(
                RecordedStep(_step_of(row), row["params_hash"], row["code_hash"], row["kept_from"])
            )
    return [_run_of(row, tuple(steps[row["id"]])) for row in rows]


def _step_of(row: Any) -> StepExecution:
    return StepExecution(
        row["step_name"],
        row["pipeline_name"],
        StepStatus(row["status"]),
        _moment(row["started_at"]),
        _moment(row["completed_at"]),
        json.loads(row["result"]) if row["result"] is not None else None,
        row["error"],
        row["traceback"],
        row["attempts"],
    )


def _run_of(row: Any, steps: tuple[RecordedStep, ...]) -> RecordedRun:
    started = _moment(row["started_at"])
    assert started is not None
    result = GroupExecutionResult(
        row["group_name"],
        row["batch_id"],
        GroupExecutionStatus(row["status"]),
        started,
        _moment(row["completed_at"]),
        [each.step for each in steps],
        row["error"],
        row["id"],
    )
    return RecordedRun(
        result,
        row["file"] or "",
        row["plan_hash"],
        row["params_hash"],
        json.loads(row["params"]),
        row["resumed_from"],
        steps,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None
