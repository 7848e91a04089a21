"""What a run does next: one pure function over its state, which the simulation and the runner share.

Steps are numbers here, their places in the plan; times are seconds of whatever clock the caller has.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from heapq import heapify, heappop, heappush
from typing import Literal, NamedTuple

from spine_lsp.orchestration.models import ExecutionMode, ExecutionPolicy, FailurePolicy

Outcome = Literal["completed", "failed", "timed_out", "cancelled", "lost"]
"""How an attempt at a step ends; `lost` is one whose process was killed, so that nobody knows."""
Progress = Literal["pending", "running", "waiting", "skipped"] | Outcome
"""Where a step stands; one that is `waiting` has failed and will be tried again."""
Halt = Literal["cancelled", "timed_out"]
"""Why a run is ended before its time."""


class Retry(NamedTuple):
    """How often a step that fails is tried again, and the pause before: `backoff`, then twice as long each time."""

    retries: int = 0
    backoff: float = 0.0

    def pause(self, attempt: int) -> float:
        """The seconds between the end of an attempt, counted from 1, and the next."""
        return float(self.backoff * 2 ** (attempt - 1))


class Start(NamedTuple):
    """An attempt, counted from 1, at a step is to begin, on the worker of that number."""

    step: int
    attempt: int
    worker: int


class Interrupt(NamedTuple):
    """A running step is to be ended."""

    step: int
    why: Halt


Action = Start | Interrupt

NO_RETRY = Retry()


class Schedule:
    """The state of a run: a free worker takes the first step of the plan that has all it waits for.

    `waits_for[step]` are the steps that a step waits for. Those in `done` have run already. The caller tells what
    happens (`started`, `stopping`, `ended`, `advance`, `halt`); `next_steps` says what to do. All transitions of a
    run together cost in proportion to its steps and edges, but for a logarithm.
    """

    def __init__(
        self,
        waits_for: Sequence[Sequence[int]],
        policy: ExecutionPolicy,
        retries: Sequence[Retry] = (),
        done: Collection[int] = (),
    ) -> None:
        count = len(waits_for)
        parallel = policy.mode is ExecutionMode.PARALLEL
        self.progress: list[Progress] = ["pending"] * count
        self.attempts = [0] * count
        self.worker: dict[int, int] = {}
        """The steps that run, each with its worker."""
        self.halted: Halt | None = None
        self.stopped = False
        """Whether a failure keeps what has not begun from beginning."""
        self.in_order = not parallel
        self.ready: list[int] = []
        self.free = list(range(min(policy.max_concurrency if parallel else 1, max(count, 1))))
        self.told_to_stop: set[int] = set()
        self.given_up: list[int] = []
        """Steps that would have been tried again and have failed because the run ends; whoever is told empties it."""
        self._due: list[tuple[float, int]] = []
        self._stops = policy.on_failure is FailurePolicy.STOP
        self._retries = retries
        self._dependents: list[list[int]] = [[] for _ in waits_for]
        self._missing = [0] * count
        for step in done:
            self.progress[step] = "completed"
        for step, on in enumerate(waits_for):
            if self.progress[step] == "completed":
                continue
            for other in on:
                if self.progress[other] != "completed":
                    self._dependents[other].append(step)
                    self._missing[step] += 1
            if not self._missing[step]:
                self.ready.append(step)
        heapify(self.ready)

    @property
    def waiting(self) -> bool:
        """Whether a step waits to be tried again."""
        return bool(self._due)

    @property
    def wakes_at(self) -> float | None:
        """When the next step that waits is to be tried again."""
        return self._due[0][0] if self._due else None

    @property
    def over(self) -> bool:
        """Whether nothing runs and nothing more will."""
        if self.worker or self._due:
            return False
        return self.stopped or self.halted is not None or not self.ready

    def started(self, action: Start) -> None:
        """An attempt has begun: the first of those that `next_steps` names, or ValueError."""
        if not self.ready or self.ready[0] != action.step or self.free[0] != action.worker:
            raise ValueError(f"step {action.step} is not the next one to start")
        heappop(self.ready)
        self.worker[action.step] = heappop(self.free)
        self.attempts[action.step] = action.attempt
        self.progress[action.step] = "running"

    def stopping(self, action: Interrupt) -> None:
        """A running step has been told to end, and need not be told again."""
        self.told_to_stop.add(action.step)

    def ended(self, step: int, outcome: Outcome, now: float = 0.0, *, may_retry: bool = True) -> tuple[int, ...]:
        """An attempt has ended; answers the steps that are skipped because of it.

        Without `may_retry` a failure is final whatever the step says: it would fail in the same way again.
        """
        heappush(self.free, self.worker.pop(step))
        self.told_to_stop.discard(step)
        if outcome == "completed":
            self._completed(step)
            return ()
        again = self._retries[step] if self._retries else NO_RETRY
        may_retry = may_retry and outcome in ("failed", "lost") and self.attempts[step] <= again.retries
        if may_retry and not self.stopped and self.halted is None:
            self.progress[step] = "waiting"
            heappush(self._due, (now + again.pause(self.attempts[step]), step))
            return ()
        self.progress[step] = outcome
        if self._stops:
            self.stopped = True
            self._give_up()
            return ()
        return self._skipped_behind(step)

    def withdraw(self, step: int) -> None:
        """A step whose attempt was to begin has not begun, and will not: the run ends, or a failure stops it."""
        heappush(self.free, self.worker.pop(step))
        self.attempts[step] -= 1
        if self.attempts[step]:
            self.progress[step] = "failed"
            self.given_up.append(step)
        else:
            self.progress[step] = "pending"

    def advance(self, now: float) -> None:
        """Time has passed: what waited until now is ready again."""
        while self._due and self._due[0][0] <= now:
            step = heappop(self._due)[1]
            self.progress[step] = "pending"
            heappush(self.ready, step)

    def halt(self, why: Halt) -> None:
        """The run is to end: what runs is to be stopped and nothing starts. The first reason stays."""
        if self.halted is None:
            self.halted = why
            self._give_up()

    def close(self) -> tuple[int, ...]:
        """At the end of a run: what has not begun is skipped, and answered."""
        never = tuple(step for step, progress in enumerate(self.progress) if progress == "pending")
        for step in never:
            self.progress[step] = "skipped"
        return never

    def _completed(self, step: int) -> None:
        self.progress[step] = "completed"
        for dependent in self._dependents[step]:
            self._missing[dependent] -= 1
            if not self._missing[dependent] and self.progress[dependent] == "pending":
                heappush(self.ready, dependent)

    def _give_up(self) -> None:
        """What waits to be tried again has failed; so has what was about to be."""
        again = [step for _, step in self._due] + [step for step in self.ready if self.attempts[step]]
        if again:
            for step in again:
                self.progress[step] = "failed"
            self.given_up += sorted(again)
            self._due.clear()
            self.ready = [step for step in self.ready if not self.attempts[step]]
            heapify(self.ready)

    def _skipped_behind(self, failed: int) -> tuple[int, ...]:
        skipped = []
        work = [failed]
        while work:
            for dependent in self._dependents[work.pop()]:
                if self.progress[dependent] == "pending":
                    self.progress[dependent] = "skipped"
                    skipped.append(dependent)
                    work.append(dependent)
        return tuple(sorted(skipped))


def next_steps(schedule: Schedule) -> list[Action]:
    """What a run is to do now; changes nothing, and costs in proportion to what it answers."""
    if schedule.halted is not None:
        running = sorted(schedule.worker.keys() - schedule.told_to_stop)
        return [Interrupt(step, schedule.halted) for step in running]
    if schedule.stopped or not schedule.ready or (schedule.in_order and schedule.waiting):
        return []
    count = min(len(schedule.free), len(schedule.ready))
    return [
        Start(step, schedule.attempts[step] + 1, worker)
        for step, worker in zip(_least(schedule.ready, count), _least(schedule.free, count), strict=True)
    ]


def _least(heap: Sequence[int], count: int) -> list[int]:
    """The least items of a heap in their order, without touching it."""
    found: list[int] = []
    front = [(heap[0], 0)] if count else []
    while len(found) < count:
        item, place = heappop(front)
        found.append(item)
        for child in (2 * place + 1, 2 * place + 2):
            if child < len(heap):
                heappush(front, (heap[child], child))
    return found
