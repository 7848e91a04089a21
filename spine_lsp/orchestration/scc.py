"""Strongly connected components of a graph: the sets of nodes of which each leads to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_PLACED = 1 << 62
"""Stands for the number of a node whose component is complete; above every number."""


def strongly_connected_components(successors: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """All components, single nodes too; one that leads to another comes after it.

    Every successor is a key itself. Tarjan's algorithm (1972) without recursion: linear, and for the same nodes and
    successors in the same order the answer is the same.
    """
    number: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_nodes: list[int] = []
    components: list[list[int]] = []
    for root in successors:
        path = [] if root in number else [(root, iter(successors[root]))]
        while path:
            node, rest = path[-1]
            if node not in number:
                number[node] = lowest[node] = len(number)
                open_nodes.append(node)
            for other in rest:
                if other not in number:
                    path.append((other, iter(successors[other])))
                    break
                lowest[node] = min(lowest[node], number[other])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                if lowest[node] == number[node]:
                    members: list[int] = []
                    while not members or members[-1] != node:
                        members.append(open_nodes.pop())
                        number[members[-1]] = _PLACED
                    components.append(members)
    return components
