"""A run of the history as JSON; docs/running.md documents it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spine_lsp.execution.results import written

if TYPE_CHECKING:  # SQLAlchemy is imported when a run is asked for
    from spine_lsp.execution.rows import RecordedRun, RecordedStep


def run_json(run: RecordedRun, *, whole: bool = False) -> dict[str, Any]:
    """A run as JSON; `whole` with the results and tracebacks of its steps."""
    result = run.result
    return {
        "id": run.id,
        "group": result.group_name,
        "state": result.status.value,
        "started_at": written(result.started_at),
        "completed_at": written(result.completed_at),
        "seconds": result.duration_seconds,
        "error": result.error,
        "file": run.file,
        "batch_id": result.batch_id,
        "params": run.params,
        "resumed_from": run.resumed_from,
        "steps": [_step_json(each, whole=whole) for each in run.steps],
    }


def _step_json(each: RecordedStep, *, whole: bool) -> dict[str, Any]:
    step = each.step
    more = {"traceback": step.traceback, "result": step.result} if whole else {}
    return {
        "name": step.step_name,
        "pipeline": step.pipeline_name,
        "state": step.status.value,
        "attempts": step.attempts,
        "started_at": written(step.started_at),
        "completed_at": written(step.completed_at),
        "seconds": step.duration_seconds,
        "error": step.error,
        "kept_from": each.kept_from,
        **more,
    }
