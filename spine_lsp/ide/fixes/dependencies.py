"""Fixes of faults in the graph: names, entries, repeated steps, and the ways out of a cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.group import Group
from spine_lsp.ide.edits.depends_on import remove_edges, replace_edge
from spine_lsp.ide.edits.sort_steps import sort_steps
from spine_lsp.ide.edits.steps import free_name, guess_pipeline, insert_step, remove_step
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.fixes.fix import Fix, edge_of, in_title, letters, offer
from spine_lsp.orchestration.queries import cycle_breaks, upstream
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit

_SHOWN_STEPS = 8  # of an order in a title
_WIDEST_TITLE = 80  # characters that a menu of ordinary width shows
_WAYS_OUT = 12  # of a cycle, each of which costs an inspection of the graph
_STEPS_INSPECTED = 20_000  # in all inspections for one cycle


def fix_unknown_dependency(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """The names that were probably meant, the step that is missing, or no entry at all."""
    if (at := edge_of(group, finding)) is None:
        return
    step, entry = at
    name = group.graph.depends_on[step][entry]
    possible = [wish for wish in finding.suggestions if not _closes_cycle(group, step, wish)]
    for wish in possible:
        edits = replace_edge(group, step, entry, [wish])
        alone = len(possible) == 1
        same = alone and letters(wish) == letters(name)
        yield from offer(f"Replace with {in_title(wish)}", edits, preferred=alone, safe=same)
    if name:
        edits = insert_step(group, step, name, guess_pipeline(group, step, name))
        yield from offer(f"Create the step {in_title(name)}", edits)
    yield from offer(f"Remove the dependency on {in_title(name)}", remove_edges(group, step, [entry]))


def fix_self_dependency(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the entry."""
    if (at := edge_of(group, finding)) is not None:
        step, entry = at
        title = f"Remove the self-dependency of {in_title(group.graph.names[step])}"
        yield from offer(title, remove_edges(group, step, [entry]), preferred=True)


def fix_duplicate_dependency(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the second entry."""
    if (at := edge_of(group, finding)) is not None:
        step, entry = at
        title = f"Remove the second {in_title(group.graph.depends_on[step][entry])}"
        yield from offer(title, remove_edges(group, step, [entry]), preferred=True, safe=True)


def fix_redundant_dependency(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the entry, or without any redundant entry of the group."""
    if (at := edge_of(group, finding)) is None:
        return
    step, entry = at
    name = group.graph.depends_on[step][entry]
    title = f"Remove the redundant dependency on {in_title(name)}"
    yield from offer(title, remove_edges(group, step, _entries(group, step, {name})), preferred=True)
    if group.knows_redundant_edges and (count := len(group.redundant_edges)) > 1:
        title = f"Remove all {count} redundant dependencies of the group"
        yield from offer(title, trial.once("redundant", lambda: _without_redundant(group)))


def _without_redundant(group: Group) -> list[Edit]:
    names = group.graph.names
    by_step: dict[int, set[str]] = {}
    for edge in group.redundant_edges:
        by_step.setdefault(edge.step, set()).add(names[edge.on])
    found = [remove_edges(group, step, _entries(group, step, gone)) for step, gone in by_step.items()]
    return [edit for edits in found if edits is not None for edit in edits]


def _entries(group: Group, step: int, names: Collection[str]) -> list[int]:
    """Every entry with one of the names, for a list may repeat it."""
    return [entry for entry, name in enumerate(group.graph.depends_on[step]) if name in names]


def fix_duplicate_step(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Another name for the second step, or no such step: what depends on the name means the first."""
    step = group.step_at(finding.start)
    if step is None or group.steps[step].name_span is None:
        return
    name = group.names[step]
    span = group.name_span(step)
    fresh = free_name(group, name)
    edits = [Edit(*span, write(fresh, group.text.source[span.start : span.end]))]
    yield from offer(f"Rename this step to {in_title(fresh)}", edits)
    yield from offer(f"Remove this second {in_title(name)}", remove_step(group, step))


def fix_cycle(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Each edge of the cycle taken out, the one that frees most steps first; the order that results, if it is short."""
    if (at := edge_of(group, finding)) is None:
        return
    graph = group.graph
    cycle = next((cycle for cycle in graph.cycles if cycle[0] == at[0]), None)
    ways = max(min(_WAYS_OUT, _STEPS_INSPECTED // max(len(graph.names), 1)), 1)
    for rank, way in enumerate(cycle_breaks(graph, cycle, ways) if cycle is not None else ()):
        name, on = graph.names[way.step], graph.names[way.on]
        entries = _entries(group, way.step, {on})
        shown = [graph.names[step] for step in way.order]
        if len(shown) > _SHOWN_STEPS:
            shown[_SHOWN_STEPS - 2 : -1] = ["…"]
        words = ", ".join(in_title(step).strip("`") for step in shown)
        order = f"then {words}" if way.gained else "another cycle remains"
        title = f"Break the cycle: {in_title(name)} no longer waits for {in_title(on)}"
        if not way.gained or len(title) + len(order) <= _WIDEST_TITLE:
            title += f" ({order})"
        yield from offer(title, remove_edges(group, way.step, entries), preferred=rank == 0)


def fix_late_definition(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """All steps in run order."""
    edits = trial.once("sort", lambda: sort_steps(group))
    yield from offer("Sort the steps into run order", edits)


def _closes_cycle(group: Group, step: int, wish: str) -> bool:
    graph = group.graph
    on = graph.first.get(wish)
    return on is not None and (on == step or step in upstream(graph, on))
