"""Steps read by patterns are what the parser reads; nearly all that people write are read so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from spine_lsp.analysis.header import GroupFile
from spine_lsp.analysis.plain_steps import read_plain
from spine_lsp.analysis.steps import Step, read_item
from spine_lsp.orchestration.vocabulary import LIST_PATHS
from spine_lsp.syntax.file import parse_file
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.text import Text
from tests.benchmarks.graphs import group, layered

ROOT = Path(__file__).parents[2]
FILES = [*(ROOT / "tests" / "corpus").rglob("*.yaml"), *(ROOT / "schemas" / "examples").glob("*.yaml")]

WORDS = [
    "a",
    "fetch",
    "no",
    "yes",
    "y",
    "n",
    "on",
    "null",
    "Null",
    "true",
    "off",
    "e1",
    "a-b",
    "a.b/c",
    "_",
    "a-",
]
VALUES = [
    *WORDS,
    *(
        "1",
        "010",
        "0x1f",
        "1_000",
        "12:30",
        "1e3",
        "1.5",
        ".5",
        ".inf",
        ".nan",
        "-5",
        "-",
        "--",
        "-a",
        "+1",
        "+",
        ".",
    ),
    *(
        "2026-01-09",
        "2026-13-45",
        "2026-1-9",
        "...",
        "---",
        "/a/b",
        "08",
        "0b11",
        "0o7",
        "=",
        "<<",
        "~",
        "9" * 1200,
    ),
    *(
        '"x"',
        '"{{ params.x }}"',
        '"{{ params.x }"',
        '"}}"',
        '"a # b"',
        '"a: b, c"',
        "'it'",
        "''",
        '"\\n"',
        "'it''s'",
    ),
    *(
        "a b",
        "{a: 1}",
        "[1]",
        "&a b",
        "*a",
        "!!str 1",
        "",
        "é",
        '"é"',
        "{{ x }}",
        "a#b",
        "a:b",
        "a: b",
        "a,b",
        '"a',
    ),
]
word = st.sampled_from(WORDS)
value = st.sampled_from(VALUES)
key = st.sampled_from([*WORDS[:9], "x", "day", '"x"', "x ", "<<", "1"])
comma = st.sampled_from([", ", ",", " , ", ",  "])
end = st.sampled_from(
    ["\n", "\n", "\n", "\n", " # c\n", "  \n", "\r\n", "\t\n", " #\x07\n", "#c\n", " # spine: ignore\n"]
)
pad = st.sampled_from([" ", " ", " ", "  ", "\t"])
rest = st.sampled_from(
    ["", "", "\n", "# c\n", "  # c\n\n", "      \n", "\t\n", "x\n", "    x: 1\n", "# é\n", "  #", " "]
)


@st.composite
def items(draw: st.DrawFn) -> str:
    """An item of the list of steps, nearly of the plainest shape."""
    indent = " " * draw(st.sampled_from([0, 2, 4, 9]))
    inner = indent + draw(st.sampled_from(["  ", "  ", "  ", "  ", "   "]))
    lines = [f"name:{draw(pad)}{draw(word)}", f"pipeline:{draw(pad)}{draw(word)}"]
    edges = draw(st.lists(word, max_size=3))
    lists = {
        "none": "",
        "flow": f"depends_on: [{draw(comma).join(edges)}]",
        "one": f"depends_on: {draw(value)}",
        "block": "depends_on:\n"
        + "\n".join(f"{inner}{draw(st.sampled_from(['', '  ']))}- {e}" for e in edges),
    }
    entries = draw(st.lists(st.tuples(key, value), max_size=3))
    maps = {
        "none": "",
        "flow": "params: {" + draw(comma).join(f"{k}:{draw(pad)}{v}" for k, v in entries) + "}",
        "block": "params:\n" + "\n".join(f"{inner}  {k}: {v}" for k, v in entries),
    }
    lines += [lists[draw(st.sampled_from([*lists]))], maps[draw(st.sampled_from([*maps]))]]
    lines = [line for line in lines if line]
    if draw(st.integers(0, 9)) == 0:
        lines = draw(st.permutations(lines))
    return indent + "- " + inner.join(line + draw(end) for line in lines) + draw(rest)


def drawn(step: Step) -> dict[str, object]:
    """A step as plain values; a number that is none is equal to nothing, so it is drawn."""
    return {slot: repr(getattr(step, slot)) for slot in Step.__slots__}


@given(items())
@settings(max_examples=1000)
@example('- name: a\n  pipeline: p\n  params: {a: "x", a: 1}\n')
@example("- name: a\n  pipeline: p\n  params:\n    a: 1\n    a: 2\n")
@example("- name: a\n  pipeline: p\n  depends_on: [a, b, a] # twice\n\n# end")
@example("- name: no\n  pipeline: p\n")
@example("- name: a\n  pipeline: p\n  params: {on: 1}\n")
def test_what_is_read_by_patterns_is_what_the_parser_reads(text: str) -> None:
    """Every field of the step: names, places, values and their types, what sets it apart."""
    plain = read_plain(text)
    if plain is not None:
        assert drawn(plain) == drawn(read_item(text, parse_fragment(text)))


def texts_of(source: str) -> list[str]:
    """The items of a group."""
    file: GroupFile = parse_file(Text(source), LIST_PATHS)
    return [block.text for part in file.parts for block in part.blocks]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_are_read_as_the_parser_reads_them(path: Path) -> None:
    """The corpus and the examples, and each of their steps without any one of its lines."""
    for text in texts_of(path.read_text(encoding="utf-8")):
        lines = text.splitlines(keepends=True)
        for number in range(len(lines) + 1):
            some = "".join(lines[:number] + lines[number + 1 :])
            plain = read_plain(some)
            if plain is not None:
                assert drawn(plain) == drawn(read_item(some, parse_fragment(some)))


def test_what_people_write_is_read_by_patterns() -> None:
    """All steps of the generated groups, and most of those that others wrote."""
    assert all(map(read_plain, texts_of(group(layered(100)).text)))
    texts = [text for path in FILES for text in texts_of(path.read_text(encoding="utf-8"))]
    assert sum(read_plain(text) is not None for text in texts) > 0.8 * len(texts)
