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


DRAWN = Most(steps=5_000, edges=10_000)
"""The most of a graph that is given for a picture."""


ALL = Most(*[sys.maxsize] * 4)
