"""Finds the cyclic components of a graph (steps that wait for each other) and one shortest cycle in each."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from spine_lsp.cancellation import check_cancelled
from spine_lsp.orchestration.scc import strongly_connected_components

Waits = Mapping[int, Sequence[int]]
"""For each step, the steps it waits for."""

SEARCH_BUDGET = 200_000
"""Edges that the search for a shortest cycle may follow beyond sixteen times those of the component."""


def without_dead_ends(stuck: Iterable[str], waits: Mapping[str, Sequence[str]]) -> list[str]:
    """``stuck`` without the steps that no cycle comes back to: thousands may wait for one."""
    left = dict.fromkeys(stuck)
    waited_for = Counter(chain.from_iterable(map(waits.__getitem__, left)))
    leaves = [name for name in left if name not in waited_for]
    while leaves:
        name = leaves.pop()
        del left[name]
        for entry in waits[name]:
            waited_for[entry] -= 1
            if not waited_for[entry] and entry in left:
                leaves.append(entry)
    return list(left)


def cyclic_components(waits: Waits) -> list[tuple[int, ...]]:
    """The strongly connected components of more than one step, each in file order, first component first.

    Entries that are no key of ``waits`` are passed over.
    """
    inner = {step: [entry for entry in entries if entry in waits] for step, entries in waits.items()}
    components = strongly_connected_components(inner)
    return sorted(tuple(sorted(members)) for members in components if len(members) > 1)


def shortest_cycle(members: Iterable[int], waits: Waits) -> tuple[int, ...]:
    """A shortest closed path through ``members``, a strongly connected component.

    It follows ``waits``, starts and ends with the first step in the file of those on it,
    and is the same on every call. A breadth-first search from each step that has a choice,
    no deeper than the best found; a step searched from is then left out, since every cycle
    through it was seen. The work is cut at a budget that is linear in the size of the component,
    so in a large and dense one the path is closed and short, but may not be the shortest.
    """
    members = sorted(members)
    inside = set(members)
    edges = {
        step: [entry for entry in dict.fromkeys(waits[step]) if entry in inside and entry != step] for step in members
    }
    for step in members:
        for entry in edges[step]:
            if step in edges[entry]:
                return (step, entry, step)
    starts = [step for step in members if len(edges[step]) > 1] or members[:1]
    budget = SEARCH_BUDGET + 16 * sum(map(len, edges.values()))
    best: list[int] = []
    for start in starts:
        path, cost = _cycle_through(start, edges, len(best) - 1 if best else len(members))
        if path:
            best = path
            if len(best) == 3:
                break
        budget -= cost
        if budget < 0 and best:
            break
        edges[start] = []
    turn = best.index(min(best))
    return (*best[turn:], *best[:turn], best[turn])


def _cycle_through(start: int, edges: Mapping[int, Sequence[int]], limit: int) -> tuple[list[int], int]:
    """The shortest cycle from ``start`` of at most ``limit`` steps (empty: none), and the edges followed."""
    came_from: dict[int, int] = {}
    frontier = deque([(start, 1)])
    cost = 0
    while frontier:
        check_cancelled()
        step, length = frontier.popleft()
        for entry in edges[step]:
            cost += 1
            if entry == start:
                path = [step]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1], cost
            if entry not in came_from and length < limit:
                came_from[entry] = step
                frontier.append((entry, length + 1))
    return [], cost
