"""The inspection of a graph: examples, and properties against independent ways to the same answer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from unittest.mock import patch

import pytest
from hypothesis import given, strategies as st

from spine_lsp.orchestration import graph as graph_module, reranking
from spine_lsp.orchestration.graph import (
    BlockedBy,
    GraphInspection,
    InCycle,
    Repeats,
    Runs,
    SelfDependent,
    WaitsForUnknown,
    inspect_graph,
)
from spine_lsp.orchestration.scc import strongly_connected_components

pytestmark = pytest.mark.any_version


def graph(text: str) -> GraphInspection:
    """Inspect ``"a: b c, b:"``: before the colon a step, after it what it waits for."""
    rows = [row.partition(":") for row in text.split(",") if row.strip()]
    return inspect_graph([name.strip() for name, _, _ in rows], [entries.split() for _, _, entries in rows])


def check_order(text: str, expected: str) -> None:
    """``expected`` lists the levels, parted by bars."""
    found = graph(text)
    drawn = " | ".join(" ".join(found.names[i] for i in level) for level in found.levels)
    assert drawn == expected
    assert found.order == list(itertools.chain.from_iterable(found.levels))


def check_cycles(text: str, *expected: str) -> None:
    """Each of ``expected`` is a closed path."""
    found = graph(text)
    assert [" ".join(found.names[i] for i in cycle) for cycle in found.cycles] == list(expected)


def check_blocked(text: str, expected: dict[str, str]) -> None:
    """``expected`` maps each blocked step to what blocks it directly."""
    found = graph(text)
    blocked = {found.names[i]: " ".join(found.names[k] for k in found.blocked_by(i)) for i in found.blocked}
    assert blocked == expected


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("", ""),
        ("a:", "a"),
        ("a:, b: a, c: b", "a | b | c"),
        ("c: b, b: a, a:", "a | b | c"),
        ("a:, c: a, b: a, d: b c", "a | c b | d"),
        ("z:, y:, x:", "z y x"),
        ("late: mid, root2:, mid: root1 root2, root1:", "root2 root1 | mid | late"),
        ("start:, b2: start, b1: start, b3: start, end: b1 b2 b3", "start | b2 b1 b3 | end"),
        ("a:, b: a a", "a | b"),
    ],
)
def test_the_order_goes_level_by_level_and_ties_keep_the_order_of_the_file(text: str, levels: str) -> None:
    """Inside a level the file decides, wherever the dependencies stand."""
    check_order(text, levels)


@pytest.mark.parametrize(
    ("text", "cycles"),
    [
        ("a: b, b: a", ["a b a"]),
        ("a: c, b: a, c: b", ["a c b a"]),
        ("entry:, a: entry c, b: a, c: b", ["a c b a"]),
        ("a: b, b: a, c: d, d: c", ["a b a", "c d c"]),
        ("a: b, b: c, c: a d, d: a c", ["c d c"]),
        ("x: a, a: b, b: a, y: b", ["a b a"]),
        ("a: a", []),
        ("a: a b, b: a", ["a b a"]),
        ("a: b nobody, b: a", ["a b a"]),
        ("a: b, b: a c, c: d, d: c", ["a b a", "c d c"]),
    ],
)
def test_each_component_gives_one_shortest_closed_path_along_depends_on(text: str, cycles: list[str]) -> None:
    """A gap or a self-dependency beside it hides no cycle."""
    check_cycles(text, *cycles)


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("a: nobody, b: a, c: b, d:", {"b": "a", "c": "b"}),
        ("a: b, b: a, c: a d, d:", {"c": "a"}),
        ("a: a, b: a", {"b": "a"}),
        ("c: b a, b: nobody, a: nobody", {"c": "b a"}),
        ("a: b, b: a, m: a, c: m d, d: c", {"m": "a"}),
    ],
)
def test_a_step_that_only_waits_for_a_fault_is_blocked(text: str, blocked: dict[str, str]) -> None:
    """It is never called cyclic, and what blocks it is named in declared order."""
    check_blocked(text, blocked)


def test_gaps_selves_and_repeats_are_listed_by_step_and_entry() -> None:
    """Every fault has the address of the entry that makes it."""
    found = graph("a: x b y, b: b a b, c: b b b")
    assert found.missing == [(0, 0), (0, 2)]
    assert found.self_dependencies == [(1, 0), (1, 2)]
    assert found.duplicate_entries == [(1, 2, 0), (2, 1, 0), (2, 2, 0)]
    assert found.at_fault == {0, 1}
    assert found.blocked == [2]


def test_a_second_step_of_a_name_is_not_planned_and_dependents_mean_the_first() -> None:
    """It has no level and does not count as blocked; a gap of its own is still a gap."""
    found = graph("a:, a: b nobody, b: a, a:")
    assert found.duplicates == [(1, 0), (3, 0)]
    assert found.order == [0, 2]
    assert found.level == [0, -1, 1, -1]
    assert found.blocked == []
    assert found.missing == [(1, 1)]
    assert not found.ok


def test_lists_of_unequal_length_are_survived() -> None:
    """A step without a list waits for nothing; a list without a step is nobody's."""
    assert inspect_graph(["a", "b"], [["b"]]).order == [1, 0]
    assert inspect_graph(["a"], [[], ["a"]]).order == [0]


