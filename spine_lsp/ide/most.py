"""How much of a huge answer is given, and the words that say what was cut."""

from __future__ import annotations

import sys
from typing import NamedTuple


class Most(NamedTuple):
    """The most that an answer holds of each kind; a picture of more could not be drawn, nor a list of it read."""

    steps: int = 10_000
    edges: int = 20_000
    problems: int = 1_000


ALL = Most(sys.maxsize, sys.maxsize, sys.maxsize)


def cut_words(*counts: tuple[int, int, str]) -> str:
    """What is left out, in words: of each (number shown, number there are, what) of which not all is shown."""
    parts = [f"the first {shown:,} of {count:,} {what}" for shown, count, what in counts if shown < count]
    return f"only {' and '.join(parts)}" if parts else ""
