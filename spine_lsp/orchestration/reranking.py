"""The levels of a graph that differs from a known one in one stretch of its steps, as it does after a keystroke."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from spine_lsp.orchestration.graph import GraphInspection

_STRETCHES = (256, 16, 1)
"""Steps that are compared at once, then again where these differ."""

_MANY = 1 / 128
"""The part of all names with another level beyond which it is quicker to rank all steps: one costs three times as much
here, and what was done until then is lost."""


class Same(NamedTuple):
    """How many steps at the start and at the end two graphs have in common; no step is counted twice."""

    above: int
    below: int


class Reranked(NamedTuple):
    """The level of each step, -1 for one that cannot run, and the steps that wait for a name of no step."""

    level: list[int]
    gaps: set[int]


def compare(names: Sequence[str], depends_on: Sequence[Sequence[str]], known: GraphInspection) -> Same:
    """What a graph has in common with a known one."""
    most = min(len(names), len(known.names))
    above = 0
    for stretch in _STRETCHES:
        while above + stretch <= most:
            part = slice(above, above + stretch)
            if names[part] != known.names[part] or depends_on[part] != known.depends_on[part]:
                break
            above += stretch
    most -= above
    below, ours, theirs = 0, len(names), len(known.names)
    for stretch in _STRETCHES:
        while below + stretch <= most:
            part = slice(ours - below - stretch, ours - below)
            other = slice(theirs - below - stretch, theirs - below)
            if names[part] != known.names[other] or depends_on[part] != known.depends_on[other]:
                break
            below += stretch
    return Same(above, below)


def rerank(
    names: Sequence[str],
    depends_on: Sequence[Sequence[str]],
    first: dict[str, int],
    known: GraphInspection,
    same: Same,
) -> Reranked | None:
    """The levels of a graph in which each step waits for steps above it alone, if at all; None for any other.

    None too where very many steps have another level. `known` is such a graph too. Names that came, went or have
    another level are *news*; a step that is the same and waits for none of these has the level that it had. No name
    may stand twice.
    """
    many = len(names) * _MANY
    stop = len(names) - same.below  # of the stretch that differs
    old_stop = len(known.names) - same.below
    before = dict(zip(known.names[same.above : old_stop], known.level[same.above : old_stop], strict=True))
    news = before.keys() ^ set(names[same.above : stop])
    gaps = {step for step, _ in known.missing}
    if not all(news.isdisjoint(depends_on[step]) for step in gaps if step < same.above):
        return None  # what was missing may have come, below the step that waits for it
    by = stop - old_stop
    gaps = {step + by if step >= old_stop else step for step in gaps if not same.above <= step < old_stop}
    level = [*known.level[: same.above], *[-1] * (stop - same.above), *known.level[old_stop:]]
    for step in range(same.above, len(names)):
        name, entries = names[step], depends_on[step]
        if step >= stop and news.isdisjoint(entries):
            continue
        places = [first.get(entry, -1) for entry in entries]
        if max(places, default=-1) >= step or len(news) > many:
            return None
        gaps.discard(step)
        if -1 in places:
            gaps.add(step)
            at = -1
        else:
            above = [level[place] for place in places]
            at = -1 if -1 in above else max(above, default=-1) + 1
        if at != (before.get(name) if step < stop else level[step]):
            news.add(name)
        level[step] = at
    return Reranked(level, gaps)
