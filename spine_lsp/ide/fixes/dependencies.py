"""Fixes of faults in the graph: names, entries, repeated steps, and the ways out of a cycle."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from spine_lsp.analysis.document import Document, Group
from spine_lsp.analysis.findings import Finding
from spine_lsp.ide.fixes.edges import remove_edges, replace_edge
from spine_lsp.ide.fixes.fix import Fix, edge_of, offered
from spine_lsp.ide.fixes.items import free_name, guess_pipeline, insert_step
from spine_lsp.ide.fixes.surgery import written
from spine_lsp.ide.refactorings.sort_steps import sort_steps
from spine_lsp.orchestration.queries import cycle_breaks, upstream
from spine_lsp.syntax.text import Edit

_SHOWN_STEPS = 8  # of an order in a title


def fix_unknown_dependency(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """The names that were probably meant, the step that is missing, or no entry at all."""
    if (at := edge_of(group, finding)) is None:
        return
    step, entry = at
    name = group.graph.depends_on[step][entry]
    possible = [wish for wish in finding.suggestions if not _closes_circle(group, step, wish)]
    for wish in possible:
        edits = replace_edge(group, step, entry, [wish])
        yield from offered((f"Replace by `{wish}`", edits, len(possible) == 1, False))
    if name:
        edits = insert_step(group, step, name, guess_pipeline(group, step, name))
        yield from offered((f"Create the step `{name}`", edits, False, False))
    yield from offered(
        (f"Remove the dependency on `{name}`", remove_edges(group, step, [entry]), False, False)
    )


def fix_self_dependency(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the entry."""
    if (at := edge_of(group, finding)) is not None:
        step, entry = at
        title = f"Let `{group.graph.names[step]}` not wait for itself"
        yield from offered((title, remove_edges(group, step, [entry]), True, False))


def fix_duplicate_dependency(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the second entry."""
    if (at := edge_of(group, finding)) is not None:
        step, entry = at
        title = f"Remove the second `{group.graph.depends_on[step][entry]}`"
        yield from offered((title, remove_edges(group, step, [entry]), True, True))


def fix_redundant_dependency(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the entry, or without any redundant entry of the group."""
    if (at := edge_of(group, finding)) is None:
        return
    step, entry = at
    name = group.graph.depends_on[step][entry]
    title = f"Remove the redundant dependency on `{name}`"
    yield from offered((title, remove_edges(group, step, _entries(group, step, name)), True, False))
    count = len(group.redundant_edges)
    if count > 1:
        title = f"Remove all {count} redundant dependencies of the group"
        yield Fix(title, [], later=partial(_without_redundant, group))


def _without_redundant(group: Group) -> list[Edit]:
    by_step: dict[int, list[int]] = {}
    for edge in group.redundant_edges:
        entries = _entries(group, edge.step, group.graph.names[edge.on])
        by_step.setdefault(edge.step, []).extend(entries)
    found = [remove_edges(group, step, entries) for step, entries in by_step.items()]
    return [edit for edits in found if edits is not None for edit in edits]


def _entries(group: Group, step: int, name: str) -> list[int]:
    """Every entry of that name, for a list may repeat it."""
    return [entry for entry, other in enumerate(group.graph.depends_on[step]) if other == name]


def fix_duplicate_step(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """Another name for the second step."""
    step = group.step_at(finding.start)
    if step is None or group.steps[step].name_span is None:
        return
    name = free_name(group, group.names[step])
    edits = [Edit(*group.name_span(step), written(name))]
    yield from offered((f"Rename this step to `{name}`", edits, False, False))


def fix_cycle(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """Each edge of the circle taken out, the one that frees most steps first, with the order that results."""
    if (at := edge_of(group, finding)) is None:
        return
    graph = group.graph
    cycle = next((cycle for cycle in graph.cycles if cycle[0] == at[0]), None)
    for rank, way in enumerate(cycle_breaks(graph, cycle) if cycle is not None else ()):
        name, on = graph.names[way.step], graph.names[way.on]
        entries = _entries(group, way.step, on)
        shown = [graph.names[step] for step in way.order]
        if len(shown) > _SHOWN_STEPS:
            shown[_SHOWN_STEPS - 2 : -1] = ["…"]
        order = f"the order is then {', '.join(shown)}" if way.gained else "another circle remains"
        title = f"Break the cycle: `{name}` no longer waits for `{on}` ({order})"
        yield from offered((title, remove_edges(group, way.step, entries), rank == 0, False))


def fix_late_definition(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """All steps in run order."""
    yield Fix("Sort the steps into run order", [], later=lambda: sort_steps(group) or [])


def _closes_circle(group: Group, step: int, wish: str) -> bool:
    graph = group.graph
    on = graph.first.get(wish)
    return on is not None and (on == step or step in upstream(graph, on))
