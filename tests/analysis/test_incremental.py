"""What follows from an edited document equals what follows from the same text read anew; broken text costs little."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.analysis import diagnose as diagnosis
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding
from spine_lsp.syntax import parts
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.text import Edit, Text
from tests.examples import examples
from tests.syntax.trees import LINES, almost_yaml, group_texts

CORPUS = sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))
NAMES = ["a", "b", "c", "d", "nowhere"]

steps = st.lists(
    st.tuples(st.sampled_from(NAMES[:4]), st.lists(st.sampled_from(NAMES), max_size=3)),
    min_size=1,
    max_size=8,
)
changes = st.lists(
    st.tuples(
        st.integers(0, 500),
        st.integers(0, 9),
        st.sampled_from([*LINES, "a", "b", "", " ", "\n", "[", "]", "'", ":"]),
    ),
    min_size=1,
    max_size=6,
)


def group(made: list[tuple[str, list[str]]]) -> str:
    head = "apiVersion: spine.io/v1\nkind: PipelineGroup\nmetadata:\n  name: g\nspec:\n  pipelines:\n"
    body = "".join(
        f"    - name: {name}\n      pipeline: p.{name}\n      depends_on: [{', '.join(on)}]\n" for name, on in made
    )
    return head + body + "  policy:\n    execution: parallel\n"


def drawn(doc: Document) -> object:
    """Everything that the features read of a document."""
    return (
        doc.is_spine,
        [
            (
                g.name,
                g.names,
                [s.depends_on for s in g.steps],
                g.graph.order,
                g.graph.level,
                [g.item_span(i) for i in range(g.step_count)],
            )
            for g in doc.groups
        ],
        diagnose(doc),
    )


files = st.lists(steps.map(group) | group_texts | almost_yaml, min_size=1, max_size=4).map("---\n".join)
MANY = [group([(name, ["nowhere"])]).replace("name: g", f"name: g{name}") for name in "abcdefgh"]


@given(steps.map(group) | group_texts | almost_yaml | files, changes)
@settings(max_examples=examples(300))
def test_edited_equals_read_anew(source: str, made: list[tuple[int, int, str]]) -> None:
    """Groups, graph and findings after each edit are those of the text read from nothing."""
    doc = Document.read("file:///g.yaml", 1, Text(source))
    for at, length, new in made:
        start = min(at, len(doc.text.source))
        end = min(start + length, len(doc.text.source))
        doc = doc.changed(2, doc.text.replaced(start, end, new), [Edit(start, end, new)])
        assert drawn(doc) == drawn(Document.read("file:///g.yaml", 2, Text(doc.text.source)))


@pytest.mark.parametrize(
    ("old", "new"),
    [("name: gd", "name: gdd"), ("- name: d", "- name: dd"), ("execution: parallel", "execution: parallels")],
)
def test_of_many_groups_in_a_file_only_the_changed_one_costs(old: str, new: str) -> None:
    """One text is parsed and the rules run over one group, wherever the edit lies in it."""
    doc = Document.read("f", 1, Text("---\n".join(MANY)))
    diagnose(doc)
    at = doc.text.source.index(old, doc.text.source.index("name: gd"))
    edit = Edit(at, at + len(old), new)
    seen: list[Document] = []
    real = diagnosis._run

    def run(alone: Document, rules: Any, *rest: Any, **more: Any) -> Any:
        if {rule.scope for rule in rules} != {"file"}:  # those look at the file as a whole, and at little of it
            seen.append(alone)
        return real(alone, rules, *rest, **more)

    with (
        patch.object(parts, "parse_fragment", side_effect=parse_fragment) as parse,
        patch.object(diagnosis, "_run", run),
    ):
        after = doc.changed(2, doc.text.replaced(*edit), [edit])
        found = diagnose(after)
    assert [group.part.start for alone in seen for group in alone.groups] == [after.groups[3].part.start]
    assert sum(len(call.args[0]) for call in parse.call_args_list) < 2 * len(MANY[0])
    assert found == diagnose(Document.read("f", 2, Text(after.text.source)))


def test_of_many_broken_steps_only_the_changed_one_is_read() -> None:
    """What is wrong with a step is known for as long as its text, though the trees of so many are not kept."""
    source = group([(f"s{number}", ["a"]) for number in range(20)]).replace("[a]", "[a")
    doc = Document.read("f", 1, Text(source))
    trees = parts._Trees(len(source) // 4)
    with (
        patch.object(parts, "_TREES", trees),
        patch.object(parts, "parse_fragment", side_effect=parse_fragment) as parse,
    ):
        diagnose(doc)
        assert parse.call_count < 2 * 20
        parse.reset_mock()
        at = source.index("p.s9")
        edit = Edit(at, at, "x")
        found = diagnose(after := doc.changed(2, doc.text.replaced(*edit), [edit]))
        assert parse.call_count <= 2
    assert found == diagnose(Document.read("f", 2, Text(after.text.source)))


@given(steps.map(group), st.integers(0, 500), st.text(alphabet="ab:[]{}'\"-#&*!|>@`\t \n", max_size=6))
@settings(max_examples=examples(300))
def test_broken_text_is_survived_and_ranges_lie_inside(source: str, at: int, new: str) -> None:
    """Whatever is typed anywhere: no error, every range inside the text and in order."""
    at = min(at, len(source))
    text = source[:at] + new + source[at:]
    for finding in diagnose(Document.read("f", 1, Text(text))):
        assert 0 <= finding.start <= finding.end <= len(text)
        assert all(0 <= place.start <= place.end <= len(text) for place in finding.related)


BROKEN_STEPS = [
    "    - name: x\n      pipeline: p\n      params: [1, 2\n",
    '    - name: x\n      pipeline: "p\n',
    "    - name: x\n      pipeline: p\n      params: {a: {{ b }} c}\n",
    "    - name: x\n      pipeline\n",
    "    - name: x\n       pipeline: p\n",
    "    - name: x\n\tpipeline: p\n",
    "    - name: x\n      pipeline: @p\n",
    "    - name: x\n      pipeline: a: b\n",
]


@given(steps, st.sampled_from(BROKEN_STEPS), st.integers(0, 8))
def test_a_broken_step_says_one_thing_and_costs_no_other_its_findings(
    made: list[tuple[str, list[str]]], broken: str, at: int
) -> None:
    """With a step that does not parse in between, the others keep each finding, moved with their lines."""
    source = group(made)
    lines = source.splitlines(keepends=True)
    place = 6 + 3 * min(at, len(made))
    with_broken = "".join([*lines[:place], broken, *lines[place:]])

    def seen(doc: Document, but: str = "") -> list[tuple[str, str]]:
        # A policy is judged by all steps together, and one more may be what can run beside another.
        found = [f for f in diagnose(doc) if f.code not in ("yaml-syntax", "useless-parallel")]
        return sorted((f.code, f.message) for f in found if f.start < len(doc.text.source))

    before = Document.read("f", 1, Text(source))
    after = Document.read("f", 1, Text(with_broken))
    faults = [f for f in diagnose(after) if f.code == "yaml-syntax"]
    start = len("".join(lines[:place]))
    assert len(faults) == 1
    assert start <= faults[0].start <= faults[0].end <= start + len(broken)
    assert seen(before) == seen(after)


def test_several_broken_steps_have_one_fault_each() -> None:
    """Three slips, three faults, in their steps."""
    source = group([("a", [])])
    text = source.replace(
        "  policy:",
        "".join(b.replace("name: x", f"name: x{i}") for i, b in enumerate(BROKEN_STEPS)) + "  policy:",
    )
    codes = [finding.code for finding in diagnose(Document.read("f", 1, Text(text)))]
    assert codes == ["yaml-syntax"] * len(BROKEN_STEPS)


def findings_of(source: str) -> list[Finding]:
    return diagnose(Document.read("f", 1, Text(source)))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_prefix_and_every_missing_line_of_the_corpus(path: Path) -> None:
    """Typed character by character, and with any line deleted, a file is always answered for."""
    source = path.read_text(encoding="utf-8")
    doc = Document.read("f", 1, Text(""))
    for end in range(min(len(source), 1500)):
        doc = doc.changed(end, doc.text.replaced(end, end, source[end]), [Edit(end, end, source[end])])
        if source[max(end - 1, 0) : end + 2].isalnum():
            continue  # in the middle of a word: its ends are enough
        for finding in diagnose(doc):
            assert finding.end <= end + 1
    lines = source.splitlines(keepends=True)
    for number in range(len(lines)):
        findings_of("".join(lines[:number] + lines[number + 1 :]))


def test_a_key_right_behind_the_steps_has_its_own_span() -> None:
    """Where the steps end and the next key begins, a place belongs to the key."""
    source = "kind: PipelineGroup\nname: g\nsteps:\n- name: a\n  pipeline: p\npolcy: {}\n"
    (finding,) = findings_of(source)
    assert source[finding.start : finding.end] == "polcy"
