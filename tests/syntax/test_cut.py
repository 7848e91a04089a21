"""A file that is cut says what it says whole, and after edits what it says from scratch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from spine_lsp.syntax.file import parse_file
from spine_lsp.syntax.limits import Limits
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.parts import File, Part
from spine_lsp.syntax.text import Edit, Text
from spine_lsp.syntax.tree import Node, Path as TreePath, resolve
from spine_lsp.syntax.values import read_values
from tests.examples import examples
from tests.syntax.trees import LINES, almost_yaml, draw, group_texts

AnyFile = File[Any, Any]
PATHS = (("spec", "pipelines"), ("steps",), ("pipelines",))
CORPUS = sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))


def cut_file(
    source: str,
    paths: Sequence[TreePath],
    previous: AnyFile | None = None,
    edits: Sequence[Edit] | None = None,
) -> AnyFile:
    """`parse_file` of a plain text."""
    return parse_file(Text(source), paths, previous, edits)


def drawn(file: AnyFile) -> object:
    """A file as plain values: every part with its blocks, their trees and places."""
    return (
        file.faults,
        [
            (
                part.start,
                part.head,
                part.tail,
                part.path,
                part.block_starts,
                draw(part.skeleton.root),
                part.skeleton.faults,
                [(block.text, draw(block.fragment.root), block.fragment.faults) for block in part.blocks],
            )
            for part in file.parts
        ],
    )


def node_value(root: Node | None) -> Any:
    return read_values(root).value if root is not None else None


def joined(part: Part[Any, Any]) -> object:
    """The value of a cut document, put together again."""
    root = part.skeleton.root
    value = node_value(root)
    if part.path is None:
        return value
    items = [item for block in part.blocks for item in node_value(block.fragment.root)]
    inner = value
    for key in part.path[:-1]:
        inner = inner[key]
    inner[part.path[-1]] = items
    return value


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_the_corpus_is_cut_and_says_the_same(path: Path) -> None:
    """Head, items and tail put together are the document; all is cut but JSON, and items that lean on each other."""
    source = path.read_text(encoding="utf-8")
    parts = cut_file(source, PATHS).parts
    steps = [part for part in parts if part.path is not None]
    assert len(steps) == {"json.yaml": 0, "anchors.yaml": 0, "documents.yaml": 2}.get(path.name, 1)
    for part in steps:
        text = part.head + "".join(block.text for block in part.blocks) + part.tail
        assert text in source
        whole = parse_fragment(text).root
        assert whole is not None
        assert joined(part) == node_value(whole)


@given(almost_yaml | group_texts)
@settings(max_examples=examples(300))
def test_what_is_cut_means_what_the_whole_means(source: str) -> None:
    """Wherever the whole document is sound, its parts say the same."""
    for part in cut_file(source, PATHS).parts:
        text = part.head + "".join(block.text for block in part.blocks) + part.tail
        whole = parse_fragment(text)
        if part.path is not None and not whole.faults and whole.root is not None:
            assert joined(part) == node_value(whole.root)


edits = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(0, 12),
        st.sampled_from([*LINES, "x", "", " ", "- ", "\n", "[", "'", "*d", "&d ", "\r"]),
    ),
    min_size=1,
    max_size=6,
)


@given(almost_yaml | group_texts, edits)
@settings(max_examples=examples(400))
@example("spec:\n  pipelines:\n    - name: a\n    - name: b\n", [(27, 0, "x"), (30, 4, "")])
@example("steps:\n- name: a\n  x: 1\n- name: b\n", [(17, 0, "- ")])
def test_edited_equals_read_anew(source: str, changes: list[tuple[int, int, str]]) -> None:
    """Every incremental step equals the file read from scratch: blocks, trees, places and faults."""
    file = cut_file(source, PATHS)
    for at, length, new in changes:
        start = min(at, len(source))
        end = min(start + length, len(source))
        source = source[:start] + new + source[end:]
        file = cut_file(source, PATHS, file, [Edit(start, end, new)])
        assert drawn(file) == drawn(cut_file(source, PATHS))


@given(group_texts, edits)
def test_several_edits_at_once_equal_read_anew(source: str, changes: list[tuple[int, int, str]]) -> None:
    """The edits of one change, each on the text that the one before it left."""
    file = cut_file(source, PATHS)
    made = []
    for at, length, new in changes:
        start = min(at, len(source))
        end = min(start + length, len(source))
        source = source[:start] + new + source[end:]
        made.append(Edit(start, end, new))
    assert drawn(cut_file(source, PATHS, file, made)) == drawn(cut_file(source, PATHS))


BESIDE = [
    *("- name: a\n", "- name: b\n", "  x: 1\n", "# c\n", "\n", "  - y\n", "-\n", "v\n"),
    *(
        "key: v\n",
        "key:\n",
        "key: 'a'\n",
        "key: [1]\n",
        "key: [1\n",
        "key: |\n",
        "key: v # c\r\n",
        "k: &a\n",
    ),
]


@given(
    st.lists(st.sampled_from(BESIDE), max_size=9).map("".join),
    st.lists(st.tuples(st.integers(0, 70), st.integers(0, 9), st.sampled_from([*BESIDE, "", "x"])), max_size=4),
)
def test_keys_beside_the_list_end_it_where_yaml_lets_them(below: str, changes: list[tuple[int, int, str]]) -> None:
    """A key at the column of the dashes: read anew or after edits, and never taken into a step of a sound text."""
    source = f"steps:\n{below}"
    file = cut_file(source, PATHS)
    for at, length, new in changes:
        start = min(at, len(source))
        end = min(start + length, len(source))
        source = source[:start] + new + source[end:]
        file = cut_file(source, PATHS, file, [Edit(start, end, new)])
        assert drawn(file) == drawn(cut_file(source, PATHS))
    for part in file.parts:
        whole = parse_fragment(part.text)
        if not whole.faults:
            assert joined(part) == node_value(whole.root)


def test_an_edit_keeps_every_other_block() -> None:
    """Blocks that the edit did not touch are the very same objects."""
    source = "steps:\n" + "".join(f"- name: s{i}\n  pipeline: p\n" for i in range(50))
    before = cut_file(source, PATHS)
    at = source.index("s25")
    after = cut_file(source[:at] + "x" + source[at:], PATHS, before, [Edit(at, at, "x")])
    changed = [
        i for i, (a, b) in enumerate(zip(before.parts[0].blocks, after.parts[0].blocks, strict=True)) if a is not b
    ]
    assert changed == [25]


@pytest.mark.parametrize(
    "source",
    [
        "spec: {pipelines: [{name: a}]}\n",
        "steps:\n- name: a\n  params: &p {x: 1}\n- name: b\n  params: *p\n",
        "steps:\n- name: a\n  params: {\nb: 1}\n",
        "steps:\r- name: a\r",
        "metadata:\n  steps:\n  - name: a\n",
    ],
)
def test_what_cannot_be_cut_is_whole(source: str) -> None:
    """Flow documents, anchors across items, text outside its indentation, lone \\r: one whole, same value."""
    (part,) = cut_file(source, PATHS).parts
    assert part.path is None
    root = parse_fragment(source).root
    found = resolve(part.skeleton.root, ()) if part.skeleton.root is not None else None
    assert root is not None
    assert found is not None
    assert node_value(found.node) == node_value(root)


def test_a_byte_order_mark_is_not_text() -> None:
    """A file that starts with U+FEFF reads as without it, one place further on."""
    (part,) = cut_file("\ufeffsteps:\n- name: a\n", PATHS).parts
    assert part.start == 1
    assert part.block_starts == [8, 18]


def test_each_document_of_a_file_is_cut_for_itself() -> None:
    """`---` starts a document; a list in each is cut."""
    source = "# first\n---\nsteps:\n- name: a\n---\nspec:\n  pipelines:\n  - name: b\n  - name: c\n"
    assert [len(part.blocks) for part in cut_file(source, PATHS).parts] == [1, 2]


def test_a_merge_conflict_is_one_fault_and_its_first_side_is_read() -> None:
    """Markers become comments; the second side is left out until somebody decides."""
    source = "steps:\n<<<<<<< HEAD\n- name: ours\n=======\n- name: theirs\n>>>>>>> other\n- name: last\n"
    file = cut_file(source, PATHS)
    assert [source[fault.start : fault.end] for fault in file.faults] == ["<<<<<<< HEAD"]
    names = [node_value(block.fragment.root) for block in file.parts[0].blocks]
    assert names == [[{"name": "ours"}], [{"name": "last"}]]


def test_a_file_beyond_the_limit_is_refused_in_one_sentence() -> None:
    """Size is looked at before anything is read."""
    file: AnyFile = parse_file(Text("steps:\n- name: a\n"), PATHS, limits=Limits(text=10))
    assert not file.parts
    assert "too large" in file.faults[0].message


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_without_libyaml_a_file_reads_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pure parser under the same builder: same blocks, trees, places and faults."""
    source = path.read_text(encoding="utf-8")
    broken = source.replace("depends_on: [", "depends_on: [[", 1)
    expected = [drawn(cut_file(text, PATHS)) for text in (source, broken)]
    monkeypatch.setattr("spine_lsp.syntax.events._libyaml", lambda: None)
    assert [drawn(cut_file(text, PATHS)) for text in (source, broken)] == expected


def test_names_in_brackets_left_of_their_indentation_stay_in_their_item() -> None:
    """No line of them can be a key, so the text is cut, and means what the whole means."""
    source = "steps:\n- name: a\n  depends_on: [\nb,\nc]\n- name: b\n"
    (part,) = cut_file(source, PATHS).parts
    assert [block.text for block in part.blocks] == ["- name: a\n  depends_on: [\nb,\nc]\n", "- name: b\n"]
    whole = parse_fragment(source).root
    assert whole is not None
    (steps,) = (entry.value for entry in whole.entries)
    roots = [block.fragment.root for block in part.blocks]
    assert [node_value(root.items[0]) for root in roots if root is not None] == [node_value(one) for one in steps.items]
