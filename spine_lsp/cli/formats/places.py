"""Places of a text as people and programs count them: from one."""

from __future__ import annotations

from spine_lsp.syntax.text import Text


def position(text: Text, start: int, end: int) -> dict[str, int]:
    """A span as lines and columns from 1, columns in code points; the end is after the last character."""
    line, column = text.position(start)
    end_line, end_column = text.position(end)
    return {"line": line + 1, "column": column + 1, "end_line": end_line + 1, "end_column": end_column + 1}
