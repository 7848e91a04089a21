"""The shape of a group's graph beside its policy: whether it is a chain, and how many steps can run at once."""

from __future__ import annotations

from spine_lsp.analysis.document import Group
from spine_lsp.orchestration.graph import GraphInspection
from spine_lsp.syntax.tree import Node

_COUNTED_STEPS = 300  # the exact width of a larger graph costs more than the hint is worth


def policy_node(group: Group, key: str) -> Node | None:
    """The value of a key of the policy where it is a scalar that was written."""
    header = group.header
    node = header.node(*header.path_of("policy"), key)
    return node if node is not None and node.kind == "scalar" and not node.is_empty else None


def is_chain(group: Group) -> bool:
    """Whether the group is sound and no two of its steps can run at the same time."""
    graph = group.graph
    return graph.ok and len(graph.levels) == len(graph.names) > 1


def widest(group: Group, limit: int) -> int | None:
    """How many steps can run at once if that is less than `limit`; None if it is not, or is too dear to tell.

    The widest level is a lower bound only: a step may still run when those of later levels start.
    """
    graph = group.graph
    count = len(graph.names)
    if not graph.ok or count < 2 or max(map(len, graph.levels), default=0) >= limit:
        return None
    if count > _COUNTED_STEPS:
        return count if count < limit else None
    width = count - _most_pairs(graph)
    return width if width < limit else None


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
