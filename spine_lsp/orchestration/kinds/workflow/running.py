"""How the runner of workflows takes their steps: in the order of the file, or by levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from spine_lsp.orchestration.graph import GraphInspection
from spine_lsp.orchestration.vocabulary import EXECUTION


def is_parallel(graph: GraphInspection, policy: Mapping[Any, Any]) -> bool:
    """Whether steps run side by side: `execution: parallel`, and at least one step waits for another."""
    return policy.get(EXECUTION) == "parallel" and any(graph.depends_on)


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
