"""Parameters that all steps share moved into the group's defaults, and a default moved into the steps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.rules.repeated_default import same_value
from spine_lsp.ide.edits.sections import new_section
from spine_lsp.ide.edits.yaml_edits import (
    insert_entry,
    insert_line_after,
    node_column,
    remove_entries,
    remove_entry,
)
from spine_lsp.ide.fixes.fix import in_title
from spine_lsp.ide.refactorings.rewriting import Rewriting
from spine_lsp.ide.trees import skeleton, tree_of_step
from spine_lsp.orchestration.vocabulary import DEFAULTS, PARAMS
from spine_lsp.syntax.lines import line_break
from spine_lsp.syntax.text import Edit
from spine_lsp.syntax.tree import Node

_SHOWN = 6  # names in a title


def params_rewritings(group: Group, default: str | None, *, near_params: bool) -> Iterator[Rewriting]:
    """Moving what all steps share; `default` is the default that the cursor is on, which can be moved back.

    `near_params` says whether the cursor is where somebody may think of parameters.
    """
    shared = shared_params(group) if near_params else []
    if shared:
        names = ", ".join(map(in_title, shared[:_SHOWN])) + (" and others" if len(shared) > _SHOWN else "")
        title = f"Move {names} from all steps into `defaults` (a run can override it there)"
        yield Rewriting(title, partial(move_to_defaults, group, shared))
    if default is not None and group.step_count:
        title = f"Move the default {in_title(default)} into every step (a run cannot override it there)"
        yield Rewriting(title, partial(move_to_steps, group, default))


def shared_params(group: Group) -> list[str]:
    """The parameters that every step has, each with one value, and that are no default with another."""
    steps = group.steps
    if len(steps) < 2:
        return []
    first = steps[0].params
    keys = [key for key in first if isinstance(key, str)]
    for step in steps[1:]:
        if not keys:
            return []
        params = step.params
        keys = [key for key in keys if key in params and same_value(params[key], first[key])]
    defaults = group.header.section(DEFAULTS)
    keys = [key for key in keys if key not in defaults or same_value(defaults[key], first[key])]
    return keys if _params_of(group, 0) is not None else []  # of the others it is seen when they are moved


def move_to_defaults(group: Group, keys: list[str]) -> list[Edit] | None:
    """The parameters out of every step, and into `defaults`, which is made if there is none."""
    return move_step_params_to_defaults(group, None, keys)


def move_step_params_to_defaults(group: Group, only: int | None, keys: list[str]) -> list[Edit] | None:
    """The same of one step, or where `only` is None of every step; the values are those of the first."""
    edits: list[Edit] = []
    lines: list[str] = []
    for step in range(group.step_count) if only is None else [only]:
        found = _params_of(group, step)
        node = group.node_of(step)
        if found is None or node is None:
            return None
        number, params = found
        tree = tree_of_step(group, step)
        gone = [n for n, entry in enumerate(params.entries) if entry.key.text in keys]
        if not lines:
            lines = [f"{tree.written(params.entries[n].key)}: {tree.written(params.entries[n].value)}" for n in gone]
            plain = all(_movable(tree.written(params.entries[n].value), params.entries[n].value) for n in gone)
            if not plain:
                return None
        if len(gone) == len(params.entries):
            removed = remove_entry(tree, node, number)
        else:
            removed = remove_entries(tree, params, gone)
        if removed is None:
            return None
        edits += removed
    known = group.header.section(DEFAULTS)
    fresh = [line for line, key in zip(lines, keys, strict=True) if key not in known]
    added = add_defaults(group, fresh) if fresh else []
    return None if added is None else [*added, *edits]


def move_to_steps(group: Group, key: str) -> list[Edit] | None:
    """A default out of `defaults`, and into every step that has no such parameter of its own."""
    path = group.header.form.path_of(DEFAULTS)
    defaults = group.header.node(*path)
    parent = group.header.node(*path[:-1]) if len(path) > 1 else group.header.root
    if defaults is None or parent is None:
        return None
    tree = skeleton(group)
    number = next((n for n, e in enumerate(defaults.entries) if e.key.text == key), None)
    if number is None or not _movable(tree.written(defaults.entries[number].value), defaults.entries[number].value):
        return None
    written_key = tree.written(defaults.entries[number].key)
    value = tree.written(defaults.entries[number].value)
    if len(defaults.entries) > 1:
        edits = remove_entry(tree, defaults, number)
    else:
        outer = next(n for n, entry in enumerate(parent.entries) if entry.value is defaults)
        edits = remove_entry(tree, parent, outer)
    if edits is None:
        return None
    for step in range(group.step_count):
        if key in group.steps[step].params:
            continue
        added = _add_param(group, step, written_key, value)
        if added is None:
            return None
        edits = [*edits, *added]
    return edits


def _params_of(group: Group, step: int) -> tuple[int, Node] | None:
    """The number of the entry `params` of a step, and its map; None if it is not written there as a map."""
    node = group.node_of(step)
    for number, (key, value) in enumerate(node.entries if node is not None else ()):
        if key.kind == "scalar" and key.text == PARAMS:
            usable = value.kind == "map" and value.entries and not value.anchor and not value.get("<<")
            return (number, value) if usable else None
    return None


def _movable(text: str, value: Node) -> bool:
    """Whether a value can stand on a line elsewhere: one line, nothing that an alias needs."""
    return (
        bool(text)
        and "\n" not in text
        and "\r" not in text
        and "#" not in text
        and not value.anchor
        and not value.tag
        and value.kind != "alias"
        and "*" not in text
    )


def _add_param(group: Group, step: int, key: str, value: str) -> list[Edit] | None:
    node, tree = group.node_of(step), tree_of_step(group, step)
    if node is None or node.kind != "map":
        return None
    found = _params_of(group, step)
    if found is not None:
        return insert_entry(tree, found[1], key, value)
    known = node.get(PARAMS)
    if known is not None:
        usable = known.kind == "map" and not known.entries and not known.anchor
        return insert_entry(tree, known, key, value) if usable else None
    if node.style == "flow":
        return insert_entry(tree, node, PARAMS, f"{{{key}: {value}}}")
    return insert_entry(tree, node, PARAMS, f"{key}: {value}\n")


def add_defaults(group: Group, lines: list[str]) -> list[Edit] | None:
    """Lines put into `defaults`; the section is made right above the list of steps if there is none."""
    tree = skeleton(group)
    path = group.header.form.path_of(DEFAULTS)
    defaults = group.header.node(*path)
    if defaults is not None:
        if defaults.kind != "map" or defaults.anchor:
            return None
        if defaults.style == "flow" or not defaults.entries:
            joined = ", ".join(lines)
            key, _, value = joined.partition(": ")
            return insert_entry(tree, defaults, key, value)
        last = defaults.entries[-1]
        column = " " * node_column(tree, defaults.entries[0].key)
        text = line_break(tree.source).join(f"{column}{line}" for line in lines)
        return [insert_line_after(tree.source, tree.at(max(last.value.end, last.key.end)), text)]
    return new_section(group, DEFAULTS, lines)
