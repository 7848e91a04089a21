"""`spine-lsp run`: runs a group, shows how it goes, and keeps its history."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import click

from spine_lsp.cli import exits
from spine_lsp.cli.files import read
from spine_lsp.cli.groups import group_option, param_option, read_typed
from spine_lsp.cli.output import (
    CannotRunError,
    color_option,
    colored,
    is_terminal,
    note,
    styler,
    write,
    write_json,
)
from spine_lsp.cli.running.celery import Carrying, celery_executor, celery_options
from spine_lsp.cli.running.metrics import deliver, library
from spine_lsp.cli.running.preparing import (
    NotReadyError,
    PipelineSources,
    StepChoice,
    pipelines_of,
    plan_to_run,
)
from spine_lsp.cli.running.runs import history_option, open_history
from spine_lsp.execution.events import CHANGED_SINCE, DEBUG_CONFIG, RunEvent
from spine_lsp.execution.history import History, RunsAlreadyError
from spine_lsp.execution.place import HistoryError
from spine_lsp.execution.processes import ProcessExecutor
from spine_lsp.execution.results import GroupExecutionResult, GroupExecutionStatus, StepStatus
from spine_lsp.execution.rows import RecordedRun, RecordedStep, hash_of
from spine_lsp.execution.run_record import RunRecord
from spine_lsp.execution.runner import GroupRunner, kept_steps, new_run_id, workers_of
from spine_lsp.execution.worker.wire import decode
from spine_lsp.orchestration.models import ExecutionPlan
from spine_lsp.orchestration.problems import counted, quoted
from spine_lsp.printable import printable

_LOOK_AGAIN = 1.0
"""Seconds after which `--wait` looks whether the other run has ended."""


@click.command()
@click.argument("file", metavar="FILE")
@group_option
@param_option
@click.option("--params", "params_file", metavar="FILE", help="Run parameters from a YAML or JSON file.")
@click.option(
    "--from", "start", multiple=True, metavar="STEP", help="Only this step and all that waits for it."
)
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
@click.option(
    "--import", "imports", multiple=True, metavar="MODULE", help="A module that registers pipelines."
)
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
@click.option(
    "--wait", is_flag=True, help="Wait while another run of the group with the same parameters goes on."
)
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
    with ExitStack() as stack:
        past = stack.enter_context(open_history(history))
        earlier = _earlier(past, resume)
        if earlier is not None and not given:
            given = decode(earlier.params)
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
        keep = _to_keep(earlier, plan, pipelines, changed, for_editor=hangup is not None)
        if dry_run:
            write(_dry(plan, keep, pipelines, color=colored(color)))
            return exits.OK
        out = _events_stream(stack, events)
        named = run_id or new_run_id()
        carrying: Carrying = ProcessExecutor(pipelines.workers)
        if executor == "celery":
            count = workers_of(plan.policy, len(plan.steps))
            carrying = stack.enter_context(
                celery_executor(broker, queue, lease, pipelines.workers, named, count)
            )
        started = _RunOfCommand(
            past, plan, pipelines, carrying, earlier, keep, file, wait=wait, metrics=metrics
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


class ChangedSinceError(CannotRunError):
    """Completed steps of the run that is resumed have changed, and the editor is to ask what to do with them."""

    exit_code = CHANGED_SINCE


class _RunOfCommand:
    """One run of the command: lock, signals, progress, exit code."""

    def __init__(
        self,
        past: History,
        plan: ExecutionPlan,
        pipelines: PipelineSources,
        executor: Carrying,
        earlier: RecordedRun | None,
        keep: set[str],
        file: str,
        *,
        wait: bool,
        metrics: str | None,
    ) -> None:
        self._metrics = metrics
        self._past = past
        self._plan = plan
        self._pipelines = pipelines
        self._earlier = earlier
        self._keep = keep
        self._file = str(Path(file).absolute())
        self._wait = wait
        self._executor = executor
        self._interrupts = 0

    def go(
        self,
        out: TextIO | None,
        timeout: float | None,
        run_id: str,
        hangup: str | None,
        *,
        color: str,
        to_stdout: bool,
    ) -> int:
        """Run, and answer the exit code."""
        from spine_lsp.cli.running.progress import EventLines, LiveProgress, PlainProgress, summary

        record = self._begin(run_id)
        listeners: list[Callable[[Any], object]] = []
        if out is not None:
            listeners.append(EventLines(out, alone=hangup is not None))
        listeners.append(lambda event: self._cancel_early(event, runner))
        live = None
        if is_terminal(sys.stderr) and is_terminal(sys.stdout) and not to_stdout:
            live = LiveProgress(color=colored(color))
            listeners.append(live)
        elif not to_stdout:
            listeners.append(PlainProgress(write, color=colored(color)))
        runner = GroupRunner(
            executor=lambda *_: self._executor,
            record=record,
            on_event=lambda event: [listener(event) for listener in listeners],
        )
        if hangup is not None:
            heed = threading.Thread(target=self._heed, args=(runner, hangup == "end"), daemon=True)
            heed.start()
        try:
            with _signals(lambda: self._interrupted(runner)):
                if self._earlier is None:
                    result = runner.execute(self._plan, timeout=timeout, run_id=run_id)
                else:
                    result = runner.resume(
                        self._plan, self._earlier.result, timeout=timeout, run_id=run_id, keep=self._keep
                    )
        except Exception as exc:
            with suppress(Exception):  # the history may be what failed
                record.abandon(f"the runner failed: {exc}")
            if isinstance(exc, OSError):
                raise CannotRunError(f"the run was ended, for its events cannot be written: {exc}") from None
            if isinstance(exc, HistoryError):
                raise CannotRunError(f"the run was ended: {exc}") from None
            raise
        finally:
            if live is not None:
                live.close()
        if not to_stdout:
            write(summary(result, color=colored(color)))
        if self._metrics is not None:
            deliver(self._metrics, result)
        return self._code(result)

    def _code(self, result: GroupExecutionResult) -> int:
        if self._interrupts and result.status is GroupExecutionStatus.CANCELLED:
            return exits.INTERRUPTED
        return exits.OK if result.status is GroupExecutionStatus.COMPLETED else exits.FOUND

    def _begin(self, run_id: str) -> RunRecord:
        told = False
        while (record := self._locked(run_id, told=told)) is None:
            told = True
            threading.Event().wait(_LOOK_AGAIN)
        return record

    def _locked(self, run_id: str, *, told: bool) -> RunRecord | None:
        """The record of a run that has begun; None while another one is to be waited for."""
        try:
            return self._past.begin(
                self._plan,
                run_id,
                file=self._file,
                code=self._pipelines.code,
                resumed_from=self._earlier,
                kept=self._keep,
                locks={step: key for step, key in self._pipelines.locks.items() if key is not None},
            )
        except RunsAlreadyError as exc:
            if not self._wait:
                raise CannotRunError(f"{exc.holder}; --wait waits for its end") from None
            if not told:
                note(f"{exc.holder}; waiting for its end")
            return None
        except HistoryError as exc:
            raise CannotRunError(str(exc)) from None

    def _cancel_early(self, event: RunEvent, runner: GroupRunner) -> None:
        """A run that was interrupted before it had begun ends with its first event."""
        if event.kind == "run_started" and self._interrupts:
            runner.cancel()

    def _heed(self, runner: GroupRunner, end: bool) -> None:  # noqa: FBT001 - the target of a thread
        """Do what the editor writes: `cancel`, and again to end at once; with `end`, its silence is a `cancel` too."""
        descriptor = sys.stdin.fileno()  # a thread in a buffered read would hold up the end of the process
        while received := os.read(descriptor, 4096):
            for _ in range(received.count(b"cancel\n")):
                self._interrupted(runner)
        if end:
            self._interrupted(runner)

    def _interrupted(self, runner: GroupRunner) -> None:
        self._interrupts += 1
        runner.cancel()
        if self._interrupts > 1:
            self._executor.kill()
        if self._interrupts > 2:
            os._exit(exits.INTERRUPTED)


@contextmanager
def _signals(interrupted: Callable[[], None]) -> Iterator[None]:
    """What ends the command ends the run; restored afterwards. In a thread of a test there are no signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_: int, __: FrameType | None) -> None:
        interrupted()

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    before = {
        number: signal.signal(number, handle)
        for number in (getattr(signal, name, None) for name in names)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _params_of(file: str | None) -> dict[str, object]:
    """The parameters of a file, YAML or JSON."""
    if file is None:
        return {}
    from spine_lsp.orchestration.documents import read_documents

    documents, faults = read_documents(read(file).text.source)
    faults = (*faults, *(fault for document in documents for fault in document.faults))
    if faults:
        raise CannotRunError(f"{file} is not valid YAML: {faults[0].message}")
    values = [document.value for document in documents if not document.is_empty]
    if (
        len(values) != 1
        or not isinstance(values[0], Mapping)
        or not all(isinstance(key, str) for key in values[0])
    ):
        raise CannotRunError(f"{file} holds no parameters: it must be one map of names and values")
    return dict(values[0])


def _params_of_editor() -> dict[str, object]:
    """What an editor writes first: one line of JSON, `params` as they are and `typed` ones as people type them."""
    line = bytearray()
    while not line.endswith(b"\n") and (byte := os.read(sys.stdin.fileno(), 1)):
        line += byte
    given = json.loads(line or b"{}")
    return {**given.get("params", {}), **{key: read_typed(key, text) for key, text in given["typed"].items()}}


def _earlier(past: History, resume: str | None) -> RecordedRun | None:
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


def _to_keep(
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
    completed = {
        each.step.step_name: each for each in earlier.steps if each.step.status is StepStatus.COMPLETED
    }
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
            lock = (
                f", under the lock `{key}`"
                if key
                else ", without a lock, for only the run would tell its key"
            )
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
