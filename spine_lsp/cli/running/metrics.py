"""`run --metrics`: where the numbers of a run go when it has ended."""

from __future__ import annotations

from http.client import HTTPException
from pathlib import Path
from types import ModuleType

from spine_lsp.cli.output import CannotRunError, note
from spine_lsp.disk.writing import replace_content
from spine_lsp.execution.results import GroupExecutionResult


def library() -> ModuleType:
    """What makes metrics; CannotRunError where it is not installed."""
    try:
        from spine_lsp.execution import run_metrics
    except ImportError as exc:
        raise CannotRunError(f"{exc.name} is missing: pip install 'spine-lsp[metrics]'") from None
    return run_metrics


def deliver(where: str, run: GroupExecutionResult) -> None:
    """Write or push the metrics of a run; the run counts whether that succeeds or not, so a failure is a note."""
    metrics = library()
    try:
        if metrics.is_gateway(where):
            metrics.push(where, run)
        else:
            Path(where).touch()
            replace_content(where, metrics.open_metrics([run]).encode())
    except (OSError, ValueError, HTTPException) as exc:
        reason = getattr(exc, "strerror", None) or exc
        note(f"the metrics of the run could not be given to {where}: {reason}")
