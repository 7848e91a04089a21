"""Inspects a graph of steps: the order of what can run, and everything that keeps the rest from running."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

_STUCK = 1 << 40
"""Rank of a step that cannot run; above every level."""

_UNSEEN = 1 << 41
"""Rank of a step not ranked yet; above every other rank, so that a maximum shows it."""


_OPEN = 1 << 42
"""Rank of a step while what it waits for is being ranked; meeting it again closes a cycle."""


class Runs(NamedTuple):
    """The status of a step that can run, on a level of the plan."""

    level: int


class Repeats(NamedTuple):
    """The status of a step that is not planned: the step ``first`` has its name already."""

    first: int


class InCycle(NamedTuple):
    """The status of a step that waits for itself by way of others; ``cycle`` is a closed path among these.

    The step may not be on that path: it is then in the same strongly connected component.
    """

    cycle: tuple[int, ...]


class SelfDependent(NamedTuple):
    """The status of a step that lists itself."""


class WaitsForUnknown(NamedTuple):
    """The status of a step that waits for names that no step has."""

    names: tuple[str, ...]


class BlockedBy(NamedTuple):
    """The status of a step that cannot run only because these steps, which it waits for directly, cannot."""

    steps: tuple[int, ...]


StepFault = InCycle | SelfDependent | WaitsForUnknown
Status = Runs | Repeats | StepFault | BlockedBy


@dataclass(frozen=True, slots=True)
class GraphInspection:
    """What `inspect_graph` found. Steps are indices in ``names``, entries indices in ``depends_on[step]``.

    A step *at fault* is in a cycle, waits for itself, or for a step that does not exist; a step that
    cannot run only because of another is *blocked*. A second step of the same name is neither: it is
    not planned at all.
    """

    names: Sequence[str]
    depends_on: Sequence[Sequence[str]]
    first: dict[str, int]
    """Name to the step that has it; the first, where several do."""
    order: list[int]
    """What can run: level by level, inside a level as in the file."""
    level: list[int]
    """For each step one more than the highest level it waits for, 0 if for nothing, -1 if it cannot run."""
    levels: list[list[int]]
    missing: list[tuple[int, int]]
    """(step, entry) for each entry that names no step."""
    self_dependencies: list[tuple[int, int]]
    duplicate_entries: list[tuple[int, int, int]]
    """(step, entry, earlier entry of the same name)."""
    duplicates: list[tuple[int, int]]
    """(later step, first step of that name)."""
    cycles: list[tuple[int, ...]]
    """One shortest closed path for each component, along ``depends_on``, from its first step in the file."""
    components: list[tuple[int, ...]]
    """The strongly connected component of each cycle: all steps that wait for each other there."""
    component_of: dict[int, int]
    """For each step of a component the number of that and of its cycle."""
    on_cycle: frozenset[int]
    """The steps of the paths in ``cycles``; a component may have others."""
    blocked: list[int]
    at_fault: frozenset[int]
    downwards: int = field(default=0, compare=False)
    """So many of the first steps can run and wait for steps above them alone: what follows changes nothing of them."""
    is_downward: bool = field(default=False, compare=False)
    """Whether each step waits for steps above it, or for names of no step, and each name stands once."""

    @property
    def ok(self) -> bool:
        """Whether every step can run."""
        return len(self.order) == len(self.names)

    @property
    def is_chain(self) -> bool:
        """Whether every step can run, and no two of them at the same time."""
        return self.ok and len(self.levels) == len(self.names) > 1

    def status(self, step: int) -> Status:
        """Whether a step can run, and what keeps it from running: the first of its faults, or of those it waits for."""
        if self.level[step] >= 0:
            return Runs(self.level[step])
        first = self.first[self.names[step]]
        if first != step:
            return Repeats(first)
        fault = next(self.faults(step), None)
        return BlockedBy(tuple(self.blocked_by(step))) if fault is None else fault

    def faults(self, step: int) -> Iterator[StepFault]:
        """The faults of a step itself; none for one that can run, is blocked, or repeats a name."""
        if step not in self.at_fault:
            return
        if step in self.component_of:
            yield InCycle(self.cycles[self.component_of[step]])
        if self.names[step] in self.depends_on[step]:
            yield SelfDependent()
        unknown = tuple(name for name in dict.fromkeys(self.depends_on[step]) if name not in self.first)
        if unknown:
            yield WaitsForUnknown(unknown)

    def held_by(self, step: int) -> Iterator[str]:
        """The names that ``step`` lists and that keep it from running: of no step, or of one that cannot run."""
        if self.first[self.names[step]] == step:
            for name in dict.fromkeys(self.depends_on[step]):
                on = self.first.get(name)
                if on is None or self.level[on] < 0:
                    yield name

    def dependents(self, step: int) -> list[int]:
        """The steps that wait for ``step`` directly, in file order; a second step of a name takes no part."""
        name = self.names[step]
        if self.first[name] != step:
            return []
        return [other for other in self.first.values() if name in self.depends_on[other]]

    def waits_for(self, step: int) -> list[int]:
        """The steps that ``step`` waits for directly, as declared, each once."""
        first = self.first
        return [first[name] for name in dict.fromkeys(self.depends_on[step]) if name in first]

    def blocked_by(self, step: int) -> list[int]:
        """The direct dependencies of ``step`` that cannot run, as declared."""
        level = self.level
        return [on for on in self.waits_for(step) if level[on] < 0 and on != step]


def inspect_graph(
    names: Sequence[str],
    depends_on: Sequence[Sequence[str]],
    repeating: Iterable[int] | None = None,
    known: GraphInspection | None = None,
) -> GraphInspection:
    """Inspect the graph in which step ``names[i]`` waits for every step named in ``depends_on[i]``.

    ``repeating`` are the steps that list a name twice, for a caller who knows; without it they are looked for.
    ``known`` is the inspection of a graph that may differ in one stretch of its steps: what that leaves as it was is
    taken over.

    Never raises, runs in linear time and without recursion. The order is that of Kahn's sort taken level
    by level, computed from what a file offers: one pass ranks every step whose dependencies stand above
    it, in most files all of them; the others are ranked in depth, and only what that found stuck is
    searched for cycles. This runs on every keystroke, `tests/benchmarks/bench_graph.py` times it.
    """
    count = len(names)
    if len(depends_on) != count:
        depends_on = [*depends_on[:count], *[()] * (count - len(depends_on))]
    first, duplicates = _first_of_each(names, known)
    found: _Ranked | None = None
    begun: list[int] = []
    if known is not None and not duplicates:
        from spine_lsp.orchestration.reranking import compare, rerank  # only where a graph is edited

        same = compare(names, depends_on, known)
        begun = known.level[: min(known.downwards, same.above)]
        again = rerank(names, depends_on, first, known, same) if known.is_downward else None
        if again is not None:
            found = _Ranked(again.level, sorted(again.gaps))
    found = found or _rank(names, depends_on, first, duplicates, begun)

    at_fault = frozenset(chain(found.gaps, found.self_dependent, *found.components))
    repeats = {later for later, _ in duplicates}
    level = found.level
    levels: list[list[int]] = [[] for _ in range(max(level, default=-1) + 2)]
    for step, at in enumerate(level):
        levels[at].append(step)
    unable = levels.pop()  # -1 put them there
    not_blocked = at_fault | repeats
    # A second step of a name was not ranked, and may have gaps of its own.
    suspects = sorted({*found.gaps, *repeats})
    return GraphInspection(
        names=names,
        depends_on=depends_on,
        first=first,
        order=list(chain.from_iterable(levels)),
        level=level,
        levels=levels,
        missing=[(i, k) for i in suspects for k, name in enumerate(depends_on[i]) if name not in first],
        self_dependencies=[
            (i, k) for i in found.self_dependent for k, name in enumerate(depends_on[i]) if name == names[i]
        ],
        duplicate_entries=_duplicate_entries(depends_on, repeating),
        duplicates=duplicates,
        cycles=found.cycles,
        components=found.components,
        component_of={step: number for number, members in enumerate(found.components) for step in members},
        on_cycle=frozenset(chain.from_iterable(found.cycles)),
        blocked=[step for step in unable if step not in not_blocked],
        at_fault=at_fault,
        downwards=0 if duplicates else min([*found.gaps[:1], *found.waiting[:1]], default=count),
        is_downward=not found.waiting and not duplicates,
    )


class _Ranked(NamedTuple):
    """What ranking found: the level of each step, -1 for those that cannot run, and steps that have a fault, sorted."""

    level: list[int]
    gaps: list[int]
    """Steps that wait for a name of no step."""
    waiting: list[int] = []  # noqa: RUF012 - never changed
    """Steps that wait for a step that is not above them."""
    self_dependent: list[int] = []  # noqa: RUF012 - as above
    cycles: list[tuple[int, ...]] = []  # noqa: RUF012 - as above
    components: list[tuple[int, ...]] = []  # noqa: RUF012 - as above


def _rank(
    names: Sequence[str],
    depends_on: Sequence[Sequence[str]],
    first: dict[str, int],
    duplicates: list[tuple[int, int]],
    begun: list[int],
) -> _Ranked:
    """Rank all steps; `begun` are the levels of the first steps, if they are known."""
    rank, gaps, waiting = _rank_downwards(names, depends_on, first, duplicates, begun)
    self_dependent: list[str] = []
    cycles: list[tuple[int, ...]] = []
    components: list[tuple[int, ...]] = []
    if waiting:
        waits = {name: depends_on[first[name]] for name in waiting}
        self_dependent = [name for name, entries in waits.items() if name in entries]
        for name in {*gaps, *self_dependent} & waits.keys():
            waits[name] = [entry for entry in waits[name] if entry in first and entry != name]
        stuck = _rank_waiting(waits, rank, {*gaps, *self_dependent})
        if stuck:
            cycles, components = _cycles(stuck, waits, first)
    level = list(rank.values()) if not duplicates else _spread(rank, first, len(names))
    if gaps or self_dependent or components:
        level[len(begun) :] = [-1 if at == _STUCK else at for at in level[len(begun) :]]
    at_gaps, at_waiting, at_themselves = ([first[name] for name in found] for found in (gaps, waiting, self_dependent))
    return _Ranked(level, at_gaps, at_waiting, at_themselves, cycles, components)


def _first_of_each(names: Sequence[str], known: GraphInspection | None) -> tuple[dict[str, int], list[tuple[int, int]]]:
    """As `first_of_each`; an edit of what a step waits for leaves all names what they were."""
    if known is not None and known.names == names:
        return known.first, known.duplicates
    return first_of_each(names)


def first_of_each(names: Sequence[str]) -> tuple[dict[str, int], list[tuple[int, int]]]:
    """The first step of each name, and (later step, first step) for each further one of a name."""
    first = dict(zip(names, range(len(names))))  # noqa: B905 - strict= costs, and both have this length
    duplicates: list[tuple[int, int]] = []
    if len(first) == len(names):
        return first, duplicates
    first = {}
    for step, name in enumerate(names):
        earlier = first.setdefault(name, step)
        if earlier != step:
            duplicates.append((step, earlier))
    return first, duplicates


def _rank_downwards(
    names: Sequence[str],
    depends_on: Sequence[Sequence[str]],
    first: dict[str, int],
    duplicates: list[tuple[int, int]],
    begun: list[int],
) -> tuple[dict[str, int], list[str], list[str]]:
    """Rank in file order what waits only for steps above it: (ranks, steps with a gap, steps not ranked).

    `begun` are the ranks of the first steps, if they are known. Works on names, not indices: one look-up for an entry
    both resolves it and yields its rank.
    """
    rank = dict.fromkeys(first, _UNSEEN)
    rank_of = rank.__getitem__
    gaps: list[str] = []
    waiting: list[str] = []
    rank.update(zip(names, begun))  # noqa: B905 - of the first alone
    steps: Iterable[tuple[str, Sequence[str]]]
    steps = zip(names[len(begun) :], depends_on[len(begun) :])  # noqa: B905 - same length
    if duplicates:
        steps = [(name, depends_on[step]) for name, step in first.items()]
    for name, entries in steps:
        if not entries:
            rank[name] = 0
            continue
        try:
            highest = max(map(rank_of, entries)) if len(entries) > 1 else rank_of(entries[0])
        except KeyError:
            gaps.append(name)
            if any(rank.get(entry) == _UNSEEN for entry in entries):
                waiting.append(name)
            else:
                rank[name] = _STUCK
            continue
        if highest < _STUCK:
            rank[name] = highest + 1
        elif highest == _STUCK:
            rank[name] = _STUCK
        else:
            waiting.append(name)
    return rank, gaps, waiting


def _rank_waiting(waits: dict[str, Sequence[str]], rank: dict[str, int], at_fault: Collection[str]) -> list[str]:
    """Rank all steps of ``waits``, what is waited for first; returns the steps that may wait for a cycle.

    These are every member of every cycle, and possibly steps that are blocked otherwise. Steps with a fault of their
    own are stuck whatever they wait for. When a step is met that is being ranked, the path to it is a cycle; all that
    is being ranked waits for it and is stuck.
    """
    rank_of = rank.__getitem__
    stuck: list[str] = []
    for root in waits:
        if rank[root] != _UNSEEN:
            continue
        path = [root]
        while path:
            name = path[-1]
            entries = waits[name]
            highest = max(map(rank_of, entries), default=-1)
            if highest < _STUCK:
                rank[name] = highest + 1 if name not in at_fault else _STUCK
                path.pop()
            elif highest == _STUCK:
                if rank[name] != _STUCK:
                    rank[name] = _STUCK
                    stuck.append(name)
                path.pop()
            elif highest == _UNSEEN:
                rank[name] = _OPEN
                path += [entry for entry in entries if rank[entry] == _UNSEEN]
            else:
                for name in path:
                    if rank[name] == _OPEN:
                        rank[name] = _STUCK
                        stuck.append(name)
                break
    return stuck


def _cycles(
    stuck: list[str], waits: dict[str, Sequence[str]], first: dict[str, int]
) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """The cycles among the steps ``stuck`` and the components they were found in, by first step of the cycle."""
    from spine_lsp.orchestration.cycles import cyclic_components, shortest_cycle, without_dead_ends  # rare

    edges = {first[name]: list(map(first.__getitem__, waits[name])) for name in without_dead_ends(stuck, waits)}
    found = sorted((shortest_cycle(members, edges), members) for members in cyclic_components(edges))
    return [cycle for cycle, _ in found], [members for _, members in found]


def _duplicate_entries(
    depends_on: Sequence[Sequence[str]], repeating: Iterable[int] | None
) -> list[tuple[int, int, int]]:
    if repeating is None:
        if sum(map(len, depends_on)) == sum(map(len, map(set, depends_on))):
            return []
        repeating = range(len(depends_on))
    found = []
    for step in repeating:
        seen: dict[str, int] = {}
        for place, name in enumerate(depends_on[step]):
            earlier = seen.setdefault(name, place)
            if earlier != place:
                found.append((step, place, earlier))
    return found


def _spread(rank: dict[str, int], first: dict[str, int], count: int) -> list[int]:
    """Ranks by step where names repeat; the later steps of a name get -1."""
    level = [-1] * count
    for name, step in first.items():
        level[step] = rank[name]
    return level
