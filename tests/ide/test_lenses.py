"""Code lenses: where they stand, and what they say once they are asked."""

from __future__ import annotations

import pytest

from spine_lsp.ide.commands.groups import list_groups
from spine_lsp.ide.lenses import LensKind, lenses, resolve_lens
from tests.fixture import fixture

GROUP = """
    name: daily
    steps:
      - {name: a, pipeline: p}
      - {name: b, pipeline: p, depends_on: [a]}
      - {name: c, pipeline: p, depends_on: a}
      - {pipeline: nameless}
      - {name: a, pipeline: second}
    ---
    apiVersion: spine.io/v1
    kind: PipelineGroup
    spec:
      pipelines:
        - name: x
          pipeline: p
          depends_on: [y]
"""


def check_lenses(text: str, *expected: str, kinds: set[LensKind] | None = None) -> None:
    """Each lens as what it stands on and what it says."""
    fix = fixture(text)
    found = lenses(fix.workspace, fix.uri) if kinds is None else lenses(fix.workspace, fix.uri, kinds)
    drawn = []
    for lens in found:
        shown = resolve_lens(fix.workspace, lens.data)
        assert shown is not None
        assert (shown.kind, shown.span) == (lens.kind, lens.span)
        drawn.append(f"{fix.source[slice(*lens.span)]} | {shown.title}")
    assert drawn == list(expected)


def test_each_group_has_its_lenses() -> None:
    """Order, graph and problems stand on the group's first key."""
    check_lenses(
        GROUP,
        "name | Resolved order: 3 steps, 2 levels, 2 cannot run",
        "name | Show graph",
        "name | 2 problems",
        "apiVersion | Resolved order: 0 steps, 0 levels, 1 cannot run",
        "apiVersion | Show graph",
        "apiVersion | 2 problems, 1 information",
    )


def test_a_sound_group_has_no_problems() -> None:
    """A group without findings says so."""
    text = "name: daily\nversion: 1\nsteps:\n  - {name: a, pipeline: p}\n"
    check_lenses(text, "name | Resolved order: 1 step, 1 level", "name | No problems", kinds={"order", "problems"})


def test_hints_are_no_problems() -> None:
    """They are counted apart, and come last among the places, each with what is said there."""
    text = """
        name: daily
        version: 1
        steps:
          - {name: a, pipeline: p}
          - {name: b, pipeline: p, depends_on: [a]}
          - {name: c, pipeline: p, depends_on: [b, a]}
    """
    check_lenses(text, "name | No problems, 1 hint", kinds={"problems"})
    broken = text.replace(
        "depends_on: [a]}", "depends_on: [a]}\n          - {name: e, pipeline: p, depends_on: [nope]}"
    )
    check_lenses(broken, "name | 1 problem, 1 hint", kinds={"problems"})
    fix = fixture(broken)
    shown = resolve_lens(fix.workspace, lenses(fix.workspace, fix.uri, {"problems"})[0].data)
    assert shown is not None
    assert [fix.source[slice(*span)] for span in shown.spans] == ["nope", "a"]
    assert [(one.code, one.severity) for one in shown.problems] == [
        ("unknown-dependency", "error"),
        ("redundant-dependency", "hint"),
    ]
    assert list_groups(fix.workspace)[0].problems == 1


def test_dependents_are_asked_for() -> None:
    """With `dependents` each named step says how many wait for it directly, and where they are."""
    check_lenses(
        GROUP,
        "a | 2 steps wait for this",
        "b | 0 steps wait for this",
        "c | 0 steps wait for this",
        "a | not planned: an earlier step has this name",
        "x | 0 steps wait for this",
        kinds={"dependents"},
    )
    fix = fixture(GROUP)
    shown = resolve_lens(fix.workspace, lenses(fix.workspace, fix.uri, {"dependents"})[0].data)
    assert shown is not None
    assert [fix.source[slice(*span)] for span in shown.spans] == ["b", "c"]
    assert (shown.group, shown.step) == ("daily", "a")


@pytest.mark.parametrize(
    "data",
    [{}, {"kind": "order", "uri": "file:///x"}, {"kind": "order", "uri": "file:///group.yaml", "group": 9}],
)
def test_a_lens_of_what_is_gone_has_no_text(data: dict[str, object]) -> None:
    """Data that fits no group any more resolve to nothing."""
    assert resolve_lens(fixture(GROUP).workspace, data) is None


def test_other_yaml_has_no_lenses() -> None:
    """Files that hold no group have none, nor have files that are not open."""
    fix = fixture("jobs: {}\n")
    assert lenses(fix.workspace, fix.uri) == lenses(fix.workspace, "file:///x") == ()


def test_the_lenses_of_a_group_stay_on_its_first_line_while_it_is_typed() -> None:
    """Text that jumps with every key that is added cannot be read."""
    lines = fixture(GROUP).source.split("---\n")[1].splitlines(keepends=True)
    for count in range(1, len(lines) + 1):
        fix = fixture("".join(lines[:count]))
        assert {fix.source[slice(*lens.span)] for lens in lenses(fix.workspace, fix.uri)} == {"apiVersion"}
