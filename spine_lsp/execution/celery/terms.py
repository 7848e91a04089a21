"""What a runner and a worker agree on: names, the times after which each gives the other up, and the application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

TASK = "spine.execute.operation"
"""The name of the task that runs a pipeline, as Spine's own executor for Celery has it."""
QUEUE = "spine-lsp"
"""The queue of the tasks: one of our own, for workers of Spine would run a step without asking its runner."""
BROKER_VARIABLE = "SPINE_CELERY_BROKER"
"""The variable of the environment with the URL of the broker, as Spine calls it."""
MARK = "spine_lsp"
"""The key of a task's metadata that holds what only our workers understand."""
CONTRACT = 1
"""What a runner and a worker say to each other, and mean by it: another number, and neither understands the other."""
LEASE = 60.0
"""Seconds."""


class LeaseTerms(NamedTuple):
    """How long, in seconds, a step and its runner may not hear of each other; all other times follow from that.

    The worker gives up first, and has ended the step by the time at which the runner calls it lost.
    """

    lease: float = LEASE

    @property
    def worker_gives_up(self) -> float:
        """When a worker ends a step whose runner is silent."""
        return self.lease / 2

    @property
    def beat(self) -> float:
        """How often each says that it is there."""
        return self.lease / 12

    @property
    def again(self) -> float:
        """When what was not answered is said again."""
        return self.lease / 60

    @property
    def patience(self) -> float:
        """How long a step may be with nobody before its task is sent again."""
        return self.lease / 6

    @property
    def asking(self) -> float:
        """How long a worker asks whether it may run a step, before it takes the next task."""
        return self.lease / 30


def own_version() -> dict[str, Any]:
    """The contract and the version of this package, as a task and the letters of a worker say them."""
    from spine_lsp import __version__

    return {"contract": CONTRACT, "version": __version__}


def version_of(told: Mapping[str, Any]) -> str:
    """What the other side says of its version, in words."""
    return f"spine-lsp {told.get('version', 'of an earlier version')}"


def make_app(broker: str, queue: str = QUEUE) -> Any:
    """The Celery application of a broker; it needs no result backend."""
    from celery import Celery

    if broker.startswith("memory:"):
        broker = "memory://localhost/"
    app = Celery("spine-lsp", broker=broker, set_as_current=False)
    app.conf.update(
        task_default_queue=queue,
        task_ignore_result=True,
        task_acks_late=False,  # what is not done is told by its silence, and begun again by the runner alone
        worker_cancel_long_running_tasks_on_connection_loss=True,  # of those that are acknowledged late: none of ours
        worker_prefetch_multiplier=1,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
    )
    if broker.startswith("memory:"):
        app.conf.broker_transport_options = {"polling_interval": 0.01}
    return app
