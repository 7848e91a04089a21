"""A run of a group on paper: under its own policy or another, with steps that fail and with durations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from statistics import median

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workflows import flow_of, runs_in_parallel
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.answers import find_group
from spine_lsp.ide.values import policy_of
from spine_lsp.ide.words import policy_json
from spine_lsp.orchestration.graph import GraphInspection, inspect_graph
from spine_lsp.orchestration.kinds.workflow.vocabulary import ELSE
from spine_lsp.orchestration.models import ExecutionMode, ExecutionPolicy, FailurePolicy
from spine_lsp.orchestration.problems import counted, measured, quoted
from spine_lsp.orchestration.simulate import Simulation, StepRun, simulate

EVERY_STEP = "*"
UNITS, SECONDS, MINUTES = "units of time", "seconds", "minutes"
_PER_MINUTE = {SECONDS: 1 / 60, MINUTES: 1.0}
_IN_MINUTES = {"s": 1 / 60, "m": 1, "min": 1, "h": 60, "d": 24 * 60}
_WRITTEN = re.compile(r"\s*(?P<number>[0-9]{1,12}(?:\.[0-9]{1,12})?)\s*(?P<unit>s|m|min|h|d)?\s*\Z")


@dataclass(frozen=True, slots=True)
class GroupRun:
    """The answer of `spine.simulate`: the run, the unit of its times, and what of the question could not be used."""

    group: str
    run: Simulation
    unit: str
    message: str
    refused: tuple[str, ...] = ()
    """The steps whose durations are none."""


def simulate_group(
    workspace: Workspace,
    uri: str,
    group_name: str | None = None,
    *,
    fails: Iterable[str] = (),
    branches: Mapping[str, object] | None = None,
    durations: Mapping[str, object] | None = None,
    execution: str | None = None,
    max_concurrency: int | None = None,
    on_failure: str | None = None,
    recorded: Mapping[str, float] | None = None,
) -> GroupRun | None:
    """Play a run of a group; None if there is no such group.

    What is given in the place of the policy's own values counts if it is possible. A duration is a number, or a text
    with a unit, `90 s`, `12 min`, `2 h`, and then all are in minutes; `*` is that of every step without its own. A
    step without duration takes 1.

    ``recorded`` are the seconds that steps took in runs: those last so long, and the others as the median of them,
    unless a duration is given; all is in seconds then, numbers too, unless a duration has a unit. What one more worker
    would save is said then.
    """
    group = find_group(workspace, uri, group_name)
    if group is None:
        return None
    graph, passed_over = named_graph(group), frozenset[str]()
    if group.header.kind.branches and not runs_in_parallel(group):
        graph, passed_over = _in_file_order(group, graph, branches or {})
    fails = list(dict.fromkeys(fails))
    known = {name: seconds for name, seconds in (recorded or {}).items() if name in graph.first}
    takes, refused, unit = _durations(durations or {})
    if known:
        unit, per_second = (MINUTES, 1 / 60) if unit == MINUTES else (SECONDS, 1)
        takes = {**_as_durations(known, per_second), **takes}
    usual = takes.pop(EVERY_STEP, None)
    each = takes if usual is None else {**dict.fromkeys(graph.names, usual), **takes}
    policy = _policy(group, execution, max_concurrency, on_failure)
    run = simulate(graph, policy, each, fails, unit)
    if passed_over:
        run = _with_skipped(group, run, passed_over)
    asked = [*fails, *takes, *(branches or {})]
    unknown = [name for name in dict.fromkeys(asked) if name not in group.graph.first]
    sentences = [run.message]
    if recorded is not None:
        sentences += _of_recorded(graph, known, durations or {})
        more = replace(policy, max_concurrency=policy.max_concurrency + 1)
        if known and policy.mode is ExecutionMode.PARALLEL and not fails:
            saved = run.makespan - simulate(graph, more, each, fails, unit).makespan
            if saved > 1e-9:
                sentences.append(f"one more worker saves {measured(f'{saved:.3g}', unit)}")
    limit = policy.timeout_minutes
    if limit is not None and unit != UNITS and run.makespan * _PER_MINUTE[unit] > limit:
        sentences.append(f"that is over the timeout of {measured(f'{limit:g}', MINUTES)}")
    if unknown:
        sentences.append(f"no step is called {quoted(unknown)}")
    if refused:
        sentences.append(
            f"a duration is a number from 0 up or one with s, min, h or d, so {quoted(refused, 'and')} took 1"
        )
    return GroupRun(group.name, run, unit, "; ".join(sentences), tuple(refused))


def _as_durations(recorded: Mapping[str, float], per_second: float) -> dict[str, float]:
    """Seconds, as people read them, in another unit, with the median for every other step."""
    each = {EVERY_STEP: median(recorded.values()), **recorded}
    return {name: round(seconds, 3) * per_second for name, seconds in each.items()}


def _of_recorded(graph: GraphInspection, recorded: Mapping[str, float], given: Mapping[str, object]) -> Iterator[str]:
    if not recorded:
        yield "no run of it has been recorded"
        return
    others = [name for name in graph.names if name not in recorded and name not in given]
    if others and EVERY_STEP not in given:
        yield f"no time of {quoted(others[:3], 'and')} is recorded, so the median of the others was taken"


def named_graph(group: Group) -> GraphInspection:
    """The group's graph without steps that have no name, which no plan can hold."""
    named = [step for step, declared in enumerate(group.steps) if declared.name is not None]
    if len(named) == len(group.steps):
        return group.graph
    return inspect_graph([group.names[i] for i in named], [group.steps[i].depends_on for i in named])


