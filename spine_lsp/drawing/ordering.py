"""The order of points inside each level, so that few lines cross."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from itertools import pairwise

from spine_lsp.cancellation import check_cancelled
from spine_lsp.drawing.layering import Layered

_SWEEPS = 16
_SWAP_LIMIT = 2500  # above so many links, swapping neighbours costs more time than it saves crossings


def order(layered: Layered) -> list[list[int]]:
    """The levels of `layered`, each with its points in an order that has few crossings.

    Sweeps down and up put each point at the mean place of its neighbours on the level before; the best order
    seen is kept, and then improved by swapping neighbours.
    """
    above: list[list[int]] = [[] for _ in layered.level]
    below: list[list[int]] = [[] for _ in layered.level]
    for link in layered.links:
        above[link.lower].append(link.upper)
        below[link.upper].append(link.lower)
    layers = _first_order(layered, below)
    best = [list(points) for points in layers]
    fewest = crossings(best, below)
    stale = 0
    for sweep in range(_SWEEPS):
        if fewest == 0 or stale > 4:
            break
        check_cancelled()
        _sweep(layers, above if sweep % 2 == 0 else below, downward=sweep % 2 == 0, keep_ties=sweep % 4 < 2)
        now = crossings(layers, below)
        if now < fewest:
            fewest, best, stale = now, [list(points) for points in layers], 0
        else:
            stale += 1
    if fewest and len(layered.links) <= _SWAP_LIMIT:
        _swap_neighbours(best, above, below)
    return best


def crossings(layers: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> int:
    """The number of pairs of links that cross."""
    total = 0
    for upper, lower in pairwise(layers):
        at = {point: number for number, point in enumerate(lower)}
        seen: list[int] = []
        for point in upper:
            ends = [at[other] for other in below[point]]
            for end in ends:
                total += len(seen) - bisect_left(seen, end + 1)
            for end in ends:
                insort(seen, end)
    return total


def _first_order(layered: Layered, below: Sequence[Sequence[int]]) -> list[list[int]]:
    """Depth first, in the order of the file: what hangs together stands together."""
    layers: list[list[int]] = [[] for _ in range(max(layered.level, default=-1) + 1)]
    seen = [False] * len(layered.level)
    starts = sorted(range(len(layered.level)), key=lambda point: (layered.level[point], point))
    for start in starts:
        work = [start]
        while work:
            point = work.pop()
            if seen[point]:
                continue
            seen[point] = True
            layers[layered.level[point]].append(point)
            work.extend(sorted(below[point], reverse=True))
    return layers


def _sweep(layers: list[list[int]], neighbours: Sequence[Sequence[int]], *, downward: bool, keep_ties: bool) -> None:
    numbers = range(1, len(layers)) if downward else range(len(layers) - 2, -1, -1)
    for number in numbers:
        before = layers[number - 1] if downward else layers[number + 1]
        at = {point: place for place, point in enumerate(before)}
        current = layers[number]
        wanted = {
            point: sum(at[other] for other in neighbours[point]) / len(neighbours[point])
            for point in current
            if neighbours[point]
        }
        # points without neighbours stay where they are, the others are sorted into the remaining places
        moving = [point for point in current if point in wanted]
        if not keep_ties:
            moving.reverse()
        moving.sort(key=wanted.__getitem__)
        sorted_points = iter(moving)
        layers[number] = [next(sorted_points) if point in wanted else point for point in current]


def _swap_neighbours(layers: list[list[int]], above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> None:
    place = [0] * len(above)
    for points in layers:
        for number, point in enumerate(points):
            place[point] = number
    for _ in range(8):
        improved = False
        for points in layers:
            for number in range(len(points) - 1):
                left, right = points[number], points[number + 1]
                gain = 0
                for side in (above, below):
                    a = [place[other] for other in side[left]]
                    b = [place[other] for other in side[right]]
                    gain += sum((x > y) - (x < y) for x in a for y in b)
                if gain > 0:
                    points[number], points[number + 1] = right, left
                    place[left], place[right] = number + 1, number
                    improved = True
        if not improved:
            return
