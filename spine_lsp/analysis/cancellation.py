"""Work for an answer that nobody waits for any more stops: long loops look here now and then."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar


class CancelledError(BaseException):
    """Nobody waits for the answer; not an Exception, so that nothing on the way takes it for a fault."""


_IS_CANCELLED: ContextVar[Callable[[], bool] | None] = ContextVar(
    "whether the work was cancelled", default=None
)


def stop_when(is_cancelled: Callable[[], bool]) -> None:
    """From now on `check_cancelled` stops the work of the present context once this answers yes."""
    _IS_CANCELLED.set(is_cancelled)


def check_cancelled() -> None:
    """Raise CancelledError if the work was cancelled; costs little, so a loop may ask at every turn."""
    is_cancelled = _IS_CANCELLED.get()
    if is_cancelled is not None and is_cancelled():
        raise CancelledError
