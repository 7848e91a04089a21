"""`spine-lsp run --debug-config`: how a Python debugger starts one step, as launch configurations of debugpy say it."""

from __future__ import annotations

import json
from typing import Any

from spine_lsp.cli.output import CannotRunError
from spine_lsp.cli.running.preparing import PipelineSources
from spine_lsp.execution.processes import WORKER
from spine_lsp.execution.worker import wire
from spine_lsp.orchestration.models import ExecutionPlan
from spine_lsp.orchestration.problems import counted


def debug_config(plan: ExecutionPlan, pipelines: PipelineSources) -> dict[str, Any]:
    """The configuration of the one step of a plan: the worker's own files, with the task that a run would give them."""
    if len(plan.steps) != 1:
        raise CannotRunError(
            f"a debugger takes one step, and {counted(len(plan.steps), 'step')} are selected; "
            "choose one with --only STEP"
        )
    (step,) = plan.steps
    workers = pipelines.workers
    target = workers.targets.get(step.pipeline_name)
    task = {
        "roots": list(workers.roots),
        "imports": list(workers.imports),
        "pipeline": step.pipeline_name,
        "params": wire.encode({**step.params, "batch_id": plan.batch_id}),
        "target": target._asdict() if target is not None else None,
    }
    return {
        "name": f"{plan.group_name}: {step.step_name}",
        "type": "debugpy",
        "request": "launch",
        "program": str(WORKER),
        "args": ["--single", json.dumps(task)],
        "python": workers.python,
        "cwd": workers.folder,
        "console": "integratedTerminal",
        "justMyCode": True,
    }
