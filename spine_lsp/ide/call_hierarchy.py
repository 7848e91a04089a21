"""Steps as calls over declared edges: incoming is what waits for a step, outgoing what the step waits for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, symbol_at
from spine_lsp.ide.definition import covering
from spine_lsp.ide.words import level_words
from spine_lsp.orchestration.graph import Runs


@dataclass(frozen=True, slots=True)
class CallItem:
    """A step; `uri`, `group` (its place among the groups of the file) and `name` are enough to find it again."""

    uri: str
    group: int
    name: str
    detail: str
    span: Span
    name_span: Span


@dataclass(frozen=True, slots=True)
class EdgeCall:
    """An edge to or from `item`; `from_spans` are the entries of `depends_on` and the branches that say so."""

    item: CallItem
    from_spans: tuple[Span, ...]


def prepare_call_hierarchy(workspace: Workspace, at: At) -> CallItem | None:
    """The step that is named at a place, be it its own name or a dependency on it."""
    named = symbol_at(workspace, at)
    if named is None or named.kind != "step":
        return None
    step = named.group.graph.first.get(named.name)
    return step_item(named.document, named.group, step) if step is not None else None


def incoming_calls(workspace: Workspace, uri: str, group: int, name: str) -> tuple[EdgeCall, ...]:
    """The steps that wait for the step `name` or branch to it, with the places that say so; empty if it is gone."""
    found = find_step(workspace, uri, group, name)
    if found is None:
        return ()
    document, in_group, step = found
    calling = set(in_group.graph.dependents(step))
    if in_group.header.kind.branches:
        calling.update(n for n, other in enumerate(in_group.steps) if any(to.name == name for to in other.branches))
    calls = []
    for number in sorted(calling):
        if in_group.steps[number].name:
            spans = tuple(span for on, span in _named_in(in_group, number) if on == name)
            calls.append(EdgeCall(step_item(document, in_group, number), spans))
    return tuple(calls)


def outgoing_calls(workspace: Workspace, uri: str, group: int, name: str) -> tuple[EdgeCall, ...]:
    """The steps that the step `name` waits for or branches to, with the places that say so, if they exist."""
    found = find_step(workspace, uri, group, name)
    if found is None:
        return ()
    document, in_group, number = found
    spans: dict[int, list[Span]] = {}
    for on, span in _named_in(in_group, number):
        if (target := in_group.graph.first.get(on)) is not None:
            spans.setdefault(target, []).append(span)
    return tuple(EdgeCall(step_item(document, in_group, target), tuple(places)) for target, places in spans.items())


def _named_in(group: Group, number: int) -> Iterator[tuple[str, Span]]:
    """The steps that a step names: those it waits for, and those it branches to, with the places of the names."""
    step, base = group.steps[number], group.base_of(number)
    for entry, on in enumerate(step.depends_on):
        yield on, group.edge_span(number, entry)
    for branch in step.branches:
        if branch.span is not None:
            yield branch.name, branch.span.moved(base)


def find_step(workspace: Workspace, uri: str, group: int, name: str) -> tuple[Document, Group, int] | None:
    """The step again, in the text as it is now."""
    document = workspace.documents.get(uri)
    if document is None or not 0 <= group < len(document.groups):
        return None
    in_group = document.groups[group]
    number = in_group.graph.first.get(name) if not name.startswith("\0") else None
    return (document, in_group, number) if number is not None else None


def step_item(document: Document, group: Group, number: int) -> CallItem:
    """The item of a step."""
    step = group.steps[number]
    status = group.graph.status(number)
    state = level_words(status.level) if isinstance(status, Runs) else "cannot run"
    name_span = group.name_span(number)
    return CallItem(
        document.uri,
        document.groups.index(group),
        step.name or "",
        f"{step.pipeline} · {state}" if step.pipeline else state,
        covering(step.span.moved(group.base_of(number)), name_span),
        name_span,
    )
