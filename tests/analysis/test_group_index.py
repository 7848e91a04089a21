"""The index of groups: places without a text, and changes that cost and mean what the file does."""

from __future__ import annotations

from hypothesis import given, strategies as st

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import GroupIndex, IndexedGroup, indexed
from spine_lsp.syntax.text import Text
from tests.pysource.workspaces import cut

FILE = """\
# é
kind: PipelineGroup
metadata: {name: "😀 daily", domain: prices, version: 2}
spec:
  pipelines:
    - {name: 😀, pipeline: a.b}
    - pipeline: a.c
    - params: {x: 1}
---
name: weekly
steps: &steps
  - name: first
    pipeline: a.b
  - name: second
    pipeline: "a.😀.d"
    depends_on: [first]
"""


def read(text: str) -> tuple[IndexedGroup, ...]:
    return indexed(Document.read("file:///a.yaml", None, Text(text)))


def test_a_group_is_known_without_its_text() -> None:
    """Names, pipelines and their places, in every encoding; a step without either is only counted."""
    daily, weekly = read(FILE)
    assert (daily.name, daily.domain, daily.version, daily.number) == ("😀 daily", "prices", 2, 0)
    assert (weekly.name, weekly.domain, weekly.version, weekly.number) == ("weekly", None, 1, 1)
    assert (daily.step_count, [step.name for step in daily.steps]) == (3, ["😀", ""])
    assert [step.pipeline for step in weekly.steps] == ["a.b", "a.😀.d"]
    assert cut(FILE, weekly.place) == FILE[FILE.index("name: weekly") :].rstrip()
    for group in (daily, weekly):
        assert group.name_place is not None
        assert cut(FILE, group.name_place).strip('"') == group.name
        for step in group.steps:
            for text, place in ((step.name, step.name_place), (step.pipeline, step.pipeline_place)):
                assert (place is None) == (not text)
                assert place is None or cut(FILE, place).strip('"') == text


def test_an_open_group_is_indexed_as_a_closed_one() -> None:
    """The places of an open file's steps are worked out late, and are those of the file read at once."""
    document = Document.read("file:///a.yaml", None, Text(FILE))
    late, at_once = indexed(document, is_open=True), indexed(document)
    assert [group.pipelines for group in late] == [group.pipelines for group in at_once]
    assert [group.pipelines for group in late] == [{"a.b", "a.c"}, {"a.b", "a.😀.d"}]
    assert late == at_once
    assert [tuple(group.steps) for group in late] == [group.steps for group in at_once]
    index = GroupIndex().with_file("a.yaml", late)
    closed = index.with_file("a.yaml", at_once)
    assert closed == index
    assert [type(group.steps) for group in closed.file("a.yaml")] == [tuple, tuple]  # the text is let go of
    assert closed.with_file("a.yaml", indexed(document)) is closed
    assert [use.step.name for use in index.uses("a.b")] == ["😀", "first"]


@given(st.text("a: \n#\r\u2028-", max_size=30), st.text(" \n\r#\t\x0c", max_size=8))
def test_a_group_ends_with_its_last_text(before: str, after: str) -> None:
    """Blank lines behind a group are none of it, whatever ends them."""
    source = f"kind: PipelineGroup\nname: g\nx: |\n {before}{after}"
    for group in Document.read("file:///a.yaml", None, Text(source)).groups:
        text = source[group.span.start : group.part.end]
        assert source[group.span.start : group.span.end] == text.rstrip()


def test_python_is_never_yaml() -> None:
    """A file of Python holds no group, however much its text looks like one, before and after an edit."""
    document = Document.read("file:///a.py", None, Text(FILE))
    assert document.groups == ()
    assert document.changed(2, Text(FILE + "\n"), None).groups == ()


PATHS = st.sampled_from(["a.yaml", "b.yaml", "x/c.yaml"])
CONTENT = st.lists(
    st.tuples(st.sampled_from(["g", "h", ""]), st.lists(st.sampled_from(["p", "q", ""]), max_size=3)),
    max_size=2,
)


def written(groups: list[tuple[str, list[str]]]) -> str:
    return "---\n".join(
        f"kind: PipelineGroup\nname: {name}\nsteps:\n" + "".join(f"- pipeline: {step}\n" for step in steps)
        for name, steps in groups
    )


@given(st.lists(st.tuples(PATHS, st.none() | CONTENT), max_size=8))
def test_changed_equals_made_anew(changes: list[tuple[str, list[tuple[str, list[str]]] | None]]) -> None:
    """Whatever comes, changes and goes: every question has the answer of an index of the files that are left."""
    index = GroupIndex()
    left: dict[str, tuple[IndexedGroup, ...]] = {}
    for path, content in changes:
        if content is None:
            left.pop(path, None)
            index = index.without_file(path)
        else:
            left[path] = groups = read(written(content))
            index = index.with_file(path, groups)
    fresh = GroupIndex()
    for path in sorted(left, reverse=True):
        fresh = fresh.with_file(path, left[path])
    assert list(index.groups()) == list(fresh.groups())
    assert index.pipelines() == fresh.pipelines() == sorted({use for use in "pq" if fresh.uses(use)})
    for name in ("g", "h", "p", "q", ""):
        assert index.named(name) == fresh.named(name)
        assert index.uses(name) == fresh.uses(name)
        expected = [path for path in sorted(left) if any(group.name == name for group in left[path])]
        assert index.files_naming(name) == (expected if name else [])
