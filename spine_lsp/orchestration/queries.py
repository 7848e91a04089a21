"""Questions of an inspected graph: up- and downstream, paths, redundant edges, ways out of a cycle, width."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spine_lsp.orchestration.graph import GraphInspection, inspect_graph
from spine_lsp.orchestration.pauses import finish

_BUDGET = 64 * 1024 * 1024
_PART = 500  # steps looked at without a pause
_COUNTED_STEPS = 300  # the exact width of a larger graph costs more than the hint is worth


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


def downstream_edges(found: GraphInspection) -> list[list[int]]:
    """For each step the steps that wait for it directly, in file order. Later duplicates take no part."""
    heirs: list[list[int]] = [[] for _ in found.names]
    for step in found.first.values():
        for on in found.waits_for(step):
            heirs[on].append(step)
    for listed in heirs:
        listed.sort()
    return heirs


def upstream(found: GraphInspection, step: int) -> list[int]:
    """Everything that ``step`` waits for, directly or not, in file order; itself only in a cycle."""
    return _reach(step, found.waits_for)


def downstream(found: GraphInspection, step: int) -> list[int]:
    """Everything that waits for ``step``, directly or not, in file order; itself only in a cycle."""
    if found.first.get(found.names[step]) != step:
        return []
    return _reach(step, downstream_edges(found).__getitem__)


def _reach(start: int, next_of: Callable[[int], Iterable[int]]) -> list[int]:
    seen: set[int] = set()
    work = [start]
    while work:
        for step in next_of(work.pop()):
            if step not in seen:
                seen.add(step)
                work.append(step)
    return sorted(seen)


def redundant_edges(found: GraphInspection, budget: int = _BUDGET) -> RedundantEdges:
    """Entries between steps that can run which a longer path already implies, in the order of the plan.

    The transitive reduction with one integer a step as the set of all it waits for, bits in plan
    order: thirty thousand entries take two dozen milliseconds. The sets grow with the square of
    the steps, so ``budget`` limits their bytes together; past it the search ends, not ``complete``.
    """
    return finish(redundant_edges_in_parts(found, budget))


def redundant_edges_in_parts(
    found: GraphInspection, budget: int = _BUDGET
) -> Generator[None, None, RedundantEdges]:
    """As `redundant_edges`, as a generator that yields now and then: whoever runs it may do something else."""
    behind: dict[int, int] = {}
    bit: dict[int, int] = {}
    edges: list[RedundantEdge] = []
    for place, step in enumerate(found.order):
        if not place % _PART:
            yield
        bit[step] = 1 << place
        ons = found.waits_for(step)
        if len(ons) == 1:
            (on,) = ons
            behind[step] = behind[on] | bit[on]
        else:
            direct = implied = 0
            for on in ons:
                direct |= bit[on]
                implied |= behind[on]
            behind[step] = direct | implied
            if direct & implied:
                edges += _redundant(found, step, ons, bit, behind)
        budget -= behind[step].bit_length() >> 3
        if budget < 0:
            return RedundantEdges(tuple(edges), complete=False)
    return RedundantEdges(tuple(edges), complete=True)


def _redundant(
    found: GraphInspection, step: int, ons: list[int], bit: dict[int, int], behind: dict[int, int]
) -> Iterator[RedundantEdge]:
    # Each entry is taken out with the first one that implies it: linear in the entries, not their square.
    left = 0
    step_of: dict[int, int] = {}
    for on in ons:
        left |= bit[on]
        step_of[bit[on].bit_length()] = on
    through: dict[int, int] = {}
    for other in ons:
        hit = behind[other] & left
        left ^= hit
        while hit:
            place = hit.bit_length()
            through[step_of[place]] = other
            hit ^= 1 << (place - 1)
    entry_of: dict[str, int] = {}
    for entry, name in enumerate(found.depends_on[step]):
        entry_of.setdefault(name, entry)
    for on in ons:
        if on in through:
            yield RedundantEdge(step, entry_of[found.names[on]], on, through[on])


def path_around(found: GraphInspection, edge: RedundantEdge) -> tuple[int, ...]:
    """The longer path that makes an edge redundant, from its step through ``edge.through`` to ``edge.on``."""
    shortest = shortest_paths(found, edge.through, edge.on, limit=1)
    return (edge.step, *shortest.paths[0])


def shortest_paths(found: GraphInspection, src: int, dst: int, limit: int = 20) -> Paths:
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
            for on in found.waits_for(step):
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
    trails: list[tuple[int, ...]] = [(dst,)]
    while trails and len(paths) <= limit:
        trail = trails.pop()
        if trail[0] == src and len(trail) > 1:
            paths.append(trail)
        else:
            trails.extend((parent, *trail) for parent in reversed(parents[trail[0]]))
    return Paths(tuple(paths[:limit]), truncated=len(paths) > limit)


def cycle_breaks(found: GraphInspection, cycle: Sequence[int], limit: int = 12) -> list[CycleBreak]:
    """The edges of a closed path, best to remove first: by the steps that can run then, then by the order of the file.

    Among equals the edge that runs against it, to a step further down, was hardly meant. Each is
    tried, ``limit`` of them at most, by inspecting the graph without it.
    """
    breaks = []
    against_first = sorted(pairwise(cycle), key=lambda edge: edge[1] < edge[0])
    for step, on in against_first[:limit]:
        name = found.names[on]
        without = list(found.depends_on)
        without[step] = [entry for entry in found.depends_on[step] if entry != name]
        then = inspect_graph(found.names, without)
        entry = list(found.depends_on[step]).index(name)
        breaks.append(CycleBreak(step, entry, on, len(then.order) - len(found.order), tuple(then.order)))
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
    """The size of a largest matching of steps to steps behind them.

    The widest set of steps of which none waits for another has as many members as the steps need chains to be
    covered (Dilworth 1950), and those are as many as there are steps, less such a matching (Fulkerson 1956).
    """
    behind: list[int] = [0] * len(graph.names)  # bit sets of all that a step waits for
    for step in graph.order:
        for on in graph.waits_for(step):
            behind[step] |= behind[on] | 1 << on
    owner: dict[int, int] = {}
    mate: dict[int, int] = {}
    for root in graph.order:  # a search, breadth first, for a path that lets one pair more in
        seen = 0
        came_from: dict[int, int] = {}
        free: int | None = None
        queue = [root]
        for step in queue:
            fresh = behind[step] & ~seen
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
