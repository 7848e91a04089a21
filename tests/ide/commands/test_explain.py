"""Why one step waits for another: ways, their places, and the sentence."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from spine_lsp.ide.commands.explain import explain_path, to_json
from tests.fixture import fixture

GROUP = """
    name: daily
    steps:
      - {name: a, pipeline: p}
      - {name: b, pipeline: p, depends_on: [a]}
      - {name: c, pipeline: p, depends_on: a}
      - {name: d, pipeline: p, depends_on: [b, c]}
      - {name: e, pipeline: p, depends_on: [d]}
      - {name: x, pipeline: p, depends_on: [y]}
      - {name: y, pipeline: p, depends_on: [x]}
"""


def check_ways(step: str, on: str, message: str, *ways: str) -> None:
    """Each way as names joined by the entries that lead on."""
    fix = fixture(GROUP)
    found = explain_path(fix.workspace, fix.uri, step, on)
    assert found is not None
    drawn = []
    for path in found.paths:
        for here, following in pairwise(path):
            assert here.edge_span is not None
            assert fix.source[slice(*here.edge_span)] == following.name
        assert path[-1].edge_span is None
        drawn.append(" ".join(fix.source[slice(*stop.span)] for stop in path))
    assert drawn == list(ways)
    assert (found.message, found.waits) == (message, bool(ways))


@pytest.mark.parametrize(
    ("step", "on", "message", "ways"),
    [
        ("b", "a", "`b` waits for `a`: it lists it in `depends_on`", ["b a"]),
        ("e", "b", "`e` waits for `b`, through `d`", ["e d b"]),
        ("e", "a", "`e` waits for `a`: 2 paths of 3 edges lead there", ["e d b a", "e d c a"]),
        ("a", "e", "`a` does not wait for `e`; it is `e` that waits for `a`", []),
        ("b", "c", "`b` does not wait for `c`", []),
        ("x", "x", "`x` waits for itself, through `y`", ["x y x"]),
        ("a", "a", "`a` does not wait for itself", []),
        ("a", "nowhere", "no step of this group is called `nowhere`", []),
        ("this", "that", "no step of this group is called `this` or `that`", []),
    ],
)
def test_ways(step: str, on: str, message: str, ways: list[str]) -> None:
    """All shortest ways are given with the entries they follow; where there is none, the sentence says so."""
    check_ways(step, on, message, *ways)


@pytest.mark.parametrize(
    ("step", "message", "upstream"),
    [
        ("a", "`a` waits for nothing", []),
        ("b", "`b` waits for 1 step", ["a"]),
        ("e", "`e` waits for 4 steps", ["a", "b", "c", "d"]),
        ("x", "`x` waits for 2 steps", ["x", "y"]),
        ("nowhere", "no step of this group is called `nowhere`", None),
    ],
)
def test_without_a_second_step_all_that_the_first_waits_for_is_named(
    step: str, message: str, upstream: list[str] | None
) -> None:
    """Directly or through others, in the order of the file; itself in a cycle."""
    fix = fixture(GROUP)
    found = explain_path(fix.workspace, fix.uri, step, None)
    assert found is not None
    answer = to_json(found, list)
    assert (answer["message"], answer.get("upstream")) == (message, upstream)
    assert (answer["waits"], answer["paths"]) == (bool(upstream), [])


def test_ways_are_bounded() -> None:
    """Of more than twenty ways twenty are given, and that there are more."""
    middle = "".join(f"  - {{name: m{i}, pipeline: p, depends_on: [a]}}\n" for i in range(30))
    listed = ", ".join(f"m{i}" for i in range(30))
    last = f"  - {{name: z, pipeline: p, depends_on: [{listed}]}}\n"
    fix = fixture(f"name: g\nsteps:\n  - {{name: a, pipeline: p}}\n{middle}{last}")
    found = explain_path(fix.workspace, fix.uri, "z", "a")
    assert found is not None
    assert (len(found.paths), found.truncated) == (20, True)
    assert found.message == "`z` waits for `a`: more than 20 paths of 2 edges lead there"


def test_json_has_the_documented_keys() -> None:
    """The JSON has exactly the keys of docs/commands.md; no group, no answer."""
    fix = fixture(GROUP)
    found = explain_path(fix.workspace, fix.uri, "b", "a")
    assert found is not None
    answer: dict[str, Any] = to_json(found, list)
    assert " ".join(answer) == "group step on waits paths truncated message"
    assert [" ".join(stop) for stop in answer["paths"][0]] == ["name uri range edge_range"] * 2
    assert explain_path(fix.workspace, fix.uri, "b", "a", "other") is None
