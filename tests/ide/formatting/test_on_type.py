"""Formatting while typing: a new line gets an indentation and nothing else ever changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.formatting.formatting import format_on_type, same_tree
from spine_lsp.ide.formatting.on_type import indent_of_new_line
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.text import Edit, Text, apply_edits
from tests.examples import examples

URI = "file:///g.yaml"
CORPUS = sorted((Path(__file__).parent.parent.parent / "corpus").rglob("*.yaml"))
HEAD = "name: g\nsteps:\n  - name: a\n    pipeline: p\n    params:\n"
TEXTS = {
    "literal": HEAD + "      x: |\n        select 1:\n          - a:\n\n        from b\n      y: 2\n",
    "literal at the end": HEAD + "      x: |+\n        a:\n\n\n",
    "folded": HEAD + "      x: >-\n        one:\n        - two\n      y: 2\n",
    "indented by hand": HEAD + "      x: |2\n          a\n        b:\n      y: 2\n",
    "plain over lines": HEAD + "      x: one\n        two three:four\n        five\n      y: 2\n",
    "quoted over lines": HEAD
    + '      x: "one\n        two: \\\n\n        - three:\n        four"\n'
    + "      y: 'a\n\n        b:\n        c'\n",
    "brackets over lines": HEAD
    + "      x: [a,\n        {b:\n        1},\n\n        c\n      ]\n"
    + "      y: {\n        z: 1 }\n",
    "comments": HEAD + "      # a:\n      x: 1 # b:\n      # - c\n",
    "items": "name: g\nsteps:\n- name: a\n  pipeline: p\n  depends_on:\n  - b\n-\n  name: c\n  pipeline: p\n",
}


def ascii_of(line: str) -> str:
    """What a long line begins with, as the name of its test."""
    return line.strip()[:4]


def entered(source: str, at: int, line_break: str = "\n", indent: str = "") -> tuple[str, list[Edit]]:
    """The text after Enter at an offset, and what formatting makes of it."""
    text = source[:at] + line_break + indent + source[at:]
    workspace = Workspace().with_document(URI, 1, Text(text), None)
    return text, format_on_type(workspace.documents[URI], at + len(line_break) + len(indent), "\n")


def check_only_indentation(source: str, at: int, line_break: str, indent: str) -> None:
    """At most one edit, of the blanks of the new line; what the text says stays, if it said anything."""
    text, edits = entered(source, at, line_break, indent)
    after = apply_edits(text, edits)
    start = at + len(line_break)
    assert len(edits) <= 1
    for edit in edits:
        assert edit.start == start
        assert text[edit.start : edit.end].strip(" ") == "" == edit.text.strip(" ")
    assert after.replace(" ", "") == text.replace(" ", "")
    before = parse_fragment(text)
    if edits and not before.faults:
        formatted = parse_fragment(after)
        assert formatted.faults == ()
        assert same_tree(before.root, formatted.root)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("name", TEXTS)
def test_enter_anywhere_changes_blanks_of_the_new_line_only(name: str, line_break: str) -> None:
    """Texts of several lines keep what they say, whatever the editor indents by itself."""
    source = TEXTS[name].replace("\n", line_break)
    for at in range(len(HEAD), len(source) + 1):
        if source[at - 1 : at + 1] != "\r\n":
            check_only_indentation(source, at, line_break, " " * (at % 3 * 4))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_enter_at_the_ends_of_the_corpus(path: Path) -> None:
    """In real files an Enter at the end of any line leaves what they say."""
    source = path.read_text(encoding="utf-8")
    ends = [at for at, char in enumerate(source) if char == "\n"]
    for at in ends[:: max(1, len(ends) // 20)]:
        check_only_indentation(source, at, "\n", "")


@given(st.text(alphabet="ab: -|>'\"[]{}#\n", max_size=40))
@settings(max_examples=examples(100))
def test_any_text_may_stand_above(before: str) -> None:
    """Whatever stands above, the answer is an indentation that is no deeper than the line above and one level."""
    indent = indent_of_new_line(before + "\n")
    lines = before.splitlines()
    assert indent is None or 0 <= indent <= len(lines[-1] if lines else "") + 8


@pytest.mark.parametrize(
    "line",
    [
        " " * 50_000 + "x",
        "x: '" * 20_000,
        "# " * 50_000,
        "> " * 50_000,
        "- " * 50_000,
        "x:" + " " * 100_000 + "y",
    ],
    ids=ascii_of,
)
def test_a_long_line_is_read_once(line: str) -> None:
    """Work grows with the line: these would take minutes if it grew with its square."""
    indent_of_new_line(f"steps:\n  {line}\n")
