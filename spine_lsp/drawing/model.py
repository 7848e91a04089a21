"""What a picture of a graph needs to know: steps, edges, levels, cycles, as immutable values."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

NodeKind = Literal["step", "ghost"]
NodeState = Literal["ok", "cycle", "missing", "blocked", "duplicate"]
EdgeState = Literal["ok", "cycle", "missing", "redundant", "self", "branch"]
Direction = Literal["down", "right"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A step, or the ghost of a step that others wait for and nobody defines.

    The id of a step is its name, of a second step of that name `name#2`, of a ghost `?name`.
    `order` and `level` are None for what cannot run, `because` and `reason` say why. Spans are
    code-point offsets, None for ghosts.
    """

    id: str
    name: str
    pipeline: str = ""
    kind: NodeKind = "step"
    state: NodeState = "ok"
    order: int | None = None
    level: int | None = None
    because: tuple[str, ...] = ()
    reason: str = ""
    params: tuple[tuple[str, str], ...] = ()
    span: Span | None = None
    name_span: Span | None = None


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """One thing waiting for another, by node ids: `target` waits for `source`; a branch says when it leads there."""

    source: str
    target: str
    state: EdgeState = "ok"
    span: Span | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class GraphModel:
    """A whole group. Nodes are in the order of the file, ghosts after the steps."""

    group: str
    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[GraphEdge, ...] = ()
    levels: tuple[tuple[str, ...], ...] = ()
    cycles: tuple[tuple[str, ...], ...] = ()
    policy: str = ""
    """How the group is run, in words."""
    version: str = ""
    cut: str = ""
    """What is left out, in words."""

    def known_edges(self) -> tuple[GraphEdge, ...]:
        """The edges whose two ends are nodes, each pair of ends once; a picture has no place for others."""
        ids = {node.id for node in self.nodes}
        first: dict[tuple[str, str], GraphEdge] = {}
        for edge in self.edges:
            if edge.source in ids and edge.target in ids:
                first.setdefault((edge.source, edge.target), edge)
        return tuple(first.values())

    def unique_nodes(self) -> tuple[GraphNode, ...]:
        """The nodes, each id once."""
        first: dict[str, GraphNode] = {}
        for node in self.nodes:
            first.setdefault(node.id, node)
        return tuple(first.values())

    def around(self, centres: Iterable[str], hops: int) -> GraphModel:
        """The part of the graph that lies within `hops` edges above or below some nodes, with all edges between.

        `centres` are node ids. What is beside them (what else waits for the same step, say) is not in it.
        """
        near = set(centres)
        for ends in (
            [(edge.source, edge.target) for edge in self.edges],
            [(edge.target, edge.source) for edge in self.edges],
        ):
            onward: dict[str, list[str]] = {}
            for first, second in ends:
                onward.setdefault(first, []).append(second)
            frontier = reached = set(centres)
            for _ in range(hops):
                frontier = {other for node in frontier for other in onward.get(node, ())} - reached
                reached = reached | frontier
            near |= reached
        return self.only(near)

    def only(self, ids: Collection[str]) -> GraphModel:
        """The part of the graph that some nodes are, by their ids, with all edges between them."""
        levels = (tuple(node for node in level if node in ids) for level in self.levels)
        return replace(
            self,
            nodes=tuple(node for node in self.nodes if node.id in ids),
            edges=tuple(edge for edge in self.edges if edge.source in ids and edge.target in ids),
            levels=tuple(level for level in levels if level),
            cycles=tuple(cycle for cycle in self.cycles if all(node in ids for node in cycle)),
        )

    def step_count(self) -> int:
        """The number of steps, ghosts left out."""
        return sum(node.kind == "step" for node in self.unique_nodes())


def waits_for_itself(model: GraphModel) -> frozenset[str]:
    """The ids of the nodes with an edge to themselves."""
    return frozenset(edge.source for edge in model.edges if edge.source == edge.target)
