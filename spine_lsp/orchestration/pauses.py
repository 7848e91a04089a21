"""Work as a generator that pauses now and then, and how to do it without the pauses."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from spine_lsp.cancellation import check_cancelled

T = TypeVar("T")


def finish(work: Generator[object, None, T]) -> T:
    """Run a generator to its end; what it returns. At each pause is looked whether to go on."""
    try:
        while True:
            check_cancelled()
            next(work)
    except StopIteration as done:
        result: T = done.value
        return result
