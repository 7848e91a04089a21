"""A text written into a file that exists: in its encoding, with its mode, and whole at every moment."""

from __future__ import annotations

import os
import tempfile
from codecs import BOM_UTF8
from pathlib import Path

from spine_lsp.syntax.text import encoding_of


def rewrite(path: str, text: str) -> None:
    """Put `text` in the place of what a file holds; a link stays one. Raises OSError; then the file is as it was."""
    replace_content(path, encoded(text, Path(path).read_bytes()))


def replace_content(path: str, data: bytes) -> None:
    """As `rewrite`, with bytes."""
    target = Path(os.path.realpath(path))
    mode = target.stat().st_mode & 0o7777
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def encoded(text: str, old: bytes) -> bytes:
    """A text in the encoding of the bytes that it comes from, with their byte order mark."""
    encoding = encoding_of(old)
    mark = BOM_UTF8 if encoding == "utf-8" and old.startswith(BOM_UTF8) else b""
    return mark + text.encode(encoding)
