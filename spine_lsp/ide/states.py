"""Whether a step can run, and what keeps it from running: for the order, the pictures and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spine_lsp.drawing.model import NodeState
from spine_lsp.orchestration.graph import (
    GraphInspection,
    InCycle,
    Repeats,
    Runs,
    SelfDependent,
    Status,
    WaitsForUnknown,
)

_SHOWN = 4
"""Names in a reason; a step may wait for thousands."""

_FIRST_OF_A_CYCLE, _LAST = 9, 3


def state_of(graph: GraphInspection, step: int) -> NodeState:
    """The state of a step; one that waits for itself is in a cycle."""
    return _state(graph.status(step))


def _state(status: Status) -> NodeState:
    match status:
        case Runs():
            return "ok"
        case Repeats():
            return "duplicate"
        case InCycle() | SelfDependent():
            return "cycle"
        case WaitsForUnknown():
            return "missing"
        case _:
            return "blocked"


def reason_of(graph: GraphInspection, step: int) -> str:
    """What keeps a step from running, in words; empty for one that can."""
    return "" if graph.level[step] >= 0 else cause_of(graph, step).reason()


def cause_of(graph: GraphInspection, step: int) -> Cause:
    """What keeps a step from running; not to be asked of one that can."""
    status, because = graph.status(step), tuple(graph.held_by(step))
    cycle = status.cycle if isinstance(status, InCycle) else ()
    shown = (*cycle[:_FIRST_OF_A_CYCLE], *cycle[max(_FIRST_OF_A_CYCLE, len(cycle) - _LAST) :])
    return Cause(
        _state(status),
        because,
        tuple(name for name in because if name not in graph.first),
        tuple(graph.names[member] for member in shown),
        len(cycle) - len(shown),
        step in graph.on_cycle,
    )


@dataclass(frozen=True, slots=True)
class Cause:
    """What keeps a step from running: its state, and the names that it waits for and that do so.

    `missing` are those of them that no step has. `cycle` is the closed path that the step is in, or that its own
    cycle crosses, without the `left_out` names in its middle; empty for a step that waits for itself alone.
    """

    state: NodeState
    because: tuple[str, ...]
    missing: tuple[str, ...] = ()
    cycle: tuple[str, ...] = ()
    left_out: int = 0
    in_cycle: bool = False

    def reason(self, quote: Callable[[str], str] = "`{}`".format) -> str:
        """The end of a sentence that the step's name and "which" begin; `quote` marks names."""
        if self.state == "duplicate":
            return "is not planned, because an earlier step has the same name"
        if self.state == "cycle":
            if not self.cycle:
                return "waits for itself"
            path = [quote(name) for name in self.cycle]
            if self.left_out:
                path.insert(_FIRST_OF_A_CYCLE, f"({self.left_out} more)")
            which = "the cycle" if self.in_cycle else "a cycle that crosses"
            return f"is in {which} {' → '.join(path)}"
        names = self.missing or self.because
        shown = [quote(name) for name in names[:_SHOWN]]
        if len(names) > _SHOWN:
            shown.append(f"{len(names) - _SHOWN} more")
        waits = "waits for " + " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))
        if not self.missing:
            return f"{waits}, which cannot run"
        return f"{waits}, which {'does' if len(names) == 1 else 'do'} not exist"
