"""libyaml, with what `strict` adds, reads a text as PyYAML's own scanner does, which the run time uses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, strategies as st

from spine_lsp.syntax import events
from spine_lsp.syntax.build import build, read
from spine_lsp.syntax.syntax_errors import Fault, explain, template_fault
from spine_lsp.syntax.tree import Node
from spine_lsp.syntax.values import read_values
from tests.syntax.trees import almost_yaml, draw

CORPUS = sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))
pytestmark = pytest.mark.skipif(
    events._libyaml() is None, reason="PyYAML has no C part here, there is nothing to compare"
)


def by_us(text: str) -> object:
    """The tree, or the place and sentence of the first fault."""
    root, failed, faults = read(text)
    return first(root, [explain(text, failed)] if failed is not None else sorted(faults))


def by_pyyaml(text: str) -> object:
    root, failed, templates = build(text, events.open_pure_events(text))
    faults = [template_fault(text, at) for at in templates]
    return first(root, [explain(text, failed)] if failed is not None else faults)


def first(root: Node | None, faults: Sequence[Fault]) -> object:
    return faults[0] if faults else draw(root)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_the_corpus_is_read_alike(path: Path) -> None:
    """The same trees, spans included."""
    text = path.read_text(encoding="utf-8")
    assert by_us(text) == by_pyyaml(text)


BROKEN = [
    "a: [x, y\nb: 1\n",
    "a: b: c\n",
    "a:\n  b: 1\n c: 2\n",
    "a: 1\nfoo\nb: 2\n",
    "- a\nb: 1\n",
    "a: @x\n",
    "a: {{ x }}/b\n",
    "a: {{ x }}\n",
    "\ta: 1\n",
    "a:\n\tb: 1\n",
    "a: [x, y]]\n",
    "a: 'it's'\n",
    'a: "\\q"\n',
    "a: b\n  c: d\n",
    "- a: 1\n   b: 2\n",
    "a: }\n",
    "a:\n- b\n-c\n",
    "a: &\n",
    'a: "open\nb: 1\n',
    "a: b\t# c\n",
    "a:\tb\n",
    "a: x\t\n  y\n",
    "- a\t\n-\tb: 1\n",
    "a: |\n x\ny\n",
    "? a\n: b\n",
    "a:\n-\n- b\n",
    "a: !t\n  - x\nb: &q\n  c: 1\n",
]


@pytest.mark.parametrize("text", BROKEN)
def test_odd_and_broken_text_is_judged_alike(text: str) -> None:
    """The answer does not depend on the parser: the same tree, or the same fault at the same place."""
    assert by_us(text) == by_pyyaml(text)


WORDS = [
    ": ",
    "? ",
    ", ",
    " #",
    "&a",
    "*a",
    "!t ",
    "!!str ",
    "|2",
    ">-",
    "---",
    "\n...\n",
    "\r\n",
    "b: c",
    "<<",
]
WORDS += ["- ", "\n  ", "\n\t", "x\ty", "'a\tb'", "%YAML 1.2\n", "!<x>"]
SIGNS = st.lists(st.sampled_from([*"\t \n-:?[]{}#!|>\"'%@\x85\u2028\ra=é\\", *WORDS]), max_size=12).map("".join)
KEPT = "a: [b, {c: d}]\ne: |\n  f\n\n  g\nh: 'i\n  j' # k\n- &l m: n\n"
MUTATED = st.builds(
    lambda at, cut, signs: KEPT[:at] + signs + KEPT[at + cut :],
    st.integers(0, len(KEPT)),
    st.integers(0, 3),
    SIGNS,
)


def stricter(text: str) -> bool:
    """Where we refuse and PyYAML's scanner does not: libyaml alone refuses, or the place is in a later document."""
    return (
        "\n---" in text or "\n..." in text or ":[" in text or ":{" in text or "!" in text or "?" in text or "%" in text
    )


@given(st.one_of(SIGNS, MUTATED, almost_yaml))
@example("a:\tb\n")
@example("a: b\t\n")
@example("a: |\n \tx\n")
@example("[a?b]")
@example("{a:, b: 1}")
@example("a: >#c\n  d\n")
@example("[!!str, b]")
@example("%FOO\n---\na")
@example("a: '\t'\t# b\n")
@example("- a # b\tc\n")
@example("a: x\u2028y\n")
def test_any_text_is_judged_as_pyyaml_judges_it(text: str) -> None:
    """What PyYAML's scanner refuses, we refuse; what it reads, we read alike, or refuse for a reason that is known."""
    root, failed, faults = read(text)
    other, refused, _ = build(text, events.open_pure_events(text))
    if refused is not None:
        assert failed is not None or faults or (root is not None and read_values(root, text).faults)
    elif failed is None and not [fault for fault in faults if "template" not in fault.kind]:
        assert draw(root) == draw(other)
    else:
        assert stricter(text)


def test_without_libyaml_there_is_pyyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same events from its own scanner."""
    monkeypatch.setattr(events, "_libyaml", lambda: None)
    assert isinstance(events.open_events("a: b").next_event(), yaml.StreamStartEvent)
    assert draw(read("a: [b]\n")[0]) == by_pyyaml("a: [b]\n")
