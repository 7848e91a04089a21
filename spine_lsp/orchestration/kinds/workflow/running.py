"""How the runner of workflows takes their steps: in the order of the file, or by levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from spine_lsp.orchestration.graph import GraphInspection
from spine_lsp.orchestration.vocabulary import EXECUTION

if TYPE_CHECKING:
    from spine_lsp.orchestration.models import ExecutionPolicy


def is_parallel(graph: GraphInspection, policy: Mapping[Any, Any]) -> bool:
    """Whether steps run side by side: `execution: parallel`, and at least one step waits for another."""
    return policy.get(EXECUTION) == "parallel" and any(graph.depends_on)


def policy_as_run(policy: ExecutionPolicy, graph: GraphInspection) -> ExecutionPolicy:
    """One by one the first failure ends the run; no time limit is kept, and nothing is tried again."""
    heeded = replace(policy, timeout_minutes=None, retries=0)
    if policy.mode.value == "parallel" and any(graph.depends_on):
        return heeded
    stop, sequential = type(policy.on_failure)("stop"), type(policy.mode)("sequential")
    return replace(heeded, mode=sequential, on_failure=stop)


def as_run(graph: GraphInspection, policy: Mapping[Any, Any]) -> GraphInspection:
    """The graph by levels where steps run side by side; else one step after the other, as the file has them.

    `depends_on` orders nothing then. What cannot be loaded (an unknown name, a cycle) still cannot run.
    """
    if is_parallel(graph, policy):
        return graph
    order = sorted(graph.order)
    if order == graph.order and len(graph.levels) == len(order):
        return graph
    level = [-1] * len(graph.names)
    for place, step in enumerate(order):
        level[step] = place
    return replace(graph, order=order, level=level, levels=[[step] for step in order])


class Fork(NamedTuple):
    """Where a choice goes on when its condition is true, and when it is false; None: at the next step."""

    then: int | None
    other: int | None


@dataclass(frozen=True, slots=True)
class Flow:
    """How a run goes through the steps in the order of the file: one after the other, but for its choices."""

    count: int
    choices: Mapping[int, Fork]

    def after(self, step: int) -> Iterator[int]:
        """The steps that may come right after one; none where the run ends, as it does behind a jump back."""
        for target in set(self.choices.get(step, (None,))):
            following = step + 1 if target is None else target
            if step < following < self.count:
                yield following

    def reached_from(self, start: int) -> frozenset[int]:
        """The steps that may run in a run that has come to ``start``, that one too."""
        seen = {start} if start < self.count else set()
        work = list(seen)
        while work:
            fresh = [step for step in self.after(work.pop()) if step not in seen]
            seen.update(fresh)
            work += fresh
        return frozenset(seen)

    def path(self, chosen: Mapping[int, bool]) -> list[int]:
        """The steps that run when conditions have these answers; a condition without one is true."""
        found = []
        at = 0
        while at < self.count:
            found.append(at)
            choice = self.choices.get(at)
            target = None if choice is None else choice.then if chosen.get(at, True) else choice.other
            if target is not None and target <= at:
                break
            at = at + 1 if target is None else target
        return found
