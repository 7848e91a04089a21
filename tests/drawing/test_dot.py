"""The DOT source: quoted strings close where they should, whatever the names."""

from __future__ import annotations

import re

from hypothesis import given, settings, strategies as st

from spine_lsp.drawing.dot import draw_dot
from tests.drawing.draw_fixtures import build, graph
from tests.examples import examples

STRING = r'"(?:[^"\\\x00-\x1f]|\\\\|\\")*"'
VALUE = rf"(?:{STRING}|[a-z0-9]+)"
ATTRIBUTES = rf" \[[a-z]+={VALUE}(?:, [a-z]+={VALUE})*\]"
LINE = re.compile(
    rf"digraph {STRING} {{"
    r"|  graph \[rankdir=(TB|LR)\];"
    rf"|  node{ATTRIBUTES};"
    rf"|  n\d+{ATTRIBUTES};"
    rf"|  n\d+ -> n\d+(?:{ATTRIBUTES})?;"
    r"|  \{ rank=same;( n\d+;)+ \}"
    r"|\}"
)


@settings(max_examples=examples(150))
@given(
    st.text(max_size=10),
    st.lists(st.tuples(st.text(max_size=30), st.lists(st.integers(0, 9), max_size=3)), max_size=10),
)
def test_every_line_is_well_formed(group: str, steps: list[tuple[str, list[int]]]) -> None:
    """No name or group name breaks out of its string."""
    model = build([(name, [steps[dep % len(steps)][0] for dep in deps]) for name, deps in steps], group)
    for line in draw_dot(model).splitlines():
        assert LINE.fullmatch(line), line


def test_an_edge_back_has_no_part_in_the_ranks() -> None:
    """The edge that closes a cycle would push levels apart."""
    text = draw_dot(graph("a < b; b < a"))
    assert 'n0 -> n1 [color="#cf222e", penwidth=2];' in text
    assert 'n1 -> n0 [color="#cf222e", penwidth=2, constraint=false];' in text
