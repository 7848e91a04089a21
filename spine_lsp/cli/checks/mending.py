"""Files with their faults mended: written back in the bytes that they were in, or shown as a difference."""

from __future__ import annotations

import difflib
import os

from spine_lsp.disk.reading import MAX_BYTES, bytes_of, decoded
from spine_lsp.disk.writing import rewrite
from spine_lsp.printable import printable


def write_back(path: str, before: str, after: str) -> None:
    """Put a text in the place of another, in the same encoding; either all of it is written or nothing. Raises OSError.

    A file that is no longer what it was is left alone.
    """
    text, fault = decoded(bytes_of(os.path.realpath(path), MAX_BYTES))
    if text != before or fault is not None:
        raise OSError("it was changed meanwhile")
    rewrite(path, after)


def difference(path: str, before: str, after: str) -> str:
    """A unified difference, every line of it escaped but for its end."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    made = []
    for line in lines:
        made.append(printable(line.rstrip("\r\n")) + "\n")
        if not line.endswith("\n"):
            made.append("\\ No newline at end of file\n")
    return "".join(made)
