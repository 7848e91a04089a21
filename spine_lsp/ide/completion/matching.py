"""Which names fit what is typed, and when none is offered because what is typed may be finished.

Many editors take the first item of an open list when Enter is pressed. So while somebody types, a list must not be
open where the text may stand as it is: then Enter would put something else in its place, or do nothing. Two
things see to that. A word that is finished is answered with nothing. And each item's filter text ends before the
first letter with which a finished word would fit it, so that the editor itself drops the item at that letter,
however late the next answer comes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from spine_lsp.ide.completion.context import Context


@dataclass(frozen=True, slots=True)
class Asking:
    """How a completion is asked for: on purpose, or by the editor while somebody types.

    `trigger` is the character that was typed last, if the editor asks because of it.
    """

    typing: bool = False
    trigger: str = ""


ON_PURPOSE = Asking()


@dataclass(frozen=True, slots=True)
class Match:
    """A name that fits what was typed, and the text by which the editor finds it among the others."""

    name: str
    filter_text: str


_LEAST_FOR_SLIPS = 3  # letters; fewer are close to everything
_SLIP_SCORE = 70
_LONGEST_PREFIX = 100  # what is longer is no name that somebody types
_LONGEST_NAME = 200  # letters; nobody chooses a longer one from a list
_MOST_COMPARED, _LONGEST_COMPARED = 60, 40  # words and letters; the cost grows with their squares
_MOST_SWAPS = 8  # places at which an editor tries whether two letters were swapped
_SEPARATORS = "._-/:"
_NEVER_TYPED = " "  # fits only where nothing is typed; an empty filter text counts as none


def ranked(
    names: Sequence[str],
    typed: str,
    limit: int,
    *,
    finished: Collection[str] | None = None,
    free: bool = False,
    asking: Asking = ON_PURPOSE,
) -> tuple[list[Match], bool]:
    """The names that fit what is typed, best first, `limit` at most; and whether more typing may bring others.

    `finished` are the words that may stand as they are, the names themselves unless given; where the text is
    `free`, any may. A name fits best if it begins with what is typed, then if it holds it, then if it holds its
    letters in this order; equals keep their order. On purpose, those that do not fit are given behind them if there
    are few names at all, and if none fits, those that are close.
    """
    if max(map(len, names), default=0) > _LONGEST_NAME:
        names = [name for name in names if len(name) <= _LONGEST_NAME]
    words = frozenset(map(str.casefold, names if finished is None else finished))
    if typed and _may_be_finished(typed, words, free=free, asking=asking):
        return [], False
    fitting, rest = _fitting(names, typed, limit)
    if asking.typing:
        rest = []
    elif not fitting and len(typed) >= _LEAST_FOR_SLIPS and (close := _close(names, typed, limit)):
        return [Match(name, typed) for name in close], True
    given = fitting if len(names) > limit else [*fitting, *rest]
    shown = given[:limit]
    texts = _filter_texts(shown, typed, words, free=free and asking.typing)
    return list(map(Match, shown, texts)), len(given) > limit


def opens(context: Context, asking: Asking, *, owed: bool) -> bool:
    """Whether a list may open where nothing of a word is typed yet; `owed` says that the line cannot end there.

    Not behind a key that may have its value below, and not where a bracket may go on in the next line.
    """
    if not asking.typing or not asking.trigger or context.prefix:
        return True
    if context.quote:
        return asking.trigger == context.quote
    if asking.trigger == "[":
        return context.one_line and context.role == "item"
    if asking.trigger == " ":
        if context.flow and not context.one_line:
            return False
        return context.opener == "-" or (context.opener == "," and context.flow) or (owed and context.separator == "")
    return False


def _may_be_finished(typed: str, words: Collection[str], *, free: bool, asking: Asking) -> bool:
    """Whether a text may stand as it is: one of the words, or where it is free any that ends with a letter."""
    if free:
        return asking.typing and typed[-1] not in _SEPARATORS
    return typed.casefold() in words


def _fitting(names: Sequence[str], typed: str, limit: int) -> tuple[list[str], list[str]]:
    """The names that fit and those that do not; not more of them than are needed."""
    if not typed:
        return list(names[: limit + 1]), []
    wanted = typed[:_LONGEST_PREFIX].casefold()
    buckets: list[list[str]] = [[], [], [], []]
    letters: re.Pattern[str] | None = None
    for name in names:
        folded = name.casefold()
        place = folded.find(wanted)
        if not place:
            buckets[0].append(name)
            if len(buckets[0]) > limit:
                break  # better ones cannot come
        elif place > 0:
            buckets[1].append(name)
        else:
            if letters is None:
                letters = re.compile("[^\0]*?".join(map(re.escape, wanted)))
            buckets[2 if letters.search(folded) else 3].append(name)
    return [*buckets[0], *buckets[1], *buckets[2]], buckets[3]


def _close(names: Sequence[str], typed: str, limit: int) -> list[str]:
    from rapidfuzz import fuzz, process

    found = process.extract(
        typed[:_LONGEST_PREFIX].casefold(),
        names,
        scorer=fuzz.partial_ratio,
        processor=str.casefold,
        score_cutoff=_SLIP_SCORE,
        limit=limit,
    )
    return [name for name, _, _ in found]


def _filter_texts(names: Sequence[str], typed: str, finished: Collection[str], *, free: bool) -> Iterator[str]:
    """For each name the text that the editor compares with what is typed on."""
    if free:
        for _ in names:
            yield typed or _NEVER_TYPED
        return
    folded = typed.casefold()
    compared = finished if len(finished) <= _MOST_COMPARED else ()
    known = [
        (word, set(word))
        for word in sorted(compared, key=len)
        if len(folded) < len(word) <= _LONGEST_COMPARED and word.startswith(folded)
    ]
    for name in names:
        whole = name.casefold()
        if whole.startswith(folded):
            ends = (end - 1 for end in range(len(folded) + 1, len(whole) + 1) if whole[:end] in finished)
            whole = whole[: next(ends, len(whole))]
        has = set(whole)
        for word, needs in known:
            if len(word) > len(whole):
                break
            if needs <= has and (end := _end_of_match(word, whole)) is not None:
                whole = whole[: end - 1]
        yield name[: len(whole)] or _NEVER_TYPED


def _end_of_match(word: str, text: str) -> int | None:
    """Where the letters of a word are met in a text, in their order or with two neighbours swapped; None if not."""
    if len(word) == len(text) and sorted(word) != sorted(text):
        return None
    swaps = range(min(len(word) - 1, _MOST_SWAPS))
    ends = [
        end
        for spelling in (
            word,
            *(word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in swaps),
        )
        if (end := _end_of_letters(spelling, text)) is not None
    ]
    return min(ends, default=None)


def _end_of_letters(word: str, text: str) -> int | None:
    place = 0
    for char in word:
        place = text.find(char, place) + 1
        if not place:
            return None
    return place
