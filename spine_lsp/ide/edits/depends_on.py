"""Edits of a step's `depends_on`, in each of its forms: single name, flow list, block list, or not there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.ide.edits.yaml_edits import (
    comments_in,
    insert_entry,
    insert_in_braces,
    insert_line_after,
    quotes_of,
    remove_entry,
    remove_items,
)
from spine_lsp.ide.trees import Tree, tree_of_step
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, NAME
from spine_lsp.syntax.lines import line_break, line_start
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit
from spine_lsp.syntax.tree import Node


class DependsOn(NamedTuple):
    """Where a step's `depends_on` is written: the step's map, the number of the entry, and its value."""

    tree: Tree
    step: Node
    number: int
    value: Node


def find_depends_on(group: Group, step: int) -> DependsOn | None:
    """The `depends_on` that counts, if it is written in the step itself (not merged, not an alias)."""
    node = group.node_of(step)
    spans = group.steps[step].edge_spans
    for number, (key, value) in enumerate(node.entries if node is not None else ()):
        if key.kind == "scalar" and key.text == DEPENDS_ON and value.kind in ("scalar", "seq"):
            if spans and not value.start <= spans[0].start <= value.end:
                continue
            assert node is not None
            return DependsOn(tree_of_step(group, step), node, number, value)
    return None


def remove_edges(group: Group, step: int, entries: Collection[int]) -> list[Edit] | None:
    """Take entries out of a step's `depends_on`; with the last one the key goes."""
    found = find_depends_on(group, step)
    if found is None or not entries:
        return None
    gone = {group.steps[step].edge_spans[entry] for entry in entries}
    if found.value.kind == "scalar":
        return remove_entry(found.tree, found.step, found.number)
    items = [n for n, item in enumerate(found.value.items) if (item.start, item.end) in gone]
    if len(items) != len(gone):
        return None
    if len(items) == len(found.value.items):
        return remove_entry(found.tree, found.step, found.number)
    return remove_items(found.tree, found.value, items)


def replace_edge(group: Group, step: int, entry: int, names: Sequence[str]) -> list[Edit] | None:
    """Write `names` in the place of one entry, those left out that the step lists already."""
    others = {name for n, name in enumerate(group.steps[step].depends_on) if n != entry}
    fresh = [name for name in dict.fromkeys(names) if name not in others]
    if not fresh:
        return remove_edges(group, step, [entry])
    found = find_depends_on(group, step)
    if found is None:
        return None
    tree, value = found.tree, found.value
    span = group.edge_span(step, entry)
    old = tree.source[span.start : span.end]
    quotes = _quotes(found)
    texts = [write(fresh[0], quotes or old), *(write(name, quotes) for name in fresh[1:])]
    if value.kind == "scalar":
        return [Edit(*span, texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")]
    if value.style == "flow":
        return [Edit(*span, ", ".join(texts))]
    item = next((item for item in value.items if tree.at(item.start) == span.start), None)
    if item is None:
        return None
    prefix = tree.source[line_start(tree.source, span.start) : span.start]
    edits = [Edit(*span, texts[0])]
    if len(texts) > 1:
        if prefix.strip() != "-":
            return None
        dashes = line_break(tree.source).join(f"{prefix}{text}" for text in texts[1:])
        edits.append(insert_line_after(tree.source, span.end, dashes))
    return edits


def _quotes(found: DependsOn) -> str:
    """The quotes that a name has to have here: those of the names beside it, or else of the keys of the step."""
    return quotes_of(found.tree, found.value) or quotes_of(found.tree, found.step)


def set_edges(group: Group, step: int, names: Sequence[str]) -> list[Edit] | None:
    """Let a step wait for exactly `names`, in the form that its `depends_on` has."""
    listed = group.steps[step].depends_on
    if not names:
        return remove_edges(group, step, range(len(listed))) if listed else []
    if not listed:
        return add_edges(group, step, names)
    found = find_depends_on(group, step)
    if found is None or any(item.anchor or item.tag for item in found.value.items):
        return None
    tree, value = found.tree, found.value
    texts = [write(name, _quotes(found)) for name in names]
    start, end = tree.at(value.start), tree.at(value.end)
    flow = f"[{', '.join(texts)}]"
    if value.kind == "scalar":
        return [Edit(start, end, texts[0] if len(texts) == 1 else flow)]
    commented = bool(comments_in(tree.source, start, end))
    if value.style == "flow":
        return None if commented else [Edit(start, end, flow)]
    if commented:  # entries that stay keep their lines; the first of those that go becomes the new ones
        return _exchanged(group, step, names) if len(value.items) == len(listed) else None
    begin = tree.at(value.items[0].start)
    prefix = tree.source[line_start(tree.source, begin) : begin]
    if prefix.strip() != "-":
        return None
    return [Edit(begin, end, f"{line_break(tree.source)}{prefix}".join(texts))]


def _exchanged(group: Group, step: int, names: Sequence[str]) -> list[Edit] | None:
    """Edits entry by entry, so that each comment stays beside what it is about."""
    listed = group.steps[step].depends_on
    gone = [entry for entry, name in enumerate(listed) if name not in names or name in listed[:entry]]
    fresh = [name for name in names if name not in listed]
    if not gone:
        return add_edges(group, step, fresh)
    made = replace_edge(group, step, gone[0], fresh) if fresh else []
    rest = gone[1:] if fresh else gone
    removed = remove_edges(group, step, rest) if rest else []
    return None if made is None or removed is None else [*made, *removed]


def add_edges(group: Group, step: int, names: Sequence[str]) -> list[Edit] | None:
    """Let a step wait for `names` too, those left out that it waits for already."""
    listed = group.steps[step].depends_on
    fresh = [name for name in dict.fromkeys(names) if name not in listed]
    if not fresh:
        return []
    node = group.node_of(step)
    found = find_depends_on(group, step)
    if found is None:
        if node is None or node.get(DEPENDS_ON) is not None or node.get("<<") is not None:
            return None
        runs = group.steps[step].runs_by
        after = runs if node.get(runs) is not None else NAME
        tree = tree_of_step(group, step)
        value = ", ".join(write(name, quotes_of(tree, node)) for name in fresh)
        return insert_entry(tree, node, DEPENDS_ON, f"[{value}]", after)
    tree, written = found.tree, found.value
    texts = [write(name, _quotes(found)) for name in fresh]
    return _added(tree, written, texts)


def _added(tree: Tree, value: Node, texts: list[str]) -> list[Edit] | None:
    """More names in a `depends_on` of any form."""
    start, end = tree.at(value.start), tree.at(value.end)
    if value.is_empty:
        return [Edit(start, end, f" [{', '.join(texts)}]")]
    if value.kind == "scalar":
        return [Edit(start, end, f"[{', '.join([tree.written(value), *texts])}]")]
    if value.style == "flow":
        return insert_in_braces(tree, value, ", ".join(texts))
    if not value.items:
        return None
    last = value.items[-1]
    at = tree.at(last.end)
    prefix = tree.source[line_start(tree.source, tree.at(last.start)) : tree.at(last.start)]
    if prefix.strip() != "-":
        return None
    lines = line_break(tree.source).join(f"{prefix}{text}" for text in texts)
    return [insert_line_after(tree.source, at, lines)]
