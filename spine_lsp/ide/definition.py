"""Where a name is defined: from a dependency to its step, a template to the default, an alias to its anchor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, Symbol, symbol_at
from spine_lsp.ide.occurrences import (
    occurrences,
)
from spine_lsp.ide.trees import all_trees, default_entries, step_param_entries


@dataclass(frozen=True, slots=True)
class Target:
    """A definition: `span` is all of it (a step, an entry), `name_span` inside it the token to select."""

    uri: str
    span: Span
    name_span: Span


@dataclass(frozen=True, slots=True)
class Definition:
    """The token that was asked about, and where it is defined; of duplicates the first, which is meant, first."""

    origin: Span
    targets: tuple[Target, ...]


def definition(workspace: Workspace, at: At) -> Definition | None:
    """Where the name at a place is defined; None where nothing is named, or nothing defines it.

    A pipeline's class is in Python, which the workspace does not know yet: it has no definition here.
    """
    named = symbol_at(workspace, at)
    if named is None:
        return None
    if named.kind == "step":
        targets = tuple(_steps(named))
    elif named.kind == "param":
        targets = tuple(_defaults(named))
    elif named.kind == "anchor":
        targets = tuple(_anchors(workspace, named))
    else:
        targets = ()
    return Definition(named.span, targets) if targets else None


def step_target(named: Symbol, step: int) -> Target:
    """A step of the group as a target."""
    group = named.group
    name_span = group.name_span(step)
    return Target(
        named.document.uri, covering(group.steps[step].span.moved(group.base_of(step)), name_span), name_span
    )


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
