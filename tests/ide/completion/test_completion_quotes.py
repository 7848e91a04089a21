"""Completion in quotes and brackets that an editor closed by itself, and in groups that are JSON."""

from __future__ import annotations

import json

import pytest

from spine_lsp.ide.completion.completion import completions
from spine_lsp.ide.completion.items import CompletionItem
from spine_lsp.ide.completion.snippets import without_stops
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.text import Edit, apply_edits
from tests.fixture import fixture

BLOCK = "name: g\nsteps:\n  - name: first\n    pipeline: p.first\n  - name: second\n    "
FLOW = "name: g\nsteps:\n  - {name: first, pipeline: p.first}\n  - "
ONE_LINE = "{name: g, steps: [{name: first, pipeline: p.first}, "
JSON = '{"name": "g", "steps": [{"name": "first", "pipeline": "p.first"}, '


def take(text: str, label: str) -> str:
    """The text after the item of this label was chosen, without the stops of a snippet."""
    fix = fixture(text)
    found = [item for item in completions(fix.workspace, fix.at).items if item.label == label]
    assert len(found) == 1, [item.label for item in completions(fix.workspace, fix.at).items]
    return apply_edits(fix.source, [Edit(*found[0].span, written(found[0]))])


def written(item: CompletionItem) -> str:
    return without_stops(item.insert) if item.is_snippet else item.insert


KEYS = [
    # what stands before and behind the cursor, and what becomes of it
    ('"pi', '"', '"pipeline": '),
    ("'pi", "'", "'pipeline': "),
    ('"', '"', '"pipeline": '),
    ("'", "'", "'pipeline': "),
    ('"pi', "", '"pipeline": '),
    ("'pi", "", "'pipeline': "),
    ('"pi', '": x', '"pipeline": x'),
    ("'pi", "': x", "'pipeline': x"),
    ('"', 'pi": x', '"pipeline": x'),
    ('"pi', '" : x', '"pipeline" : x'),
    ("pi", ": x", "pipeline: x"),
    ("pi", "", "pipeline: "),
    ("", "", "pipeline: "),
]


@pytest.mark.parametrize(("before", "behind", "expected"), KEYS)
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (BLOCK, "\n"),
        (BLOCK, "\n    params: {}\n"),
        (FLOW + "{name: second, ", "}\n"),
        (FLOW + "{name: second, ", ""),
        (FLOW + "{", ", name: second}\n"),
        (ONE_LINE + "{name: second, ", "}]}"),
        (ONE_LINE + "{name: second, ", ""),
    ],
)
def test_the_colon_stands_outside_the_quotes(start: str, end: str, before: str, behind: str, expected: str) -> None:
    """Whatever quotes are there, closed or not: the key becomes a key."""
    assert take(f"{start}{before}$0{behind}{end}", "pipeline") == start + expected + end


@pytest.mark.parametrize(
    ("before", "behind", "expected"),
    [
        ('"pi', '"', '"pipeline": '),
        ('"', '"', '"pipeline": '),
        ('"pi', "", '"pipeline": '),
        ("pi", "", '"pipeline": '),
        ("", "", '"pipeline": '),
        ('"pi', '": "x"', '"pipeline": "x"'),
    ],
)
@pytest.mark.parametrize(("start", "end"), [('{"name": "second", ', "}]}"), ("{", "}]}"), ('{"name": "b",\n', "}]}")])
def test_json_keys_are_quoted(start: str, end: str, before: str, behind: str, expected: str) -> None:
    """A group that is JSON stays JSON, in an empty map too: the maps around it tell."""
    assert take(f"{JSON}{start}{before}$0{behind}{end}", "pipeline") == JSON + start + expected + end


VALUES = [
    ('"depends_on": [', "]", "first", '"depends_on": ["first"]'),
    ('"depends_on": ["', '"]', "first", '"depends_on": ["first"]'),
    ('"depends_on": ["fi', '"]', "first", '"depends_on": ["first"]'),
    ('"depends_on": [fi', "]", "first", '"depends_on": ["first"]'),
    ('"depends_on": ["x", ', "]", "first", '"depends_on": ["x", "first"]'),
    ('"depends_on": ', "", "first", '"depends_on": ["first"]'),
    ('"depends_on": "', '"', "first", '"depends_on": "first"'),
    ('"pipeline": ', "", "p.first", '"pipeline": "p.first"'),
    ('"pipeline":', "", "p.first", '"pipeline": "p.first"'),
    ('"pipeline": "', '"', "p.first", '"pipeline": "p.first"'),
    ('"pipeline": "p.', '"', "p.first", '"pipeline": "p.first"'),
]


@pytest.mark.parametrize(("before", "behind", "label", "expected"), VALUES)
def test_json_names_are_quoted(before: str, behind: str, label: str, expected: str) -> None:
    """Names in lists, alone, and pipelines; and what comes of it is JSON."""
    start = JSON + '{"name": "second", '
    after = take(f"{start}{before}$0{behind}}}]}}", label)
    assert after == start + expected + "}]}"
    assert json.loads(after)


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        (BLOCK + '"par$0"\n', "params", '"params":\n      '),
        ("kind: PipelineGroup\n'me$0'\n", "metadata", "'metadata':\n  "),
        ("kind: PipelineGroup\nspec:\n  'po$0'\n", "policy", "'policy':\n    "),
    ],
)
def test_lines_below_a_quoted_key_stand_below_it(text: str, label: str, expected: str) -> None:
    """The quote counts for the key's column."""
    fix = fixture(text)
    item = next(item for item in completions(fix.workspace, fix.at).items if item.label == label)
    line = fix.source[: item.span.start].rpartition("\n")[2]
    indent = line[: len(line) - len(line.lstrip(" "))]
    after = line + without_stops(item.insert).replace("\n", "\n" + indent)
    assert after.lstrip(" ") == expected


