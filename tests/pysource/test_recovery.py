"""Files that do not parse: the sound statements are read all the same, and the rest is said to be missing."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, strategies as st

from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.reading import read_text
from spine_lsp.pysource.recovery import recovered
from spine_lsp.pysource.vocabulary import Vocabulary
from tests.pysource.workspaces import SPINE, gaps, marked, names

KNOWN = Vocabulary()
RUN = '    def run(self):\n        return self.params["k"]\n'
ONE = f'@register_pipeline("one")\nclass One(Pipeline):\n    "Doc."\n{RUN}'
TWO = '@register_pipeline("two")\nclass Two(Pipeline): ...\n'
BOTH = ["classes pipeline:one", "classes pipeline:two"]


def index_of(text: str) -> PipelineIndex:
    return PipelineIndex().with_file("a.py", read_text(text, KNOWN))


SLIPS = {
    "an open bracket": f"{ONE}x = (\n{TWO}",
    "a statement in two": f"{ONE}x = = 3\n\n\n{TWO}",
    "Python 2": f"{ONE}print 'a'\n{TWO}exec 'b'\n",
    "an open text": f"{ONE}x = 'a\n{TWO}",
    "a half-typed function": f"{ONE}def f(a, b\n{TWO}",
    "a function with a slip in it": f"{ONE}def f():\n    if x\n        y\n    return 1\n\n{TWO}",
    "a method with a slip in it": f"{ONE}    def more(self):\n        return [1, 2\n    z = 1\n{TWO}",
    "a slip at the end": f"{ONE}{TWO}for",
    "an indentation": f"{ONE}{TWO}if x:\n\ta\n        b\n",
    "lines that look like code in a text": f"{ONE}TEXT = '''\nclass X:\n@y\nelse:\n'''\nx = (\n{TWO}",
    "a line that goes on": f"{ONE}y = [\n1,\n]\nif a:\n    b\nelse:\n    c\nx = (\n{TWO}",
    "lines that end in other ways": f"{ONE}x = (\n{TWO}".replace("\n", "\r\n"),
    "generic classes and functions": (
        f"{ONE.replace('One(', 'One[T: (int, str), *U](')}def f[S](x: S) -> list[S]: ...\nx = (\n{TWO}"
    ),
    "an escape that is none": f"{ONE}x = '\\d' is 3\nx = (\n{TWO}",
    "one slip among thousands": ONE + "z = 3\n" * 3_000 + "x = (\n" + "z = 3\n" * 3_000 + TWO,
    "names of types": f"{ONE}type Pair[T] = tuple[T, T]\ntype Week = str\ntype = 3\nx = (\n{TWO}",
}


@pytest.mark.parametrize("text", SLIPS.values(), ids=SLIPS)
def test_a_slip_costs_no_other_statement(text: str) -> None:
    """Both pipelines are found, and what is missing has no name of Spine's in it."""
    module = read_text(SPINE + text, KNOWN)
    assert "does not parse" in module.reason
    index = PipelineIndex().with_file("a.py", module)
    assert (names(index), gaps(index)) == (BOTH, [])
    first = next(iter(index.registrations()))
    assert "k" in [read.name for read in first.signature.reads]
    files = {"a.py": SPINE + text}
    for each in index.registrations():
        assert marked(files, each.name.spot) == each.name.value
        assert each.symbol_spot is not None
        assert marked(files, each.symbol_spot) == each.symbol
    assert index.faults["a.py"].module is module


def test_a_statement_that_may_register_leaves_a_gap() -> None:
    """The half-typed registration says that it is not read."""
    index = index_of(f'{SPINE}{ONE}@register_pipeline("thr\nclass Three(Pipeline): ...\n{TWO}')
    assert names(index) == BOTH
    (gap,) = index.gaps()
    assert "cannot be read" in gap.reason
    assert gap.spot.place.line == (SPINE + ONE).count("\n")


def test_a_class_that_is_read_in_part_is_open() -> None:
    """A member that is not read may take other parameters, or be the specification."""
    index = index_of(f"{SPINE}{ONE}    spec = PipelineSpec(\n{TWO}")
    one, two = index.registrations()
    assert [unknown.reason for unknown in one.signature.open] == ["a part of it cannot be read"]
    assert two.signature.open == ()


def test_a_name_that_is_not_read_is_not_called_missing() -> None:
    """Its file cannot be read whole."""
    files = {
        "names.py": "M = 'm'\nN = 'x\n",
        "p.py": f"{SPINE}from names import N\n@register_pipeline(N)\nclass A: ...",
    }
    modules = [(path, read_text(text, KNOWN, whole=True)) for path, text in files.items()]
    (gap,) = PipelineIndex().with_files(modules).gaps()
    assert "`names.py` cannot be read whole: it does not parse" in gap.reason


@given(
    st.lists(
        st.sampled_from([*ONE.splitlines(keepends=True), "x = (\n", "'''\n", "    y = 1\n", "\n"]),
        max_size=25,
    )
)
def test_any_order_of_lines_is_recovered(lines: list[str]) -> None:
    """Whatever it is; what is read keeps its lines."""
    text = "".join(lines)
    found = recovered(text)
    if found is None:
        return
    for node in ast.walk(found.tree):
        if isinstance(node, ast.ClassDef):
            assert text.splitlines()[node.lineno - 1].lstrip().startswith("class One")


@given(
    st.lists(
        st.sampled_from(["x = 1\n", "def f():\n    return 1\n", "class A:\n    b = 2\n    c = 3\n", "\n# x\n"]),
        max_size=8,
    )
)
def test_a_text_that_parses_is_recovered_whole(parts: list[str]) -> None:
    """The pieces are those of the parser."""
    text = "".join(parts)
    found = recovered(text)
    tree = ast.parse(text)
    if found is None:
        assert not tree.body
        return
    assert ast.dump(found.tree, include_attributes=True) == ast.dump(tree, include_attributes=True)
    assert not found.unread
