"""`spine-lsp run`: runs a group, shows how it goes, and keeps its history."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import click

from spine_lsp.cli import exits
from spine_lsp.cli.files import read
from spine_lsp.cli.groups import group_option, param_option, read_typed
from spine_lsp.cli.output import (
    CannotRunError,
    color_option,
    colored,
    note,
    styler,
    write,
    write_json,
)
from spine_lsp.cli.running.celery import Carrying, celery_executor, celery_options
from spine_lsp.cli.running.interrupts import Interrupts
from spine_lsp.cli.running.metrics import library
from spine_lsp.cli.running.one_run import RunOfCommand
from spine_lsp.cli.running.preparing import (
    NotReadyError,
    PipelineSources,
    StepChoice,
    pipelines_of,
    plan_to_run,
)
from spine_lsp.cli.running.resuming import earlier_run, to_keep
from spine_lsp.cli.running.runs import history_option, open_history
from spine_lsp.execution.events import DEBUG_CONFIG
from spine_lsp.execution.processes import ProcessExecutor
from spine_lsp.execution.runner import new_run_id, workers_of
from spine_lsp.execution.worker.wire import decode
from spine_lsp.orchestration.models import ExecutionPlan
from spine_lsp.orchestration.problems import quoted
from spine_lsp.printable import printable


@click.command()
@click.argument("file", metavar="FILE")
@group_option
@param_option
@click.option("--params", "params_file", metavar="FILE", help="Run parameters from a YAML or JSON file.")
@click.option("--from", "start", multiple=True, metavar="STEP", help="Only this step and all that waits for it.")
@click.option("--to", multiple=True, metavar="STEP", help="Only this step and all that it waits for.")
@click.option("--only", multiple=True, metavar="STEP", help="Only this step; may be repeated.")
@click.option("--steps", "selector", metavar="SELECTOR", help="Only these steps; see docs/selectors.md.")
@click.option("--resume", metavar="RUN", help="Run what this run left: its id, how that begins, or `last`.")
@click.option(
    "--changed",
    type=click.Choice(["ask", "rerun", "keep"]),
    default="ask",
    show_default=True,
    help="With --resume: what to do with completed steps that have changed since.",
)
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1),
    metavar="N",
    help="How many steps of a parallel group run at once.",
)
@click.option("--python", metavar="EXE", help="The interpreter that runs the pipelines.")
@click.option("--import", "imports", multiple=True, metavar="MODULE", help="A module that registers pipelines.")
@click.option("--root", metavar="DIR", help="The folder that pipelines are looked for in and run in.")
@click.option("--dry-run", is_flag=True, help="Show what would run, and run nothing.")
@click.option(
    "--debug-config",
    is_flag=True,
    help="Print how a Python debugger starts the one step of --only, and run nothing.",
)
@click.option("--events", metavar="FILE", help="Write the events as lines of JSON; `-` is standard output.")
@click.option(
    "--executor",
    type=click.Choice(["local", "celery"]),
    default="local",
    show_default=True,
    help="Who runs the steps: processes of this machine, or Celery workers.",
)
@celery_options
@click.option(
    "--metrics",
    metavar="FILE|URL",
    help="Write what the run came to as OpenMetrics, or push it to a gateway of Prometheus.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="The longest that the run may take.",
)
@click.option("--wait", is_flag=True, help="Wait while another run of the group with the same parameters goes on.")
@click.option("--run-id", hidden=True, help="For editors: what the run is called.")
@click.option(
    "--hangup",
    type=click.Choice(["end", "stay"]),
    hidden=True,
    help="For editors: `cancel` on standard input ends the run, and so does its end, or the run stays.",
)
@history_option
@color_option
def command(
    file: str,
    *,
    name: str | None,
    params: dict[str, object],
    params_file: str | None,
    start: tuple[str, ...],
    to: tuple[str, ...],
    only: tuple[str, ...],
    selector: str | None,
    resume: str | None,
    changed: str,
    jobs: int | None,
    python: str | None,
    imports: tuple[str, ...],
    root: str | None,
    dry_run: bool,
    debug_config: bool,
    events: str | None,
    executor: str,
    broker: str | None,
    queue: str,
    lease: float,
    metrics: str | None,
    timeout: float | None,
    wait: bool,
    run_id: str | None,
    hangup: str | None,
    history: str | None,
    color: str,
) -> int:
    """Run the steps of a group, each in a process of the project's Python, here or at Celery workers.

    The pipelines' code is imported and run, as the group says. Ctrl-C ends the run: steps may clean up; once more
    ends it at once.

    \b
    Exit code 0: every step completed
              1: some did not
              2: it could not start
              130: interrupted

    \b
    Examples:
      spine-lsp run daily.yaml --param date=2026-01-09
      spine-lsp run daily.yaml --resume last
      spine-lsp run daily.yaml --only report --events -
      spine-lsp run daily.yaml --executor celery --broker redis://127.0.0.1
    """
    if metrics is not None:
        library()  # what is missing is said before anything runs
    given = {**_params_of(params_file), **params, **(_params_of_editor() if hangup is not None else {})}
    interrupts = Interrupts()
    with interrupts.taken(), ExitStack() as stack:
        past = stack.enter_context(open_history(history))
        earlier = earlier_run(past, resume)
        if earlier is not None:
            given = {**decode(earlier.params), **given}
        selection = StepChoice(start, to, only, selector)
        group = name if name is not None or earlier is None else earlier.result.group_name
        batch_id = earlier.result.batch_id if earlier is not None else None
        plan = plan_to_run(file, group, given, selection, jobs, batch_id)
        if earlier is not None and earlier.result.group_name != plan.group_name:
            raise CannotRunError(
                f"run {earlier.id} is one of `{earlier.result.group_name}`, not of `{plan.group_name}`"
            )
        try:
            pipelines = pipelines_of(plan, file, root, python, imports)
        except NotReadyError as exc:
            for line in exc.message.splitlines():
                note(line)
            raise CannotRunError(f"`{plan.group_name}` was not started") from None
        if debug_config:
            _print_debug_config(plan, pipelines, run_id if events == "-" else None)
            return exits.OK
        keep = to_keep(earlier, plan, pipelines, changed, for_editor=hangup is not None)
        if dry_run:
            write(_dry(plan, keep, pipelines, color=colored(color)))
            return exits.OK
        out = _events_stream(stack, events)
        named = run_id or new_run_id()
        carrying: Carrying = ProcessExecutor(pipelines.workers)
        if executor == "celery":
            count = workers_of(plan.policy, len(plan.steps))
            carrying = stack.enter_context(celery_executor(broker, queue, lease, pipelines.workers, named, count))
        started = RunOfCommand(
            past, plan, pipelines, carrying, earlier, keep, file, interrupts, wait=wait, metrics=metrics
        )
        return started.go(out, timeout, named, hangup, color=color, to_stdout=events == "-")


def _print_debug_config(plan: ExecutionPlan, pipelines: PipelineSources, run_id: str | None) -> None:
    """As JSON; for an editor, which gives a run id, as an event."""
    from spine_lsp.cli.running.debugging import debug_config

    configuration = debug_config(plan, pipelines)
    if run_id is None:
        write_json(configuration)
        return
    (step,) = plan.steps
    event = {"event": DEBUG_CONFIG, "run": run_id, "step": step.step_name, "configuration": configuration}
    write(json.dumps(event) + "\n")


def _params_of(file: str | None) -> dict[str, object]:
    """The parameters of a file, YAML or JSON."""
    if file is None:
        return {}
    from spine_lsp.orchestration.documents import read_documents

    documents, faults = read_documents(read(file).text.source)
    faults = (*faults, *(fault for document in documents for fault in document.faults))
    if faults:
        raise CannotRunError(f"{file} is not valid YAML: {faults[0].message}")
    twice = [problem for document in documents for problem in document.duplicate_keys]
    if twice:
        raise CannotRunError(f"{file}: {twice[0].message}")
    values = [document.value for document in documents if not document.is_empty]
    if len(values) != 1 or not isinstance(values[0], Mapping) or not all(isinstance(key, str) for key in values[0]):
        raise CannotRunError(f"{file} holds no parameters: it must be one map of names and values")
    return dict(values[0])


def _params_of_editor() -> dict[str, object]:
    """What an editor writes first: one line of JSON, `params` as they are and `typed` ones as people type them."""
    line = bytearray()
    while not line.endswith(b"\n") and (byte := os.read(sys.stdin.fileno(), 1)):
        line += byte
    given = json.loads(line or b"{}")
    return {**given.get("params", {}), **{key: read_typed(key, text) for key, text in given["typed"].items()}}


def _dry(plan: ExecutionPlan, keep: set[str], pipelines: PipelineSources, *, color: bool) -> str:
    from spine_lsp.ide.words import policy_words

    style = styler(on=color)
    lines = [f"{style(printable(plan.group_name), bold=True)}: {policy_words(plan.policy)}"]
    lines.append(f"with {printable(pipelines.workers.python)} in {printable(pipelines.workers.folder)}")
    for number, step in enumerate(plan.steps, 1):
        params = json.dumps(step.params, default=str, ensure_ascii=False)
        after = f" after {quoted(list(step.depends_on), 'and')}" if step.depends_on else ""
        kept = " (kept)" if step.step_name in keep else ""
        given = f" with {params}" if step.params else ""
        lock = ""
        if step.step_name in pipelines.locks:
            key = pipelines.locks[step.step_name]
            lock = f", under the lock `{key}`" if key else ", without a lock, for only the run would tell its key"
        lines.append(printable(f"{number}. {step.step_name}{kept}: {step.pipeline_name}{after}{given}{lock}"))
    return "\n".join(lines) + "\n"


def _events_stream(stack: ExitStack, events: str | None) -> TextIO | None:
    if events is None:
        return None
    if events == "-":
        return sys.stdout
    try:
        return stack.enter_context(Path(events).open("w", encoding="utf-8"))
    except OSError as exc:
        raise CannotRunError(f"cannot write {events}: {exc.strerror or exc}") from None
