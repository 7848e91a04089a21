"""The Mermaid flowchart: every line is one of the few forms that are known to be safe, whatever the names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.drawing.mermaid import draw_mermaid, escape
from spine_lsp.drawing.model import GraphModel
from tests.drawing.draw_fixtures import build, graph
from tests.examples import examples

LINE = re.compile(
    r"flowchart (TD|LR)"
    r'|  n\d+(\["[^"\[\]<>{}`\\;&\x00-\x1f]*"\]|\(\["[^"\[\]<>{}`\\;&\x00-\x1f]*"\]\))(:::[a-z]+)?'
    r"|  n\d+ (-->|==>|-\.->) n\d+"
    r"|  classDef [a-z]+ [a-z0-9:#,. -]+"
    r"|  linkStyle \d+(,\d+)* [a-z0-9:#,. -]+"
)


@settings(max_examples=examples(150))
@given(st.lists(st.tuples(st.text(max_size=30), st.lists(st.integers(0, 9), max_size=3)), min_size=1, max_size=10))
def test_every_line_is_of_a_safe_form(steps: list[tuple[str, list[int]]]) -> None:
    """No name breaks out of its label: entities taken away, only harmless characters are left."""
    model = build([(name, [steps[dep % len(steps)][0] for dep in deps]) for name, deps in steps])
    for line in draw_mermaid(model).splitlines():
        assert LINE.fullmatch(re.sub(r"#\d+;", "", line)), line


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("build-linux_2", "build-linux_2"),
        ('say "hi"', "say #34;hi#34;"),
        ("#1;", "#35;1#59;"),
        ("1. list", "1#46; list"),
        ("- list", "#45; list"),
        ("`code`", "#96;code#96;"),
        ("数据", "数据"),
    ],
)
def test_labels_are_escaped(text: str, escaped: str) -> None:
    """Quotes, entities and what Markdown reads become codes."""
    assert escape(text) == escaped


def test_a_step_named_like_a_keyword_is_no_keyword() -> None:
    """`end` closes a subgraph in Mermaid: ids never come from names."""
    assert '  n0["end"]' in draw_mermaid(graph("end; b < end"))


def test_an_empty_group_is_a_valid_chart() -> None:
    """A chart with no node is an error in Mermaid, so it says that there is none."""
    assert draw_mermaid(GraphModel("none")) == 'flowchart TD\n  empty["This group has no steps"]\n'


def test_redundant_edges_go_where_mermaid_would_refuse() -> None:
    """Above 500 edges Mermaid shows an error; what is redundant is dropped then."""
    model = build([(f"s{i}", [f"s{j}" for j in range(i)]) for i in range(33)])
    assert len(model.edges) > 500
    assert draw_mermaid(model).count("-->") == 32
