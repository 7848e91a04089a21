"""The one place that knows where a name is defined and used: steps, groups, parameters, anchors, pipelines.

Names are found as they are meant, not as text: an edge may be an entry of a block or flow list, a single text,
quoted, or an alias of any of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from spine_lsp.analysis.document import Document, Group
from spine_lsp.analysis.symbols import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.spot import At
from spine_lsp.ide.templates import template_at, templates
from spine_lsp.ide.trees import (
    Tree,
    all_trees,
    param_entries,
    skeleton,
    tree_at,
    tree_of_anchor,
    tree_of_step,
)
from spine_lsp.syntax.tree import Entry, Node, find_anchors, walk

Kind = Literal["step", "group", "param", "anchor", "pipeline"]
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


@dataclass(frozen=True, slots=True)
class Named:
    """Something that has a name, and the token at which it was asked for. `step` is the step that defines it.

    A second step of a name is its own thing: nothing waits for it. A parameter with a `step` belongs to that
    step alone, because the group has no default of its name and no template asks for it.
    """

    kind: Kind
    name: str
    document: Document
    group: Group
    span: Span
    step: int | None = None


def named_at(workspace: Workspace, at: At) -> Named | None:
    """What is named at a place, if anything is."""
    document = workspace.documents.get(at.uri)
    group = document.group_at(at.offset) if document is not None else None
    if document is None or group is None:
        return None
    if (one := template_at(group, at.offset)) is not None:
        return Named("param", one.name, document, group, one.name_span)
    tree = tree_at(group, at.offset)
    relative = tree.relative(at.offset) if tree is not None else None
    if tree is None or relative is None:
        return None
    if (step := _step_token(document, group, at.offset)) is not None:
        return step
    if (anchor := _anchor_at(tree, relative)) is not None:
        return Named("anchor", anchor[0], document, group, tree.moved(*anchor[1]))
    return _header_name(document, group, tree, relative) or _param_key(document, group, tree, relative)


def occurrences(workspace: Workspace, named: Named) -> tuple[Occurrence, ...]:
    """Every place of what is named, in the order of the text; pipelines are looked for in all open documents."""
    if named.kind == "step":
        found = _of_step(named)
    elif named.kind == "param":
        found = _of_param(named)
    elif named.kind == "anchor":
        found = _of_anchor(named)
    elif named.kind == "pipeline":
        found = _of_pipeline(workspace, named)
    else:
        found = _of_group(named)
    unique = {(one.uri, one.span): one for one in found}
    return tuple(sorted(unique.values(), key=lambda one: (one.uri != named.document.uri, one.uri, one.span)))


def step_occurrences(document: Document, group: Group, name: str) -> tuple[Occurrence, ...]:
    """Every definition and use of a step's name in its group; spans may lie in shared, anchored lists."""
    found: list[Occurrence] = []
    source = document.text.source
    for number, step in enumerate(group.steps):
        if step.name != name and name not in step.depends_on:
            continue
        base = group.base_of(number)
        if step.name == name and step.name_span is not None:
            found.append(written_at(document.uri, source, step.name_span.moved(base), name, True, number))
        for entry, span in zip(step.depends_on, step.edge_spans, strict=True):
            if entry == name:
                found.append(written_at(document.uri, source, span.moved(base), name, False, number))
    return tuple(found)


