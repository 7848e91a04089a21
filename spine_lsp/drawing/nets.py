"""Which links between two levels share a line, and where each line leaves and meets its nodes.

Lines may only join when nothing false can be read from it: a net joins every one of its upper points with
every one of its lower points, so following any way through a net is following an edge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spine_lsp.drawing.layering import Layered, LinkKind
from spine_lsp.drawing.placing import settle


@dataclass(frozen=True, slots=True)
class Net:
    """A line that joins all `uppers` with all `lowers`."""

    kind: LinkKind
    uppers: tuple[int, ...]
    lowers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """A net with the cell, across the graph, at which it leaves or meets each of its points."""

    kind: LinkKind
    ups: tuple[int, ...]
    downs: tuple[int, ...]
    upper_pins: tuple[tuple[int, int], ...]  # point, cell
    lower_pins: tuple[tuple[int, int], ...]


def nets(layered: Layered) -> list[list[Net]]:
    """The nets below each level: every link is in exactly one."""
    by_gap: dict[int, dict[LinkKind, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for link in layered.links:
        by_gap[layered.level[link.upper]][link.kind].append((link.upper, link.lower))
    gaps = max(layered.level, default=0)
    return [
        [
            Net(kind, uppers, lowers)
            for kind, pairs in by_gap[gap].items()
            for uppers, lowers in _cover(pairs, layered.real)
        ]
        for gap in range(gaps)
    ]


def _cover(pairs: Iterable[tuple[int, int]], real: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Split links into complete bundles, the one that saves most ends first.

    A hidden point is one cell wide, so all its links on a side must be in one bundle: those go first.
    """
    below: dict[int, set[int]] = defaultdict(set)
    above: dict[int, set[int]] = defaultdict(set)
    for upper, lower in pairs:
        below[upper].add(lower)
        above[lower].add(upper)
    found: list[tuple[tuple[int, ...], tuple[int, ...]]] = []

    def take(uppers: set[int], lowers: set[int]) -> None:
        found.append((tuple(sorted(uppers)), tuple(sorted(lowers))))
        for upper in uppers:
            below[upper] -= lowers
        for lower in lowers:
            above[lower] -= uppers

    def whole(near: dict[int, set[int]], ends: set[int]) -> set[int]:
        """The points that all of `ends` may be joined to in one go; a hidden one only with nothing left."""
        return {point for point, own in near.items() if (ends <= own if point < real else ends == own)}

    for point in sorted(point for point in below if point >= real):
        if len(below[point]) > 1:
            take(whole(below, below[point]), set(below[point]))
    for point in sorted(point for point in above if point >= real):
        if len(above[point]) > 1:
            take(set(above[point]), whole(above, above[point]))
    while (best := _best_bundle(below, above)) is not None:
        take(*best)
    return found


def _best_bundle(below: Mapping[int, set[int]], above: Mapping[int, set[int]]) -> tuple[set[int], set[int]] | None:
    """The upper and lower points of the complete bundle that saves most ends; None when no link is left."""
    best: tuple[int, set[int], set[int]] | None = None
    tried: set[tuple[frozenset[int], bool]] = set()
    for near, far, flipped in ((below, above, False), (above, below, True)):
        for point in sorted(near):
            ends = frozenset(near[point])
            if not ends or (ends, flipped) in tried:
                continue
            tried.add((ends, flipped))
            same = set.intersection(*(far[end] for end in ends))
            saved = 2 * len(same) * len(ends) - len(same) - len(ends)
            if best is None or saved > best[0]:
                best = (saved, set(ends), same) if flipped else (saved, same, set(ends))
    return best and best[1:]


def pin_counts(gaps: Sequence[Sequence[Net]], points: int) -> tuple[list[int], list[int]]:
    """How many nets meet each point from above, and from below."""
    tops, bottoms = [0] * points, [0] * points
    for gap in gaps:
        for net in gap:
            for point in net.uppers:
                bottoms[point] += 1
            for point in net.lowers:
                tops[point] += 1
    return tops, bottoms


def wires(
    gap: Sequence[Net], at: Sequence[int], size: Sequence[int], real: int, *, margin: int, step: int
) -> list[Wire]:
    """The nets of one gap with their pins: straight where two points face each other, else near the middle.

    `margin` is the cells at both ends of a node that take no pin, `step` the least distance of two pins.
    """
    upper_nets: dict[int, list[int]] = defaultdict(list)
    lower_nets: dict[int, list[int]] = defaultdict(list)
    for number, net in enumerate(gap):
        for point in net.uppers:
            upper_nets[point].append(number)
        for point in net.lowers:
            lower_nets[point].append(number)

    def middle(point: int) -> int:
        return at[point] + (size[point] - 1) // 2

    ups = [{point: middle(point) for point in net.uppers} for net in gap]
    downs = [{point: middle(point) for point in net.lowers} for net in gap]
    for _ in range(2):
        for pins, others, by_point in ((downs, ups, lower_nets), (ups, downs, upper_nets)):
            for point, numbers in by_point.items():
                bounds = (at[point], at[point])
                if point < real:
                    bounds = (at[point] + margin, at[point] + size[point] - 1 - margin)
                _pin(point, numbers, pins, others, middle(point), bounds, step)
    return [
        Wire(
            net.kind,
            tuple(sorted(up.values())),
            tuple(sorted(down.values())),
            tuple(up.items()),
            tuple(down.items()),
        )
        for net, up, down in zip(gap, ups, downs, strict=True)
    ]


def _pin(
    point: int,
    numbers: list[int],
    pins: Sequence[dict[int, int]],
    others: Sequence[Mapping[int, int]],
    middle: int,
    bounds: tuple[int, int],
    step: int,
) -> None:
    first, last = bounds
    mean = {number: sum(others[number].values()) / len(others[number]) for number in numbers}
    numbers.sort(key=lambda number: (mean[number], number))
    asked = []
    for number in numbers:
        facing = [cell for cell in others[number].values() if first <= cell <= last]
        nearest = min(facing, key=lambda cell: abs(cell - middle), default=None)
        asked.append([(float(middle if nearest is None else nearest), 1.0 if nearest is None else 4.0)])
    count = len(numbers)
    step = min(step, (last - first) // (count - 1)) if count > 1 else step
    cells = settle(asked, [1] * count, [step - 1] * (count - 1))
    for place, (number, cell) in enumerate(zip(numbers, cells, strict=True)):
        low, high = first + place * step, last - (count - 1 - place) * step
        pins[number][point] = max(low, min(high, cell))
