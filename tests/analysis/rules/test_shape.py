"""The width of a graph, against counting every set of steps of which none waits for another."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from spine_lsp.analysis.rules.shape import widest
from spine_lsp.orchestration.queries import upstream
from tests.ide.actions import read


@st.composite
def acyclic(draw: st.DrawFn) -> list[list[int]]:
    """For each of a few steps those before it that it waits for."""
    count = draw(st.integers(2, 7))
    return [
        sorted(draw(st.sets(st.integers(0, step - 1), max_size=3))) if step else [] for step in range(count)
    ]


@settings(max_examples=150, deadline=None)
@given(acyclic())
def test_the_width_is_that_of_the_widest_set(edges: list[list[int]]) -> None:
    """No set of steps that can run together is larger, and one is as large."""
    steps = "".join(
        f"- {{name: s{step}, pipeline: p, depends_on: [{', '.join(f's{on}' for on in ons)}]}}\n"
        for step, ons in enumerate(edges)
    )
    document = read(f"name: d\nsteps:\n{steps}")
    group = document.groups[0]
    behind = [set(upstream(group.graph, step)) for step in range(len(edges))]
    largest = max(
        size
        for size in range(1, len(edges) + 1)
        for chosen in combinations(range(len(edges)), size)
        if all(
            one not in behind[other] and other not in behind[one] for one, other in combinations(chosen, 2)
        )
    )
    assert widest(group, len(edges) + 1) == largest
    assert widest(group, largest) is None
