"""Fixes and rewritings in flow style: what is JSON stays JSON, and new text has the quotes of its neighbours."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.span import Span
from spine_lsp.ide.code_actions import code_actions
from tests.fixture import fixture
from tests.ide.actions import applied

PRETTY = """\
{
  "name": "g",
  "steps": [
    {
      "name": "a",
      "pipeline": "p.a"
    },
    {
      "name": "b",
      "pipeline": "p.b",
      "depends_on": ["$0x"]
    }
  ]
}
"""
NEW = '{"name": "new_step", "pipeline": "new_step", "depends_on": ["a"]}'


def check(before: str, title: str, after: str) -> None:
    """The action of that title at the cursor makes `after` of `before`."""
    fix = fixture(before)
    actions = {a.title: a for a in code_actions(fix.workspace, fix.uri, Span(fix.at.offset, fix.at.offset))}
    assert title in actions
    assert applied(fix.source, actions[title].edits[fix.uri]) == after


def test_the_last_key_of_json_goes_with_the_comma_before_it() -> None:
    """JSON allows no comma behind the last entry."""
    after = PRETTY.replace(',\n      "depends_on": ["$0x"]', "")
    check(PRETTY, "Remove the dependency on `x`", after)


def test_a_step_for_json() -> None:
    """The keys and names of a new step are quoted, and it stands on a line of its own as the others do."""
    new = '{"name": "x", "pipeline": "p.x"},\n    {\n      "name": "b"'
    after = PRETTY.replace("$0", "").replace('{\n      "name": "b"', new)
    check(PRETTY, "Create the step `x`", after)


def test_json_gets_no_comments() -> None:
    """Nothing can be silenced in a file that has no comments."""
    fix = fixture(PRETTY)
    found = code_actions(fix.workspace, fix.uri, Span(fix.at.offset, fix.at.offset))
    assert [action.title for action in found if action.title.startswith("Ignore")] == []


@pytest.mark.parametrize(
    ("steps", "title", "after"),
    [
        ('[{"name": "$0a"}]', "Add `pipeline`", '[{"name": "a", "pipeline": "a"}]'),
        ("[{name: $0a}]", "Add `pipeline`", "[{name: a, pipeline: a}]"),
        ('[{"name": "a", "$0pipline": "p"}]', "Rename the key to `pipeline`", '[{"name": "a", "pipeline": "p"}]'),
        ("[{'name': a, '$0pipline': p}]", "Rename the key to `pipeline`", "[{'name': a, 'pipeline': p}]"),
        ("[{$0name:a, pipeline: p}]", "Add a space after the `:`", "[{name: a, pipeline: p}]"),
        (
            '[{"name": "a", "pipeline": "p"}, {"name": "$0a", "pipeline": "q"}]',
            "Rename this step to `a_2`",
            '[{"name": "a", "pipeline": "p"}, {"name": "a_2", "pipeline": "q"}]',
        ),
        (
            '[{"name": "a", "pipeline": "p"}, {"name": "$0a", "pipeline": "q"}]',
            "Remove this second `a`",
            '[{"name": "a", "pipeline": "p"}]',
        ),
        (
            '[{"name": "a", "pipeline": "p"}, {"name": "b", "pipeline": "p", "depends_on": ["$0a"]}]',
            "Insert a step between `a` and `b`",
            f'[{{"name": "a", "pipeline": "p"}}, {NEW}, {{"name": "b", "pipeline": "p", "depends_on": ["new_step"]}}]',
        ),
        (
            "[{name: $0a, pipeline: p}, {name: b, pipeline: p, depends_on: a}]",
            "Delete `a` and reconnect what waits for it",
            "[{name: b, pipeline: p}]",
        ),
    ],
)  # fmt: skip
def test_on_one_line(steps: str, title: str, after: str) -> None:
    """Keys, names and steps in brackets, with and without quotes."""
    head = (
        '{"name": "g", "kind": "PipelineGroup", "steps": '
        if '"name"' in steps
        else "{name: g, kind: PipelineGroup, steps: "
    )
    check(f"{head}{steps}}}\n", title, f"{head}{after}}}\n")
