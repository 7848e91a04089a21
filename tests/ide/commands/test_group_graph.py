"""The graph of a group for pictures: states of nodes and edges, ghosts, and what changed against another text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from spine_lsp.ide.commands.group_graph import compare_graphs, graph_of, to_json
from tests.fixture import fixture

CORPUS = sorted((Path(__file__).parent.parent.parent / "corpus").rglob("*.yaml"))

BROKEN = """
    name: daily
    defaults: {tier: one}
    steps:
      - {name: a, pipeline: p.a, params: {x: 1}}
      - {name: b, pipeline: p, depends_on: [a, a]}
      - {name: c, pipeline: p, depends_on: [b, a]}
      - {name: knot, pipeline: p, depends_on: [tied, a]}
      - {name: tied, pipeline: p, depends_on: knot}
      - {name: own, pipeline: p, depends_on: [own]}
      - {name: gap, pipeline: p, depends_on: [nowhere]}
      - {name: behind, depends_on: [gap, tied, a]}
      - {name: a, pipeline: second, depends_on: [nowhere]}
      - {pipeline: nameless, depends_on: [a, elsewhere]}
"""


def graph(text: str) -> dict[str, Any]:
    fix = fixture(text)
    found = graph_of(fix.workspace, fix.uri)
    assert found is not None
    return to_json(found, list)


def test_nodes_have_their_states() -> None:
    """Each step is ok, in a cycle, missing something, blocked or a duplicate, and says because of whom."""
    drawn = [(n["id"], n["state"], n["order"], n["level"], n["because"]) for n in graph(BROKEN)["nodes"]]
    assert drawn == [
        ("a", "ok", 0, 0, []),
        ("b", "ok", 1, 1, []),
        ("c", "ok", 2, 2, []),
        ("knot", "cycle", None, None, ["tied"]),
        ("tied", "cycle", None, None, ["knot"]),
        ("own", "cycle", None, None, ["own"]),
        ("gap", "missing", None, None, ["nowhere"]),
        ("behind", "blocked", None, None, ["gap", "tied"]),
        ("a#2", "duplicate", None, None, []),
        ("?nowhere", "missing", None, None, []),
    ]


def test_nodes_say_why_they_cannot_run() -> None:
    """In the words of the order; a ghost is a name that no step has, and a step that runs says nothing."""
    assert {node["id"]: node["reason"] for node in graph(BROKEN)["nodes"]} == {
        **dict.fromkeys("abc"),
        "knot": "is in the cycle `knot` → `tied` → `knot`",
        "tied": "is in the cycle `knot` → `tied` → `knot`",
        "own": "waits for itself",
        "gap": "waits for `nowhere`, which does not exist",
        "behind": "waits for `gap` and `tied`, which cannot run",
        "a#2": "is not planned, because an earlier step has the same name",
        "?nowhere": "no step has this name",
    }


def test_a_step_beside_the_cycle_that_is_shown_says_that_its_own_crosses_it() -> None:
    """Of cycles that share steps one is shown; a step that is only in another one is not said to be in that."""
    reasons = {
        node["id"]: node["reason"]
        for node in graph("""
            name: g
            steps:
              - {name: a, pipeline: p, depends_on: [b, c]}
              - {name: b, pipeline: p, depends_on: [a]}
              - {name: c, pipeline: p, depends_on: [a]}
        """)["nodes"]
    }
    assert reasons["b"] == "is in the cycle `a` → `b` → `a`"
    assert reasons["c"] == "is in a cycle that crosses `a` → `b` → `a`"


def test_edges_run_from_what_is_waited_for() -> None:
    """Each entry is one edge with its state; what is listed twice is one edge."""
    drawn = [f"{e['from']} {e['to']} {e['state']}" for e in graph(BROKEN)["edges"]]
    assert drawn == [
        "a b ok",
        "b c ok",
        "a c redundant",
        "tied knot cycle",
        "a knot ok",
        "knot tied cycle",
        "own own self",
        "?nowhere gap missing",
        "gap behind ok",
        "tied behind ok",
        "a behind ok",
        "?nowhere a#2 missing",
    ]


def test_json_has_the_documented_keys() -> None:
    """The JSON has exactly the keys of docs/commands.md; ghosts have no ranges, steps without name are not there."""
    fix, answer = fixture(BROKEN), graph(BROKEN)
    keys = [
        "group",
        "version",
        "uri",
        "range",
        "policy",
        "nodes",
        "edges",
        "levels",
        "cycles",
        "problems",
        "truncated",
    ]
    assert list(answer) == keys
    node = answer["nodes"][0]
    assert " ".join(node) == "id name pipeline kind state order level because reason params range name_range"
    assert node["params"] == {
        "tier": {"value": "one", "origin": "default"},
        "x": {"value": 1, "origin": "step"},
    }
    assert fix.source[slice(*node["name_range"])] == "a"
    assert " ".join(answer["edges"][0]) == "from to state label range"
    assert fix.source[slice(*answer["edges"][3]["range"])] == "tied"
    ghost = answer["nodes"][-1]
    assert (ghost["kind"], ghost["range"], ghost["pipeline"], ghost["params"]) == ("ghost", None, None, None)
    assert answer["levels"] == [["a"], ["b"], ["c"]]
    assert answer["cycles"] == [["knot", "tied", "knot"]]
    assert "\\u0000" not in json.dumps(answer)


def test_ids_stay_apart() -> None:
    """A step whose own name looks like the id of a second one keeps its name as id."""
    steps = "".join(f"  - {{name: {name}, pipeline: p}}\n" for name in ("a", "a", '"a#2"', "a"))
    assert [n["id"] for n in graph(f"name: g\nsteps:\n{steps}")["nodes"]] == ["a", "a#3", "a#2", "a#4"]


def test_another_text_in_the_place_of_the_document() -> None:
    """With `text` the graph is that of this text, whatever the document says, and also if none is open."""
    fix = fixture(BROKEN)
    text = "name: old\nsteps:\n  - {name: z, pipeline: p}\n"
    for uri in (fix.uri, "file:///not-open.yaml"):
        found = graph_of(fix.workspace, uri, text=text)
        assert found is not None
        assert [node.id for node in found.model.nodes] == ["z"]
        assert (found.uri, found.text.source) == (uri, text)
    assert graph_of(fix.workspace, fix.uri, text="jobs: {}") is None
    assert graph_of(fix.workspace, fix.uri, "other") is None


OLD = """name: g
defaults: {tier: one}
steps:
  - {name: same, pipeline: p}
  - {name: other, pipeline: p.old, depends_on: [same]}
  - {name: set, pipeline: p, params: {x: 1}}
  - {name: gone, pipeline: p, depends_on: [same, ghost]}
