"""Choices of the text drawing that a reader counts on: which form, which bounds, which marks."""

from __future__ import annotations

import pytest

from spine_lsp.drawing.labels import clean, shorten, width
from spine_lsp.drawing.model import GraphEdge, GraphModel, GraphNode
from spine_lsp.drawing.text import MOST_NODES, draw_text
from tests.drawing.draw_fixtures import build, graph
from tests.drawing.draw_tracing import edges_drawn

WIDE = build(
    [(f"a-step-with-a-name-{i}", []) for i in range(12)] + [("last", [f"a-step-with-a-name-{i}" for i in range(12)])]
)


def chain(count: int) -> GraphModel:
    return GraphModel(
        "chain",
        tuple(GraphNode(f"s{i}", f"s{i}") for i in range(count)),
        tuple(GraphEdge(f"s{i - 1}", f"s{i}") for i in range(1, count)),
    )


@pytest.mark.parametrize(("limit", "form"), [(400, "boxes"), (275, "lines"), (100, "rows"), (24, "list")])
def test_the_form_follows_the_width(limit: int, form: str) -> None:
    """The less room, the plainer the form."""
    drawing = draw_text(WIDE, width=limit)
    assert drawing.form == form
    assert drawing.width <= limit


def test_a_group_too_large_to_draw_is_listed_by_level() -> None:
    """Ten thousand steps are answered with their levels and a sentence that says so."""
    drawing = draw_text(chain(10 * MOST_NODES))
    assert drawing.form == "list"
    assert len(drawing.places) == 10 * MOST_NODES
    assert drawing.text.endswith("10,000 steps and 9,999 edges are too many to draw: listed by level.\n")


def test_a_form_asked_for_that_does_not_fit_gives_way() -> None:
    """A form that is asked for is kept unless it is wider than the width."""
    assert draw_text(WIDE, form="boxes").form == "boxes"
    assert draw_text(WIDE, form="boxes", width=80).form == "rows"


def test_what_nobody_could_follow_is_not_layered() -> None:
    """Above 600 edges a layered form gives way even when it is asked for: the answer stays quick."""
    dense = build([(f"s{i}", [f"s{j}" for j in range(i)]) for i in range(37)])
    assert len(dense.edges) > 600
    assert draw_text(dense, form="boxes", redundant=True).form == "rows"
    assert draw_text(dense, form="boxes", redundant=False).form == "boxes"


def test_an_empty_group_says_so() -> None:
    """No steps, no drawing, one sentence."""
    assert draw_text(GraphModel("none")).text == "This group has no steps.\n"


def test_many_redundant_edges_are_left_out_and_counted() -> None:
    """More than a few redundant edges would hide the others; they are drawn when asked for."""
    model = build([(f"s{i}", [f"s{j}" for j in range(i)]) for i in range(7)])
    assert "15 redundant edges are not drawn" in draw_text(model).text
    assert edges_drawn(draw_text(model)) == {(f"s{i}", f"s{i + 1}") for i in range(6)}
    assert len(edges_drawn(draw_text(model, redundant=True))) == 21


def test_a_chain_is_one_straight_line() -> None:
    """Nothing bends that need not bend."""
    text = draw_text(graph("ingest; clean < ingest; train < clean")).text
    assert not set(text) & set("╭╮╰╯├┤┼")


def test_edges_to_nowhere_and_nodes_given_twice_do_no_harm() -> None:
    """A model that contradicts itself is still drawn."""
    node = GraphNode("a", "a")
    text = draw_text(GraphModel("g", (node, node), (GraphEdge("a", "zz"), GraphEdge("a", "a", "self")))).text
    assert text.count("a ↺") == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain", "plain"),
        ("", '""'),
        (" a", '" a"'),
        ("a\nb", r"a\nb"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u202eabc", r"\u202eabc"),
        ("\u0301a", r"\u0301a"),
        ("e\u0301", "e\u0301"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\ud800", r"\ud800"),
    ],
)
def test_names_are_made_safe_to_show(name: str, shown: str) -> None:
    """What would move the cursor or hide is shown as an escape; letters of all scripts stay."""
    assert clean(name) == shown


@pytest.mark.parametrize(
    ("text", "cells", "short"),
    [
        ("short", 5, "short"),
        ("benchmarks-linux-run", 10, "benchm…run"),
        ("数据清洗工作", 7, "数据…作"),
        ("e\u0301" * 6, 4, "e\u0301e\u0301…e\u0301"),
    ],
)
def test_long_names_lose_their_middle(text: str, cells: int, short: str) -> None:
    """Both ends are kept, no wide character or combined letter is cut, and the result fits."""
    assert shorten(text, cells) == short
    assert width(shorten(text, cells)) <= cells
