"""Where the points of each level stand: whole cells, in order, with lines as straight as they can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from spine_lsp.cancellation import check_cancelled
from spine_lsp.drawing.layering import Layered

Wish = tuple[float, float]  # a position and how much it counts

_ROUNDS = 8


def place(
    layers: Sequence[Sequence[int]],
    layered: Layered,
    size: Sequence[int],
    gap: Callable[[int, int], int],
) -> list[int]:
    """The first cell of each point, across the direction of the graph.

    `size` is the cells each point takes, `gap` the free cells between two neighbours. Each level in turn is
    put where the sum of the bends to its neighbours is least; a bend of a long edge counts more.
    """
    wishes = _Wishes(layered, size)
    at = [0] * len(layered.level)
    for points in layers:
        _put(points, [[] for _ in points], size, gap, at)
    for turn in range(_ROUNDS):
        check_cancelled()
        last = turn >= _ROUNDS - 3
        for number in range(1, len(layers)):
            _put(layers[number], wishes.of(layers[number], at, above=True, below=last), size, gap, at)
        for number in range(len(layers) - 2, -1, -1):
            _put(layers[number], wishes.of(layers[number], at, above=last, below=True), size, gap, at)
    first = min(at, default=0)
    return [position - first for position in at]


def settle(wishes: Sequence[Sequence[Wish]], size: Sequence[int], gaps: Sequence[int]) -> list[int]:
    """Positions in order, `gaps[i]` apart after item i, that depart least from what the items wish.

    The sum of weighted distances is least: isotonic regression in L1 by pooling neighbours that collide.
    """
    offsets = [0]
    for length, gap in zip(size, gaps, strict=False):
        offsets.append(offsets[-1] + length + gap)
    blocks: list[tuple[float, list[Wish], int]] = []
    for number, wish in enumerate(wishes):
        pool = sorted((position - offsets[number], weight) for position, weight in wish)
        count = 1
        value = _median(pool)
        while blocks and blocks[-1][0] > value:
            _, before, more = blocks.pop()
            pool = sorted(before + pool)
            count += more
            value = _median(pool)
        blocks.append((value, pool, count))
    found: list[int] = []
    for value, _, count in blocks:
        for _ in range(count):
            found.append(round(value) + offsets[len(found)])
    return found


def _median(pool: Sequence[Wish]) -> float:
    half = sum(weight for _, weight in pool) / 2
    total = 0.0
    for number, (position, weight) in enumerate(pool):
        total += weight
        if total > half:
            return position
        if total == half:  # anything up to the next wish is as good: stand in the middle
            return (position + pool[number + 1][0]) / 2 if number + 1 < len(pool) else position
    return 0.0


class _Wishes:
    """The neighbours of every point with weights, prepared once."""

    def __init__(self, layered: Layered, size: Sequence[int]) -> None:
        self.middle = [(length - 1) // 2 for length in size]
        self.above: list[list[tuple[int, float]]] = [[] for _ in layered.level]
        self.below: list[list[tuple[int, float]]] = [[] for _ in layered.level]
        down = [0] * len(layered.level)
        up = [0] * len(layered.level)
        for link in layered.links:
            down[link.upper] += 1
            up[link.lower] += 1
        for link in layered.links:
            hidden = (link.upper >= layered.real) + (link.lower >= layered.real)
            weight = (1.0, 3.0, 12.0)[hidden]
            if down[link.upper] == 1 and up[link.lower] == 1:
                weight *= 2
            self.below[link.upper].append((link.lower, weight))
            self.above[link.lower].append((link.upper, weight))

    def of(self, points: Sequence[int], at: Sequence[int], *, above: bool, below: bool) -> list[list[Wish]]:
        """The positions that the neighbours of each point ask for."""
        found: list[list[Wish]] = []
        for point in points:
            near = (self.above[point] if above else []) + (self.below[point] if below else [])
            middle = self.middle[point]
            found.append([(at[other] + self.middle[other] - middle, weight) for other, weight in near])
        return found


def _put(
    points: Sequence[int],
    wishes: Sequence[list[Wish]],
    size: Sequence[int],
    gap: Callable[[int, int], int],
    at: list[int],
) -> None:
    asked = [wish or [(at[point], 0.25)] for point, wish in zip(points, wishes, strict=True)]
    gaps = [gap(left, right) for left, right in pairwise(points)]
    for point, position in zip(points, settle(asked, [size[point] for point in points], gaps), strict=True):
        at[point] = position
