"""Answers of a bounded size: a list in them is cut, and it is said how many there are and how to ask for more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

DEFAULT_TOKENS = 1_800
MOST_TOKENS = 9_000
LEAST_TOKENS = 200
_CHARACTERS = 3
"""Characters of JSON that make a token at least, as tokenizers of today cut it."""
_LONGEST_TEXT = 400


def encoded(value: object) -> str:
    """A value as JSON on one line; nothing in it moves a cursor or cannot be seen."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=str)


def bounded(answer: dict[str, Any], key: str, items: Iterable[Any], *, offset: int, tokens: int) -> str:
    """An answer with as many of the items under `key`, from number `offset` on, as `tokens` hold.

    `total`, `truncated` and, where there are more, `more` say how it goes on. Long texts in it are cut.
    """
    every = list(items)
    room = tokens * _CHARACTERS
    answer = shortened(answer, room // 2)
    shown: list[Any] = []
    rest = {"total": len(every), "truncated": True, "more": f"ask again with offset {len(every)}"}
    left = room - len(encoded({**answer, key: [], **rest}))
    for item in every[offset:]:
        item = shortened(item, room // 2 if shown else max(min(room // 2, left - 40), 20))
        left -= len(encoded(item)) + 1
        if left < 0 and (shown or len(encoded(item)) > room):
            break
        shown.append(item)
    end = offset + len(shown)
    facts: dict[str, Any] = {"total": len(every), "truncated": offset > 0 or end < len(every)}
    if end < len(every):
        facts["more"] = f"ask again with offset {end}" + (" and more max_tokens" if not shown else "")
    return encoded({**answer, key: shown, **facts})


def bounded_text(answer: dict[str, Any], key: str, text: str, *, offset: int, tokens: int) -> str:
    """An answer with as much of a text under `key`, from character `offset` on, as `tokens` hold."""
    room = tokens * _CHARACTERS - len(encoded(answer)) - 120
    part = text[offset:]
    while len(encoded(part)) > room and part:  # an escape is longer than its character
        part = part[: max(min(len(part) - 1, len(part) * room // len(encoded(part))), 0)]
    end = offset + len(part)
    facts: dict[str, Any] = {"total": len(text), "truncated": offset > 0 or end < len(text)}
    if end < len(text):
        facts["more"] = f"ask again with offset {end}"
    return encoded({**answer, key: part, **facts})


def shortened(value: Any, room: int) -> Any:
    """A value without the middle of its long texts, and without the ends of lists that do not fit."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else f"{value[:200]}…{value[-100:]} ({len(value):,} characters)"
    if isinstance(value, dict):
        found = {}
        for key, item in value.items():
            found[shortened(key, room)] = short = shortened(item, room)
            room -= len(encoded(short)) + len(str(key))
            if room < 0:
                found["…"] = f"{len(value):,} entries"
                break
        return found
    if isinstance(value, list | tuple):
        items: list[Any] = []
        for item in value:
            short = shortened(item, room)
            room -= len(encoded(short))
            if room < 0:
                items.append(f"… {len(value) - len(items):,} more")
                break
            items.append(short)
        return items
    return value