@pytest.mark.parametrize("start", ["name: g\nsteps:\n  - ", '{"name": "g", "steps": ['])
@pytest.mark.parametrize(("before", "behind"), [('"', '"'), ('"pi', '"'), ('"pi', ""), ("pi", "")])
def test_the_first_step_of_a_group_is_one_already(start: str, before: str, behind: str) -> None:
    """Where no step runs anything yet, a key that is being typed does not make it another tool's file."""
    end = "]}" if start.startswith("{") else "\n"
    after = take(f'{start}{{"name": "a", {before}$0{behind}}}{end}', "pipeline")
    assert after == f'{start}{{"name": "a", "pipeline": }}{end}'


@pytest.mark.parametrize("path", ["", '"policy": {', '"steps": [{', '"metadata": {', '"spec": {'])
def test_every_key_of_json_leaves_json(path: str) -> None:
    """With a value for each key that has none, the text is JSON after any choice, without snippets and with."""
    closing = "".join({"{": "}", "[": "]"}[char] for char in reversed(path) if char in "[{")
    text = '{"kind": "PipelineGroup", ' + path + "$0" + closing + "}"
    fix = fixture(text)
    items = completions(fix.workspace, fix.at).items
    assert items
    for item in items:
        after = apply_edits(fix.source, [Edit(*item.span, written(item))])
        json.loads(after.replace(": }", ": 1}"))


def test_a_flow_group_on_one_line_offers_steps_in_their_list() -> None:
    """Not the keys of the top, which would replace the whole line."""
    for start in (ONE_LINE, JSON, "--- " + ONE_LINE, "# a\n" + ONE_LINE, "&a " + ONE_LINE):
        text = start + ('{"name": b, ' if start is JSON else "{name: b, ") + "pipeline: q, depends_on: [$0]}]}"
        fix = fixture(text)
        items = completions(fix.workspace, fix.at).items
        assert [item.label for item in items] == ["first"]
        assert items[0].span == (fix.at.offset, fix.at.offset)


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        (BLOCK + "depends_on:\n      [$0]\n", "first", "[first]"),
        (BLOCK + "depends_on:\n      [a,\n       $0]\n", "first", "first]"),
        (BLOCK + "depends_on: ['$0']\n", "first", "depends_on: ['first']"),
        (BLOCK + "depends_on: ['x', $0]\n", "first", "depends_on: ['x', 'first']"),
        (BLOCK + 'depends_on: ["x", fi$0]\n', "first", 'depends_on: ["x", "first"]'),
        (BLOCK + "depends_on: [x, $0]\n", "first", "depends_on: [x, first]"),
        (BLOCK + "params:\n      {$0}\n", None, ""),
    ],
)
def test_lists_keep_their_quotes(text: str, label: str | None, expected: str) -> None:
    """What is added to a list is quoted as what is there; a bracket may stand below its key."""
    if label is None:
        fix = fixture(text)
        assert all(item.span.start == fix.at.offset for item in completions(fix.workspace, fix.at).items)
        return
    after = take(text, label)
    line = after.splitlines()[text[: text.index("$0")].count("\n")]
    assert line.strip() == expected


@pytest.mark.parametrize(
    "text",
    [
        BLOCK + '"pi"$0\n',
        BLOCK + "'pi'$0\n",
        FLOW + '{name: b, "pi"$0}\n',
        FLOW + '{name: b, "pipeline"$0: x}\n',
        JSON + '{"name": "b"$0}]}',
        JSON + '{"depends_on": ["first"$0]}]}',
        BLOCK + 'depends_on: ["first"$0]\n',
        BLOCK + 'pipeline: "p.x"$0\n',
    ],
)
def test_behind_a_closing_quote_nothing_is_offered(text: str) -> None:
    """What is quoted is finished."""
    fix = fixture(text)
    assert completions(fix.workspace, fix.at).items == ()


@pytest.mark.parametrize("start", [BLOCK, FLOW + "{name: b, ", ONE_LINE + "{name: b, ", JSON + '{"name": "b", '])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_choosing_in_quotes_leaves_them_balanced(start: str, quote: str) -> None:
    """Every item at every place in quotes that were closed by themselves leaves a text that parses."""
    end = {BLOCK: "\n"}.get(start, "}\n" if start.startswith(FLOW) else "}]}")
    for inside in (
        f"{quote}$0{quote}",
        f"{quote}pi$0{quote}",
        f"depends_on: [{quote}$0{quote}]",
        f"pipeline: {quote}$0{quote}",
    ):
        fix = fixture(start + inside + end)
        items = completions(fix.workspace, fix.at).items
        assert items, inside
        for item in items:
            after = apply_edits(fix.source, [Edit(*item.span, written(item))])
            assert parse_fragment(after).faults == (), after
