"""Steps read by patterns are what the parser reads; nearly all that people write are read so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.header import GroupFile
from spine_lsp.analysis.plain_steps import read_plain
from spine_lsp.analysis.steps import Step, read_item
from spine_lsp.orchestration.kinds import GROUP, WORKFLOW, Kind, list_paths
from spine_lsp.orchestration.vocabulary import Form
from spine_lsp.syntax import parts
from spine_lsp.syntax.file import parse_file
from spine_lsp.syntax.parse import Fragment, parse_fragment
from spine_lsp.syntax.text import Text
from tests.benchmarks.graphs import group, layered
from tests.examples import examples

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


def mostly(usual: list[str], odd: list[str]) -> st.SearchStrategy[str]:
    """One of the usual, and now and then one of the odd: so that most items as a whole are plain."""
    return st.integers(0, 19).flatmap(lambda chance: st.sampled_from(usual if chance else odd))


word = mostly(["a", "fetch", "e1", "a-b", "a.b/c", "_", "y", "n", "nothing", "on.x", "a-"], WORDS)
value = mostly(
    [
        "a",
        "true",
        "Null",
        "1",
        "-5",
        "1.5",
        "0.50",
        "/a/b",
        "9" * 18,
        '"x"',
        '"{{ params.x }}"',
        "'it'",
        "''",
        "a+b",
    ],
    VALUES,
)
key = mostly(["a", "fetch", "x", "day", "e1"], [*WORDS[:9], '"x"', "x ", "<<", "1"])
comma = mostly([", ", ",", " , ", ",  "], [" ", ",,", ", #\n"])
end = mostly(["\n", "\n", "\n", " # c\n", "  \n", "\r\n", " # spine: ignore\n"], ["\t\n", " #\x07\n", "#c\n"])
pad = mostly([" ", " ", " ", "  "], ["\t", ""])
rest = mostly(["", "", "\n", "# c\n", "  # c\n\n", "      \n", "  #", " "], ["\t\n", "x\n", "    x: 1\n", "# é\n"])
reference = mostly(
    ["a", "fetch", "a.b/c", "jobs.checks:fine", "jobs:a:b", "a:1"],
    [*WORDS, "a:", ":a", "yes:x", "a: b", "no:1"],
)


def line(kind: Kind, each: str, draw: st.DrawFn) -> str:
    """One of the keys that a kind's plain steps have, with a value that is nearly always fit."""
    if each in kind.plain.words:
        return f"{each}:{draw(pad)}{draw(mostly(sorted(kind.plain.words[each]), ['other', 'a b', 'yes']))}"
    if each in kind.plain.numbers:
        return f"{each}:{draw(pad)}{draw(mostly(['1', '60', '123456789'], ['0', '-1', '1.5', '08', 'a']))}"
    return f"{each}:{draw(pad)}{draw(reference)}"


@st.composite
def items(draw: st.DrawFn, kind: Kind = GROUP) -> str:
    """An item of the list of steps, nearly of the plainest shape."""
    indent = draw(mostly(["", "  ", "    "], [" " * 9]))
    inner = indent + draw(mostly(["  "], ["   "]))
    lines = [f"name:{draw(pad)}{draw(word)}"]
    lines += [
        line(kind, each, draw) for each in kind.plain.keys if each in kind.plain.needed or draw(st.integers(0, 2)) == 0
    ]
    edges = draw(st.lists(word, max_size=3))
    deeper = draw(st.sampled_from(["", "  "]))
    lists = {
        "none": "",
        "flow": f"depends_on: [{draw(comma).join(edges)}]",
        "one": f"depends_on: {draw(word if kind.plain.lone_dependency else value)}",
        "block": "depends_on:\n"
        + "\n".join(f"{inner}{draw(mostly([deeper], ['', '  ']))}- {e}" for e in edges or ["a"]),
    }
    entries = draw(st.lists(st.tuples(key, value), max_size=3))
    parameters = draw(st.sampled_from(kind.parameters))
    maps = {
        "none": "",
        "flow": f"{parameters}: {{" + draw(comma).join(f"{k}:{draw(pad)}{v}" for k, v in entries) + "}",
        "block": f"{parameters}:\n" + "\n".join(f"{inner}  {k}: {v}" for k, v in entries or [("a", "1")]),
    }
    lines += [lists[draw(st.sampled_from([*lists]))], maps[draw(st.sampled_from([*maps]))]]
    lines = [line for line in lines if line]
    if draw(st.integers(0, 19)) == 0:
        lines = draw(st.permutations(lines))
    return indent + "- " + inner.join(line + draw(end) for line in lines) + draw(rest)


