"""Work stops when nobody waits for its answer any more, or its time is up: long loops look here now and then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple, TypeVar

T = TypeVar("T")

Clock = Callable[[], float]

_GRACE = 0.4  # of the time, for what comes after a cut
_MOMENT = 0.0005
"""Seconds between two looks: a loop may ask far more often than anybody could tell the difference."""


class StoppedError(BaseException):
    """The work is to stop; not an Exception, so that nothing on the way takes it for a fault."""


class CancelledError(StoppedError):
    """Nobody waits for the answer."""


class OutOfTimeError(StoppedError):
    """The time for the answer is up."""


class Budget:
    """The time that the work of one answer may take; made on the thread that works.

    It is the processor's time of that thread, so that a busy machine cuts no answer: `own` is its clock, which is
    slow to read, and `wall` one that runs no slower and tells cheaply that there is time left.
    """

    def __init__(self, seconds: float, own: Clock, wall: Clock) -> None:
        self._own, self._wall = own, wall
        self._seconds = seconds
        self._end = own() + seconds
        self._surely_until = wall() + seconds
        self._next_look = 0.0
        self.is_cut = False
        """Whether something was left out because the time was up."""

    @property
    def is_spent(self) -> bool:
        """Whether the time is up."""
        return self._is_spent_at(self._wall())

    def is_spent_by(self, is_cancelled: Callable[[], bool]) -> bool:
        """As `is_spent`, for a loop that asks very often; raises CancelledError where nobody waits any more."""
        now = self._wall()
        if now < self._next_look:
            return False
        if is_cancelled():
            raise CancelledError
        if self._is_spent_at(now):
            return True
        self._next_look = now + _MOMENT
        return False

    def _is_spent_at(self, now: float) -> bool:
        if now < self._surely_until:
            return False
        left = self._end - self._own()
        self._surely_until = now + left
        return left <= 0

    def cut(self) -> None:
        """Take note that something is left out; what is at hand may take a little longer to be given."""
        if not self.is_cut:
            self.is_cut = True
            self._end = max(self._end, self._own()) + self._seconds * _GRACE
            self._surely_until = self._wall()


class _Work(NamedTuple):
    is_cancelled: Callable[[], bool]
    budget: Budget | None


_WORK: ContextVar[_Work | None] = ContextVar("the work that may have to stop", default=None)


@contextmanager
def stopping(is_cancelled: Callable[[], bool], budget: Budget | None = None) -> Iterator[None]:
    """Within the body `check_cancelled` stops the work once `is_cancelled` answers yes or the budget is spent."""
    before = _WORK.set(_Work(is_cancelled, budget))
    try:
        yield
    finally:
        _WORK.reset(before)


def check_cancelled() -> None:
    """Raise CancelledError or OutOfTimeError if the work is to stop; costs little, so a loop may ask at every turn."""
    work = _WORK.get()
    if work is None:
        return
    if work.budget is None:
        if work.is_cancelled():
            raise CancelledError
    elif work.budget.is_spent_by(work.is_cancelled):
        raise OutOfTimeError


def while_time_is_left(items: Iterable[T]) -> Iterator[T]:
    """The items for as long as there is time, for an answer of which a first part is of use; see `is_cut`."""
    work = _WORK.get()
    try:
        for item in items:
            check_cancelled()
            yield item
    except OutOfTimeError:
        assert work is not None  # or there would be no time to run out of
        assert work.budget is not None
        work.budget.cut()


def or_less(whole: Callable[[], T], less: Callable[[], T]) -> T:
    """What `whole` answers; once its time is up what `less` does, which gets a little time of its own."""
    work = _WORK.get()
    try:
        return whole()
    except OutOfTimeError:
        if work is None or work.budget is None or work.budget.is_cut:
            raise
        work.budget.cut()
        return less()


def is_cut() -> bool:
    """Whether the present work has left something out because its time was up."""
    work = _WORK.get()
    return work is not None and work.budget is not None and work.budget.is_cut
