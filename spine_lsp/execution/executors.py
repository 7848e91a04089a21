"""What carries out the steps of a run: the runner hands over tasks and takes back reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from spine_lsp.orchestration.scheduling import Halt, Outcome


class Task(NamedTuple):
    """An attempt at a step, whose place in the plan is ``step``; ``params`` holds the batch id too."""

    step: int
    step_name: str
    pipeline: str
    params: dict[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt has ended. One that is not to be repeated, whatever the group says, has no ``may_retry``."""

    step: int
    outcome: Outcome
    result: Any = None
    error: str | None = None
    traceback: str | None = None
    may_retry: bool = True


@dataclass(frozen=True, slots=True)
class Output:
    """What a step has written; whole lines, but for the last ones of a step."""

    step: int
    stream: Literal["stdout", "stderr"]
    text: str


Report = Ended | Output


class Executor(Protocol):
    """Carries out tasks, as many side by side as it is given.

    `start` and `stop` only begin something: each task that was started is reported as `Ended` once. `wait` answers
    what has been reported since, and waits for the first report, at most so many seconds; `wake`, from any thread or
    signal handler, ends the waiting. Times are those of `now`, in seconds.
    """

    def now(self) -> float:
        """The time, on a clock that only goes forward."""

    def start(self, task: Task) -> None:
        """Begin a task."""

    def stop(self, step: int, why: Halt) -> None:
        """End a task as soon as that can be done."""

    def wait(self, seconds: float | None) -> Sequence[Report]:
        """The reports since the last call."""

    def wake(self) -> None:
        """End the waiting."""

    def close(self) -> None:
        """Give back what is held; nothing runs any more."""
