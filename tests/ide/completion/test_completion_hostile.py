"""Completion in texts that nobody writes: its work grows with the line, and its answer is bounded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion import scan
from spine_lsp.ide.completion.completion import LIMIT, completions
from spine_lsp.ide.completion.matching import ON_PURPOSE, Asking, ranked
from spine_lsp.ide.cursor import At
from spine_lsp.syntax.text import Text
from tests.growth import assert_growth, seconds

pytestmark = pytest.mark.any_version

URI = "file:///g.yaml"
HEAD = "name: g\nsteps:\n  - name: a\n    pipeline: p.a\n"
STEP = HEAD + "  - name: b\n    "
TEXTS: dict[str, Callable[[int], str]] = {
    "open braces": lambda n: STEP + "params: " + "{" * n,
    "closed braces": lambda n: STEP + "params: " + "{" * n + "}" * n + "\n",
    "open lists": lambda n: STEP + "depends_on: " + "[" * n,
    "nothing but braces": lambda n: "{" * n,
    "an entry in quotes, many times": lambda n: STEP + "depends_on: [" + '"a", ' * n + "]\n",
    "open quotes": lambda n: STEP + "depends_on: [" + '"a ' * n + "\n",
    "one word": lambda n: STEP + "pipeline: " + "x" * n + "\n",
    "keys on one line": lambda n: STEP + "x: " * n + "\n",
    "colons": lambda n: STEP + "a:" * n + "\n",
    "hashes": lambda n: STEP + "pipeline: x" + " #" * n + "\n",
    "blanks": lambda n: STEP + "pipeline:" + " " * n + "x\n",
    "dashes": lambda n: HEAD + "  " + "- " * (n // 4) + "\n",
    "open aliases": lambda n: STEP + "params: {" + ", ".join(f"k{i}: *a{i}" for i in range(n // 10)) + "}\n    x\n",
    "one line of JSON": lambda n: (
        '{"name": "g", "steps": ['
        + ", ".join(f'{{"name": "s{i}", "pipeline": "p"}}' for i in range(n // 10))
        + ', {"name": "z", "depends_on": [""]}]}'
    ),
    "templates": lambda n: STEP + 'params: {x: "' + "{{ params.x }} " * (n // 10) + '{{ "}\n',
    "lines": lambda n: STEP + "params:\n" + "".join(f"      k{i}: 1\n" for i in range(n // 10)),
}


def seconds_in(text: str) -> float:
    """The processor's time for completion at places all over a text."""
    workspace = Workspace().with_document(URI, 1, Text(text), None)
    places = {
        len(text),
        len(text) - 1,
        len(text) - 2,
        len(text) // 2,
        text.rfind("\n", 0, -1) + 7,
        text.rfind("]"),
    }

    def work() -> None:
        for offset in places:
            for asking in (ON_PURPOSE, Asking(typing=True)):
                found = completions(workspace, At(URI, max(offset, 0)), asking=asking)
                assert len(found.items) <= LIMIT

    return seconds(work)


@pytest.mark.parametrize("name", TEXTS)
def test_work_grows_with_the_line(name: str) -> None:
    """Sixteen times the text takes about sixteen times the work; were it the square, it would be 256 times."""
    assert_growth(lambda size: seconds_in(TEXTS[name](size)), 500, times=16, most=5)


@pytest.mark.parametrize("name", ["an entry in quotes, many times", "one word", "one line of JSON"])
def test_of_a_text_too_long_to_read_nothing_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty answer that says that it is not all; the bound is lowered here, for such texts take long to make."""
    monkeypatch.setattr(scan, "_MOST_READ", 1_000)
    text = TEXTS[name](2_000)
    workspace = Workspace().with_document(URI, 1, Text(text), None)
    found = completions(workspace, At(URI, text.rindex("\n", 0, -1) + 30 if "\n" in text else len(text) - 5))
    assert (found.items, found.incomplete) == ((), True)


def test_many_names_are_answered_in_part() -> None:
    """Of 1,000 steps the first ones that fit, and the word that more typing brings others."""
    steps = "".join(f"- {{name: step_{i}, pipeline: p.{i}}}\n" for i in range(1_000))
    text = f"name: g\nsteps:\n{steps}- {{name: z, pipeline: p, depends_on: [step_]}}\n"
    workspace = Workspace().with_document(URI, 1, Text(text), None)
    found = completions(workspace, At(URI, text.rindex("]")), asking=Asking(typing=True))
    assert (len(found.items), found.incomplete) == (LIMIT, True)


def test_names_that_no_one_types_are_not_offered() -> None:
    """A name of a hundred thousand letters is not sent for each key."""
    names = ["a" * 100_000, "ab", "b" * 201]
    matches, incomplete = ranked(names, "", 10)
    assert ([match.name for match in matches], incomplete) == (["ab"], False)


def test_names_alike_are_compared_in_bounded_time() -> None:
    """Names of two letters only, which fit each other everywhere."""
    names = [f"{i:0200b}"[i % 190 :].replace("0", "a").replace("1", "b") for i in range(1, 1_000)]

    def seconds_of(count: int) -> float:
        return seconds(lambda: ranked(names[:count], "a", 1_000))

    assert_growth(seconds_of, 60, times=16, most=5)
