"""Questions of an inspected graph: up- and downstream, paths, redundant edges, ways out of a cycle."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from spine_lsp.orchestration.graph import GraphInspection, inspect_graph


@dataclass(frozen=True, slots=True)
class RedundantEdge:
    """An entry that orders nothing new: ``via`` is a longer path from ``step`` to the step it names."""

    step: int
    entry: int
    via: tuple[int, ...]


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


def redundant_edges(found: GraphInspection, budget: int = 400_000) -> RedundantEdges:
    """Entries between steps that can run which another path already implies.

    The transitive reduction, one step at a time. An entry can only be implied by a path from another
    entry of the same step that has a higher level; so a search goes up from those, no lower than the
    lowest level asked for, and ends when all is decided. ``budget`` limits the edges followed in all,
    so that the answer comes while somebody types; what was found until then is right.
    """
    level = found.level
    edges: list[RedundantEdge] = []
    waits: dict[int, list[int]] = {}
    for step in found.order:
        ons = found.waits_for(step)
        waits[step] = ons
        if len(ons) < 2:
            continue
        top = max(level[on] for on in ons)
        open_ons = {on for on in ons if level[on] < top}
        if not open_ons:
            continue
        floor = min(level[on] for on in open_ons)
        came_from: dict[int, int] = {}
        work = sorted((on for on in ons if level[on] > floor), key=lambda on: -level[on])
        seen = set(work)
        queue = deque(work)
        while queue and open_ons:
            at = queue.popleft()
            for on in waits[at]:
                budget -= 1
                if on in open_ons:
                    open_ons.discard(on)
                    came_from.setdefault(on, at)
                    edges.append(_redundant(found, step, on, at, came_from, ons))
                if on not in seen and level[on] > floor:
                    seen.add(on)
                    came_from.setdefault(on, at)
                    queue.append(on)
        if budget < 0:
            return RedundantEdges(_in_file_order(edges), complete=False)
    return RedundantEdges(_in_file_order(edges), complete=True)


def _redundant(
    found: GraphInspection, step: int, on: int, last: int, came_from: dict[int, int], ons: Sequence[int]
) -> RedundantEdge:
    """The edge with its longer path: from ``last`` back to the entry of ``step`` that the search began at."""
    path = [on, last]
    starts = set(ons)
    while path[-1] not in starts:
        path.append(came_from[path[-1]])
    path.append(step)
    entry = list(found.depends_on[step]).index(found.names[on])
    return RedundantEdge(step, entry, tuple(reversed(path)))


def _in_file_order(edges: list[RedundantEdge]) -> tuple[RedundantEdge, ...]:
    return tuple(sorted(edges, key=lambda edge: (edge.step, edge.entry)))


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
    """The edges of a closed path, best to remove first: by the steps that can run then, then by place.

    Each is tried, ``limit`` of them at most, by inspecting the graph without it.
    """
    breaks = []
    for step, on in islice(pairwise(cycle), limit):
        name = found.names[on]
        without = list(found.depends_on)
        without[step] = [entry for entry in found.depends_on[step] if entry != name]
        then = inspect_graph(found.names, without)
        entry = list(found.depends_on[step]).index(name)
        breaks.append(CycleBreak(step, entry, on, len(then.order) - len(found.order), tuple(then.order)))
    breaks.sort(key=lambda way: (-way.gained, -way.step))
    return breaks
