"""Finds the knots of a graph (steps that wait for each other) and one shortest cycle in each."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

Waits = Mapping[int, Sequence[int]]
"""For each step, the steps it waits for."""

SEARCH_BUDGET = 200_000
"""Edges that the search for a shortest cycle may follow beyond sixteen times those of the knot."""


def core(stuck: Iterable[str], waits: Mapping[str, Sequence[str]]) -> list[str]:
    """``stuck`` without the steps that no cycle can come back to: behind one there may be thousands."""
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


def knots(waits: Waits) -> list[tuple[int, ...]]:
    """The strongly connected parts of more than one step, each in file order, first part first.

    Tarjan's algorithm (1972) without recursion. Entries that are no key of ``waits`` are passed over.
    """
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    open_steps: list[int] = []
    is_open: set[int] = set()
    found: list[tuple[int, ...]] = []
    for root in sorted(waits):
        if root in index:
            continue
        work = [(root, iter(waits[root]))]
        index[root] = low[root] = len(index)
        open_steps.append(root)
        is_open.add(root)
        while work:
            step, entries = work[-1]
            for entry in entries:
                if entry not in waits:
                    continue
                if entry not in index:
                    index[entry] = low[entry] = len(index)
                    open_steps.append(entry)
                    is_open.add(entry)
                    work.append((entry, iter(waits[entry])))
                    break
                if entry in is_open and index[entry] < low[step]:
                    low[step] = index[entry]
            else:
                work.pop()
                if work and low[step] < low[work[-1][0]]:
                    low[work[-1][0]] = low[step]
                if low[step] == index[step]:
                    part = []
                    while True:
                        member = open_steps.pop()
                        is_open.discard(member)
                        part.append(member)
                        if member == step:
                            break
                    if len(part) > 1:
                        found.append(tuple(sorted(part)))
    found.sort()
    return found


def shortest_cycle(part: Iterable[int], waits: Waits) -> tuple[int, ...]:
    """A shortest closed path through steps of ``part``, a strongly connected part.

    It follows ``waits``, starts and ends with the first step in the file of those on it,
    and is the same on every call. A breadth-first search from each step that has a choice,
    no deeper than the best found; a step searched from is then left out, since every cycle
    through it was seen. The work is cut at a budget that is linear in the size of the part,
    so in a large and dense knot the path is closed and short, but may not be the shortest.
    """
    members = sorted(part)
    inside = set(members)
    edges = {
        step: [entry for entry in dict.fromkeys(waits[step]) if entry in inside and entry != step]
        for step in members
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
