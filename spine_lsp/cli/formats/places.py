"""Places of a text as people and programs count them: from one."""

from __future__ import annotations

from spine_lsp.analysis.document import Document


def position(document: Document, start: int, end: int) -> dict[str, int]:
    """A span as lines and columns from 1, columns in code points; the end is after the last character."""
    line, column = document.text.position(start)
    end_line, end_column = document.text.position(end)
    return {"line": line + 1, "column": column + 1, "end_line": end_line + 1, "end_column": end_column + 1}
