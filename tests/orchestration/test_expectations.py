"""Expectations of a plan."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from spine_lsp.orchestration.expectations import FORMS, ExpectationError, check_expectations
from spine_lsp.orchestration.graph import GraphInspection, inspect_graph

GROUP = {"a": [], "b": ["a"], "c": ["b", "a"], "d": [], "x y": ["c"], "lost": ["nobody"], "level": ["lost"]}


def graph() -> GraphInspection:
    return inspect_graph(list(GROUP), list(GROUP.values()))


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("a before b", ""),
        ("a before c  # far", ""),
        ("A BEFORE b", "no step is called `A`"),
        ("b before a", "it is `a` that comes before `b`"),
        ("d before b", "nothing keeps `b` from running before `d`"),
        ("a before lost", "`lost` cannot run"),
        ("d not before b", ""),
        ("a not before c", "`c` waits for `a`"),
        ('"x y" waits for a', ""),
        ("'x y' does not wait for a", "`x y` waits for `a`"),
        ("d does not wait for a", ""),
        ("d waits for a", "`d` does not wait for `a`"),
        ("level of a is 0", ""),
        ("Level of c is 3", "the level of `c` is 2"),
        ("level of lost is 0", "`lost` cannot run"),
        ("level runs", "`level` cannot run"),
        ("a runs", ""),
        ("level cannot run", ""),
        ("a cannot run", "`a` can run"),
        ("order is a, d, b, c, 'x y'", ""),
        ("order is: a d c", "number 3 in the order is `b`, not `c`"),
        ("order is a d b c", "number 5 in the order is `x y`, not nothing more"),
        ("order is a d b c 'x y' z", "number 6 in the order is nothing more, not `z`"),
        ("exactly these steps: a, b, c, d, 'x y', lost, level", ""),
        ("exactly these steps a b c d 'x y' lost", "there is also `level`"),
        ("exactly a b c d 'x y' lost level more", "there is no `more`"),
        ("nobody before a", "no step is called `nobody`"),
        ("lst before a", "did you mean `lost`?"),
    ],
)
def test_each_sentence_holds_or_says_why_not(sentence: str, fault: str) -> None:
    """Keywords in any case, names as they are written."""
    (outcome,) = check_expectations(sentence, graph())
    assert fault in outcome.fault
    assert bool(fault) == bool(outcome.fault)


@pytest.mark.parametrize("line", ["a then b", "level of a is x", "a", "order is", "'a before b", "a before b c"])
def test_what_is_no_expectation_is_refused_with_its_line(line: str) -> None:
    """Nothing is passed over in silence."""
    with pytest.raises(ExpectationError, match="line 3: ") as caught:
        check_expectations(f"# about\n\n{line}\n", graph())
    assert caught.value.line == 3


def test_each_form_that_is_offered_is_one() -> None:
    """As the refusal lists them."""
    forms = "\n".join(FORMS)
    small = inspect_graph(["a", "b", "c"], [[], ["a"], ["b"]])
    assert len(check_expectations(forms, small)) == len(FORMS)


PIECES = st.sampled_from([*"ab \"'#,\n", "before ", "is ", "order ", "level of "])


@given(text=st.lists(PIECES, max_size=20).map("".join))
def test_every_text_is_answered_or_refused(text: str) -> None:
    """With a line of the text."""
    try:
        outcomes = check_expectations(text, graph())
    except ExpectationError as error:
        lines = [error.line]
    else:
        lines = [outcome.line for outcome in outcomes]
    assert all(1 <= line <= len(text.splitlines()) for line in lines)


def test_the_page_shows_expectations() -> None:
    """Each line of the example in docs/command-line.md holds for a group like that."""
    page = (Path(__file__).parent.parent.parent / "docs" / "command-line.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"(?s)```text\n(fetch before.*?)```", page)
    group = inspect_graph(["fetch", "audit", "report", "lost"], [[], [], ["fetch"], ["gone"]])
    outcomes = check_expectations(example, group)
    assert len(outcomes) == len(FORMS)
    assert [outcome for outcome in outcomes if outcome.fault] == []
