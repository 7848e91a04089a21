"""What a completion answers: items, their order and their bound, and names written so that YAML reads them back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from spine_lsp.analysis.symbols import Span
from spine_lsp.ide.completion_context import Context
from spine_lsp.syntax.scalars import scalar_value
from spine_lsp.syntax.tree import Node

ItemKind = Literal["step", "key", "value", "pipeline", "parameter", "snippet"]


@dataclass(frozen=True, slots=True)
class CompletionItem:
    """One thing to write. `insert` replaces `span`; lines after its first are indented as the line it goes into.

    `note` is shown beside the label, `detail` when the item is looked at, and `data` is what `resolve` makes the
    documentation of. `again` asks the client to complete once more behind what was inserted.
    """

    label: str
    kind: ItemKind
    span: Span
    insert: str
    sort_text: str
    filter_text: str
    detail: str = ""
    note: str = ""
    is_snippet: bool = False
    preselect: bool = False
    again: bool = False
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompletionList:
    """Items, best first; `incomplete` says that there are others, which more typing may bring."""

    items: tuple[CompletionItem, ...] = ()
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A name that fits what was typed; `close` if only but for a slip of the finger."""

    name: str
    close: bool = False


_SURE = re.compile(r"[A-Za-z_][\w.+@/-]*(?: [\w.+@/-]+)*\Z")
_LEAST_FOR_SLIPS = 3  # letters; fewer are close to everything
_SLIP_SCORE = 70
_LONGEST_PREFIX = 100  # what is longer is no name that somebody types


def ranked(names: Sequence[str], prefix: str, limit: int) -> tuple[list[Match], bool]:
    """The names that fit `prefix`, best first, `limit` at most; and whether that is not all there is to show.

    A name fits best if it begins with the prefix, then if it holds it, then if it holds its letters in this order;
    equals keep their order. Up to `limit` names all are given, for the client filters while somebody types on.
    If none fits, those that are close to the prefix are given.
    """
    if not prefix:
        return [Match(name) for name in names[:limit]], len(names) > limit
    wanted = prefix[:_LONGEST_PREFIX].casefold()
    buckets: list[list[str]] = [[], [], [], []]
    letters: re.Pattern[str] | None = None
    for name in names:
        folded = name.casefold()
        place = folded.find(wanted)
        if not place:
            buckets[0].append(name)
            if len(buckets[0]) == limit < len(names):
                break  # better ones cannot come
        elif place > 0:
            buckets[1].append(name)
        else:
            if letters is None:
                letters = re.compile(".*?".join(map(re.escape, wanted)), re.DOTALL)
            buckets[2 if letters.search(folded) else 3].append(name)
    fitting = [*buckets[0], *buckets[1], *buckets[2]]
    if not fitting and len(wanted) >= _LEAST_FOR_SLIPS and (close := _close(names, wanted, limit)):
        return close, True
    if len(names) <= limit:
        return [Match(name) for name in (*fitting, *buckets[3])], False
    return [Match(name) for name in fitting[:limit]], True


def _close(names: Sequence[str], wanted: str, limit: int) -> list[Match]:
    from rapidfuzz import fuzz, process

    found = process.extract(
        wanted,
        names,
        scorer=fuzz.partial_ratio,
        processor=str.casefold,
        score_cutoff=_SLIP_SCORE,
        limit=limit,
    )
    return [Match(name, close=True) for name, _, _ in found]


def sort_key(place: int) -> str:
    """The place of an item in its list as a text that sorts so."""
    return f"{place:05d}"


def written(name: str, context: Context) -> str:
    """A name as it has to be written at the context: bare, in quotes, or inside quotes that are there."""
    if context.quote == "'":
        return name.replace("'", "''") + context.tail
    if context.quote:
        return json.dumps(name, ensure_ascii=False)[1:-1] + context.tail
    return scalar(name)


def scalar(name: str) -> str:
    """A text as a YAML scalar that is read back as this text, in flow and block; quoted only where needed."""
    if _SURE.match(name) and isinstance(scalar_value(Node("scalar", 0, len(name), "plain", name)), str):
        return name
    return json.dumps(name, ensure_ascii=False)


def shifted(text: str, by: int) -> str:
    """A text of several lines with those after the first indented by `by` more."""
    return text.replace("\n", "\n" + " " * by)
