"""What a Celery worker loads: `celery -A spine_lsp.execution.celery.worker worker`, in the folder of the project.

The broker is that of SPINE_CELERY_BROKER. Steps run in processes of the project's Python, as `spine-lsp run` starts
them, and never in the worker's own.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread, local
from typing import Any

from celery import Task as CeleryTask, signals
from celery.exceptions import WorkerLostError

from spine_lsp.execution.celery.attempt import LentAttempt
from spine_lsp.execution.celery.terms import (
    BROKER_VARIABLE,
    CONTRACT,
    LEASE,
    MARK,
    QUEUE,
    TASK,
    LeaseTerms,
    make_app,
    own_version,
    version_of,
)
from spine_lsp.execution.executors import Ended, Task
from spine_lsp.execution.interpreters import interpreter_of
from spine_lsp.execution.processes import PipelinePlace, ProcessExecutor, Workers
from spine_lsp.execution.worker import wire

ROOT_VARIABLE = "SPINE_LSP_ROOT"
"""The folder of the project; else the working folder."""
PYTHON_VARIABLE = "SPINE_LSP_PYTHON"
"""The interpreter that runs pipelines; else that of the environment in the folder, or the one that runs Celery."""
IMPORTS_VARIABLE = "SPINE_LSP_IMPORTS"
"""Modules that register pipelines, with commas between: for tasks that say nothing of where theirs is."""
QUEUE_VARIABLE = "SPINE_CELERY_QUEUE"
"""The queue that is listened to."""

WORKERS = "spine_lsp_workers"
"""The setting of an application that says how it starts processes."""

_logger = logging.getLogger(__name__)
_kept = local()
"""The processes that one thread of a worker keeps between the steps of a run."""


class StepFailedError(Exception):
    """A step that was asked for by another program than a runner did not complete."""


def execute(
    self: Any,
    name: str,
    params: Any = None,
    *,
    idempotency_key: str | None = None,
    correlation_id: str | None = None,
    parent_run_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Any:
    """Run the pipeline of a name: as an attempt of a runner's, or for whoever wants its result.

    Raises StepFailedError where it did not complete and no runner is told so.
    """
    ours = (metadata or {}).get(MARK, {})
    here = self.app.conf.get(WORKERS) or workers_here()
    run = str(parent_run_id or idempotency_key or self.request.id)
    executor = _executor(run, workers_of(here, name, ours))
    task = Task(0, str(ours.get("step", name)), name, wire.decode(params or {}), int(ours.get("attempt", 1)))
    if not ours:
        return _answer_of(executor, task)
    attempt = LentAttempt(
        self.app.connection_for_write(),
        self.request.id,
        ours["reply_to"],
        str(self.request.hostname),
        LeaseTerms(float(ours.get("lease", LEASE))),
        executor,
    )
    refusal = None
    if ours.get("contract") != CONTRACT:
        refusal = (
            f"{self.request.hostname} has {version_of(own_version())} and the run {version_of(ours)}, "
            "which do not understand each other: give both the same"
        )
    if not attempt.run(task, refusal):
        _logger.warning("%s was not run: its runner is gone, or another worker has it", idempotency_key)
    return None


def serving(broker: str, queue: str = QUEUE, workers: Workers | None = None) -> Any:
    """The Celery application of workers, which start processes as ``workers`` says, or the environment."""
    app = make_app(broker, queue)
    app.conf.update({WORKERS: workers})
    app.task(execute, name=TASK, bind=True, base=CeleryTask, shared=False)
    return app


def workers_here() -> Workers:
    """The interpreter and the folder that the environment names, or that are found without."""
    folder = Path(os.environ.get(ROOT_VARIABLE) or Path.cwd()).absolute()
    python = os.environ.get(PYTHON_VARIABLE) or interpreter_of(folder, sys.executable)
    imports = [name.strip() for name in os.environ.get(IMPORTS_VARIABLE, "").split(",")]
    return Workers(python, str(folder), imports=tuple(filter(None, imports)))


def workers_of(here: Workers, name: str, ours: Mapping[str, Any]) -> Workers:
    """How the processes of a pipeline are started here, by what its runner says, inside the folder."""
    folder = Path(here.folder).resolve()
    roots = [(folder / root).resolve() for root in ours.get("roots", ["."])]
    target = ours.get("target")
    return replace(
        here,
        roots=tuple(str(root) for root in roots if root.is_relative_to(folder)),
        imports=tuple(dict.fromkeys((*here.imports, *map(str, ours.get("imports", ()))))),
        targets={name: PipelinePlace(str(target["module"]), str(target["symbol"]))} if target else {},
    )


def _executor(run: str, workers: Workers) -> ProcessExecutor:
    """That of the last step of the same run, whose process has imported what it needs; or a new one."""
    key = run, replace(workers, targets={})
    if getattr(_kept, "key", None) != key:
        if hasattr(_kept, "executor"):
            _kept.executor.close()
        _kept.key, _kept.executor = key, ProcessExecutor(workers)
    executor: ProcessExecutor = _kept.executor
    executor.know(workers.targets)
    return executor


def _answer_of(executor: ProcessExecutor, task: Task) -> Any:
    executor.start(task)
    while True:
        for report in executor.wait(None):
            if not isinstance(report, Ended):
                _logger.info("%s %s: %s", task.pipeline, report.stream, report.text.rstrip())
            elif report.outcome == "completed":
                return report.result
            else:
                raise StepFailedError(report.traceback or report.error)


def _tell_of_loss(sender: Any = None, task_id: str = "", exception: Any = None, kwargs: Any = None, **_: Any) -> None:
    """A process of the worker's pool was killed: what is left of the worker says so, before silence does."""
    ours = ((kwargs or {}).get("metadata") or {}).get(MARK)
    if not ours or not isinstance(exception, WorkerLostError):
        return
    try:
        with sender.app.connection_for_write() as connection:
            letter = {"attempt": task_id, "gone": str(exception)}
            connection.Producer().publish(letter, exchange="", routing_key=ours["reply_to"], serializer="json")
    except Exception:
        _logger.warning("the loss of a process could not be told", exc_info=True)


signals.task_failure.connect(_tell_of_loss, weak=False)


@contextmanager
def inner_worker(app: Any, count: int) -> Iterator[None]:
    """A worker in threads of this process, for a broker in memory; so many steps at once."""
    from celery.worker import WorkController

    app.set_default()  # the threads of a worker have no other
    worker = WorkController(
        app=app,
        hostname=f"inner-{os.getpid()}@localhost",
        pool="threads",
        concurrency=count,
        loglevel=logging.ERROR,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
        quiet=True,
    )
    thread = Thread(target=worker.start, name="inner worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(10)


app = serving(os.environ.get(BROKER_VARIABLE, "redis://127.0.0.1"), os.environ.get(QUEUE_VARIABLE, QUEUE))