def _in_file_order(
    group: Group, graph: GraphInspection, branches: Mapping[str, object]
) -> tuple[GraphInspection, frozenset[str]]:
    """The steps that run when choices are decided so, one after the other; and those that are passed over."""
    first = group.dependencies.first
    chosen = {first[name]: way != ELSE for name, way in branches.items() if name in first}
    names = group.names
    path = [step for step in flow_of(group).path(chosen) if names[step] in graph.first]
    taken = [names[step] for step in path if graph.level[graph.first[names[step]]] >= 0]
    taken = list(dict.fromkeys(taken))
    waits = [(), *((name,) for name in taken)][: len(taken)]
    return inspect_graph(taken, waits), frozenset(graph.names) - set(taken)


def _with_skipped(group: Group, run: Simulation, passed_over: frozenset[str]) -> Simulation:
    """The run with the steps in it that choices passed over, and those that cannot run."""
    of = {step.name: step for step in run.steps}
    level = {name: group.graph.level[step] for name, step in group.graph.first.items()}
    steps = tuple(
        of.get(name) or StepRun(name, "skipped" if level.get(name, -1) >= 0 else "blocked")
        for name in dict.fromkeys(group.names)
        if name in of or name in passed_over
    )
    skipped = tuple(step.name for step in steps if step.state == "skipped")
    words = f"{run.message}; {counted(len(skipped), 'step')} passed over" if skipped else run.message
    return replace(run, steps=steps, skipped=skipped, message=words)


def _policy(
    group: Group, execution: str | None, max_concurrency: int | None, on_failure: str | None
) -> ExecutionPolicy:
    own = policy_of(group)
    return ExecutionPolicy(
        ExecutionMode(execution) if execution in ("sequential", "parallel") else own.mode,
        max_concurrency if max_concurrency is not None and max_concurrency >= 1 else own.max_concurrency,
        FailurePolicy(on_failure) if on_failure in ("stop", "continue") else own.on_failure,
        own.timeout_minutes,
    )


def _durations(given: Mapping[str, object]) -> tuple[dict[str, float], list[str], str]:
    """The durations that are some, the names of the others, and the unit."""
    takes: dict[str, float] = {}
    refused: list[str] = []
    unit = UNITS
    for name, value in given.items():
        if isinstance(value, str) and (written := _WRITTEN.match(value)) is not None:
            value = float(written["number"]) * _IN_MINUTES[written["unit"] or "min"]
            unit = MINUTES if written["unit"] else unit
        if isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value) and value >= 0:
            takes[name] = float(value)
        else:
            refused.append(name)
    return takes, refused, unit


def to_json(answer: GroupRun, shown: Collection[str] | None = None) -> dict[str, object]:
    """The JSON of `spine.simulate` (docs/commands.md); of the steps, those called so, where not all are `shown`."""
    run = answer.run
    return {
        "group": answer.group,
        "policy": policy_json(run.policy),
        "makespan": run.makespan,
        "unit": answer.unit,
        "slots": [{"start": slot.start, "end": slot.end, "steps": list(slot.steps)} for slot in run.slots],
        "steps": [
            {
                "name": step.name,
                "state": step.state,
                "start": step.start,
                "end": step.end,
                "worker": step.worker,
            }
            for step in run.steps
            if shown is None or step.name in shown
        ],
        "critical_path": {"steps": list(run.critical_path.steps), "length": run.critical_path.length},
        "never_started": list(run.never_started),
        "skipped": list(run.skipped),
        "message": answer.message,
    }
