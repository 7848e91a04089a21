"""Lines of a plain string."""

from __future__ import annotations

import re

from hypothesis import given, strategies as st

from spine_lsp.syntax.lines import column_of, line_before, line_break, line_end, line_start, next_line
from spine_lsp.syntax.text import Text

texts = st.lists(st.sampled_from(["a", "b: c", " ", "  # x", "\n", "\r\n", "\r", "\t"]), max_size=12).map("".join)


@given(texts, st.data())
def test_lines_are_those_of_the_text(source: str, data: st.DataObject) -> None:
    """Each offset has the line that `Text` gives it, but for the one inside of a break of two characters."""
    text = Text(source)
    inside = {match.start() + 1 for match in re.finditer("\r\n", source)}
    offset = data.draw(st.sampled_from([at for at in range(len(source) + 1) if at not in inside]))
    line = text.line_of(offset)
    assert line_start(source, offset) == text.line_start(line)
    assert column_of(source, offset) == offset - text.line_start(line)
    assert line_end(source, offset) == text.line_end(line)
    assert next_line(source, offset) == text.line_start(line + 1)


@given(texts, st.data())
def test_the_line_before_is_the_last_with_content(source: str, data: st.DataObject) -> None:
    """Blank lines and comments do not count."""
    text = Text(source)
    line = data.draw(st.integers(0, text.line_count - 1))
    before = [
        text.line_start(other)
        for other in range(line)
        if text.line_text(other).strip() and not text.line_text(other).strip().startswith("#")
    ]
    assert line_before(source, text.line_start(line)) == (before[-1] if before else None)


def test_the_break_is_the_first() -> None:
    """A text of one line has the usual one."""
    assert line_break("a\r\nb\nc") == "\r\n"
    assert line_break("a\rb") == "\r"
    assert line_break("a") == "\n"
