"""Selectors: the page docs/selectors.md holds, and so do the laws of sets and of ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies as st

from spine_lsp.orchestration.graph import inspect_graph
from spine_lsp.orchestration.queries import downstream, upstream
from spine_lsp.orchestration.selectors import (
    STATES,
    Selectable,
    SelectorError,
    completions,
    select,
    written,
)
from tests.growth import assert_growth, seconds

PAGE = (Path(__file__).parent.parent.parent / "docs" / "selectors.md").read_text(encoding="utf-8")
ROWS = re.findall(r"(?m)^\| `(.*?)` \| (.*?) \| .* \|$", PAGE)
REFUSED = re.findall(r"(?m)^\| `([^|]*?)` \| ([^|]*) \|$", PAGE)
_KIND = {"Runs": "ok", "BlockedBy": "blocked", "WaitsForUnknown": "missing", "Repeats": "duplicate"}


def selectable(
    names: list[str],
    depends_on: list[list[str]],
    pipelines: list[str] | None = None,
    **more: Callable[[str], list[int]],
) -> Selectable:
    graph = inspect_graph(names, depends_on)
    return Selectable(
        graph,
        pipelines or ["p"] * len(names),
        lambda step: _KIND.get(type(graph.status(step)).__name__, "cycle"),
        more.get("changed"),
    )


def page_group() -> Selectable:
    (source,) = re.findall(r"(?s)```yaml\n(.*?)```", PAGE)
    steps = yaml.safe_load(source)["steps"]
    return selectable(
        [step["name"] for step in steps],
        [step.get("depends_on", []) for step in steps],
        [step["pipeline"] for step in steps],
    )


@pytest.mark.parametrize(("selector", "picked"), ROWS)
def test_each_example_of_the_page_picks_what_it_says(selector: str, picked: str) -> None:
    """In the order of the file."""
    steps = page_group()
    assert ", ".join(steps.graph.names[step] for step in select(selector, steps)) == picked


def test_the_page_has_examples() -> None:
    """Of every kind."""
    assert len(ROWS) > 20
    assert len(REFUSED) == 6


@pytest.mark.parametrize(("selector", "said"), REFUSED)
def test_each_refusal_of_the_page_is_the_one_that_is_said(selector: str, said: str) -> None:
    """Word by word."""
    with pytest.raises(SelectorError) as caught:
        select(selector, page_group())
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("selector", "marked", "said"),
    [
        ("", "", "names at least one step"),
        ("   ", "", "names at least one step"),
        ("()", ")", "names at least one step"),
        ("fx nonsense", "nonsense", "no step is called `nonsense`"),
        ("+", "", "a step's name is missing"),
        ("fx,", ",", "without blanks"),
        ("fx ,risk", ",", "without blanks"),
        ("fx,,risk", ",", "name is missing"),
        ('"fx', '"', "quote is never closed"),
        ("level:x", "level:x", "a level is a number"),
        ("level:..", "level:..", "a level is a number"),
        ("level:1-2", "level:1-2", "a level is a number"),
        ("level:0", "level:0", "levels are counted from 1"),
        ("level:0..2", "level:0..2", "levels are counted from 1"),
        ("level:..0", "level:..0", "levels are counted from 1"),
        ("level:", "level:", "needs what to look for"),
        ("pipeline:prices.fech", "pipeline:prices.fech", "did you mean `prices.fetch`?"),
        ("zzz:1", "zzz", "there are `name`"),
        ("changed:HEAD", "changed:HEAD", "nothing is known of revisions"),
        ("fx!risk", "!", "side by side"),
        ("(fx)risk", "r", "side by side"),
        ("(" * 51 + "fx" + ")" * 51, "(", "50 others"),
        ("fx " * 501, "f", "at most 500 terms"),
        ("x" * 10_001, "x", "at most 10,000 characters"),
    ],
)
def test_what_is_wrong_is_said_in_its_place(selector: str, marked: str, said: str) -> None:
    """One sentence, and the place in the selector."""
    with pytest.raises(SelectorError, match=re.escape(said)) as caught:
        select(selector, page_group())
    assert selector[caught.value.start : caught.value.end] == marked
    assert 0 <= caught.value.start < caught.value.end


def test_changed_asks_whoever_knows() -> None:
    """The steps that it gives; its sentence where it cannot, at its place."""

    def changed(revision: str) -> list[int]:
        if revision != "HEAD~1":
            raise ValueError(f"there is no revision `{revision}`")
        return [1]

    steps = selectable(["a", "b", "c"], [[], ["a"], ["b"]], changed=changed)
    assert select("changed:HEAD~1", steps) == [1]
    assert select("changed:HEAD~1+", steps) == [1, 2]
    with pytest.raises(SelectorError, match="no revision `main`") as caught:
        select("a changed:main", steps)
    assert (caught.value.start, caught.value.end) == (2, 14)


def test_a_second_step_of_a_name_is_picked_with_the_first() -> None:
    """And can be told apart by its state."""
    steps = selectable(["a", "b", "a"], [[], ["a"], []])
    assert select("a", steps) == [0, 2]
    assert select("a,state:duplicate", steps) == [2]


def test_steps_without_a_name_are_never_picked() -> None:
    """No selector could name them."""
    steps = selectable(["a", "\x001", "\x002"], [[], ["a"], []])
    assert select("* !a a+ level:1.. @a", steps) == [0]


NAMES = st.text(st.sampled_from("ab+@:,!()*?[]'\"\\ 1é\t"), min_size=1, max_size=6)
TEXTS = st.text(st.sampled_from("ab+@:,!()*?[]'\"\\ 12.levlstate"), max_size=20)


@given(names=st.lists(NAMES, min_size=1, max_size=6))
def test_every_name_can_be_written(names: list[str]) -> None:
    """And then picks the steps of that name, and these alone."""
    steps = selectable(names, [[] for _ in names])
    for name in names:
        assert select(written(name), steps) == [i for i, other in enumerate(names) if other == name]


@given(text=TEXTS)
def test_every_text_is_a_selector_or_refused(text: str) -> None:
    """Nothing else is raised, and completing it never fails."""
    steps = selectable(["a", "b", "ab"], [[], ["a"], ["c"]])
    with suppress(SelectorError):
        assert set(select(text, steps)) <= {0, 1, 2}
    assert isinstance(completions(text, steps), list)


@st.composite
def graphs(draw: st.DrawFn) -> Selectable:
    count = draw(st.integers(1, 7))
    names = [f"s{i}" for i in range(count)]
    some = st.lists(st.sampled_from([*names, "gone"]), max_size=3)
    return selectable(names, [draw(some) for _ in names], [f"p{i % 2}" for i in range(count)])


@st.composite
def selectors(draw: st.DrawFn, depth: int = 2) -> str:
    atoms = ["s0", "s*", "level:1", "level:2..", "pipeline:p1*", *(f"state:{state}" for state in STATES)]
    if depth == 0:
        return draw(st.sampled_from(atoms))
    inner = selectors(depth=depth - 1)
    shape = draw(st.sampled_from(["{0}", "({0} {1})", "({0}),({1})", "!({0})", "({0})+", "2+({0})+1", "@({0})"]))
    return shape.format(draw(inner), draw(inner))


def picked(text: str, steps: Selectable) -> set[int]:
    return set(select(text, steps))


@given(steps=graphs(), a=selectors(), b=selectors())
def test_the_laws_of_sets_hold(steps: Selectable, a: str, b: str) -> None:
    """Blank, comma and `!` are union, intersection and complement; the comma binds tighter."""
    one, other, every = picked(a, steps), picked(b, steps), picked("*", steps)
    assert picked(f"{a} {b}", steps) == one | other
    assert picked(f"({a}),({b})", steps) == one & other
    assert picked(f"({a}),!({b})", steps) == one - other
    assert picked(f"!({a})", steps) == every - one
    assert picked(f"!!({a})", steps) == one
    assert picked(f"s0 ({a}),({b})", steps) == {0} | one & other


@given(steps=graphs(), a=selectors())
def test_ways_are_those_of_the_graph(steps: Selectable, a: str) -> None:
    """`+` is all that is waited for or waits, hops add up, `@` is down and then up."""
    graph, start = steps.graph, picked(a, steps)
    up = start.union(*(upstream(graph, step) for step in start))
    down = start.union(*(downstream(graph, step) for step in start))
    assert picked(f"+({a})", steps) == up
    assert picked(f"({a})+", steps) == down
    assert picked(f"+({a})+", steps) == up | down
    assert picked(f"@({a})", steps) == down.union(*(upstream(graph, step) for step in down))
    assert picked(f"0+({a})+0", steps) == start
    assert picked(f"1+(1+({a}))", steps) == picked(f"2+({a})", steps)
    assert picked(f"(({a})+1)+1", steps) == picked(f"({a})+2", steps)
    assert picked(f"9+({a})+9", steps) == up | down


@pytest.mark.parametrize(
    ("begun", "offered"),
    [
        ("ri", ["risk"]),
        ("fx +ri", ["fx +risk"]),
        ("fx,!(2+ri", ["fx,!(2+risk"]),
        ("level:", [f"level:{level}" for level in range(1, 7)]),
        ("state:b", ["state:blocked"]),
        ("pipeline:prices.", ["pipeline:prices.fetch", "pipeline:prices.clean", "pipeline:prices.value"]),
        ("end", ['"end of day"']),
        ('"end of', ['"end of day"']),
        ("sta", ["state:"]),
        ("zzz", []),
    ],
)
def test_the_last_word_is_completed(begun: str, offered: list[str]) -> None:
    """Names, methods, and what a method takes; what stands before it stays."""
    assert completions(begun, page_group()) == offered


@pytest.mark.parametrize("selector", ["@s0", "+s*+", "!state:ok level:3..", "pipeline:p*,3+s1*+3"])
def test_time_grows_with_the_graph(selector: str) -> None:
    """Not with its square."""

    def measure(size: int) -> float:
        names = [f"s{i}" for i in range(size)]
        steps = selectable(names, [[f"s{i - 1}", f"s{i // 2}"] if i > 1 else [] for i in range(size)])
        return seconds(lambda: select(selector, steps))

    assert_growth(measure, 500, times=8)
