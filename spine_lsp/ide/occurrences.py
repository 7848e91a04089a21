"""Definitions and uses of a symbol: of steps, groups, parameters, anchors and pipelines.

Names are found as they are meant, not as text: an edge may be an entry of a block or flow list, a single text,
quoted, or an alias of any of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.schedules.reading import WORKFLOW, ScheduleEntry
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import check_cancelled
from spine_lsp.ide.anchors import anchor_tokens
from spine_lsp.ide.cursor import Symbol, SymbolKind
from spine_lsp.ide.templates import templates
from spine_lsp.ide.trees import (
    all_trees,
    default_entries,
    skeleton,
    step_param_entries,
    tree_of_anchor,
    tree_of_step,
)
from spine_lsp.orchestration.kinds import BY_NAME
from spine_lsp.syntax.tree import Node

Form = Literal["plain", "quoted", "block", "alias", "template", "anchor"]
"""How a name is written; "template" and "anchor" spans hold the bare name, all others the whole token."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place of a name. `name_span` is the name inside quotes, or `span` where it is not spelled out there."""

    uri: str
    span: Span
    name_span: Span
    form: Form
    is_definition: bool
    step: int | None = None  # the step in which it stands, where that is known


def occurrences(workspace: Workspace, symbol: Symbol) -> tuple[Occurrence, ...]:
    """Every place of a symbol, in the order of the text; pipelines are looked for in all open documents."""
    if symbol.kind == "step":
        found = _of_step(symbol)
    elif symbol.kind == "param":
        found = _of_param(symbol)
    elif symbol.kind == "anchor":
        found = _of_anchor(symbol)
    elif symbol.kind in ("pipeline", "function", "workflow"):
        found = named_in_open(workspace, symbol.kind, symbol.name)
    else:
        found = _of_group(symbol)
    unique = {(one.uri, one.span): one for one in found}
    return tuple(sorted(unique.values(), key=lambda one: (one.uri != symbol.document.uri, one.uri, one.span)))


def step_occurrences(document: Document, group: Group, name: str) -> tuple[Occurrence, ...]:
    """Every definition and use of a step's name in its group; spans may lie in shared, anchored lists."""
    found: list[Occurrence] = []
    source = document.text.source
    for number, step in enumerate(group.steps):
        check_cancelled()
        branches = [branch.span for branch in step.branches if branch.name == name]
        if step.name != name and name not in step.depends_on and not branches:
            continue
        base = group.base_of(number)
        found += (
            written_at(document.uri, source, span.moved(base), name, number, is_definition=False)
            for span in branches
            if span is not None
        )
        if step.name == name and step.name_span is not None:
            found.append(written_at(document.uri, source, step.name_span.moved(base), name, number, is_definition=True))
        for entry, span in zip(step.depends_on, step.edge_spans, strict=True):
            if entry == name:
                found.append(written_at(document.uri, source, span.moved(base), name, number, is_definition=False))
    return tuple(found)


def written_at(
    uri: str, source: str, span: Span, name: str, step: int | None = None, *, is_definition: bool
) -> Occurrence:
    """The occurrence whose whole token is `span`; the form is read off its first character."""
    first = source[span.start : span.start + 1]
    form: Form = "plain"
    inner = span
    if first in ("'", '"') and first:
        form = "quoted"
        if source[span.start + 1 : span.end - 1] == name:
            inner = Span(span.start + 1, span.end - 1)
    elif first == "*":
        form = "alias"
    elif first in ("|", ">") and first:
        form = "block"
    return Occurrence(uri, span, inner, form, is_definition, step)


def shared_names(document: Document, group: Group, name: str) -> list[Span]:
    """The entries called `name` of the anchored lists that steps use as their whole `depends_on`."""
    source = document.text.source
    anchors: dict[int | None, dict[str, Node]] = {}
    found = []
    for number, step in enumerate(group.steps):
        if name not in step.depends_on:
            continue
        for entry, span in zip(step.depends_on, step.edge_spans, strict=True):
            start, end = span.moved(group.base_of(number))
            if entry != name or not source.startswith("*", start):
                continue
            alias, target = source[start + 1 : end], None
            for tree in filter(None, (tree_of_step(group, number), tree_of_anchor(group, alias))):
                if tree.block not in anchors:
                    anchors[tree.block] = tree.anchors()
                known = anchors[tree.block]
                if (target := known.get(alias)) is not None:
                    break
            for item in target.items if target is not None else ():
                meant = known.get(item.text) if item.kind == "alias" else item
                if meant is not None and meant.kind == "scalar" and meant.text == name:
                    found.append(tree.span(item))
    return found


def _of_step(symbol: Symbol) -> Iterator[Occurrence]:
    yield from step_occurrences(symbol.document, symbol.group, symbol.name)
    uri, source = symbol.document.uri, symbol.document.text.source
    for span in shared_names(symbol.document, symbol.group, symbol.name):
        yield written_at(uri, source, span, symbol.name, is_definition=False)


