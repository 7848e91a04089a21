"""Lines, columns and edits agree with a plain reference for every text, break and encoding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from hypothesis import given, strategies as st

from spine_lsp.syntax import text as module
from spine_lsp.syntax.text import Edit, Encoding, Text, _units, apply_edits

PIECES = ["a", "bc: ", "\n", "\r\n", "\r", "\u2028", "\x0c", "\x85", "é", "語", "😀", "\t", "\ufeff", "- x\n"]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
encodings: st.SearchStrategy[Encoding] = st.sampled_from(["utf-8", "utf-16", "utf-32"])
sizes = st.sampled_from([1, 2, 5, 8192])


@contextmanager
def pieces_of(size: int) -> Iterator[None]:
    """Texts are held in pieces of about this many characters, and units counted at so many, in long lines at more."""
    with patch.multiple(module, _PIECE=size, _STRIDE=size, _LONG=20):
        yield


def reference_lines(source: str) -> list[str]:
    """Lines with their breaks, as the protocol defines them."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", source)


def units(text: str, encoding: Encoding) -> int:
    if encoding == "utf-32":
        return len(text)
    return len(text.encode(encoding + ("-le" if encoding == "utf-16" else ""))) // (2 if encoding == "utf-16" else 1)


@given(texts, sizes)
def test_lines_end_only_where_the_protocol_says(source: str, size: int) -> None:
    """Lines are cut at \\n, \\r\\n and \\r and nowhere else."""
    with pieces_of(size):
        text = Text(source)
    lines = reference_lines(source)
    assert text.line_count == len(lines)
    assert [text.line_text(i) for i in range(text.line_count)] == [line.rstrip("\r\n") for line in lines]


@given(texts, encodings, sizes)
def test_positions_and_offsets_are_inverse(source: str, encoding: Encoding, size: int) -> None:
    """Every offset outside the middle of a \\r\\n comes back from its position, in every encoding."""
    with pieces_of(size):
        text = Text(source)
        for offset in range(len(source) + 1):
            line, column = text.position(offset, encoding)
            assert line == text.line_of(offset)
            if source[max(offset - 1, 0) : offset + 1] == "\r\n":
                assert text.offset(line, column, encoding) == offset - 1
                continue
            assert column == units(source[text.line_start(line) : offset], encoding)
            assert text.offset(line, column, encoding) == offset


@given(texts, encodings, sizes)
def test_every_position_means_the_last_offset_that_it_covers(source: str, encoding: Encoding, size: int) -> None:
    """A column inside a character is the start of it, one past the end of the line the end."""
    with pieces_of(size):
        text = Text(source)
        for number, line in enumerate(reference_lines(source)):
            body = line.rstrip("\r\n")
            for column in range(units(body, encoding) + 3):
                covered = [end for end in range(len(body) + 1) if units(body[:end], encoding) <= column]
                assert text.offset(number, column, encoding) == text.line_start(number) + covered[-1]


@given(texts, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), texts), max_size=5), sizes)
def test_an_edited_text_equals_a_new_one(source: str, edits: list[tuple[int, int, str]], size: int) -> None:
    """Lines after edits are what they would be from scratch, whatever breaks the edits join or part."""
    with pieces_of(size):
        text = Text(source)
        for a, b, new in edits:
            start, end = sorted((min(a, len(text)), min(b, len(text))))
            expected = text.source[:start] + new + text.source[end:]
            text = text.replaced(start, end, new)
            assert text.source == expected
            lines = reference_lines(expected)
            assert [text.line_text(i) for i in range(text.line_count)] == [line.rstrip("\r\n") for line in lines]
            assert text.line_starts == [len("".join(lines[:i])) for i in range(len(lines))]
            assert [text.line_start(i) for i in range(text.line_count)] == text.line_starts


def test_an_edit_copies_what_it_touches() -> None:
    """Of a large text, all pieces but those around the edit are the very same objects."""
    text = Text("key: value\n" * 100_000)
    after = text.replaced(500_000, 500_000, "x")
    assert len(after.pieces) > 100
    assert len(set(after.pieces) - set(text.pieces)) <= 2


def test_a_text_that_is_emptied_bit_by_bit_has_few_pieces() -> None:
    """Many deletions leave no crumbs."""
    text = Text("key: value\n" * 20_000)
    for at in range(0, 15_000, 8):
        text = text.replaced(at, min(at + 100, len(text)), "")
    while len(text) > 1000:
        text = text.replaced(100, 1000, "")
    assert len(text.pieces) < 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_position_walks_a_long_line(encoding: Encoding) -> None:
    """In a line with one wide character, places far from it cost what places near it do."""
    costs = []
    for length in (1_000, 1_000_000):
        text = Text("😀" + "x" * length)
        text.position(length, encoding)  # the line is counted once
        walked = 0

        def count(part: str, encoding: Encoding, real: Callable[[str, Encoding], int] = _units) -> int:
            nonlocal walked
            walked += len(part)
            return real(part, encoding)

        with patch.object(module, "_units", count):
            for offset in range(0, length, length // 100):
                line, column = text.position(offset, encoding)
                assert text.offset(line, column, encoding) == offset
        costs.append(walked)
    assert costs[1] <= 2 * costs[0]


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
