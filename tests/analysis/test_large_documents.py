"""What is large is read where nobody waits for it, and says what it says when it is read at once."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.analysis import document
from spine_lsp.analysis.document import Document
from spine_lsp.syntax.limits import Limits
from spine_lsp.syntax.text import Edit, Text
from tests.analysis.test_incremental import changes, drawn, files, group, steps
from tests.examples import examples
from tests.soak import texts
from tests.syntax.trees import almost_yaml, group_texts

URI = "file:///large.yaml"


@given(
    steps.map(group) | group_texts | almost_yaml | files,
    changes,
    st.lists(st.booleans(), min_size=6, max_size=6),
    st.integers(20, 200),
)
@settings(max_examples=examples(150))
def test_what_is_read_later_says_the_same(
    source: str, made: list[tuple[int, int, str]], asked: list[bool], quick: int
) -> None:
    """Whatever is called large, and whether somebody asked in between or not."""
    with (
        patch.object(document, "_QUICK", Limits(text=quick, piece=quick // 2)),
        patch.object(document, "_QUICK_TREES", 1),
    ):
        doc = Document.read(URI, 1, Text(source))
        for (at, length, new), read in zip(made, asked, strict=False):
            if read:
                assert doc.groups == doc.groups
            start = min(at, len(doc.text))
            end = min(start + length, len(doc.text))
            doc = doc.changed(2, doc.text.replaced(start, end, new), [Edit(start, end, new)])
        found = drawn(doc)
    assert found == drawn(Document.read(URI, 2, Text(doc.text.source)))


@pytest.mark.parametrize("kind", ["chain", "flow", "one_line", "aliases", "documents", "foreign", "long_head"])
def test_a_large_text_is_not_read_where_it_is_opened(kind: str) -> None:
    """Not even looked at, whatever it holds: that is for another thread."""
    text = Text(texts.KINDS[kind][0](60_000))
    with (
        patch.object(document, "_read_at_once", side_effect=AssertionError),
        patch.object(document, "parse_file", side_effect=AssertionError),
    ):
        doc = Document.read(URI, 1, text)
        doc = doc.changed(2, text.replaced(9, 9, "x"), [Edit(9, 9, "x")])
        assert doc.is_heavy


@pytest.mark.parametrize("kind", ["chain", "complete", "knot", "duplicates"])
def test_an_edit_of_a_large_text_costs_the_step_that_it_is_in(kind: str) -> None:
    """Once the text was read, it is not cut again for a letter in a step; to judge it is for another thread."""
    text = Text(texts.KINDS[kind][0](400 if kind in ("complete", "knot") else 6_000))
    doc = Document.read(URI, 1, text)
    assert doc.groups
    at = text.source.index("pipeline: ", len(text) // 2) + len("pipeline: ")
    with patch.object(document, "parse_file", side_effect=AssertionError):
        after = doc.changed(2, text.replaced(at, at, "x"), [Edit(at, at, "x")])
        assert len(after.groups[0].steps) == len(doc.groups[0].steps)
        assert after.is_heavy
