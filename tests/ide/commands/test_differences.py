"""What is different between two versions of a group."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.differences import GroupDifference, difference, to_json
from spine_lsp.ide.commands.group_graph import compare_graphs
from spine_lsp.syntax.text import Text

pytestmark = pytest.mark.any_version

BASE = """\
kind: PipelineGroup
name: daily
version: 1
defaults: {day: 1}
steps:
- {name: fetch, pipeline: p.f}
- {name: clean, pipeline: p.c, depends_on: [fetch]}
- {name: load, pipeline: p.l, depends_on: [clean], params: {n: 3}}
- {name: report, pipeline: p.r, depends_on: [load]}
"""


def differ(old: str | None, new: str | None) -> GroupDifference:
    def group(text: str | None) -> Any:
        if text is None:
            return None
        document = Document.read("file:///g.yaml", None, Text(text))
        return document, document.groups[0]

    return difference(Workspace(), group(old), group(new))


def told(old: str, new: str) -> dict[str, Any]:
    """The JSON of a difference, without what is empty."""
    found: dict[str, Any] = to_json(differ(old, new))
    assert found.pop("change") in ("changed", "same")
    assert (found.pop("group"), found.pop("file")) == ("daily", "file:///g.yaml")
    edges = {key: [f"{e['from']}>{e['to']}" for e in some] for key, some in found.pop("edges").items() if some}
    return {key: value for key, value in {**found, **edges_of(edges)}.items() if value}


def edges_of(edges: dict[str, list[str]]) -> dict[str, list[str]]:
    return {f"edges_{key}": some for key, some in edges.items()}


NOTHING: dict[str, Any] = {"added": [], "removed": []}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", {}),
        ("{name: fetch, pipeline: p.f}", "{pipeline: p.f, name: fetch}  # written otherwise", {}),
        ("version: 1", "version: 2", {"settings": [{"name": "version", "old": 1, "new": 2}]}),
        (
            "defaults: {day: 1}",
            "policy: {on_failure: continue}\ndefaults: {day: 1}",
            {
                "settings": [
                    {
                        "name": "policy",
                        "old": "sequential, on failure stop",
                        "new": "sequential, on failure continue",
                    }
                ]
            },
        ),
        (
            "p.c,",
            "p.x,",
            {
                "changed": [
                    {
                        "name": "clean",
                        "was": None,
                        "pipeline": {"old": "p.c", "new": "p.x"},
                        "params": [],
                        "depends_on": NOTHING,
                    }
                ]
            },
        ),
        (
            "n: 3",
            "n: '3', day: 1",
            {
                "changed": [
                    {
                        "name": "load",
                        "was": None,
                        "pipeline": None,
                        "params": [
                            {
                                "name": "day",
                                "old": {"value": 1, "origin": "default"},
                                "new": {"value": 1, "origin": "step"},
                            },
                            {
                                "name": "n",
                                "old": {"value": 3, "origin": "step"},
                                "new": {"value": "3", "origin": "step"},
                            },
                        ],
                        "depends_on": NOTHING,
                    }
                ]
            },
        ),
        (
            "[load]",
            "[clean]",
            {
                "changed": [
                    {
                        "name": "report",
                        "was": None,
                        "pipeline": None,
                        "params": [],
                        "depends_on": {"added": ["clean"], "removed": ["load"]},
                    }
                ],
                "edges_added": ["clean>report"],
                "edges_removed": ["load>report"],
                "levels": [{"name": "report", "old": 3, "new": 2}],
            },
        ),
        (
            "- {name: load",
            "- {name: extra, pipeline: p.e, depends_on: [fetch]}\n- {name: load",
            {"added": [{"name": "extra", "pipeline": "p.e"}], "edges_added": ["fetch>extra"]},
        ),
        (
            "[load]",
            "[laod]",
            {
                "changed": [
                    {
                        "name": "report",
                        "was": None,
                        "pipeline": None,
                        "params": [],
                        "depends_on": {"added": ["laod"], "removed": ["load"]},
                    }
                ],
                "edges_added": ["laod>report"],
                "edges_removed": ["load>report"],
                "blocked": [{"name": "report", "reason": "waits for `laod`, which does not exist"}],
            },
        ),
    ],
)
def test_each_kind_of_difference(old: str, new: str, said: dict[str, Any]) -> None:
    """Only what is different is said, and what is only written otherwise is not."""
    assert told(BASE, BASE.replace(old, new) if old else BASE) == said


def test_a_step_with_another_name_is_told_from_a_new_one() -> None:
    """And what waits for it is not different because of that."""
    new = BASE.replace("name: clean", "name: tidy").replace("[clean]", "[tidy]")
    (step,) = told(BASE, new).pop("renamed")
    assert (step["was"], step["name"]) == ("clean", "tidy")
    assert set(told(BASE, new)) == {"renamed"}
    other = new.replace("p.c", "p.other")
    assert "renamed" not in told(BASE, other)
    twice = BASE.replace("name: clean", "name: one").replace(
        "- {name: load", "- {name: two, pipeline: p.c, depends_on: [fetch]}\n- {name: load"
    )
    assert "renamed" not in told(BASE, twice)  # either may be it


def test_what_can_run_again_and_what_runs_elsewhere() -> None:
    """Freed steps; of an order that was turned the fewest steps that were moved."""
    assert told(BASE.replace("[load]", "[laod]"), BASE)["freed"] == ["report"]
    flat = "name: daily\nsteps:\n" + "".join(f"- {{name: {name}, pipeline: p.{name}}}\n" for name in "abcd")
    lines = flat.splitlines(keepends=True)
    assert told(flat, "".join([*lines[:2], lines[5], *lines[2:5]])) == {"moved": ["d"]}


def test_new_and_gone_groups() -> None:
    """All their steps are."""
    new, gone = differ(None, BASE), differ(BASE, None)
    assert (new.change, len(new.added), len(new.blocked)) == ("added", 4, 0)
    assert (gone.change, len(gone.removed), gone.picture) == ("removed", 4, None)


ENTRIES = st.fixed_dictionaries(
    {
        "pipeline": st.sampled_from(["p", "q"]),
        "depends_on": st.lists(st.sampled_from(["a", "b", "c", "gone"]), max_size=3),
        "params": st.dictionaries(st.sampled_from(["x", "y"]), st.integers(0, 1), max_size=2),
    }
)
GROUPS = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), ENTRIES, min_size=1)


def text_of(group: dict[str, dict[str, Any]]) -> str:
    steps = "".join(
        f"- {{name: {name}, pipeline: {step['pipeline']}, "
        f"depends_on: {step['depends_on']}, params: {step['params']}}}\n"
        for name, step in group.items()
    )
    return f"kind: PipelineGroup\nname: daily\nsteps:\n{steps}".replace("'", "").replace("x:", "x: ")


@given(old=GROUPS, new=GROUPS)
def test_a_difference_agrees_with_the_comparison_in_the_editor(
    old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]
) -> None:
    """The same steps are new, gone and different, but for those that only have another name."""
    found = differ(text_of(old), text_of(new))
    workspace = Workspace().with_document("file:///g.yaml", 1, Text(text_of(new)), None)
    drawn = compare_graphs(workspace, "file:///g.yaml", text_of(old))
    assert drawn is not None
    changes = dict(drawn.node_changes or {})
    nodes = {node.id for node in drawn.model.nodes if node.kind == "step"}
    said = {name: "added" for name, _ in found.added} | {name: "removed" for name, _ in found.removed}
    said |= {step.name: "added" for step in found.renamed} | {str(step.was): "removed" for step in found.renamed}
    said |= {step.name: "changed" for step in found.changed}
    because_of_names = {name for name in nodes - said.keys() if found.renamed and changes.get(name) == "changed"}
    assert said == {key: change for key, change in changes.items() if key in nodes - because_of_names}


@given(group=GROUPS)
def test_a_group_does_not_differ_from_itself(group: dict[str, dict[str, Any]]) -> None:
    """Whatever is wrong with it."""
    assert not differ(text_of(group), text_of(group)).differs


@given(old=GROUPS, new=GROUPS)
def test_the_way_back_is_the_way_there_turned(old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]) -> None:
    """What is new one way is gone the other way."""
    there, back = differ(text_of(old), text_of(new)), differ(text_of(new), text_of(old))
    assert set(there.added) == set(back.removed)
    assert set(there.edges_added) == set(back.edges_removed) or there.renamed
    assert {step.name for step in there.changed} == {step.name for step in back.changed}
    assert {name for name, _ in there.blocked} - {name for name, _ in there.added} <= set(back.freed) | {
        step.name for step in there.renamed
    }
