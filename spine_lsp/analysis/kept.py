"""Answers kept for as long as what they are about lives: until its text changes, or its file is closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

Owner = TypeVar("Owner")
Answer = TypeVar("Answer")


def kept(make: Callable[[Owner], Answer]) -> Callable[[Owner], Answer]:
    """`make`, called once for each owner; what it answers must not hold the owner, or neither would ever go."""
    answers: WeakKeyDictionary[Owner, Answer] = WeakKeyDictionary()

    @wraps(make)
    def answer(owner: Owner) -> Answer:
        known = answers.get(owner, answers)  # the table itself stands for "not known"
        if known is answers:
            known = answers[owner] = make(owner)
        return known  # type: ignore[return-value]  # told apart from the table above

    return answer
