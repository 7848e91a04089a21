"""How the work grows with a text, held without a clock that a busy machine could upset."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time

ATTEMPTS = 6
"""How often both sizes are measured before a case is lost; a busy machine makes a figure higher, never lower."""
LEAST = 0.005
"""Seconds below which a figure is noise."""


def seconds(work: Callable[[], object]) -> float:
    """The processor's time that `work` takes, without collections: one would look at what other tests have left."""
    gc.disable()
    try:
        begun = process_time()
        work()
        return process_time() - begun
    finally:
        gc.enable()


def assert_growth(measure: Callable[[int], float], size: int, *, times: int, most: float = 4.0) -> None:
    """`measure`, the seconds for a text of a size, grows by less than `most` times as much as the text.

    `times` is how much larger the larger text is. What grows with the square takes `times` times as much as what is
    in proportion, so `most` has to be less. The least of a few attempts counts.
    """
    assert most < times
    small = large = float("inf")
    for _ in range(ATTEMPTS):
        large = min(large, measure(size * times))
        if large < LEAST * times:  # below what can be told from noise
            return
        small = min(small, measure(size))
        if large < max(small, LEAST) * times * most:
            return
    raise AssertionError(f"{times} times the text: {small:.4f} s became {large:.4f} s")
