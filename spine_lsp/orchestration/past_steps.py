"""What earlier runs say of a step: how it ended last, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

_ENOUGH = 3
"""Earlier runs without which no step is called slow."""
_SLOW = 1.5
_SLOW_BY = 0.5


@dataclass(frozen=True, slots=True)
class PastStep:
    """How a step ended last, when that run began, its seconds, and those of its completed runs, newest first."""

    state: str
    at: str
    seconds: float | None
    times: tuple[float, ...] = ()

    @property
    def usual(self) -> float | None:
        """The median of its completed runs, the last one among them."""
        return median(self.times) if self.times else None

    @property
    def is_slow(self) -> bool:
        """Whether it took clearly longer last than it did before."""
        before = self.times[1:]
        if self.state != "completed" or self.seconds is None or len(before) < _ENOUGH:
            return False
        return self.seconds > max(median(before) * _SLOW, median(before) + _SLOW_BY)
