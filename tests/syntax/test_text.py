"""Lines, columns and edits agree with a plain reference for every text, break and encoding."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_lsp.syntax.text import Edit, Encoding, Text, apply_edits

PIECES = ["a", "bc: ", "\n", "\r\n", "\r", "\u2028", "\x0c", "\x85", "é", "語", "😀", "\t", "\ufeff", "- x\n"]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
encodings: st.SearchStrategy[Encoding] = st.sampled_from(["utf-8", "utf-16", "utf-32"])


def reference_lines(source: str) -> list[str]:
    """Lines with their breaks, as the protocol defines them."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", source)


def units(text: str, encoding: Encoding) -> int:
    if encoding == "utf-32":
        return len(text)
    return len(text.encode(encoding + ("-le" if encoding == "utf-16" else ""))) // (
        2 if encoding == "utf-16" else 1
    )


@given(texts)
def test_lines_end_only_where_the_protocol_says(source: str) -> None:
    """Lines are cut at \\n, \\r\\n and \\r and nowhere else."""
    text = Text(source)
    lines = reference_lines(source)
    assert text.line_count == len(lines)
    assert [text.line_text(i) for i in range(text.line_count)] == [line.rstrip("\r\n") for line in lines]


@given(texts, encodings)
def test_positions_and_offsets_are_inverse(source: str, encoding: Encoding) -> None:
    """Every offset outside the middle of a \\r\\n comes back from its position, in every encoding."""
    text = Text(source)
    for offset in range(len(source) + 1):
        line, column = text.position(offset, encoding)
        if source[max(offset - 1, 0) : offset + 1] == "\r\n":
            continue
        assert column == units(source[text.line_start(line) : offset], encoding)
        assert text.offset(line, column, encoding) == offset


@given(texts, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), texts), max_size=5))
def test_an_edited_text_equals_a_new_one(source: str, edits: list[tuple[int, int, str]]) -> None:
    """Lines after edits are what they would be from scratch, whatever breaks the edits join or part."""
    text = Text(source)
    for a, b, new in edits:
        start, end = sorted((min(a, len(text.source)), min(b, len(text.source))))
        expected = text.source[:start] + new + text.source[end:]
        text = text.replaced(start, end, new)
        assert text.source == expected
        assert [text.line_text(i) for i in range(text.line_count)] == [
            line.rstrip("\r\n") for line in reference_lines(expected)
        ]
        assert text.line_starts == Text(expected).line_starts


@pytest.mark.parametrize(
    ("line", "column", "encoding", "offset"),
    [
        (0, 99, "utf-16", 3),  # past the end of the line: its end
        (9, 0, "utf-16", 8),  # past the last line: the end
        (1, 1, "utf-16", 4),  # inside a surrogate pair: the start of the character
        (1, 2, "utf-16", 5),
        (1, 4, "utf-8", 5),
        (-1, 0, "utf-16", 0),
    ],
)
def test_positions_outside_are_clamped(line: int, column: int, encoding: Encoding, offset: int) -> None:
    """A position that no text has means the nearest one that it has."""
    assert Text("abc\n😀xyz").offset(line, column, encoding) == offset


def test_edits_apply_in_any_order_and_refuse_overlap() -> None:
    """Edits refer to the text before all of them."""
    assert apply_edits("abc", [Edit(2, 3, "Z"), Edit(0, 1, "X"), Edit(1, 1, "-")]) == "X-bZ"
    with pytest.raises(ValueError, match="overlap"):
        apply_edits("abc", [Edit(0, 2, ""), Edit(1, 3, "")])
