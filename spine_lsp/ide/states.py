"""Whether a step can run, and what keeps it from running: for the order, the pictures and the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from spine_lsp.analysis.document import Group
from spine_lsp.drawing.model import NodeState

_SHOWN = 4
"""Names in a reason; a step may wait for thousands."""

_FIRST_OF_A_CYCLE, _LAST = 9, 3


@dataclass(frozen=True, slots=True)
class States:
    """The states of a group's steps."""

    group: Group
    knot_of: Mapping[int, int] = field(init=False)
    """Step to the cycle that it is part of, or tied to."""
    _in_cycles: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_in_cycles", frozenset(chain.from_iterable(self.group.graph.cycles)))
        knots = enumerate(self.group.graph.knots)
        object.__setattr__(self, "knot_of", {step: number for number, knot in knots for step in knot})

    def state(self, step: int) -> NodeState:
        """The state of a step; one that waits for itself is in a cycle."""
        found, name = self.group.graph, self.group.names[step]
        if found.first[name] != step:
            return "duplicate"
        if found.level[step] >= 0:
            return "ok"
        if step in self.knot_of or name in found.depends_on[step]:
            return "cycle"
        return "missing" if step in found.at_fault else "blocked"

    def because(self, step: int) -> Iterator[str]:
        """The names that keep a step from running: of its cycle, those that do not exist, those that cannot run."""
        found = self.group.graph
        if self.state(step) in ("ok", "duplicate"):
            return
        for name in dict.fromkeys(found.depends_on[step]):
            on = found.first.get(name)
            if on is None or found.level[on] < 0:
                yield name

    def reason(self, step: int) -> str:
        """What keeps a step from running, in words; empty for one that can."""
        return "" if self.state(step) == "ok" else self.cause(step).reason()

    def cause(self, step: int) -> Cause:
        """What keeps a step from running; not to be asked of one that can."""
        found, names = self.group.graph, self.group.names
        because = tuple(self.because(step))
        cycle: tuple[int, ...] = ()
        if step in self.knot_of:
            cycle = found.cycles[self.knot_of[step]]
        return Cause(
            self.state(step),
            because,
            tuple(name for name in because if name not in found.first),
            tuple(
                names[number] for number in (*cycle[:_FIRST_OF_A_CYCLE], *cycle[_FIRST_OF_A_CYCLE:][-_LAST:])
            ),
            max(len(cycle) - _FIRST_OF_A_CYCLE - _LAST, 0),
            step in self._in_cycles,
        )


@dataclass(frozen=True, slots=True)
class Cause:
    """What keeps a step from running: its state, and the names that `States.because` answers.

    `missing` are those of them that no step has. `cycle` is the closed path that the step is in, or else tied to,
    without the `left_out` names in its middle; empty for a step that waits for itself alone.
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
            return f"is {'in' if self.in_cycle else 'tied to'} the cycle {' → '.join(path)}"
        names = self.missing or self.because
        shown = [quote(name) for name in names[:_SHOWN]]
        if len(names) > _SHOWN:
            shown.append(f"{len(names) - _SHOWN} more")
        waits = "waits for " + " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))
        if not self.missing:
            return f"{waits}, which cannot run"
        return f"{waits}, which {'does' if len(names) == 1 else 'do'} not exist"
