"""Plays a run of a group under its policy: when each step starts, and what a failure stops."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import Literal, NamedTuple

from spine_lsp.cancellation import check_cancelled
from spine_lsp.orchestration.graph import GraphInspection
from spine_lsp.orchestration.models import ExecutionPolicy
from spine_lsp.orchestration.problems import counted, measured
from spine_lsp.orchestration.scheduling import Outcome, Progress, Schedule, Start, next_steps

State = Literal["succeeded", "failed", "skipped", "never-started", "blocked"]
_STATES: dict[Progress, State] = {
    "completed": "succeeded",
    "failed": "failed",
    "skipped": "skipped",
    "pending": "never-started",
}


class Attempt(NamedTuple):
    """One attempt, counted from 1, at the step of that place in the plan."""

    step: int
    number: int
    start: float
    end: float
    worker: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class StepRun:
    """What becomes of one step; ``start``, ``end`` and ``worker`` (from 0) are None if it never ran."""

    name: str
    state: State
    start: float | None = None
    end: float | None = None
    worker: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A span of time in which the same steps are running."""

    start: float
    end: float
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The chain of steps that no number of workers makes shorter, and how long it takes."""

    steps: tuple[str, ...]
    length: float


@dataclass(frozen=True, slots=True)
class Simulation:
    """A run as it would go. ``steps`` has every step of the file, in its order."""

    policy: ExecutionPolicy
    makespan: float
    slots: tuple[Slot, ...]
    steps: tuple[StepRun, ...]
    critical_path: CriticalPath
    never_started: tuple[str, ...]
    skipped: tuple[str, ...]
    message: str


def simulate(
    graph: GraphInspection,
    policy: ExecutionPolicy,
    durations: Mapping[str, float] | None = None,
    fails: Iterable[str] = (),
    unit: str = "",
) -> Simulation:
    """Run the plan on paper. A step without duration takes 1; a step in ``fails`` fails at its end.

    ``unit`` is what the message calls the unit of the durations.

    A free worker takes the first step in plan order that has all it waits for; steps that end at the
    same moment all end before any starts. Under ``stop`` what is running finishes after a failure and
    nothing starts; under ``continue`` everything downstream of the failure is skipped. ValueError for
    a duration that is negative or no number.
    """
    takes = [_duration(name, durations or {}) for name in graph.names]
    failing = {graph.first[name] for name in fails if name in graph.first}
    place = {step: number for number, step in enumerate(graph.order)}
    schedule = Schedule([[place[on] for on in graph.waits_for(step)] for step in graph.order], policy)
    attempts = play(
        schedule,
        lambda number, _: (
            takes[graph.order[number]],
            "failed" if graph.order[number] in failing else "completed",
        ),
    )
    spans = {graph.order[each.step]: (each.start, each.end, each.worker) for each in attempts}
    states: list[State] = ["blocked"] * len(graph.names)
    for number, step in enumerate(graph.order):
        states[step] = _STATES[schedule.progress[number]]
    runs = tuple(
        StepRun(name, state, *spans.get(step, (None, None, None)))
        for step, (name, state) in enumerate(zip(graph.names, states, strict=True))
    )
    makespan = max((end for _, end, _ in spans.values()), default=0.0)
    return Simulation(
        policy=policy,
        makespan=makespan,
        slots=_slots(graph, spans),
        steps=runs,
        critical_path=critical_path(graph, durations),
        never_started=tuple(graph.names[step] for step in graph.order if states[step] == "never-started"),
        skipped=tuple(graph.names[step] for step in graph.order if states[step] == "skipped"),
        message=_message(runs, measured(f"{round(makespan, 6):.12g}", unit)),
    )


def play(
    schedule: Schedule,
    attempt: Callable[[int, int], tuple[float, Outcome]],
    timeout: float | None = None,
) -> list[Attempt]:
    """Take a schedule from time 0 to its end, and answer what ran, in the order of the starts.

    ``attempt(step, number)`` is how long an attempt takes and how it ends. What still runs at ``timeout`` is ended.
    """
    attempts: list[Attempt] = []
    running: list[tuple[float, int]] = []  # (end, step)
    begun: dict[int, int] = {}  # where in `attempts` each running step is
    now = 0.0
    while not schedule.over:
        check_cancelled()
        for action in next_steps(schedule):
            if isinstance(action, Start):
                schedule.started(action)
                takes, outcome = attempt(action.step, action.attempt)
                begun[action.step] = len(attempts)
                attempts.append(Attempt(action.step, action.attempt, now, now + takes, action.worker, outcome))
                heappush(running, (now + takes, action.step))
            else:
                schedule.ended(action.step, action.why, now)
                attempts[begun[action.step]] = attempts[begun[action.step]]._replace(end=now, outcome=action.why)
        if schedule.halted is not None:
            break  # all that ran has been ended
        moments = [running[0][0]] if running else []
        moments += [] if schedule.wakes_at is None else [schedule.wakes_at]
        if not moments:
            continue
        now = min([*moments, *([] if timeout is None else [timeout])])
        while running and running[0][0] <= now:
            _, step = heappop(running)
            schedule.ended(step, attempts[begun[step]].outcome, now)
        schedule.advance(now)
        if timeout is not None and now >= timeout and not schedule.over:
            schedule.halt("timed_out")
    return attempts


def critical_path(graph: GraphInspection, durations: Mapping[str, float] | None = None) -> CriticalPath:
    """The longest chain of steps that can run, by duration (each 1 without ``durations``).

    Among equally long chains the one whose steps come first in what each waits for.
    """
    ends: dict[int, float] = {}
    before: dict[int, int] = {}
    for step in graph.order:
        check_cancelled()
        on = max(graph.waits_for(step), key=lambda other: ends[other], default=None)
        if on is not None:
            before[step] = on
        ends[step] = _duration(graph.names[step], durations or {}) + (ends[on] if on is not None else 0)
    if not ends:
        return CriticalPath((), 0.0)
    step = max(graph.order, key=lambda other: ends[other])
    length = ends[step]
    chain = [step]
    while chain[-1] in before:
        chain.append(before[chain[-1]])
    return CriticalPath(tuple(graph.names[step] for step in reversed(chain)), length)


def _duration(name: str, durations: Mapping[str, float]) -> float:
    value = durations.get(name, 1.0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
        raise ValueError(f"the duration of `{name}` must be a number from 0 up, not {value!r}")
    return float(value)


def _slots(graph: GraphInspection, spans: Mapping[int, tuple[float, float, int]]) -> tuple[Slot, ...]:
    """The run cut at every start and end; linear in what is shown, for each slot lists its steps."""
    moments = sorted({moment for start, end, _ in spans.values() for moment in (start, end)})
    by_start = sorted(spans, key=lambda step: (spans[step][0], spans[step][2]))
    slots: list[Slot] = []
    active: list[int] = []
    following = 0
    for start, end in pairwise(moments):
        check_cancelled()
        active = [step for step in active if spans[step][1] > start]
        while following < len(by_start) and spans[by_start[following]][0] <= start:
            if spans[by_start[following]][1] > start:
                active.append(by_start[following])
            following += 1
        if active:
            active.sort(key=lambda step: spans[step][2])
            slots.append(Slot(start, end, tuple(graph.names[step] for step in active)))
    return tuple(slots)


def _message(runs: tuple[StepRun, ...], end: str) -> str:
    """The run in one sentence."""
    count = {
        state: sum(run.state == state for run in runs)
        for state in ("succeeded", "failed", "skipped", "never-started", "blocked")
    }
    if count["succeeded"] == len(runs):
        subject = "its one step succeeds" if len(runs) == 1 else f"all {len(runs)} steps succeed"
        return f"{subject}, after {end}"
    words = {
        "failed": "fail" if count["failed"] != 1 else "fails",
        "skipped": "are skipped" if count["skipped"] != 1 else "is skipped",
        "never-started": "never start" if count["never-started"] != 1 else "never starts",
        "blocked": "cannot run",
    }
    rest = [f"{count[state]} {word}" for state, word in words.items() if count[state]]
    succeed = "succeeds" if 1 in (count["succeeded"], len(runs)) else "succeed"
    return f"{count['succeeded']} of {counted(len(runs), 'step')} {succeed}, {', '.join(rest)}; it ends after {end}"
