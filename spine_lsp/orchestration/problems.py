"""A fault as a value, addressed by path, and the sentences that say each fault of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Keys and indices from the top of a document, e.g. ``("spec", "pipelines", 2, "depends_on", 0)``."""

CODES = (
    "yaml-syntax",
    "duplicate-key",
    "unknown-key",
    "missing-key",
    "wrong-type",
    "bad-value",
    "unsupported-version",
    "unknown-kind",
    "duplicate-step",
    "unknown-dependency",
    "self-dependency",
    "dependency-cycle",
    "blocked-step",
    "duplicate-dependency",
    "unknown-step-type",
)
"""Every code a problem can have; released, so they never change meaning."""

_SHOWN_OF_A_CYCLE = 12
_LONGEST_MISSPELT = 100  # a longer text is no slip of the keyboard, and comparing takes the square of its length


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to a problem, and what it has to do with it."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. ``on_key``: the key at the end of ``path`` is the fault, not its value.

    ``suggestions`` are texts that could stand in the place of the faulty one, best first; for
    `missing-key` the key to add. ``belongs``: the section in which an unknown key is known. Where
    ``depends_on`` is one string, its entry is number 0.
    """

    code: str
    message: str
    path: Path
    related: tuple[Related, ...] = ()
    suggestions: tuple[str, ...] = ()
    on_key: bool = False
    belongs: str = ""


def did_you_mean(name: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Equally close candidates for a misspelt ``name``.

    Closest in edits (transposed letters count once; case, dashes and underscores do not count),
    at most one edit for each three letters; failing that, those that ``name`` begins. Nothing is
    meant by a name of more than a hundred characters.
    """
    if len(name) > _LONGEST_MISSPELT:
        return ()
    from rapidfuzz import process, utils
    from rapidfuzz.distance import OSA

    choices = [c for c in candidates if c != name and len(c) <= 2 * _LONGEST_MISSPELT]
    close = process.extract(
        name,
        choices,
        scorer=OSA.distance,
        processor=utils.default_process,
        score_cutoff=max(1, (len(name) + 1) // 3) if len(name) > 1 else 0,
        limit=limit,
    )
    if close:
        best = close[0][1]
        return tuple(choice for choice, distance, _ in close if distance == best)
    if len(name) < 3:
        return ()
    start = name.lower()
    return tuple(choice for choice in choices if choice.lower().startswith(start))[:limit]


def counted(number: int, word: str) -> str:
    """A number with its word: "1 step", "2 steps", "2 information"."""
    return f"{number:,} {word}{'' if number == 1 or word == 'information' else 's'}"


def measured(amount: str, unit: str) -> str:
    """An amount with its unit, which is given for several: "1 minute", "2.5 minutes", "1 unit of time"."""
    if amount == "1":
        word, *more = unit.split(" ", 1)
        unit = " ".join([word.removesuffix("s"), *more])
    return f"{amount} {unit}".rstrip()


def quoted(names: Sequence[str], last: str = "or") -> str:
    """Names in backquotes: "`a`, `b` or `c`"."""
    marked = [f"`{name}`" for name in names]
    return f" {last} ".join(filter(None, [", ".join(marked[:-1]), *marked[-1:]]))


def meant(suggestions: Sequence[str]) -> str:
    """The question at the end of a sentence, or nothing."""
    return f"; did you mean {quoted(suggestions)}?" if suggestions else ""


def unknown_dependency(name: str, suggestions: Sequence[str]) -> str:
    """The sentence for an entry that names no step."""
    return f"no step is called `{name}`{meant(suggestions)}" if name else "this entry names no step"


def self_dependency(name: str) -> str:
    """The sentence for a step that lists itself."""
    return f"`{name}` waits for itself, so it can never start"


def cycle(path: Sequence[str], others: Sequence[str] = ()) -> str:
    """The sentence for a closed path; ``others`` are the further steps of its component."""
    shown = [f"`{name}`" for name in path]
    if len(shown) > _SHOWN_OF_A_CYCLE:
        left_out = len(shown) - _SHOWN_OF_A_CYCLE
        shown[_SHOWN_OF_A_CYCLE - 3 : -3] = [f"({left_out} more)"]
    more = ""
    if others:
        names = quoted(others[:4], "and") if len(others) <= 4 else f"{len(others)} more steps"
        more = f" ({names} {'belongs' if len(others) == 1 else 'belong'} to the same cycle)"
    tail = "each waits for the other" if len(path) == 3 else "each waits for the next"
    return f"{' → '.join(shown)}: {tail}, so none can start{more}"


def cycle_edge(name: str, on: str) -> str:
    """The sentence for one edge of a cycle."""
    return f"`{name}` waits for `{on}`"


def blocked(name: str, on: str, cause: str, fault: str) -> str:
    """The sentence for a step that waits for ``on``, which waits in the end for ``cause`` with its ``fault``."""
    if on == cause:
        return f"`{name}` cannot run: it waits for `{on}`, which {fault}"
    return f"`{name}` cannot run: it waits for `{on}`, which cannot run because `{cause}` {fault}"


def duplicate_step(name: str) -> str:
    """The sentence for a second step of a name."""
    return f"a step called `{name}` already exists; this one is not planned, rename it or remove it"


def duplicate_dependency(name: str) -> str:
    """The sentence for an entry that repeats an earlier one of the same list."""
    return f"`{name}` is listed twice; once is enough"


def duplicate_key(key: str) -> str:
    """The sentence for a key that an earlier key of its map repeats."""
    return f"the key `{key}` is already in this map; only one of the two can count"


def unknown_pipeline(name: str, pipeline: str) -> str:
    """The sentence for a step whose pipeline is not registered."""
    return f"`{name}` runs the pipeline `{pipeline}`, which is not registered"


def unknown_branch(name: str, known: Iterable[str], own: str | None) -> tuple[str, tuple[str, ...]]:
    """What is said of a branch that names no step, and the steps that could be meant; not the one that branches."""
    suggestions = did_you_mean(name, [each for each in known if each != own])
    return f"no step is called `{name}`{meant(suggestions)}", suggestions
