"""How much of a huge answer is given."""

from __future__ import annotations

import sys
from typing import NamedTuple


class Most(NamedTuple):
    """The most that an answer holds of each kind; a picture of more could not be drawn, nor a list of it read."""

    steps: int = 10_000
    edges: int = 20_000
    problems: int = 1_000
    compared: int = 1_500_000
    """Characters of two texts that are compared."""

    def within(self, other: Most) -> Most:
        """The less of both, of each kind."""
        return Most(*map(min, self, other))


DRAWN = Most(steps=5_000, edges=10_000)
"""The most of a graph that is given for a picture."""


IN_HASTE = Most(steps=100, edges=200, problems=100)
"""The most of a graph where more would take too long."""

LONGER = "more would take too long"
"""What is said beside what was left out for that."""

ALL = Most(*[sys.maxsize] * 4)
