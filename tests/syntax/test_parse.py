"""Every text has a tree with exact spans, and each slip one sentence at the place where it was made."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.tree import Node, path_at, resolve, walk
from spine_lsp.syntax.values import node_value
from tests.syntax.trees import almost_yaml

CORPUS = sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))


@pytest.mark.parametrize(
    ("text", "token", "sentence"),
    [
        ("a: [x, y\nb: 1\n", "[x, y", "this `[` is never closed by `]`"),
        ("a: {x: 1\nb: 1\n", "{x: 1", "this `{` is never closed by `}`"),
        ("a: [x y] z\n", "z", "this is not expected here: quote the text, or begin a new line"),
        ('a: "open\nb: 1\n', '"open', 'this " quote is never closed'),
        ("a: 'it's'\n", "'it's'", "text after the closing ': write '' for a ' inside the text"),
        ("a: it's: b\n", "it's: b", "this text holds a `: `, which starts a value in YAML: quote the text"),
        ("a: 1\nfoo\nb: 2\n", "foo", "`foo` needs a `:` and a value"),
        ("a:\n- b\n-c\n", "-", "a `-` needs a space after it to start an item"),
        ("a:\n\tb: 1\n", "\t", "a tab indents this line: YAML indents with spaces only"),
        ("- a: 1\n   b: 2\n", "b: 2", "this line is indented by 3 spaces, the one above by 2: line them up"),
        ("a: @x\n", "@x", "`@` cannot start a text in YAML: quote it"),
        ("a: [b]]\n", "]", "this `]` closes nothing"),
        (
            "a: {{ params.x }}\n",
            "{{ params.x }}",
            'a template must be quoted, or YAML reads it as a map: write "{{ params.x }}"',
        ),
        (
            "a: {{ x }}/b\n",
            "{{ x }}/b",
            'a template must be quoted, or YAML reads it as a map: write "{{ x }}/b"',
        ),
        ("a: \x00\n", "\x00", "the character U+0000 is not allowed in YAML: remove it"),
        (
            'a: "\\q"\n',
            "\\q",
            "`\\q` is no escape of a double-quoted text: write `\\\\q`, or use single quotes",
        ),
        (
            'a: "\\ud83d"\n',
            "\\u",
            "`\\u` has no character code after it: write `\\\\u`, or use single quotes",
        ),
    ],
)
def test_a_slip_has_one_sentence_where_it_was_made(text: str, token: str, sentence: str) -> None:
    """One fault, at the token that is wrong, with what to do."""
    faults = parse_fragment(text).faults
    assert [(text[fault.start : fault.end], fault.message) for fault in faults] == [(token, sentence)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "- name: a\n  depends_on: [b, c\n  params:\n    x: 1\n",
            [{"name": "a", "depends_on": ["b", "c"], "params": {"x": 1}}],
        ),
        ('- name: "a\n  pipeline: p\n', [{"name": "a", "pipeline": "p"}]),
        ("- name: a\n  pipe\n  depends_on: b\n", [{"name": "a", "depends_on": "b"}]),
        (
            "- name: a\n  pipeline: {{ x }}/b\n  depends_on: [c]\n",
            [{"name": "a", "pipeline": "{{ x }}/b", "depends_on": ["c"]}],
        ),
        (
            "spec:\n  a: [1\n  b:\n    c: @x\nmetadata:\n  name: n\n",
            {"spec": {"a": [1], "b": {"c": "@x"}}, "metadata": {"name": "n"}},
        ),
        ("- a\n-b\n- c\n", ["a", "c"]),
    ],
)
def test_what_is_around_a_slip_is_read(text: str, value: object) -> None:
    """Recovery keeps the entries and items that are sound, and what can be read of the broken one."""
    root = parse_fragment(text).root
    assert root is not None
    assert node_value(root) == value


@given(almost_yaml)
def test_every_text_has_a_tree_with_spans_inside(text: str) -> None:
    """Nothing raises; spans nest, lie inside the text, and faults do too."""
    fragment = parse_fragment(text)
    for fault in fragment.faults:
        assert 0 <= fault.start <= fault.end <= len(text)
    if fragment.root is None:
        return
    for node in walk(fragment.root):
        assert 0 <= node.start <= node.end <= len(text)
        if node.kind == "scalar" and node.style == "plain" and "\n" not in text[node.start : node.end]:
            assert text[node.start : node.end] == node.text or fragment.faults
        for key, value in node.entries:
            assert key.start <= key.end <= value.end


@given(st.text(alphabet="ab: -[]{}\"'#&*!|>%@`\n\t\\,?.", max_size=40))
def test_characters_with_a_meaning_do_no_harm(text: str) -> None:
    """Any heap of YAML's own signs has an answer."""
    fragment = parse_fragment(text)
    assert fragment.root is not None or not text.strip() or fragment.faults or "#" in text or "-" in text or "." in text


def test_depth_is_bounded_before_a_parser_sees_it() -> None:
    """Brackets and dashes nested without end are one fault, not a crash and not an hour."""
    for text in ("[" * 100_000, "{a: " * 50_000, "- " * 50_000, '"' + "[" * 1000 + '"'):
        faults = parse_fragment(text).faults
        assert ("deeper" in faults[0].message) == (text[0] != '"') if faults else text[0] == '"'


def test_empty_values_lie_behind_their_sign() -> None:
    """`key:` has its empty value behind the colon, `-` behind the dash."""
    text = "a:\nb:\n  -\n  - c\n"
    root = parse_fragment(text).root
    assert root is not None
    empties = [node.start for node in walk(root) if node.is_empty]
    assert empties == [2, 9]


def test_paths_lead_to_nodes_and_back() -> None:
    """`resolve` and `path_at` are inverse on scalars."""
    text = "spec:\n  pipelines:\n    - name: a\n      depends_on: [b, c]\n"
    root = parse_fragment(text).root
    assert root is not None
    path, nodes = path_at(root, text.index("c]"))
    assert path == ("spec", "pipelines", 0, "depends_on", 1)
    found = resolve(root, path)
    assert found is not None
    assert found.node is nodes[-1]
    assert isinstance(found.node, Node)
