"""What `spine-lsp run --executor celery` needs: its options, and the executor with the broker that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

import click

from spine_lsp.cli.output import CannotRunError
from spine_lsp.execution.celery.terms import BROKER_VARIABLE, LEASE, QUEUE, LeaseTerms, make_app
from spine_lsp.execution.executors import Executor
from spine_lsp.execution.processes import Workers

_SHORTEST = 20.0
"""Seconds; a step that is ended has some of them to clean up, and the broker needs others."""


class Carrying(Executor, Protocol):
    """An executor of the command: it can be ended at once, too."""

    def kill(self) -> None:
        """End all that runs, at once."""


def celery_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a run that say which Celery workers carry it out."""
    options = (
        click.option(
            "--broker",
            metavar="URL",
            envvar=BROKER_VARIABLE,
            help=f"With --executor celery: the broker; else {BROKER_VARIABLE}.",
        ),
        click.option(
            "--queue",
            metavar="NAME",
            default=QUEUE,
            show_default=True,
            help="With --executor celery: the queue that the workers listen to.",
        ),
        click.option(
            "--lease",
            type=click.FloatRange(_SHORTEST),
            metavar="SECONDS",
            default=LEASE,
            show_default=True,
            help="With --executor celery: after how long a silence a step is lost.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@contextmanager
def celery_executor(
    broker: str | None, queue: str, lease: float, workers: Workers, run_id: str, count: int
) -> Iterator[Carrying]:
    """The executor of a run whose broker answers; CannotRunError in one sentence otherwise.

    A broker in memory has a worker in this process, for `count` steps at once.
    """
    if broker is None:
        raise CannotRunError(f"--executor celery needs a broker: --broker redis://127.0.0.1, say, or {BROKER_VARIABLE}")
    try:
        from spine_lsp.execution.celery.executor import BrokerError, CeleryExecutor

        app = make_app(broker, queue)
    except ImportError as exc:
        raise CannotRunError(f"Celery is missing ({exc.name}): pip install 'spine-lsp[celery]'") from None
    with ExitStack() as stack:
        if broker.startswith("memory:"):
            from spine_lsp.execution.celery.worker import inner_worker, serving

            app = serving(broker, queue, workers)
            stack.enter_context(inner_worker(app, count))
        try:
            executor = CeleryExecutor(app, run_id, workers, LeaseTerms(lease), queue)
        except BrokerError as exc:
            raise CannotRunError(str(exc)) from None
        stack.callback(executor.close)
        yield executor
