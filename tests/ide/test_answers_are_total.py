"""Completion, hover, hints, lenses and the questions of the graph return for every text whatsoever."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands import explain, group_graph, groups, render, resolved_order, simulation
from spine_lsp.ide.completion.completion import completions, resolve
from spine_lsp.ide.cursor import At
from spine_lsp.ide.hover.hover import hover
from spine_lsp.ide.hover.markup import render as render_hover
from spine_lsp.ide.inlay_hints import inlay_hints
from spine_lsp.ide.lenses import lenses, resolve_lens
from spine_lsp.syntax.text import Text
from tests.examples import examples

URI = "file:///g.yaml"

_WORDS = [
    "name: ",
    "pipeline: ",
    "depends_on: ",
    "policy:",
    "params: ",
    "defaults: ",
    "steps:",
    "  pipelines:",
]
_HEADS = [
    "apiVersion: spine.io/v1\n",
    "kind: PipelineGroup\n",
    "metadata:",
    "spec:",
    "execution: ",
    "parallel",
]
_LAYOUT = [
    "- ",
    "  - ",
    "    - ",
    "      ",
    "  ",
    "\n",
    "\r\n",
    "---\n",
    "...\n",
    "|\n",
    ">\n",
    "\t",
    "\u2028",
    "\ufeff",
]
_SIGNS = [
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    ":",
    ": ",
    "#",
    " # ",
    "'",
    '"',
    "&a ",
    "*a",
    "<<: ",
    "{{ ",
    "}}",
    "!t ",
    "\\",
]
_VALUES = ["a", "b", "c", "params.x", "~", "-", "0", ".inf", "true", "é", "😀", "\0"]
PIECES = st.sampled_from([*_WORDS, *_HEADS, *_LAYOUT, *_SIGNS, *_VALUES])
TEXTS = st.lists(PIECES, max_size=40).map("".join)
GROUPS = TEXTS.map(lambda text: "name: g\nsteps:\n  - name: a\n    pipeline: p\n  - name: b\n    " + text)


@settings(max_examples=examples(150))
@given(text=TEXTS | GROUPS, place=st.floats(0, 1))
def test_every_text_has_answers(text: str, place: float) -> None:
    """Nothing raises, spans lie in the text, and every answer of a command is JSON."""
    workspace = Workspace().with_document(URI, 1, Text(text), None)
    at = At(URI, int(place * len(text)))
    for snippets in (True, False):
        for item in completions(workspace, at, snippets=snippets).items:
            assert 0 <= item.span.start <= at.offset <= item.span.end <= len(text)
            resolve(workspace, item.data)
    if (found := hover(workspace, at)) is not None:
        render_hover(found)
    assert all(0 <= hint.offset <= len(text) for hint in inlay_hints(workspace, URI))
    for lens in lenses(workspace, URI, {"order", "graph", "problems", "dependents"}):
        resolve_lens(workspace, lens.data)
    order = resolved_order.resolved_order(workspace, URI, params={"x": float("nan")})
    if order is not None:
        answers: list[object] = [resolved_order.to_json(order, list)]
        graph = group_graph.compare_graphs(workspace, URI, text[: at.offset])
        assert graph is not None
        answers.append(group_graph.to_json(graph, list))
        run = simulation.simulate_group(workspace, URI, fails=["a"])
        assert run is not None
        answers.append(simulation.to_json(run))
        why = explain.explain_path(workspace, URI, "b", "a")
        assert why is not None
        answers.append(explain.to_json(why, list))
        drawn = render.render_graph(workspace, URI, "text")
        assert drawn is not None
        answers += [render.to_json(drawn, list), groups.to_json(groups.list_groups(workspace), lambda *_: 0)]
        json.dumps(answers, allow_nan=False)


@pytest.mark.parametrize(
    "line",
    ["x" + " " * 100_000 + "y", "[" * 100_000, "{a: " * 20_000, "'" * 100_001, "- " * 50_000, "a:" * 50_000],
    ids=["blanks", "brackets", "maps", "quotes", "dashes", "colons"],
)
def test_long_lines_and_deep_brackets(line: str) -> None:
    """Lines of a hundred thousand characters have an answer too, whatever they are made of."""
    text = f"name: g\nsteps:\n  - {{name: a, pipeline: p}}\n  - name: b\n    depends_on: {line}"
    workspace = Workspace().with_document(URI, 1, Text(text), None)
    for offset in (len(text), len(text) // 2, len(text) - 50_000):
        for item in completions(workspace, At(URI, offset)).items:
            assert item.span.start <= offset <= item.span.end