"""
NEW = """name: g
defaults: {tier: one}
steps:
  - {name: fresh, pipeline: p, depends_on: [other]}
  - {name: same, pipeline: p}
  - {name: other, pipeline: p.new, depends_on: [fresh]}
  - {name: set, pipeline: p, params: {x: 2}, depends_on: [same]}
"""


def check_changes(new: str, base: str, nodes: dict[str, str | None], edges: dict[str, str | None]) -> None:
    fix = fixture(new)
    found = compare_graphs(fix.workspace, fix.uri, base)
    assert found is not None
    answer: dict[str, Any] = to_json(found, list)
    assert {node["id"]: node["change"] for node in answer["nodes"]} == nodes
    assert {f"{edge['from']} {edge['to']}": edge["change"] for edge in answer["edges"]} == edges
    assert all(node["range"] is None for node in answer["nodes"] if node["change"] == "removed")
    assert all(edge["range"] is None for edge in answer["edges"] if edge["change"] == "removed")


def test_what_changed_against_another_text() -> None:
    """Steps and edges are added, removed or changed; what moved in the file has not changed."""
    check_changes(
        NEW,
        OLD,
        {
            "fresh": "added",
            "same": None,
            "other": "changed",
            "set": "changed",
            "gone": "removed",
            "?ghost": "removed",
        },
        {
            "other fresh": "added",
            "fresh other": "added",
            "same set": "added",
            "same other": "removed",
            "same gone": "removed",
            "?ghost gone": "removed",
        },
    )


def test_a_step_that_waits_for_others_has_changed() -> None:
    """The order of the entries, and what becomes of their steps, is no change of the step that lists them."""
    check_changes(
        "name: g\nsteps: [{name: a, pipeline: p}, {name: c, pipeline: p}, {name: d, pipeline: p, depends_on: [a, b]},"
        " {name: e, pipeline: p, depends_on: [c, a]}]",
        "name: g\nsteps: [{name: a, pipeline: p}, {name: b, pipeline: p}, {name: c, pipeline: p},"
        " {name: d, pipeline: p, depends_on: [b, a]}, {name: e, pipeline: p, depends_on: [a]}]",
        {"a": None, "c": None, "d": None, "e": "changed", "?b": "added", "b": "removed"},
        {"a d": None, "?b d": "added", "c e": "added", "a e": None, "b d": "removed"},
    )


@pytest.mark.parametrize("base", ["", "jobs: {}", "{"])
def test_against_nothing_all_is_new(base: str) -> None:
    """A base without a group makes everything added."""
    check_changes("name: g\nsteps: [{name: a, pipeline: p}]", base, {"a": "added"}, {})


def test_a_renamed_group_is_compared_with_the_only_one() -> None:
    """Where the base holds one group of another name, that is the one meant."""
    check_changes(
        OLD.replace("name: g", "name: h", 1),
        OLD,
        dict.fromkeys(["same", "other", "set", "gone", "?ghost"]),
        dict.fromkeys(["same other", "same gone", "?ghost gone"]),
    )


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_corpus_does_not_differ_from_itself(path: Path) -> None:
    """Compared with its own text a group has no changes, and its edges end at its nodes."""
    text = path.read_text(encoding="utf-8")
    fix = fixture(text)
    found = compare_graphs(fix.workspace, fix.uri, fix.source)
    assert found is not None
    assert not found.node_changes
    assert not found.edge_changes
    ids = {node.id for node in found.model.nodes}
    assert {end for edge in found.model.edges for end in (edge.source, edge.target)} <= ids


def test_every_prefix_answers() -> None:
    """Half-typed groups have a graph that JSON can say."""
    source = fixture(BROKEN).source
    for end in range(0, len(source), 3):
        fix = fixture(source[:end])
        found = compare_graphs(fix.workspace, fix.uri, source)
        if found is not None:
            assert "\\u0000" not in json.dumps(to_json(found, list), allow_nan=False)
