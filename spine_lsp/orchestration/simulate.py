"""Plays a run of a group under its policy: when each step starts, and what a failure stops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Literal

from spine_lsp.orchestration.graph import GraphInspection
from spine_lsp.orchestration.models import ExecutionMode, ExecutionPolicy, FailurePolicy
from spine_lsp.orchestration.queries import dependents_of_all

State = Literal["succeeded", "failed", "skipped", "never-started", "blocked"]


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
    workers = policy.max_concurrency if policy.mode is ExecutionMode.PARALLEL else 1
    failing = {graph.first[name] for name in fails if name in graph.first}
    dependents = dependents_of_all(graph)
    counts = {step: len(graph.waits_for(step)) for step in graph.order}
    place = {step: number for number, step in enumerate(graph.order)}
    states: list[State] = ["blocked"] * len(graph.names)
    for step in graph.order:
        states[step] = "never-started"

    ready = [place[step] for step in graph.order if not counts[step]]
    free = list(range(min(workers, max(len(graph.order), 1))))
    heapify(free)
    running: list[tuple[float, int, int]] = []  # (end, place in the plan, worker)
    spans: dict[int, tuple[float, float, int]] = {}
    now = 0.0
    stopped = False
    while running or (ready and not stopped):
        while ready and free and not stopped:
            step = graph.order[heappop(ready)]
            worker = heappop(free)
            spans[step] = (now, now + takes[step], worker)
            heappush(running, (now + takes[step], place[step], worker))
        now = running[0][0]
        while running and running[0][0] == now:
            _, number, worker = heappop(running)
            heappush(free, worker)
            step = graph.order[number]
            if step in failing:
                states[step] = "failed"
                if policy.on_failure is FailurePolicy.STOP:
                    stopped = True
                else:
                    _skip(step, dependents, states)
                continue
            states[step] = "succeeded"
            for dependent in dependents[step]:
                if dependent in counts:
                    counts[dependent] -= 1
                    if not counts[dependent] and states[dependent] == "never-started":
                        heappush(ready, place[dependent])

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
        message=_message(runs, f"{makespan:.12g} {unit}".rstrip()),
    )


def critical_path(graph: GraphInspection, durations: Mapping[str, float] | None = None) -> CriticalPath:
    """The longest chain of steps that can run, by duration (each 1 without ``durations``).

    Among equally long chains the one whose steps come first in what each waits for.
    """
    ends: dict[int, float] = {}
    before: dict[int, int] = {}
    for step in graph.order:
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


def _skip(failed: int, dependents: list[list[int]], states: list[State]) -> None:
    work = [failed]
    while work:
        for dependent in dependents[work.pop()]:
            if states[dependent] == "never-started":
                states[dependent] = "skipped"
                work.append(dependent)


def _slots(graph: GraphInspection, spans: Mapping[int, tuple[float, float, int]]) -> tuple[Slot, ...]:
    """The run cut at every start and end; linear in what is shown, for each slot lists its steps."""
    moments = sorted({moment for start, end, _ in spans.values() for moment in (start, end)})
    by_start = sorted(spans, key=lambda step: (spans[step][0], spans[step][2]))
    slots: list[Slot] = []
    active: list[int] = []
    following = 0
    for start, end in pairwise(moments):
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
        return f"all {len(runs)} steps succeed, after {end}"
    words = {
        "failed": "fail" if count["failed"] != 1 else "fails",
        "skipped": "are skipped" if count["skipped"] != 1 else "is skipped",
        "never-started": "never start" if count["never-started"] != 1 else "never starts",
        "blocked": "cannot run",
    }
    rest = [f"{count[state]} {word}" for state, word in words.items() if count[state]]
    return f"{count['succeeded']} of {len(runs)} steps succeed, {', '.join(rest)}; it ends after {end}"
