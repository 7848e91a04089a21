"""The way of each line through the gap between two levels, in tracks, without false joins.

This is the channel routing of circuit layout: a line goes from its upper pins to a track, along it, and on to
its lower pins. Lines of different nets cross, and never share a cell otherwise. Two rules see to that: where
an upper pin of one line and a lower pin of another stand in one column, the first has the higher track; where
that goes round in a circle, a line changes its track in a column that nobody uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spine_lsp.cancellation import check_cancelled
from spine_lsp.drawing.nets import Wire


@dataclass(frozen=True, slots=True)
class Along:
    """A stretch in the direction of the graph at cell `at`; None is the edge of the gap."""

    wire: int
    at: int
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Across:
    """A stretch on a track, from one cell to another."""

    wire: int
    track: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Channel:
    """All stretches of a gap, and the number of tracks they need."""

    tracks: int
    along: tuple[Along, ...]
    across: tuple[Across, ...]


@dataclass(frozen=True, slots=True)
class _Bar:
    """What lies on one track: a wire, or its upper or lower half, where it changes track at `joint`."""

    wire: int
    ups: tuple[int, ...]
    downs: tuple[int, ...]
    first: int
    last: int
    joint: int | None = None

    @property
    def lower_half(self) -> bool:
        return self.joint is not None and self.joint in self.ups

    def through(self) -> list[int]:
        """The cells inside the bar that have a pin above and one below: there the bar is cut in two rows."""
        return sorted(cell for cell in set(self.ups) & set(self.downs) if self.first < cell < self.last)


def _bar(wire: int, ups: tuple[int, ...], downs: tuple[int, ...], joint: int | None = None) -> _Bar:
    return _Bar(wire, ups, downs, min(ups + downs), max(ups + downs), joint)


def route(gap: Sequence[Wire], *, apart: int) -> Channel:
    """Tracks for the wires of a gap. Bars on one track have at least `apart` free cells between them."""
    bars = [
        _bar(number, wire.ups, wire.downs) for number, wire in enumerate(gap) if len(set(wire.ups + wire.downs)) > 1
    ]
    straight = [
        Along(number, wire.ups[0], None, None)
        for number, wire in enumerate(gap)
        if len(set(wire.ups + wire.downs)) == 1
    ]
    for wire in [bar.wire for bar in bars if min(len(bar.ups), len(bar.downs)) > 1 and bar.through()]:
        check_cancelled()
        # cut in two rows, a bar with several ends on both sides would lead upward between some of them
        bars = _change_track(bars, next(place for place, bar in enumerate(bars) if bar.wire == wire), gap)
    while isinstance(order := _order(bars), int):
        check_cancelled()
        bars = _change_track(bars, order, gap)
    rows = _rows(bars, order, apart)
    tracks = max((row + _height(bars[number]) for number, row in rows.items()), default=0)
    across = tuple(piece for number, bar in enumerate(bars) for piece in _lying(bar, rows[number]))
    return Channel(tracks, (*straight, *_standing(bars, rows)), across)


def _rows(bars: Sequence[_Bar], order: Sequence[int], apart: int) -> dict[int, int]:
    """The track of each bar: below those before it in `order` that it would come too near to."""
    rows: dict[int, int] = {}
    for place, number in enumerate(order):
        bar = bars[number]
        row = 0
        for earlier in order[:place]:
            other = bars[earlier]
            if bar.first <= other.last + apart and other.first <= bar.last + apart:
                row = max(row, rows[earlier] + _height(other))
        rows[number] = row
    return rows


def _standing(bars: Sequence[_Bar], rows: dict[int, int]) -> Iterator[Along]:
    """The lines along the graph: from the bars to their ends, and between the halves of a bar."""
    joints: dict[int, list[int]] = {}
    for number, bar in enumerate(bars):
        for cell in sorted(set(bar.ups) | set(bar.downs)):
            row = _row_of(bar, rows[number], cell)
            if cell == bar.joint:
                joints.setdefault(bar.wire, []).append(row)
            else:
                begin, end = (None if cell in bar.ups else row), (None if cell in bar.downs else row)
                yield Along(bar.wire, cell, begin, end)
    for bar in bars:
        if bar.joint is not None and not bar.lower_half:
            top, bottom = sorted(joints[bar.wire])
            yield Along(bar.wire, bar.joint, top, bottom)


def _height(bar: _Bar) -> int:
    return 2 if bar.through() else 1


def _row_of(bar: _Bar, row: int, cell: int) -> int:
    """The track of a bar at a cell.

    A bar that is cut lies on two tracks in turn, so that a line with arms on all four sides is always a crossing.
    """
    return row + sum(cut < cell for cut in bar.through()) % 2


def _lying(bar: _Bar, row: int) -> list[Across]:
    ends = [bar.first, *bar.through(), bar.last]
    return [Across(bar.wire, row + number % 2, first, last) for number, (first, last) in enumerate(pairwise(ends))]


def _order(bars: Sequence[_Bar]) -> list[int] | int:
    """The bars from the top track down, with few crossings; or a bar that must change its track."""
    count = len(bars)
    after = _followers(bars)
    waiting = [0] * count
    for followers in after:
        for number in followers:
            waiting[number] += 1
    score = [0] * count
    cost = [[0] * count for _ in bars]
    for a in range(count):
        for b in range(a + 1, count):
            difference = _crossings(bars[a], bars[b]) - _crossings(bars[b], bars[a])
            cost[a][b], cost[b][a] = difference, -difference
            score[a] += difference
            score[b] -= difference
    left = set(range(count))
    order: list[int] = []
    while left:
        free = [number for number in left if waiting[number] == 0]
        if not free:
            return _on_a_circle(left, after, bars)
        chosen = min(free, key=lambda number: (score[number], bars[number].first, number))
        left.discard(chosen)
        order.append(chosen)
        for number in after[chosen]:
            waiting[number] -= 1
        for number in left:
            score[number] -= cost[number][chosen]
    return order


def _followers(bars: Sequence[_Bar]) -> list[set[int]]:
    """For each bar those that must have a lower track: where a line of the one comes down on the other."""
    after: list[set[int]] = [set() for _ in bars]
    upper_at = {cell: number for number, bar in enumerate(bars) for cell in bar.ups if cell != bar.joint}
    for number, bar in enumerate(bars):
        for cell in bar.downs:
            other = upper_at.get(cell)
            if other is not None and bars[other].wire != bar.wire and cell != bar.joint:
                after[other].add(number)
        if bar.lower_half:
            partner = next(i for i, o in enumerate(bars) if o.wire == bar.wire and i != number)
            after[partner].add(number)
    return after


def _crossings(high: _Bar, low: _Bar) -> int:
    """How often the two cross when `high` has the higher track."""
    if high.last <= low.first or low.last <= high.first:
        return 0
    return sum([low.first < cell < low.last for cell in high.downs]) + sum(
        [high.first < cell < high.last for cell in low.ups]
    )


def _on_a_circle(left: set[int], after: Sequence[set[int]], bars: Sequence[_Bar]) -> int:
    before: dict[int, int] = {}
    for number in sorted(left):
        for follower in after[number]:
            before.setdefault(follower, number)
    way: list[int] = []
    current = min(left)
    while current not in way:
        way.append(current)
        current = before[current]
    circle = way[way.index(current) :]
    return min(
        (number for number in circle if bars[number].joint is None),
        key=lambda number: (len(bars[number].ups) + len(bars[number].downs), number),
    )


def _change_track(bars: Sequence[_Bar], number: int, gap: Sequence[Wire]) -> list[_Bar]:
    """Cut a bar into an upper half with its upper pins and a lower half with its lower pins."""
    taken = {cell for wire in gap for cell in wire.ups + wire.downs}
    taken |= {bar.joint for bar in bars if bar.joint is not None}
    bar = bars[number]
    middle = (bar.first + bar.last) // 2
    joint = next(
        cell
        for distance in range(len(taken) + 1)
        for cell in (middle + distance, middle - distance)
        if cell >= 0 and cell not in taken
    )
    rest = [other for place, other in enumerate(bars) if place != number]
    return [
        *rest,
        _bar(bar.wire, bar.ups, (joint,), joint),
        _bar(bar.wire, (joint,), bar.downs, joint),
    ]
