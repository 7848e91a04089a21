"""What `run --resume` takes over: the run that is meant, and which of its completed steps are what they were."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import click

from spine_lsp.cli.output import CannotRunError, is_terminal, note
from spine_lsp.cli.running.preparing import PipelineSources
from spine_lsp.execution.events import CHANGED_SINCE
from spine_lsp.execution.history import History
from spine_lsp.execution.place import HistoryError
from spine_lsp.execution.results import GroupExecutionStatus, StepStatus
from spine_lsp.execution.rows import RecordedRun, RecordedStep, hash_of
from spine_lsp.execution.runner import kept_steps
from spine_lsp.orchestration.models import ExecutionPlan
from spine_lsp.orchestration.problems import counted


class ChangedSinceError(CannotRunError):
    """Completed steps of the run that is resumed have changed, and the editor is to ask what to do with them."""

    exit_code = CHANGED_SINCE


def earlier_run(past: History, resume: str | None) -> RecordedRun | None:
    """The run that `--resume` means, if there is anything to resume; CannotRunError otherwise."""
    if resume is None:
        return None
    try:
        run = past.run(resume)
    except HistoryError as exc:
        raise CannotRunError(str(exc)) from None
    if run.result.status is GroupExecutionStatus.RUNNING:
        raise CannotRunError(f"run {run.id} is still under way")
    if run.result.status is GroupExecutionStatus.COMPLETED:
        raise CannotRunError(f"run {run.id} completed; there is nothing to resume")
    return run


def to_keep(
    earlier: RecordedRun | None,
    plan: ExecutionPlan,
    pipelines: PipelineSources,
    changed: str,
    *,
    for_editor: bool,
) -> set[str]:
    """The completed steps of an earlier run that are kept: those that are what they were, or that the user keeps."""
    if earlier is None:
        return set()
    completed = {each.step.step_name: each for each in earlier.steps if each.step.status is StepStatus.COMPLETED}
    others = dict(_changes(completed, plan, pipelines))
    for name, what in others.items():
        note(f"`{name}` completed in run {earlier.id} and has changed since: {what}")
    if others and _run_again(earlier, len(others), changed, for_editor=for_editor):
        completed = {name: each for name, each in completed.items() if name not in others}
    return set(kept_steps(plan, earlier.result, completed))


def _changes(
    completed: Mapping[str, RecordedStep], plan: ExecutionPlan, pipelines: PipelineSources
) -> Iterator[tuple[str, str]]:
    """The completed steps that are not what they were, each with what has changed."""
    for step in plan.steps:
        before = completed.get(step.step_name)
        if before is None:
            continue
        what = []
        if before.step.pipeline_name != step.pipeline_name:
            what.append("its pipeline")
        elif before.code_hash != pipelines.code.get(step.pipeline_name, ""):
            what.append("the file of its pipeline")
        if before.params_hash != hash_of(step.params):
            what.append("its parameters")
        if what:
            yield step.step_name, " and ".join(what)


def _run_again(earlier: RecordedRun, count: int, changed: str, *, for_editor: bool) -> bool:
    """Whether completed steps that have changed are to be run again."""
    if changed != "ask":
        return changed == "rerun"
    what = f"{counted(count, 'completed step')} of run {earlier.id} changed since"
    if for_editor:
        raise ChangedSinceError(f"{what}; choose whether they run again")
    if not is_terminal(sys.stdin):
        raise CannotRunError(f"{what}; choose with --changed rerun, or --changed keep")
    return click.confirm("Run them again, with all that waits for them?", default=True, err=True)
