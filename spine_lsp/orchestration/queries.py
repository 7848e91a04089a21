"""Questions of an inspected graph: up- and downstream, paths, redundant edges, ways out of a cycle, width."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spine_lsp.cancellation import check_cancelled
from spine_lsp.orchestration.graph import GraphInspection, inspect_graph
from spine_lsp.orchestration.pauses import finish

_BUDGET = 64 * 1024 * 1024
_PART = 500  # steps looked at without a pause
_COUNTED_STEPS = 300  # the exact width of a larger graph costs more than the hint is worth

_Trail = tuple[int, "_Trail | None"]
"""A step, and the trail from there on; so that trails share their ends."""


@dataclass(frozen=True, slots=True)
class RedundantEdge:
    """An entry that orders nothing new: ``step`` waits for ``on`` anyway, through its entry ``through``.

    `path_around` gives the whole way.
    """

    step: int
    entry: int
    on: int
    through: int


@dataclass(frozen=True, slots=True)
class RedundantEdges:
    """What was found; ``complete`` is False when the budget ended the search."""

    edges: tuple[RedundantEdge, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Paths:
    """Shortest paths, each from the first step asked about to the second; ``truncated`` if there are more."""

    paths: tuple[tuple[int, ...], ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class CycleBreak:
    """One edge whose removal helps: ``step`` no longer waits for ``on``.

    ``gained`` counts the steps that can run then and cannot now, ``order`` is the order then.
    """

    step: int
    entry: int
    on: int
    gained: int
    order: tuple[int, ...]


def dependents_of_all(graph: GraphInspection) -> list[list[int]]:
    """For each step its dependents, as `GraphInspection.dependents`."""
    dependents: list[list[int]] = [[] for _ in graph.names]
    for step in graph.first.values():
        for on in graph.waits_for(step):
            dependents[on].append(step)
    for listed in dependents:
        listed.sort()
    return dependents


def upstream(graph: GraphInspection, step: int) -> list[int]:
    """Everything that ``step`` waits for, directly or not, in file order; itself only in a cycle."""
    return _reach(step, graph.waits_for)


def downstream(graph: GraphInspection, step: int) -> list[int]:
    """Everything that waits for ``step``, directly or not, in file order; itself only in a cycle."""
    if graph.first.get(graph.names[step]) != step:
        return []
    return _reach(step, dependents_of_all(graph).__getitem__)


def _reach(start: int, next_of: Callable[[int], Iterable[int]]) -> list[int]:
    seen: set[int] = set()
    work = [start]
    while work:
        for step in next_of(work.pop()):
            if step not in seen:
                seen.add(step)
                work.append(step)
    return sorted(seen)


def waiting_for(graph: GraphInspection, step: int) -> dict[str, str]:
    """Each step that waits for ``step``, directly or not, by name, with the one it waits through.

    Runnable steps are scanned level by level, others breadth first; a second step of a name takes no part.
    """
    start = graph.names[step]
    if graph.first.get(start) != step:
        return {}
    via: dict[str, str] = {start: ""}
    names, depends_on = graph.names, graph.depends_on
    if graph.level[step] >= 0:
        is_apart = via.keys().isdisjoint
        for level in graph.levels[graph.level[step] + 1 :]:
            for other in level:
                if not is_apart(depends_on[other]):
                    via[names[other]] = next(entry for entry in depends_on[other] if entry in via)
    if not graph.ok:
        _add_stuck(graph, via)
    del via[start]
    return via


def _add_stuck(graph: GraphInspection, via: dict[str, str]) -> None:
    dependents: dict[str, list[str]] = {}
    for name, step in graph.first.items():
        if graph.level[step] < 0:
            for entry in graph.depends_on[step]:
                dependents.setdefault(entry, []).append(name)
    work = list(via)
    for on in work:  # grows while it is walked
        for name in dependents.get(on, ()):
            if name not in via:
                via[name] = on
                work.append(name)


def redundant_edges(graph: GraphInspection, budget: int = _BUDGET) -> RedundantEdges:
    """Entries between steps that can run which a longer path already implies, in the order of the plan.

    The transitive reduction with one integer a step as the set of all it waits for, bits in plan
    order: thirty thousand entries take two dozen milliseconds. The sets grow with the square of
    the steps, so ``budget`` limits their bytes together; past it the search ends, not ``complete``.
    """
    return finish(redundant_edges_in_parts(graph, budget))


def redundant_edges_in_parts(graph: GraphInspection, budget: int = _BUDGET) -> Generator[None, None, RedundantEdges]:
    """As `redundant_edges`, as a generator that yields now and then: whoever runs it may do something else."""
    reached: dict[int, int] = {}
    bit: dict[int, int] = {}
    edges: list[RedundantEdge] = []
    for place, step in enumerate(graph.order):
        if not place % _PART:
            yield
        bit[step] = 1 << place
        dependencies = graph.waits_for(step)
        if len(dependencies) == 1:
            (on,) = dependencies
            reached[step] = reached[on] | bit[on]
        else:
            direct = implied = 0
            for on in dependencies:
                direct |= bit[on]
                implied |= reached[on]
            reached[step] = direct | implied
            if direct & implied:
                edges += _redundant(graph, step, dependencies, bit, reached)
        budget -= reached[step].bit_length() >> 3
        if budget < 0:
            return RedundantEdges(tuple(edges), complete=False)
    return RedundantEdges(tuple(edges), complete=True)


def _redundant(
    graph: GraphInspection, step: int, dependencies: list[int], bit: dict[int, int], reached: dict[int, int]
) -> Iterator[RedundantEdge]:
    # Each entry is taken out with the first one that implies it: linear in the entries, not their square.
    left = 0
    step_of: dict[int, int] = {}
    for on in dependencies:
        left |= bit[on]
        step_of[bit[on].bit_length()] = on
    through: dict[int, int] = {}
    for other in dependencies:
        hit = reached[other] & left
        left ^= hit
        while hit:
            place = hit.bit_length()
            through[step_of[place]] = other
            hit ^= 1 << (place - 1)
    entry_of: dict[str, int] = {}
    for entry, name in enumerate(graph.depends_on[step]):
        entry_of.setdefault(name, entry)
    for on in dependencies:
        if on in through:
            yield RedundantEdge(step, entry_of[graph.names[on]], on, through[on])


def path_around(graph: GraphInspection, edge: RedundantEdge) -> tuple[int, ...]:
    """The longer path that makes an edge redundant, from its step through ``edge.through`` to ``edge.on``."""
    shortest = shortest_paths(graph, edge.through, edge.on, limit=1)
    return (edge.step, *shortest.paths[0])


def shortest_paths(graph: GraphInspection, src: int, dst: int, limit: int = 20) -> Paths:
    """All shortest paths by which ``src`` waits for ``dst``, in declared order, ``limit`` at most.

    Both ends are in each path; for ``src == dst`` these are the shortest cycles through it.
    """
    distance = {} if src == dst else {src: 0}
    parents: dict[int, list[int]] = {}
    level = [src]
    depth = 0
    while level and dst not in parents:
        depth += 1
        following: list[int] = []
        for step in level:
            check_cancelled()
            for on in graph.waits_for(step):
                if on not in distance:
                    distance[on] = depth
                    parents[on] = [step]
                    following.append(on)
                elif distance[on] == depth:
                    parents[on].append(step)
        level = following
    if dst not in parents:
        return Paths((), truncated=False)
    paths: list[tuple[int, ...]] = []
    trails: list[_Trail] = [(dst, None)]
    while trails and len(paths) <= limit:
        check_cancelled()
        trail = trails.pop()
        step, rest = trail
        if step == src and rest is not None:
            paths.append(tuple(_steps_of(trail)))
        else:
            trails.extend((parent, trail) for parent in reversed(parents[step]))
    return Paths(tuple(paths[:limit]), truncated=len(paths) > limit)


def _steps_of(trail: _Trail | None) -> Iterator[int]:
    while trail is not None:
        step, trail = trail
        yield step


def cycle_breaks(graph: GraphInspection, cycle: Sequence[int], limit: int = 12) -> list[CycleBreak]:
    """The edges of a closed path, best to remove first: by the steps that can run then, then by the order of the file.

    Among equals the edge that runs against it, to a step further down, was hardly meant. Each is
    tried, ``limit`` of them at most, by inspecting the graph without it.
    """
    breaks = []
    against_first = sorted(pairwise(cycle), key=lambda edge: edge[1] < edge[0])
    for step, on in against_first[:limit]:
        name = graph.names[on]
        without = list(graph.depends_on)
        without[step] = [entry for entry in graph.depends_on[step] if entry != name]
        then = inspect_graph(graph.names, without)
        entry = list(graph.depends_on[step]).index(name)
        breaks.append(CycleBreak(step, entry, on, len(then.order) - len(graph.order), tuple(then.order)))
    breaks.sort(key=lambda way: (-way.gained, way.on < way.step, -way.step))
    return breaks


def width(graph: GraphInspection, limit: int) -> int | None:
    """How many steps can run at once if that is less than ``limit``; None if it is not, or is too dear to tell.

    The widest level is a lower bound only: a step may still run when those of later levels start.
    """
    count = len(graph.names)
    if not graph.ok or count < 2 or max(map(len, graph.levels), default=0) >= limit:
        return None
    if count > _COUNTED_STEPS:
        return count if count < limit else None
    found = count - _most_pairs(graph)
    return found if found < limit else None


def _most_pairs(graph: GraphInspection) -> int:
    """The size of a largest matching of steps to steps that they wait for.

    The widest set of steps of which none waits for another has as many members as the steps need chains to be
    covered (Dilworth 1950), and those are as many as there are steps, less such a matching (Fulkerson 1956).
    """
    reached: list[int] = [0] * len(graph.names)  # bit sets of all that a step waits for
    for step in graph.order:
        for on in graph.waits_for(step):
            reached[step] |= reached[on] | 1 << on
    owner: dict[int, int] = {}
    mate: dict[int, int] = {}
    for root in graph.order:  # a search, breadth first, for a path that lets one pair more in
        seen = 0
        came_from: dict[int, int] = {}
        free: int | None = None
        queue = [root]
        for step in queue:
            fresh = reached[step] & ~seen
            while fresh and free is None:
                bit = fresh & -fresh
                fresh ^= bit
                seen |= bit
                on = bit.bit_length() - 1
                came_from[on] = step
                if on in owner:
                    queue.append(owner[on])
                else:
                    free = on
            if free is not None:
                break
        while free is not None:
            step = came_from[free]
            before = mate.get(step)
            owner[free], mate[step] = step, free
            free = before
    return len(owner)
