"""Levels for every node, also of a graph with cycles, and the hidden points that carry long edges.

The first two steps of the layered method (K. Sugiyama, S. Tagawa, M. Toda 1981): break the cycles, put each
node one level below what it waits for, and cut every edge into links from one level to the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise

from spine_lsp.drawing.model import GraphModel
from spine_lsp.orchestration.scc import strongly_connected_components

LinkKind = tuple[str, bool]  # the state of the edges, and whether they run upward


@dataclass(frozen=True, slots=True)
class LayerLink:
    """A piece of one or several edges, from a point of one level to a point of the next."""

    upper: int
    lower: int
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Layered:
    """Points with their levels. Points below `real` are the nodes, the others carry long edges.

    `routes` gives each edge of the model the points it visits, from its upper end to its lower end.
    """

    real: int
    level: tuple[int, ...]
    links: tuple[LayerLink, ...]
    routes: Mapping[tuple[int, int], tuple[int, ...]]

    def layers(self) -> list[list[int]]:
        """The points of each level."""
        found: list[list[int]] = [[] for _ in range(max(self.level, default=-1) + 1)]
        for point, level in enumerate(self.level):
            found[level].append(point)
        return found


def components(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The connected parts of a graph of `count` nodes, each in order, the parts by their first node."""
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in pairs:
        a, b = root(left), root(right)
        parent[max(a, b)] = min(a, b)
    parts: dict[int, list[int]] = defaultdict(list)
    for node in range(count):
        parts[root(node)].append(node)
    return list(parts.values())


def layer(model: GraphModel) -> Layered:
    """Levels and links of a model. A step that can run is on its level of the plan, or below it in no case.

    An edge that closes a cycle runs upward: its link kind says so. Edges of a node to itself are left out.
    """
    level, ends = _leveled(model)
    return _with_hidden_points(len(level), level, ends)


def levels_of(model: GraphModel) -> list[int]:
    """The level of each node, as `layer` has it, without the work for edges that cross levels."""
    return _leveled(model)[0]


def crossings(model: GraphModel) -> int:
    """How many levels all edges cross together: what a layered drawing has to draw of them."""
    level, ends = _leveled(model)
    return sum(level[lower] - level[upper] for upper, lower, _ in ends)


def _leveled(model: GraphModel) -> tuple[list[int], list[tuple[int, int, LinkKind]]]:
    """The level of each node, and each edge by its upper and its lower end."""
    nodes = model.unique_nodes()
    index = {node.id: number for number, node in enumerate(nodes)}
    edges = [
        (index[edge.source], index[edge.target], edge) for edge in model.known_edges() if edge.source != edge.target
    ]
    place = _acyclic_order(len(nodes), [(source, target) for source, target, _ in edges])
    ends: list[tuple[int, int, LinkKind]] = [
        (s, t, (edge.state, False)) if place[s] < place[t] else (t, s, (edge.state, True)) for s, t, edge in edges
    ]
    return _levels(len(nodes), ends, place, [node.kind == "ghost" for node in nodes]), ends


def _acyclic_order(count: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """A place for each node such that only edges inside cycles lead from a later place to an earlier one."""
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in pairs:
        after[source].append(target)
    place = [0] * count
    next_place = 0
    last_first = strongly_connected_components({node: after[node] for node in reversed(range(count))})
    for component in reversed(last_first):
        for node in _untie(sorted(component), after):
            place[node] = next_place
            next_place += 1
    return place


def _untie(component: list[int], after: Sequence[Sequence[int]]) -> list[int]:
    """The nodes of a strongly connected component so ordered that few edges run backward, first in the file first."""
    if len(component) == 1:
        return component
    members = set(component)
    waiting = dict.fromkeys(component, 0)
    for node in component:
        for other in after[node]:
            if other in members:
                waiting[other] += 1
    order: list[int] = []
    heap = [(count, node) for node, count in waiting.items()]
    heapify(heap)
    current: int | None = component[0]
    while current is not None:
        order.append(current)
        del waiting[current]
        for other in after[current]:
            if other in waiting:
                waiting[other] -= 1
                heappush(heap, (waiting[other], other))
        # What was counted down has been pushed again: only the entry with the present count holds.
        while heap and waiting.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        current = heappop(heap)[1] if heap else None
    return order


def _levels(
    count: int, ends: Sequence[tuple[int, int, LinkKind]], place: Sequence[int], ghost: Sequence[bool]
) -> list[int]:
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for upper, lower, _ in ends:
        above[lower].append(upper)
        below[upper].append(lower)
    level = [0] * count
    for node in sorted(range(count), key=lambda node: place[node]):
        level[node] = 1 + max((level[other] for other in above[node]), default=-1)
    for node in range(count):  # a ghost stands right above the first step that waits for it
        if ghost[node] and below[node] and not above[node]:
            level[node] = min(level[other] for other in below[node]) - 1
    return level


def _with_hidden_points(count: int, level: Sequence[int], ends: Sequence[tuple[int, int, LinkKind]]) -> Layered:
    """Cut long edges.

    Long edges share their hidden points with those of the same upper or lower end, whichever has more of them, so
    that ten long edges from one step are one line that branches at its end.
    """
    leaving: dict[tuple[int, LinkKind], int] = defaultdict(int)
    arriving: dict[tuple[int, LinkKind], int] = defaultdict(int)
    for upper, lower, kind in ends:
        if level[lower] - level[upper] > 1:
            leaving[upper, kind] += 1
            arriving[lower, kind] += 1
    levels = list(level)
    hidden: dict[tuple[str, int, LinkKind, int], int] = {}
    links: dict[LayerLink, None] = {}
    routes: dict[tuple[int, int], tuple[int, ...]] = {}
    for upper, lower, kind in ends:
        by_upper = leaving[upper, kind] >= arriving[lower, kind]
        route = [upper]
        for at in range(level[upper] + 1, level[lower]):
            key = ("from", upper, kind, at) if by_upper else ("to", lower, kind, at)
            if key not in hidden:
                hidden[key] = len(levels)
                levels.append(at)
            route.append(hidden[key])
        route.append(lower)
        for start, end in pairwise(route):
            links[LayerLink(start, end, kind)] = None
        routes[(lower, upper) if kind[1] else (upper, lower)] = tuple(route)
    return Layered(count, tuple(levels), tuple(links), routes)
