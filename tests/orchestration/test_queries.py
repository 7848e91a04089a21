"""Questions of a graph, and runs played on paper."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.orchestration.graph import GraphInspection, inspect_graph
from spine_lsp.orchestration.models import ExecutionPolicy, FailurePolicy
from spine_lsp.orchestration.queries import (
    cycle_breaks,
    downstream,
    path_around,
    redundant_edges,
    shortest_paths,
    upstream,
    width,
)
from spine_lsp.orchestration.simulate import critical_path, simulate
from tests.examples import examples

DIAMOND = "a:, b: a, c: a, d: b c a, e: d b"
CONTINUE = FailurePolicy.CONTINUE


def graph(text: str) -> GraphInspection:
    rows = [row.partition(":") for row in text.split(",")]
    return inspect_graph([name.strip() for name, _, _ in rows], [entries.split() for _, _, entries in rows])


def words(found: GraphInspection, steps: list[int] | tuple[int, ...]) -> str:
    return " ".join(found.names[step] for step in steps)


def test_up_and_downstream_are_transitive() -> None:
    """In file order, without the step itself unless it is in a cycle."""
    found = graph(DIAMOND)
    assert words(found, upstream(found, 3)) == "a b c"
    assert words(found, downstream(found, 1)) == "d e"
    looped = graph("a: b, b: a, c: b")
    assert words(looped, upstream(looped, 0)) == "a b"
    assert words(looped, downstream(looped, 0)) == "a b c"


def test_redundant_edges_name_the_way_around() -> None:
    """`d` waits for `a` through `b` anyway, `e` for `b` through `d`."""
    found = graph(DIAMOND)
    answer = redundant_edges(found)
    assert [words(found, path_around(found, edge)) for edge in answer.edges] == ["d b a", "e d b"]
    assert [(edge.step, edge.entry) for edge in answer.edges] == [(3, 2), (4, 1)]
    assert answer.complete


def test_the_search_for_redundant_edges_says_when_it_was_cut() -> None:
    """What it found until then is right."""
    found = graph(", ".join(["s0:", "s1: s0", *(f"s{i}: s{i - 1} s{i - 2}" for i in range(2, 100))]))
    cut = redundant_edges(found, budget=100)
    assert not cut.complete
    assert 0 < len(cut.edges) < 98
    assert redundant_edges(found).edges[: len(cut.edges)] == cut.edges


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=10))
def test_redundant_edges_are_those_whose_removal_changes_nothing(rows: list[list[int]]) -> None:
    """What each step waits for in the end stays the same without any one of them, and only then."""
    entries = [[str(on) for on in dict.fromkeys(row) if on < step] for step, row in enumerate(rows)]
    found = inspect_graph([str(step) for step in range(len(rows))], entries)
    marked = {(edge.step, edge.entry) for edge in redundant_edges(found).edges}
    for step, row in enumerate(entries):
        for entry, _ in enumerate(row):
            without = [list(other) for other in entries]
            del without[step][entry]
            same = upstream(inspect_graph(found.names, without), step) == upstream(found, step)
            assert same == ((step, entry) in marked)


@st.composite
def acyclic(draw: st.DrawFn) -> list[list[int]]:
    """For each of a few steps those before it that it waits for."""
    count = draw(st.integers(2, 7))
    return [sorted(draw(st.sets(st.integers(0, step - 1), max_size=3))) if step else [] for step in range(count)]


@settings(max_examples=examples(150))
@given(acyclic())
def test_the_width_is_that_of_the_widest_set(edges: list[list[int]]) -> None:
    """No set of steps that can run together is larger, and one is as large."""
    steps = range(len(edges))
    found = inspect_graph(list(map(str, steps)), [list(map(str, entries)) for entries in edges])
    before = [set(upstream(found, step)) for step in steps]
    largest = max(
        size
        for size in range(1, len(edges) + 1)
        for chosen in combinations(steps, size)
        if all(a not in before[b] and b not in before[a] for a, b in combinations(chosen, 2))
    )
    assert width(found, len(edges) + 1) == largest
    assert width(found, largest) is None


@pytest.mark.parametrize(
    ("text", "src", "dst", "paths"),
    [
        (DIAMOND, 3, 0, ["d a"]),
        (DIAMOND, 4, 0, ["e d a", "e b a"]),
        ("a:, b: a, c: a, d: b c", 3, 0, ["d b a", "d c a"]),
        (DIAMOND, 0, 3, []),
        ("a: b, b: a", 0, 0, ["a b a"]),
        ("a: b c, b: a, c: a, d: a", 3, 2, ["d a c"]),
        ("a:, b: a", 0, 0, []),
    ],
)
def test_all_shortest_paths_are_found(text: str, src: int, dst: int, paths: list[str]) -> None:
    """Along `depends_on`, in declared order."""
    found = graph(text)
    assert [words(found, path) for path in shortest_paths(found, src, dst).paths] == paths


def test_paths_are_cut_at_a_limit() -> None:
    """Twenty diamonds in a row have a million ways through."""
    rows = ["j0:"] + [f"l{i}: j{i}, r{i}: j{i}, j{i + 1}: l{i} r{i}" for i in range(20)]
    found = graph(", ".join(rows))
    answer = shortest_paths(found, found.first["j20"], 0, limit=5)
    assert len(answer.paths) == 5
    assert answer.truncated


def test_ways_out_of_a_cycle_are_ranked_by_what_runs_then() -> None:
    """Each with the order it leads to; among equals the entry that names a step further down comes first."""
    found = graph("a: c, b: a, c: b x, x: b, tail: c")
    (cycle,) = found.cycles
    assert words(found, cycle) == "a c b a"
    ways = cycle_breaks(found, cycle)
    assert [(words(found, (way.step, way.on)), way.gained) for way in ways] == [
        ("a c", 5),
        ("b a", 5),
        ("c b", 0),
    ]
    assert words(found, ways[0].order) == "a b x c tail"


def test_of_a_long_cycle_the_edge_against_the_file_is_tried() -> None:
    """However many edges run with the order of the file before it."""
    found = graph("a: z, " + ", ".join(f"s{i}: {f's{i - 1}' if i else 'a'}" for i in range(30)) + ", z: s29")
    (cycle,) = found.cycles
    way = cycle_breaks(found, cycle)[0]
    assert words(found, (way.step, way.on)) == "a z"


def drawn(text: str, policy: ExecutionPolicy, **given: object) -> str:
    """The run as ``"name:state@start-end"``."""
    run = simulate(graph(text), policy, **given)  # type: ignore[arg-type]  # durations and fails by name
    return " ".join(
        f"{step.name}:{step.state}" + (f"@{step.start:g}-{step.end:g}" if step.start is not None else "")
        for step in run.steps
    )


@pytest.mark.parametrize(
    ("text", "policy", "given", "expected"),
    [
        ("b: a, a:", ExecutionPolicy(), {}, "b:succeeded@1-2 a:succeeded@0-1"),
        (
            "a:, b:, c:, d: a",
            ExecutionPolicy.parallel(2),
            {"durations": {"a": 3}},
            "a:succeeded@0-3 b:succeeded@0-1 c:succeeded@1-2 d:succeeded@3-4",
        ),
        (
            "a:, b:, c: b, d: a",
            ExecutionPolicy.parallel(2),
            {"fails": ["a"], "durations": {"b": 2}},
            "a:failed@0-1 b:succeeded@0-2 c:never-started d:never-started",
        ),
        (
            "a:, b:, c: b, d: a, e: d",
            ExecutionPolicy.parallel(2, CONTINUE),
            {"fails": ["a"]},
            "a:failed@0-1 b:succeeded@0-1 c:succeeded@1-2 d:skipped e:skipped",
        ),
        ("a:, b: a", ExecutionPolicy(), {"fails": ["nobody"]}, "a:succeeded@0-1 b:succeeded@1-2"),
        ("a: nobody, b: a, c:", ExecutionPolicy(), {}, "a:blocked b:blocked c:succeeded@0-1"),
        ("a:, b: a", ExecutionPolicy(), {"durations": {"a": 0}}, "a:succeeded@0-0 b:succeeded@0-1"),
    ],
)
def test_a_run_follows_its_policy(text: str, policy: ExecutionPolicy, given: dict[str, object], expected: str) -> None:
    """Under `stop` what runs finishes; under `continue` only what is downstream is skipped."""
    assert drawn(text, policy, **given) == expected


def test_a_run_is_cut_into_slots() -> None:
    """Wherever a step starts or ends."""
    run = simulate(graph("a:, b:, c: b"), ExecutionPolicy.parallel(2), {"a": 3})
    assert [(slot.start, slot.end, slot.steps) for slot in run.slots] == [
        (0, 1, ("a", "b")),
        (1, 2, ("a", "c")),
        (2, 3, ("a",)),
    ]
    assert run.makespan == 3
    assert run.message == "all 3 steps succeed, after 3"


def test_the_critical_path_is_the_longest_chain() -> None:
    """By count, or by durations."""
    found = graph("a:, b: a, c: b, d: a")
    assert critical_path(found).steps == ("a", "b", "c")
    assert critical_path(found, {"d": 9}).steps == ("a", "d")
    assert critical_path(found, {"d": 9}).length == 10
    assert critical_path(graph("a: a")).steps == ()


@pytest.mark.parametrize("duration", [-1, float("nan"), float("inf"), True, "3"])
def test_a_duration_that_is_none_is_refused(duration: object) -> None:
    """ValueError, naming the step."""
    with pytest.raises(ValueError, match="duration of `a`"):
        simulate(graph("a:"), ExecutionPolicy(), {"a": duration})  # type: ignore[dict-item]  # the point


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=1, max_size=10),
    st.integers(1, 4),
    st.sets(st.integers(0, 9)),
    st.sampled_from(FailurePolicy),
)
def test_a_run_never_breaks_a_rule(
    rows: list[list[int]], workers: int, bad: set[int], on_failure: FailurePolicy
) -> None:
    """Never more than its workers, never before what it waits for, and nothing lost."""
    entries = [[str(on) for on in row if on < step] for step, row in enumerate(rows)]
    found = inspect_graph([str(step) for step in range(len(rows))], entries)
    run = simulate(found, ExecutionPolicy.parallel(workers, on_failure), None, map(str, bad))
    assert all(len(slot.steps) <= workers for slot in run.slots)
    assert run.makespan >= (run.critical_path.length if not bad else 0)
    for step, name in enumerate(found.names):
        state = run.steps[step]
        assert state.name == name
        assert state.state != "blocked"
        if state.start is not None:
            before = [run.steps[on] for on in found.waits_for(step)]
            assert all(other.state == "succeeded" and (other.end or 0) <= state.start for other in before)
    assert simulate(found, ExecutionPolicy.parallel(workers, on_failure), None, map(str, bad)) == run
