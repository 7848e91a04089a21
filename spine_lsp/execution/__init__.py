"""Runs the plan of a group: the runner, what it tells while it runs, and the results.

Every public name can be imported from here, those of the planner too, so that a program that makes a group and runs
it needs one import; a module is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from spine_lsp import orchestration

if TYPE_CHECKING:
    from spine_lsp.execution.events import RunEvent as RunEvent
    from spine_lsp.execution.results import (
        GroupExecutionResult as GroupExecutionResult,
        GroupExecutionStatus as GroupExecutionStatus,
        StepExecution as StepExecution,
        StepStatus as StepStatus,
    )
    from spine_lsp.execution.runner import GroupRunner as GroupRunner, get_runner as get_runner

_MODULE_OF = {
    "RunEvent": "events",
    "GroupExecutionResult": "results",
    "GroupExecutionStatus": "results",
    "StepExecution": "results",
    "StepStatus": "results",
    "GroupRunner": "runner",
    "get_runner": "runner",
}

__all__ = sorted({*_MODULE_OF, *orchestration.__all__})  # noqa: PLE0605 - a list all the same


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is not None:
        value = getattr(import_module(f"{__name__}.{module}"), name)
    elif name in orchestration.__all__:
        value = getattr(orchestration, name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