def written_at(
    uri: str, source: str, span: Span, name: str, is_definition: bool, step: int | None = None
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
            tree = tree_of_step(group, number)
            if tree is None:
                continue
            if tree.block not in anchors:
                anchors[tree.block] = find_anchors(tree.root)
            known = anchors[tree.block]
            alias = source[start + 1 : end]
            target = known.get(alias)
            if target is None and (elsewhere := tree_of_anchor(group, alias)) is not None:
                tree = elsewhere
                known = anchors.setdefault(tree.block, find_anchors(tree.root))
                target = known.get(alias)
            for item in target.items if target is not None else ():
                meant = known.get(item.text) if item.kind == "alias" else item
                if meant is not None and meant.kind == "scalar" and meant.text == name:
                    found.append(tree.span(item))
    return found


def _step_token(document: Document, group: Group, offset: int) -> Named | None:
    """The step or pipeline that the token at an offset names."""
    number = group.step_at(offset)
    if number is None or number >= len(group.steps):
        return None
    step = group.steps[number]
    base = group.base_of(number)
    first = group.graph.first
    if step.name is not None and step.name_span is not None and _holds(step.name_span.moved(base), offset):
        return Named("step", step.name, document, group, step.name_span.moved(base), number)
    for name, span in zip(step.depends_on, step.edge_spans, strict=True):
        if _holds(span.moved(base), offset):
            return Named("step", name, document, group, span.moved(base), first.get(name))
    span_of_pipeline = step.pipeline_span
    if step.pipeline is not None and span_of_pipeline is not None:
        moved = span_of_pipeline.moved(base)
        if _holds(moved, offset):
            return Named("pipeline", step.pipeline, document, group, moved, number)
    return None


def _header_name(document: Document, group: Group, tree: Tree, relative: int) -> Named | None:
    node = group.header.name_node
    if tree.block is not None or node is None or not node.start <= relative <= node.end:
        return None
    return Named("group", group.name, document, group, tree.span(node))


def default_entries(group: Group) -> tuple[Tree, list[Entry]] | None:
    """The keys and values of the group's defaults, and their tree."""
    tree = skeleton(group)
    if tree is None:
        return None
    return tree, param_entries(group.header.node(*group.header.path_of("defaults")))


def step_param_entries(group: Group, step: int) -> tuple[Tree, list[Entry]] | None:
    """The keys and values of a step's `params`, and their tree."""
    tree = tree_of_step(group, step)
    node = group.node_of(step)
    if tree is None or node is None:
        return None
    return tree, param_entries(node.get("params"))


def _param_key(document: Document, group: Group, tree: Tree, relative: int) -> Named | None:
    offset = tree.start(relative)
    step = group.step_at(offset)
    places = [default_entries(group) if tree.block is None else None]
    if step is not None:
        places.append(step_param_entries(group, step))
    for place in places:
        for key, _ in place[1] if place is not None else ():
            if key.start <= relative <= key.end:
                own = step if place is not places[0] and not _is_shared(group, key.text) else None
                return Named("param", key.text, document, group, tree.span(key), own)
    return None


def _is_shared(group: Group, name: str) -> bool:
    """Whether a parameter is more than one step's own: the group has a default for it, or a template asks for it."""
    defaults = default_entries(group)
    if defaults is not None and any(key.text == name for key, _ in defaults[1]):
        return True
    return next(templates(group, name), None) is not None


def _of_step(named: Named) -> Iterator[Occurrence]:
    yield from step_occurrences(named.document, named.group, named.name)
    uri, source = named.document.uri, named.document.text.source
    for span in shared_names(named.document, named.group, named.name):
        yield written_at(uri, source, span, named.name, False)


def _of_group(named: Named) -> Iterator[Occurrence]:
    tree, node = skeleton(named.group), named.group.header.name_node
    if tree is not None and node is not None:
        source = named.document.text.source
        yield written_at(named.document.uri, source, tree.span(node), named.name, True)


def _of_param(named: Named) -> Iterator[Occurrence]:
    uri, source, group = named.document.uri, named.document.text.source, named.group
    if named.step is None and (defaults := default_entries(group)) is not None:
        for key, _ in defaults[1]:
            if key.text == named.name:
                yield written_at(uri, source, defaults[0].span(key), named.name, True)
    steps = range(len(group.steps)) if named.step is None else (named.step,)
    for step in steps:
        if named.name not in group.steps[step].param_keys:
            continue
        params = step_param_entries(group, step)
        for key, _ in params[1] if params is not None else ():
            if params is not None and key.text == named.name:
                yield written_at(uri, source, params[0].span(key), named.name, named.step is not None, step)
    if named.step is None:
        for one in templates(group, named.name):
            yield Occurrence(uri, one.name_span, one.name_span, "template", False)


def _of_pipeline(workspace: Workspace, named: Named) -> Iterator[Occurrence]:
    for document in workspace.documents.values():
        for group in document.groups:
            for number, step in enumerate(group.steps):
                if step.pipeline == named.name and step.pipeline_span is not None:
                    span = step.pipeline_span.moved(group.base_of(number))
                    yield written_at(document.uri, document.text.source, span, named.name, False, number)


def _of_anchor(named: Named) -> Iterator[Occurrence]:
    """The anchor that is meant at the token, and its aliases: an alias means the nearest anchor above it."""
    uri = named.document.uri
    current: Span | None = None
    runs: dict[Span | None, list[Occurrence]] = {}
    wanted: Span | None = None
    tokens = sorted(
        (tree.moved(*span), is_anchor)
        for tree in all_trees(named.group, named.name)
        for name, span, is_anchor in anchor_tokens(tree.text, tree.root)
        if name == named.name
    )
    for moved, is_anchor in tokens:
        if is_anchor:
            current = moved
        runs.setdefault(current, []).append(
            Occurrence(uri, moved, moved, "anchor" if is_anchor else "alias", is_anchor)
        )
        if moved.start <= named.span.start <= moved.end:
            wanted = current
    yield from runs.get(wanted, ())


def anchor_tokens(text: str, root: Node) -> tuple[tuple[str, Span, bool], ...]:
    """The anchors and aliases of a text and its tree: name, span of the bare name, whether it is the anchor."""
    found: list[tuple[str, Span, bool]] = []
    for node in walk(root) if "&" in text or "*" in text else ():
        if node.anchor and (start := _anchor_before(text, node.start, node.anchor)) is not None:
            found.append((node.anchor, Span(start + 1, start + 1 + len(node.anchor)), True))
        if node.kind == "alias" and text.startswith("*" + node.text, node.start):
            found.append((node.text, Span(node.start + 1, node.start + 1 + len(node.text)), False))
    return tuple(sorted(found, key=lambda one: one[1]))


_FAR = 2000  # between an anchor and its node lie a tag, blanks and comments; no more than this is looked at
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*\n|![^\s]*(?=\s)|-(?=\s))*\Z")


def _anchor_before(text: str, start: int, name: str) -> int | None:
    """Where the ``&name`` of the node that starts at `start` stands."""
    best = None
    at = start
    low = max(start - _FAR, 0)
    while (at := text.rfind("&" + name, low, at)) >= 0:
        behind = at + 1 + len(name)
        if behind > start or _GAP.match(text[behind:start]) is None:
            break
        best = at
    if best is None and text.startswith("&" + name, start):
        return start
    return best


def _anchor_at(tree: Tree, relative: int) -> tuple[str, Span] | None:
    for name, span, _ in anchor_tokens(tree.text, tree.root):
        if span.start - 1 <= relative <= span.end:
            return name, span
    return None


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end
