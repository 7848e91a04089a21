"""Why a step runs where it does, or cannot run: the chain that it ends, or what is at fault in the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spine_lsp.analysis.group import Group
from spine_lsp.drawing.model import NodeState
from spine_lsp.ide.states import reason_of, state_of
from spine_lsp.orchestration.planner import root_causes
from spine_lsp.orchestration.queries import waiting_for


@dataclass(frozen=True, slots=True)
class StepReason:
    """A step and why it is where it is; `order` and `level` from 0, None if it cannot run.

    `longest` is a chain that gives it its level, from a step that waits for nothing to itself. Of a blocked step,
    `cause` is the step at fault in the end and `fault` what is wrong with that. `needs` counts all that wait for it,
    `needed_by` those that do directly.
    """

    name: str
    state: NodeState
    order: int | None
    level: int | None
    waits_for: tuple[str, ...]
    needed_by: tuple[str, ...]
    needs: int
    longest: tuple[str, ...] = ()
    reason: str = ""
    cause: str | None = None
    fault: str = ""


def step_reasons(group: Group, steps: Iterable[int] | None = None) -> list[StepReason]:
    """The reasons of some steps, or of all that have a name and cannot run."""
    graph = group.graph
    place = {step: number for number, step in enumerate(graph.order)}
    causes = {step: cause for step, _, cause in root_causes(graph)}
    if steps is None:
        steps = [i for i, level in enumerate(graph.level) if level < 0 and group.steps[i].name is not None]
    return [_reason(group, step, place, causes) for step in steps]


def _reason(group: Group, step: int, place: dict[int, int], causes: dict[int, int]) -> StepReason:
    graph, names = group.graph, group.graph.names
    runs = step in place
    cause = causes.get(step)
    return StepReason(
        name=names[step],
        state=state_of(graph, step),
        order=place.get(step),
        level=graph.level[step] if runs else None,
        waits_for=tuple(dict.fromkeys(graph.depends_on[step])),
        needed_by=tuple(names[other] for other in graph.dependents(step)),
        needs=len(waiting_for(graph, step)),
        longest=tuple(names[other] for other in _chain(group, step)) if runs and graph.level[step] else (),
        reason=reason_of(graph, step),
        cause=names[cause] if cause is not None else None,
        fault=reason_of(graph, cause) if cause is not None else "",
    )


def _chain(group: Group, step: int) -> list[int]:
    """A chain of steps, each one level above the one before it, that ends in a step that can run."""
    graph = group.graph
    chain = [step]
    while graph.level[chain[-1]] > 0:
        below = graph.level[chain[-1]] - 1
        chain.append(next(on for on in graph.waits_for(chain[-1]) if graph.level[on] == below))
    return chain[::-1]


def to_json(reason: StepReason) -> dict[str, object]:
    """One step as `spine-lsp why --json` prints it (docs/command-line.md)."""
    return {
        "name": reason.name,
        "state": reason.state,
        "order": reason.order,
        "level": reason.level,
        "waits_for": list(reason.waits_for),
        "needed_by": list(reason.needed_by),
        "needs": reason.needs,
        "longest_chain": list(reason.longest),
        "reason": reason.reason or None,
        "cause": None if reason.cause is None else {"name": reason.cause, "reason": reason.fault},
    }