@pytest.mark.parametrize("downwards", [True, False])
def test_a_chain_of_100_000_steps_is_ordered(downwards: bool) -> None:
    """No recursion, whichever way the file runs."""
    count = 100_000
    names = [f"s{i}" for i in range(count)]
    chain: list[list[str]] = [[], *([name] for name in names[:-1])]
    if not downwards:
        names, chain = names[::-1], chain[::-1]
    found = inspect_graph(names, chain)
    assert found.order == (list(range(count)) if downwards else list(range(count))[::-1])


def test_a_cycle_of_100_000_steps_is_found_whole() -> None:
    """One cycle, closed, from the first step of the file."""
    count = 100_000
    names = [f"s{i}" for i in range(count)]
    found = inspect_graph(names, [[names[i - 1]] for i in range(count)])
    assert found.cycles == [(0, *range(count - 1, -1, -1))]
    assert found.order == []


def test_a_complete_graph_of_400_steps_is_answered() -> None:
    """All wait for all: one cycle of two, one component of all."""
    names = [f"s{i}" for i in range(400)]
    found = inspect_graph(names, [[other for other in names if other != name] for name in names])
    assert found.cycles == [(0, 1, 0)]
    assert found.components == [tuple(range(400))]


NAMES = "abcdefg"
GRAPHS = st.lists(st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES + "?"), max_size=4)), max_size=8)


