"""Files with their faults mended: written back in the bytes that they were in, or shown as a difference."""

from __future__ import annotations

import codecs
import difflib
import os
import tempfile
from pathlib import Path

from spine_lsp.disk.reading import MAX_BYTES, bytes_of, decoded
from spine_lsp.printable import printable
from spine_lsp.syntax.text import encoding_of


def write_back(path: str, before: str, after: str) -> None:
    """Put a text in the place of another, in the same encoding; either all of it is written or nothing. Raises OSError.

    A file that is no longer what it was is left alone.
    """
    real = Path(os.path.realpath(path))
    data = bytes_of(str(real), MAX_BYTES)
    text, fault = decoded(data)
    if text != before or fault is not None:
        raise OSError("it was changed meanwhile")
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    encoded = mark + after.encode(encoding_of(data))
    handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(encoded)
        Path(name).chmod(real.stat().st_mode & 0o7777)
        Path(name).replace(real)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


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
