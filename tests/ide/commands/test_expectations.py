"""A plan beside a file of expectations."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from spine_lsp.ide.commands.expectations import as_markdown, file_names, plan_outcomes, verdict
from spine_lsp.ide.commands.resolved_order import resolved_order, to_json
from spine_lsp.orchestration.expectations import ExpectationError, Outcome
from tests.fixture import fixture

GROUP = """
    name: daily
    steps:
      - {name: a, pipeline: p}
      - {name: b, pipeline: q, depends_on: [a]}
"""


def outcomes(text: str, group: str = GROUP) -> list[Outcome]:
    fix = fixture(group)
    order = resolved_order(fix.workspace, fix.uri)
    assert order is not None
    return plan_outcomes(fix.workspace.documents[fix.uri].groups[0], order, text)


def kept() -> str:
    fix = fixture(GROUP)
    order = resolved_order(fix.workspace, fix.uri)
    assert order is not None
    return json.dumps(to_json(order, None), default=str)


def test_sentences_and_kept_plans_are_told_in_words() -> None:
    """How many hold; what does not, with the reason, before what does."""
    assert verdict(outcomes(kept())) == "Plan as expected (5)"
    found = outcomes("a before b\nb before a\n")
    assert verdict(found) == "Plan differs from what is expected: 1 of 2 expectations"
    page = as_markdown("daily.expect", "daily", found)
    assert page.index("- line 2: `b before a`: it is `a` that comes before `b`") < page.index(
        "- line 1: `a before b`\n"
    )
    changed = outcomes(kept(), GROUP.replace("pipeline: q", "pipeline: r"))
    assert [each.sentence for each in changed if each.fault] == ["b as it was"]


@pytest.mark.parametrize("text", ["", "# nothing", "{}", "[", "a then b"])
def test_a_text_that_says_nothing_is_refused(text: str) -> None:
    """In one sentence."""
    with pytest.raises(ExpectationError, match="expectation"):
        outcomes(text)


@given(st.text(max_size=5), st.text(max_size=300), st.booleans())
def test_names_are_names_in_the_folder(stem: str, group: str, alone: bool) -> None:
    """Whatever a group is called, no file elsewhere is asked for because of it."""
    for name in file_names(stem, group, alone=alone):
        assert name.startswith(stem)
        assert not set(name.removeprefix(stem)) & set("/\\\0")
    assert (file_names("x", "", alone=alone) == ("x.expect",)) == alone
