"""Times `inspect_graph` on graphs of a size that no keystroke should feel: run it as a script."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from functools import partial

from spine_lsp.orchestration.graph import inspect_graph

Graph = tuple[list[str], list[list[str]]]


def layered(count: int, fan_in: int = 3) -> Graph:
    """`count` steps, each waiting for `fan_in` of the sixty steps above it."""
    dice = random.Random(count)
    names = [f"step_{i}" for i in range(count)]
    depends_on = [
        [names[j] for j in sorted(dice.sample(range(max(0, i - 60), i), min(fan_in, i)))] for i in range(count)
    ]
    return names, depends_on


def with_entry(graph: Graph, entry: str) -> Graph:
    """The graph with one more entry in its middle step: a gap or a cycle that blocks the lower half."""
    names, depends_on = graph
    middle = len(names) // 2
    return names, [[*d, entry] if i == middle else d for i, d in enumerate(depends_on)]


def heir_of_the_middle(graph: Graph) -> str:
    """A step that waits for the middle one: made an entry of it, it closes a cycle."""
    names, depends_on = graph
    middle = names[len(names) // 2]
    return next(name for name, entries in zip(names, depends_on, strict=True) if middle in entries)


def shuffled(graph: Graph) -> Graph:
    """The same graph with its steps in another order of the file."""
    names, depends_on = graph
    turn = list(range(len(names)))
    random.Random(1).shuffle(turn)
    return [names[i] for i in turn], [depends_on[i] for i in turn]


def best_ms(run: Callable[[], object], rounds: int = 30) -> float:
    """CPU milliseconds of the fastest of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time_ns()
        run()
        best = min(best, time.process_time_ns() - start)
    return best / 1e6


def main() -> None:
    """Print one line for each graph."""
    gc.disable()
    for count in (1_000, 10_000):
        clean = layered(count)
        graphs = {
            "clean": clean,
            "gap in the middle": with_entry(clean, "nobody"),
            "cycle in the middle": with_entry(clean, heir_of_the_middle(clean)),
            "shuffled": shuffled(clean),
            "reversed": (clean[0][::-1], clean[1][::-1]),
            "shuffled, gap": shuffled(with_entry(clean, "nobody")),
            "shuffled, cycle": shuffled(with_entry(clean, heir_of_the_middle(clean))),
        }
        for title, (names, depends_on) in graphs.items():
            milliseconds = best_ms(partial(inspect_graph, names, depends_on))
            print(f"{count:>6} steps, {title:<20} {milliseconds:8.2f} ms")


if __name__ == "__main__":
    main()
