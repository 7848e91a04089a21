"""Answers about huge groups are cut, and say so; nothing of what is given is wrong."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.group_graph import compare_graphs, graph_of
from spine_lsp.ide.commands.most import Most
from spine_lsp.ide.commands.render import FORMATS, render_graph
from spine_lsp.ide.commands.resolved_order import resolved_order
from spine_lsp.ide.cursor import At
from spine_lsp.ide.highlight import highlight
from spine_lsp.ide.semantic_tokens import semantic_tokens
from spine_lsp.syntax.text import Text
from tests.soak.texts import complete, missing, ring, templates

URI = "file:///huge.yaml"
FEW = Most(steps=3, edges=4, problems=2)


def workspace(text: str) -> Workspace:
    return Workspace({URI: Document.read(URI, 1, Text(text))})


def test_a_graph_is_cut_to_its_first_steps_and_edges() -> None:
    """No edge leads to a step that is not shown, and no level names one."""
    found = graph_of(workspace(complete(6)), URI, most=FEW)
    assert found is not None
    assert [node.id for node in found.model.nodes] == ["s0", "s1", "s2"]
    assert [(edge.source, edge.target) for edge in found.model.edges] == [
        ("s0", "s1"),
        ("s0", "s2"),
        ("s1", "s2"),
    ]
    assert found.model.levels[:3] == (("s0",), ("s1",), ("s2",))
    assert not any(found.model.levels[3:])
    assert found.cut.startswith("only the first 3 of 6 steps and the first 3 of 15 edges; only the first 2 of ")
    whole = graph_of(workspace(complete(6)), URI)
    assert whole is not None
    assert whole.cut == ""
    assert len(whole.model.edges) == 15


def test_a_comparison_of_what_is_cut_invents_no_change() -> None:
    """Beyond the cut nothing counts as added or removed; what did change inside is said."""
    before = complete(6)
    after = before.replace("name: s0\n", "name: t\n").replace("pipeline: p1", "pipeline: q")
    same = compare_graphs(workspace(before), URI, before, most=FEW)
    assert same is not None
    assert (dict(same.node_changes or {}), dict(same.edge_changes)) == ({}, {})
    found = compare_graphs(workspace(after), URI, before, most=FEW)
    assert found is not None
    changes = dict(found.node_changes or {})
    assert (changes["t"], changes["s1"]) == ("added", "changed")
    assert "s2" not in changes
    shorter = compare_graphs(workspace(complete(4)), URI, before, most=FEW)
    assert shorter is not None
    assert shorter.node_changes == {}


def test_every_picture_of_a_cut_graph_says_so() -> None:
    """In a comment, a note, or beside the title."""
    for form in FORMATS:
        found = render_graph(workspace(complete(6)), URI, form, most=FEW)
        assert found is not None
        assert "only the first 3 of 6 steps" in found.text


def test_an_order_is_cut_too() -> None:
    """Steps that run, steps that do not, and problems."""
    found = resolved_order(workspace(complete(6)), URI, most=FEW)
    assert found is not None
    assert [step.name for step in found.steps] == ["s0", "s1", "s2"]
    assert found.cut.startswith("only the first 3 of 6 steps")
    tied = resolved_order(workspace(ring(6)), URI, most=FEW)
    assert tied is not None
    assert tied.steps == ()
    many = resolved_order(workspace(missing(9)), URI, most=FEW)
    assert many is not None
    assert len(many.problems) == 2
    assert many.cut == "only the first 2 of 9 problems"


def test_marks_and_tokens_have_a_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones of the text; those of a range elsewhere are there all the same."""
    found = workspace(templates(30))
    at = At(URI, found.documents[URI].text.source.index("params.a") + 8)
    every, marked = semantic_tokens(found, URI), highlight(found, at)
    monkeypatch.setattr("spine_lsp.ide.semantic_tokens.MOST_TOKENS", 20)
    monkeypatch.setattr("spine_lsp.ide.highlight.MOST", 7)
    assert semantic_tokens(found, URI) == every[:20]
    assert highlight(found, at) == marked[:7]
    last = Span(every[-1].start, every[-1].start + every[-1].length)
    assert semantic_tokens(found, URI, last) == every[-1:]