def drawn(step: Step) -> dict[str, object]:
    """A step as plain values; a number that is none is equal to nothing, so it is drawn."""
    return {slot: repr(getattr(step, slot)) for slot in Step.__slots__}


@given(items())
@settings(max_examples=examples(700))
@example('- name: a\n  pipeline: p\n  params: {a: "x", a: 1}\n')
@example("- name: a\n  pipeline: p\n  params:\n    a: 1\n    a: 2\n")
@example("- name: a\n  pipeline: p\n  depends_on: [a, b, a] # twice\n\n# end")
@example("- name: no\n  pipeline: p\n")
@example("- name: a\n  pipeline: p\n  params: {on: 1}\n")
def test_what_is_read_by_patterns_is_what_the_parser_reads(text: str) -> None:
    """Every field of the step: names, places, values and their types, what sets it apart."""
    plain = read_plain(text)
    if plain is not None:
        fragment = parse_fragment(text)
        assert not fragment.faults
        assert drawn(plain) == drawn(read_item(text, fragment))


@pytest.mark.parametrize("form", WORKFLOW.forms, ids=lambda form: form.definition)
@given(text=items(kind=WORKFLOW))
@settings(max_examples=examples(400))
def test_steps_of_other_kinds_are_read_so_too(text: str, form: Form) -> None:
    """A kind's own keys, branches and fields, in each of its forms."""
    plain = read_plain(text, WORKFLOW)
    if plain is not None:
        parsed = read_item(text, parse_fragment(text), kind=WORKFLOW, form=form)
        assert drawn(plain) == drawn(parsed)


def texts_of(source: str) -> list[str]:
    """The items of a group."""
    file: GroupFile = parse_file(Text(source), list_paths)
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
                fragment = parse_fragment(some)
                assert not fragment.faults
                assert drawn(plain) == drawn(read_item(some, fragment))


def test_what_people_write_is_read_by_patterns() -> None:
    """All steps of the generated groups, and most of those that others wrote."""
    assert all(map(read_plain, texts_of(group(layered(100)).text)))
    texts = [text for path in FILES for text in texts_of(path.read_text(encoding="utf-8"))]
    assert sum(read_plain(text) is not None for text in texts) > 0.8 * len(texts)
    workflows = (ROOT / "schemas" / "examples" / "workflows").glob("*.yaml")
    steps = [text for path in workflows for text in texts_of(path.read_text(encoding="utf-8"))]
    assert sum(read_plain(text, WORKFLOW) is not None for text in steps) > 0.7 * len(steps)


def test_a_file_of_plain_steps_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is around its steps, by the parser; a last step of another shape is parsed too, as it may be broken."""
    parsed: list[str] = []

    def counted(text: str) -> Fragment:
        parsed.append(text)
        return parse_fragment(text)

    monkeypatch.setattr(parts, "parse_fragment", counted)
    source = "kind: PipelineGroup\nname: g\nsteps:\n" + "- name: a\n  pipeline: p\n" * 100
    document = Document.read("f", None, Text(source))
    assert [len(each.steps) for each in document.groups] == [100]
    assert len(parsed) == 1
    document = Document.read("f", None, Text(source + "  odd: [\n"))
    assert [each.kind for each in document.groups[0].faults_of(99)] == ["open-bracket"]
    assert parsed[2] == "- name: a\n  pipeline: p\n  odd: [\n"
