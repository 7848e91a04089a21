"""How much text is read: of a file, and of a piece of it that can only be read as one."""

from __future__ import annotations

from typing import NamedTuple

MAX_SIZE = 16_000_000
"""Code points; what is larger is not read."""


class Limits(NamedTuple):
    """The most code points of a text, and of a piece that can only be read as one; a text that has more is not read."""

    text: int = MAX_SIZE
    piece: int = MAX_SIZE


NO_LIMITS = Limits()
"""But `MAX_SIZE`."""
