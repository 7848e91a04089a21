"""One run of the command: its lock, what ends it, how it is shown, and what it exits with."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from spine_lsp.cli import exits
from spine_lsp.cli.output import CannotRunError, colored, is_terminal, note, write
from spine_lsp.cli.running.celery import Carrying
from spine_lsp.cli.running.interrupts import Interrupts
from spine_lsp.cli.running.metrics import deliver
from spine_lsp.cli.running.preparing import PipelineSources
from spine_lsp.execution.events import RunEvent
from spine_lsp.execution.history import History, RunsAlreadyError
from spine_lsp.execution.place import HistoryError
from spine_lsp.execution.results import GroupExecutionResult, GroupExecutionStatus
from spine_lsp.execution.rows import RecordedRun
from spine_lsp.execution.run_record import RunRecord
from spine_lsp.execution.runner import GroupRunner
from spine_lsp.orchestration.models import ExecutionPlan

_LOOK_AGAIN = 1.0
"""Seconds after which `--wait` looks whether the other run has ended."""


class RunOfCommand:
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
        interrupts: Interrupts,
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
        self._interrupts = interrupts

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
            with self._interrupts.meaning(lambda: self._interrupted(runner)):
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
        if self._interrupts.count and result.status is GroupExecutionStatus.CANCELLED:
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
        if event.kind == "run_started" and self._interrupts.count:
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
        self._interrupts.count += 1
        runner.cancel()
        if self._interrupts.count > 1:
            self._executor.kill()
        if self._interrupts.count > 2:
            os._exit(exits.INTERRUPTED)
