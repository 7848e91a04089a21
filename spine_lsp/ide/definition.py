"""Where a name is defined: from a dependency to its step, a template to the default, an alias to its anchor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.uris import uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, Symbol, symbol_at
from spine_lsp.ide.occurrences import kind_of_workflow, occurrences
from spine_lsp.ide.trees import all_trees, default_entries, step_param_entries

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.pysource.places import SourcePlace


@dataclass(frozen=True, slots=True)
class Target:
    """A definition: `span` is all of it (a step, an entry), `name_span` inside it the token to select."""

    uri: str
    span: Span
    name_span: Span


@dataclass(frozen=True, slots=True)
class FileTarget:
    """A definition in a file that need not be open: all of it, and the token to select."""

    uri: str
    place: SourcePlace
    name_place: SourcePlace


@dataclass(frozen=True, slots=True)
class Definition:
    """The token that was asked about, and where it is defined; of duplicates the first, which is meant, first."""

    origin: Span
    targets: tuple[Target | FileTarget, ...]


def definition(workspace: Workspace, at: At) -> Definition | None:
    """Where the name at a place is defined; None where nothing is named, or nothing defines it.

    A pipeline is defined by its class or function, a parameter of a step by the specification of its pipeline.
    """
    named = symbol_at(workspace, at)
    if named is None:
        return None
    targets = definitions(workspace, named)
    return Definition(named.span, targets) if targets else None


def definitions(workspace: Workspace, named: Symbol) -> tuple[Target | FileTarget, ...]:
    """Where what a symbol names is defined."""
    if named.kind == "function":
        return tuple(functions(workspace, named.name))
    if named.kind == "workflow":
        return tuple(workflows(workspace, named.name))
    targets: tuple[Target | FileTarget, ...]
    if named.kind == "step":
        targets = tuple(_steps(named))
    elif named.kind == "param":
        own, specified = tuple(_defaults(named)), tuple(_specified(workspace, named))
        targets = specified if named.step is not None and specified else (*own, *specified)
    elif named.kind == "anchor":
        targets = tuple(_anchors(workspace, named))
    elif named.kind == "pipeline":
        targets = tuple(classes(workspace, named.name))
    else:
        targets = ()
    return targets


def functions(workspace: Workspace, reference: str) -> Iterator[FileTarget]:
    """The function that a step of a workflow names, or where it is not known the file of its module."""
    from spine_lsp.analysis.references import module_of, referenced
    from spine_lsp.pysource.places import NOWHERE

    found = referenced(reference, workspace.project)
    if found is not None:
        yield FileTarget(uri_of(found.spot.path), found.spot.place, found.spot.place)
    elif (module := module_of(reference, workspace.project)) is not None:
        yield FileTarget(uri_of(module.path), NOWHERE, NOWHERE)


def workflows(workspace: Workspace, name: str) -> Iterator[Target | FileTarget]:
    """The workflows of a name, or where there are none the groups: of open files, of others, and of Python."""
    from spine_lsp.ide.pipelines.places import workflows_called

    kind = kind_of_workflow(workspace, name)
    for document in workspace.documents.values():
        for group in document.groups:
            node = group.header.name_node
            if group.header.kind.name == kind and group.name == name and node is not None:
                name_span = group.header_span(node)
                yield Target(document.uri, covering(group.span, name_span), name_span)
    for uri, place in workflows_called(workspace, name):
        yield FileTarget(uri, place, place)


def classes(workspace: Workspace, name: str) -> Iterator[FileTarget]:
    """The classes or functions that are registered by a name; of a lambda, where it is registered."""
    from spine_lsp.ide.pipelines.places import file_place, registrations_of

    for registration in registrations_of(workspace, name):
        uri, place = file_place(registration.symbol_spot or registration.name.spot)
        yield FileTarget(uri, place, place)


def _specified(workspace: Workspace, named: Symbol) -> Iterator[FileTarget]:
    """The keys of a parameter in the specifications of the pipelines that get it."""
    from spine_lsp.ide.pipelines.places import file_place, takers

    step = named.step
    if step is None:
        step = named.group.step_at(named.span.start)
    for one in takers(workspace, named.group, step, named.name):
        uri, place = file_place(one.spot)
        yield FileTarget(uri, place, place)


def step_target(named: Symbol, step: int) -> Target:
    """A step of the group as a target."""
    group = named.group
    name_span = group.name_span(step)
    return Target(named.document.uri, covering(group.steps[step].span.moved(group.base_of(step)), name_span), name_span)


def covering(span: Span, inner: Span) -> Span:
    """`span`, or `inner` where that lies elsewhere (a name that was merged in from another map)."""
    return span if span.start <= inner.start and inner.end <= span.end else inner


def _steps(named: Symbol) -> Iterator[Target]:
    for number, step in enumerate(named.group.steps):
        if step.name == named.name:
            yield step_target(named, number)


def _defaults(named: Symbol) -> Iterator[Target]:
    step, group = named.step, named.group
    tree, entries = default_entries(group) if step is None else step_param_entries(group, step)
    for key, value in entries:
        if key.text == named.name:
            span = tree.moved(key.start, max(value.end, key.end))
            yield Target(named.document.uri, span, tree.span(key))


def _anchors(workspace: Workspace, named: Symbol) -> Iterator[Target]:
    for one in occurrences(workspace, named):
        if one.is_definition:
            token = Span(one.span.start - 1, one.span.end)
            yield Target(one.uri, Span(token.start, _end_of_anchored(named, token)), token)


def _end_of_anchored(named: Symbol, token: Span) -> int:
    """Where the node behind an anchor ends."""
    for tree in all_trees(named.group, "&" + named.name):
        for node in tree.nodes():
            if node.anchor == named.name and (span := tree.span(node)).start >= token.start:
                return max(span.end, token.end)
    return token.end
