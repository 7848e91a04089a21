"""Groups whose steps have aliases of anchors in the head are cut, and say what they say when they are read whole."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import example, given, settings, strategies as st

from spine_lsp.analysis import group as module
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.steps import read_item
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, symbol_at
from spine_lsp.ide.definition import Target, definition
from spine_lsp.ide.occurrences import occurrences
from spine_lsp.ide.rename import Refusal, Renaming, rename
from spine_lsp.orchestration.vocabulary import LIST_PATHS
from spine_lsp.syntax.file import parse_file
from spine_lsp.syntax.text import Edit, Text
from tests.examples import examples

HEADS = [
    "x: &d {a: 1}\n",
    "x: &d\n  a: 1\n  b: [1, 2]\n",
    "x: &d {pipeline: q}\n",
    "x: &d {params: {a: 1}}\n",
    "x: &d {nope: 1}\n",
    "x: &d [a, b]\n",
    "x: &d a\n",
    "x: &d {a: &e 1}\n",
    "y: &e {b: 2}\nx: &d {<<: *e}\n",
    "x: &d 1\ny: &d 2\n",
    "x: [&d 1, *d]\n",
    "x: *d\n",
    "",
]
ITEMS = [
    "  - name: a\n    pipeline: p\n",
    "  - name: b\n    pipeline: p\n    params: *d\n",
    "  - name: b\n    pipeline: p\n    params: {<<: *d, c: 3}\n",
    "  - <<: *d\n    name: c\n    pipeline: p\n",
    "  - <<: *d\n    name: c\n",
    "  - name: e\n    pipeline: p\n    depends_on: *d\n",
    "  - name: e\n    pipeline: p\n    depends_on: [*d, b]\n",
    "  - name: *d\n    pipeline: p\n",
    "  - name: f\n    pipeline: p\n    params: &d {z: 1}\n",
    "  - name: f\n    pipeline: p\n    params: {k: *e}\n",
    "  - *d\n",
    "  - name: h\n    pipeline: p\n    params: &s {z: 1}\n",
    "  - name: h\n    pipeline: p\n    depends_on: &s [a, b]\n",
    "  - name: &s h\n    pipeline: p\n",
    "  - &s\n    name: h\n    pipeline: p\n",
    "  - name: h\n    pipeline: p\n    params: {a: &s [1, *s]}\n",
    "  - name: i\n    pipeline: p\n    params: {<<: *s, y: 2}\n",
    "  - name: i\n    pipeline: p\n    params: {y: *s}\n",
    "  - name: i\n    pipeline: p\n    depends_on: *s\n",
    "  - name: i\n    pipeline: p\n    depends_on: [*s, a]\n",
    "  - <<: *s\n    name: i\n    pipeline: p\n",
    "  - name: i\n    pipeline: [*s\n",
]
TAILS = ["", "  policy: *d\n", "  x: *s\n", "  policy: {max_concurrency: 2}\n", "z: &d {a: 1}\n"]
BROKEN = """\
kind: PipelineGroup
x: &d {a: 1}
metadata: {name: g}
spec:
  pipelines:
  - name: b
    pipeline: p
    params: *d
  - name: i
    pipeline: [*s
  policy: *d
"""
groups = st.builds(
    lambda head, items, tail: (
        f"kind: PipelineGroup\n{head}metadata: {{name: g}}\nspec:\n  pipelines:\n" + "".join(items) + tail
    ),
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(ITEMS), min_size=1, max_size=5),
    st.sampled_from(TAILS),
)
changes = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.integers(0, 9),
        st.sampled_from(["", "x", "*d", "&d ", "*s", "&s ", "s", "1", "\n", " ", "a: 1"]),
    ),
    min_size=1,
    max_size=3,
)


def drawn(doc: Document) -> object:
    """What features read of a document, in offsets of the file, however it was cut."""
    return [
        [
            (
                step.name,
                group.name_span(number),
                step.pipeline,
                step.pipeline_span and step.pipeline_span.moved(group.base_of(number)),
                step.depends_on,
                [group.edge_span(number, entry) for entry in range(len(step.depends_on))],
                repr(step.params),
                step.problems,
            )
            for number, step in enumerate(group.steps)
        ]
        for group in doc.groups
    ], diagnose(doc)


def read_whole(source: str) -> Document:
    """The document of a text in which no item has an alias of another part."""
    text = Text(source)
    return Document("f", 1, text, parse_file(text, LIST_PATHS))


@given(groups)
@settings(max_examples=examples(150))
@example("kind: PipelineGroup\nx: &d {a: 1}\nsteps:\n- name: a\n  pipeline: p\n  params: *d\n")
@example(BROKEN)
def test_cut_says_what_the_whole_says(source: str) -> None:
    """Steps, places, values and findings, whatever the anchors name and wherever they stand.

    Of a whole that does not parse each part is read alone, without the anchors of the others: there the cut text
    may say more, as it knows what the aliases of sound parts stand for.
    """
    cut, whole = Document.read("f", 1, Text(source)), read_whole(source)
    said, expected = diagnose(cut), diagnose(whole)
    broken = [finding for finding in expected if finding.code == "yaml-syntax"]
    if not broken:
        assert drawn(cut) == drawn(whole)
        return
    assert [group.names for group in cut.groups] == [group.names for group in whole.groups]
    assert [finding for finding in said if finding.code == "yaml-syntax"] == broken
    assert [finding for finding in expected if finding not in said] == []


@given(groups, changes)
@settings(max_examples=examples(100))
def test_edited_equals_read_anew(source: str, made: list[tuple[int, int, str]]) -> None:
    """Also after edits of the anchors themselves."""
    doc = Document.read("f", 1, Text(source))
    for at, length, new in made:
        start = min(at, len(doc.text))
        end = min(start + length, len(doc.text))
        doc = doc.changed(2, doc.text.replaced(start, end, new), [Edit(start, end, new)])
        assert drawn(doc) == drawn(Document.read("f", 2, Text(doc.text.source)))


SHARED = (
    "kind: PipelineGroup\nname: g\nx: &d {a: 1}\ny: &l [s0, s1]\nsteps:\n"
    + "".join(f"- name: s{i}\n  pipeline: p\n  params: {{<<: *d, b: {i}}}\n" for i in range(50))
    + "- name: last\n  pipeline: p\n  depends_on: *l\n"
)


def test_a_key_reads_one_item_and_an_anchor_those_that_have_it() -> None:
    """An edit in a step reads that step; one in what an anchor names reads all steps anew."""
    doc = Document.read("f", 1, Text(SHARED))
    assert diagnose(doc) == []
    assert doc.file.parts[0].path == ("steps",)
    at = SHARED.index("b: 25")
    edits = [Edit(at, at, "x"), Edit(SHARED.index("a: 1") + 4, SHARED.index("a: 1") + 4, "1")]
    for edit, expected in zip(edits, (1, 50), strict=True):
        with patch.object(module, "read_item", side_effect=read_item) as read:
            doc = doc.changed(2, doc.text.replaced(*edit), [edit])
            _ = doc.groups[0].steps
        assert expected <= read.call_count <= expected + 2
    assert doc.groups[0].steps[25].params == {"a": 11, "xb": 25}


def test_an_anchor_is_found_across_the_items() -> None:
    """From an alias in a step: its anchor in the head, and every alias; they are renamed together."""
    workspace = Workspace().with_document("f", 1, Text(SHARED), None)
    at = At("f", SHARED.index("*d, b: 7}") + 1)
    named = symbol_at(workspace, at)
    assert named is not None
    assert len(occurrences(workspace, named)) == 51
    found = definition(workspace, at)
    assert found is not None
    assert [target.name_span.start for target in found.targets if isinstance(target, Target)] == [SHARED.index("&d")]
    renamed = rename(workspace, at, "shared")

    assert isinstance(renamed, Renaming)
    assert len(renamed.edits) == 51
    assert isinstance(rename(workspace, at, "l"), Refusal)  # another anchor of the head


def test_a_step_is_renamed_in_a_list_of_the_head() -> None:
    """A name that steps wait for through an alias is renamed where it is written."""
    workspace = Workspace().with_document("f", 1, Text(SHARED), None)
    named = symbol_at(workspace, At("f", SHARED.index("name: s1\n") + 6))
    assert named is not None
    starts = [one.span.start for one in occurrences(workspace, named)]
    assert SHARED.index("s1]") in starts


RELAYED = (
    "kind: PipelineGroup\nname: g\nsteps:\n- name: s\n  pipeline: p\n  params: &d {a: 1}\n"
    + "".join(f"- name: s{i}\n  pipeline: p\n  params: {{<<: *d, b: {i}}}\n" for i in range(50))
    + "- name: first\n  pipeline: p\n  depends_on: &l [s0, s1]\n- name: last\n  pipeline: p\n  depends_on: *l\n"
)


def test_an_anchor_of_an_earlier_step_costs_no_more() -> None:
    """A key reads the step that it is in; one in what the anchor names those that have an alias of it."""
    doc = Document.read("f", 1, Text(RELAYED))
    assert diagnose(doc) == []
    assert doc.file.parts[0].path == ("steps",)
    places = [RELAYED.index("b: 25"), RELAYED.index("a: 1") + 4, RELAYED.index("name: last") + 6]
    for at, expected in zip(places, (1, 51, 1), strict=True):
        edit = Edit(at, at, "1")
        with patch.object(module, "read_item", side_effect=read_item) as read:
            doc = doc.changed(2, doc.text.replaced(*edit), [edit])
            _ = doc.groups[0].steps
        assert expected <= read.call_count <= expected + 2
    assert doc.groups[0].steps[26].params == {"a": 11, "1b": 25}


def test_a_step_is_renamed_in_a_list_of_an_earlier_step() -> None:
    """A name that steps wait for through an alias is renamed where it is written, and the alias stays."""
    workspace = Workspace().with_document("f", 1, Text(RELAYED), None)
    renamed = rename(workspace, At("f", RELAYED.index("name: s1\n") + 6), "other")
    assert isinstance(renamed, Renaming)
    assert {edit.start for edit in renamed.edits} == {RELAYED.index("s1\n"), RELAYED.index("s1]")}