def _of_group(symbol: Symbol) -> Iterator[Occurrence]:
    node = symbol.group.header.name_node
    if node is not None:
        uri, source = symbol.document.uri, symbol.document.text.source
        yield written_at(uri, source, skeleton(symbol.group).span(node), symbol.name, is_definition=True)


def _of_param(symbol: Symbol) -> Iterator[Occurrence]:
    uri, source, group = symbol.document.uri, symbol.document.text.source, symbol.group
    if symbol.step is None:
        tree, entries = default_entries(group)
        for key, _ in entries:
            if key.text == symbol.name:
                yield written_at(uri, source, tree.span(key), symbol.name, is_definition=True)
    steps = range(len(group.steps)) if symbol.step is None else (symbol.step,)
    for step in steps:
        check_cancelled()
        if symbol.name not in group.steps[step].param_keys:
            continue
        tree, entries = step_param_entries(group, step)
        for key, _ in entries:
            if key.text == symbol.name:
                yield written_at(uri, source, tree.span(key), symbol.name, step, is_definition=symbol.step is not None)
    if symbol.step is None:
        for template in templates(group, symbol.name):
            yield Occurrence(uri, template.name_span, template.name_span, "template", is_definition=False)


def named_in_open(workspace: Workspace, kind: SymbolKind, name: str) -> Iterator[Occurrence]:
    """The steps and schedules of open files that name a pipeline, function or workflow, and such workflows.

    A schedule may run a group by the key of workflows, so where no workflow has the name, groups are meant.
    """
    meant = kind_of_workflow(workspace, name) if kind == "workflow" else ""
    for document in workspace.documents.values():
        source = document.text.source
        for group in document.groups:
            for number, span in _in_steps(group, kind, name, meant):
                check_cancelled()
                yield written_at(document.uri, source, span, name, number, is_definition=False)
            node = group.header.name_node
            if group.header.kind.name == meant and group.name == name and node is not None:
                yield written_at(document.uri, source, group.header_span(node), name, is_definition=True)
        for schedule in schedules_naming(document, kind, name):
            span = schedule.fields[schedule.target[0]].span if schedule.target is not None else schedule.span
            yield written_at(document.uri, source, span, name, is_definition=False)


def schedules_naming(document: Document, kind: SymbolKind, name: str) -> Iterator[ScheduleEntry]:
    """The schedules of a document that run a pipeline or workflow of a name."""
    for listed in document.schedules if kind in ("pipeline", "workflow") else ():
        for schedule in listed.schedules:
            target = schedule.target
            if target is not None and target[1] == name and (target[0] == WORKFLOW) is (kind == "workflow"):
                yield schedule


def _in_steps(group: Group, kind: SymbolKind, name: str, meant: str) -> Iterator[tuple[int, Span]]:
    """The steps of a group that name something, by number, with the token."""
    of = group.header.kind
    keys = of.references if kind == "function" else of.parts if of.name == meant else ()
    for number, step in enumerate(group.steps if keys or kind == "pipeline" else ()):
        base = group.base_of(number)
        if kind == "pipeline":
            if step.pipeline == name and step.pipeline_span is not None:
                yield number, step.pipeline_span.moved(base)
            continue
        for field in (step.fields.get(key) for key in keys) if step.fields else ():
            if field is not None and field.text == name and field.span is not None:
                yield number, field.span.moved(base)


def kind_of_workflow(workspace: Workspace, name: str) -> str:
    """The kind of the documents that a name of a workflow means: that which steps can run, or else groups."""
    project = workspace.project
    open_groups = (group for document in workspace.documents.values() for group in document.groups)
    kinds = {group.header.kind.name for group in open_groups if group.name == name}
    kinds |= {each.group.kind for each in project.groups.named(name)}
    kinds |= {each for each in BY_NAME if name in project.python_names(each)}
    ordered = sorted(BY_NAME.values(), key=lambda kind: not kind.parts)
    return next((kind.name for kind in ordered if kind.name in kinds), ordered[0].name)


def _of_anchor(symbol: Symbol) -> Iterator[Occurrence]:
    """The anchor that is meant at the token, and its aliases: an alias means the nearest anchor above it."""
    uri = symbol.document.uri
    current: Span | None = None
    runs: dict[Span | None, list[Occurrence]] = {}
    wanted: Span | None = None
    tokens = sorted(
        (tree.moved(*span), is_anchor)
        for tree in all_trees(symbol.group, symbol.name)
        for name, span, is_anchor in anchor_tokens(tree.text, tree.root)
        if name == symbol.name
    )
    for moved, is_anchor in tokens:
        if is_anchor:
            current = moved
        runs.setdefault(current, []).append(
            Occurrence(uri, moved, moved, "anchor" if is_anchor else "alias", is_anchor)
        )
        if moved.start <= symbol.span.start <= moved.end:
            wanted = current
    yield from runs.get(wanted, ())