@st.composite
def downward_graphs(draw: st.DrawFn) -> list[tuple[str, list[str]]]:
    """Graphs in which steps wait for steps above them, or for none that there is."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=7))
    above = [st.lists(st.sampled_from([*names[:step], "?"]), max_size=3) for step in range(len(names))]
    return [(name, draw(entries)) for name, entries in zip(names, above, strict=True)]


def planned(rows: Sequence[tuple[str, list[str]]]) -> dict[str, list[str]]:
    """Name to entries, of the first definition of each name."""
    first: dict[str, list[str]] = {}
    for name, entries in rows:
        first.setdefault(name, entries)
    return first


def reachable(edges: dict[str, list[str]], start: str) -> set[str]:
    """Everything that ``start`` waits for, directly or not."""
    seen: set[str] = set()
    work = [start]
    while work:
        for entry in edges.get(work.pop(), ()):
            if entry in edges and entry not in seen:
                seen.add(entry)
                work.append(entry)
    return seen


@given(GRAPHS)
def test_what_can_run_is_what_reaches_no_fault(rows: list[tuple[str, list[str]]]) -> None:
    """By the plain definition: a step runs if neither it nor anything it waits for is at fault."""
    found = inspect_graph([name for name, _ in rows], [entries for _, entries in rows])
    edges = planned(rows)
    faulty = {
        name
        for name, entries in edges.items()
        if any(entry not in edges for entry in entries) or name in reachable(edges, name)
    }
    runs = {name for name in edges if not ({name} | reachable(edges, name)) & faulty}
    assert {found.names[i] for i in found.at_fault} == faulty
    assert {found.names[i] for i in found.order} == runs
    assert {found.names[i] for i in found.blocked} == set(edges) - faulty - runs
    assert found.blocked == sorted(found.blocked)


@given(GRAPHS)
def test_the_order_is_one_that_graphlib_accepts(rows: list[tuple[str, list[str]]]) -> None:
    """`graphlib` agrees on which graphs have a cycle, and each level is one of its ready sets."""
    edges = planned(rows)
    known = {name: [entry for entry in entries if entry in edges] for name, entries in edges.items()}
    found = inspect_graph(list(known), list(known.values()))
    sorter = TopologicalSorter(known)
    try:
        sorter.prepare()
    except CycleError:
        assert found.cycles or found.self_dependencies
        return
    assert not found.cycles
    for level in found.levels:
        ready = sorter.get_ready()
        assert {found.names[i] for i in level} == set(ready)
        assert level == sorted(level)
        sorter.done(*ready)
    assert not sorter.is_active()


@given(GRAPHS)
def test_cycles_are_as_short_as_a_brute_force_search_finds(rows: list[tuple[str, list[str]]]) -> None:
    """One for each strongly connected part, closed, real, and none in the part is shorter."""
    edges = planned(rows)
    found = inspect_graph(list(edges), list(edges.values()))
    parts = {
        frozenset(other for other in reachable(edges, name) if name in reachable(edges, other))
        for name in edges
        if name in reachable(edges, name)
    }
    assert {frozenset(found.names[i] for i in members) for members in found.components} == {
        p for p in parts if len(p) > 1
    }
    assert len(found.cycles) == len(found.components)
    for cycle, members in zip(found.cycles, found.components, strict=True):
        path = [found.names[i] for i in cycle]
        assert path[0] == path[-1]
        assert cycle[0] == min(cycle)
        assert all(after in edges[before] for before, after in itertools.pairwise(path))
        assert set(cycle) <= set(members)
        names = [found.names[i] for i in members]
        shortest = next(
            size
            for size in range(2, len(names) + 1)
            if any(
                all(walk[k] in edges[walk[k - 1]] for k in range(size)) for walk in itertools.permutations(names, size)
            )
        )
        assert len(path) - 1 == shortest


@given(GRAPHS)
def test_two_inspections_of_one_graph_are_equal(rows: list[tuple[str, list[str]]]) -> None:
    """Nothing depends on hashing or on what was inspected before."""
    names, depends_on = [name for name, _ in rows], [entries for _, entries in rows]
    again = inspect_graph(list(names), [list(entries) for entries in depends_on])
    assert again == inspect_graph(names, depends_on)


def test_the_status_of_a_step_says_what_keeps_it_from_running() -> None:
    """Of several faults the cycle comes first, then the step itself, then the names that no step has."""
    found = graph("a:, b: a, c: d nobody, d: c c, e: e ghost, f: x y x, g: f b e, a: b")
    assert [found.status(step) for step in range(8)] == [
        Runs(0),
        Runs(1),
        InCycle((2, 3, 2)),
        InCycle((2, 3, 2)),
        SelfDependent(),
        WaitsForUnknown(("x", "y")),
        BlockedBy((5, 4)),
        Repeats(0),
    ]
    assert [type(fault) for fault in found.faults(2)] == [InCycle, WaitsForUnknown]
    assert [type(fault) for fault in found.faults(4)] == [SelfDependent, WaitsForUnknown]
    assert [*found.faults(6), *found.faults(7), *found.faults(0)] == []


@given(GRAPHS)
def test_the_status_agrees_with_the_lists_of_the_inspection(rows: list[tuple[str, list[str]]]) -> None:
    """Each step has the one that the levels, the cycles and the gaps say, and dependents mirror what is waited for."""
    found = inspect_graph([name for name, _ in rows], [entries for _, entries in rows])
    repeats = {later for later, _ in found.duplicates}
    for step in range(len(rows)):
        status = found.status(step)
        assert isinstance(status, Runs) == (step in found.order)
        assert isinstance(status, Repeats) == (step in repeats)
        assert isinstance(status, BlockedBy) == (step in found.blocked)
        assert bool(list(found.faults(step))) == (step in found.at_fault)
        assert isinstance(status, InCycle) == any(step in members for members in found.components)
        held = {found.first.get(name, -1) for name in found.held_by(step)}
        assert (not held) == isinstance(status, (Runs, Repeats))
        planned_steps = [other for other in range(len(rows)) if other not in repeats]
        waiting = [other for other in planned_steps if step in found.waits_for(other)]
        assert found.dependents(step) == waiting


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4), max_size=10))
def test_components_are_the_sets_of_nodes_that_lead_to_each_other(edges: dict[int, list[int]]) -> None:
    """Each node is in one, and a component comes after every one that it leads to."""
    successors = {node: [other for other in others if other in edges] for node, others in edges.items()}
    components = strongly_connected_components(successors)
    names = {str(node): [str(other) for other in others] for node, others in successors.items()}
    reach = {node: {int(name) for name in reachable(names, str(node))} | {node} for node in successors}
    together = {frozenset(n for n in successors if n in reach[node] and node in reach[n]) for node in successors}
    assert {frozenset(members) for members in components} == together
    assert sorted(itertools.chain.from_iterable(components)) == sorted(successors)
    place = {node: number for number, members in enumerate(components) for node in members}
    assert all(place[other] <= place[node] for node, others in successors.items() for other in others)


@given(
    GRAPHS | downward_graphs(),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), GRAPHS | downward_graphs()), max_size=4),
    st.sampled_from([(1,), (2, 1), (256, 16, 1)]),
    st.sampled_from([0, 0.5, 64]),
)
def test_what_is_known_of_a_graph_changes_nothing(
    rows: list[tuple[str, list[str]]],
    edits: list[tuple[int, int, list[tuple[str, list[str]]]]],
    stretches: tuple[int, ...],
    many: float,
) -> None:
    """After each of some edits a graph is inspected as if nothing were known of the one before."""
    known = inspect_graph([name for name, _ in rows], [entries for _, entries in rows])
    with patch.multiple(reranking, _STRETCHES=stretches, _MANY=many):
        for start, length, new in edits:
            rows = [*rows[:start], *new[:3], *rows[start + length :]]
            names, depends_on = [name for name, _ in rows], [entries for _, entries in rows]
            found, fresh = inspect_graph(names, depends_on, known=known), inspect_graph(names, depends_on)
            assert (found, found.downwards, found.is_downward) == (fresh, fresh.downwards, fresh.is_downward)
            assert all(level >= 0 for level in fresh.level[: fresh.downwards])
            known = found


def test_an_edit_of_a_large_graph_ranks_what_it_reaches() -> None:
    """Steps that wait for nothing that is new are not ranked again."""
    names = [f"s{number}" for number in range(1000)]
    depends_on = [[names[number // 2]] if number > 1 else [] for number in range(1000)]
    depends_on[1] = [names[0]]
    known = inspect_graph(names, depends_on)
    changed = [*depends_on[:400], [names[3]], *depends_on[401:]]
    fresh = inspect_graph(names, changed)
    with patch.object(graph_module, "_rank", side_effect=AssertionError("all are ranked")):
        assert inspect_graph(names, changed, known=known) == fresh != known


def test_an_edit_that_reaches_much_of_a_large_graph_is_seen_early() -> None:
    """Where all steps are ranked in the end, few were ranked before, for nothing."""
    names = [f"s{number}" for number in range(1000)]
    depends_on = [[name] for name in ["s0", *names[:-1]]]
    depends_on[0] = []
    known = inspect_graph(names, depends_on)
    changed = [*depends_on[:400], ["nobody"], *depends_on[401:]]
    looked_up: list[str] = []

    class Counting(dict[str, int]):
        def get(self, name: str, default: int | None = None) -> int:  # type: ignore[override]  # what is used of it
            looked_up.append(name)
            return super().get(name, -1)

    same = reranking.compare(names, changed, known)
    assert reranking.rerank(names, changed, Counting(known.first), known, same) is None
    assert 1 <= len(looked_up) <= 10
