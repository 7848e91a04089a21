"""Rewritings of one step: delete it and reconnect, insert one before, behind or on an edge, make it independent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from spine_lsp.analysis.group import Group
from spine_lsp.ide.edits.depends_on import remove_edges, replace_edge, set_edges
from spine_lsp.ide.edits.steps import free_name, guess_pipeline, insert_step, remove_step
from spine_lsp.ide.fixes.fix import in_title
from spine_lsp.ide.refactorings.rewriting import Rewriting
from spine_lsp.syntax.text import Edit

NEW = "new_step"
"""What a new step is called until somebody gives it a name."""


def step_rewritings(group: Group, step: int, entry: int | None) -> Iterator[Rewriting]:
    """What can be done with a step; `entry` is the edge that the cursor is on."""
    graph = group.graph
    name = group.steps[step].name
    if name is None or graph.first.get(name) != step:
        return
    listed = graph.depends_on[step]
    if entry is not None and (on := listed[entry]) in graph.first and on != name:
        title = f"Insert a step between {in_title(on)} and {in_title(name)}"
        yield Rewriting(title, partial(insert_on_edge, group, step, entry))
    dependents = [other for other, names in enumerate(graph.depends_on) if name in names]
    before, after = f"Insert a step before {in_title(name)}", f"Insert a step after {in_title(name)}"
    yield Rewriting(before, partial(insert_before, group, step))
    yield Rewriting(after, partial(insert_after, group, step, dependents))
    if listed:
        title = f"Make {in_title(name)} independent (it waits for nothing then)"
        yield Rewriting(title, partial(remove_edges, group, step, range(len(listed))))
    if group.step_count > 1:
        title = f"Delete {in_title(name)}{' and reconnect what waits for it' if dependents else ''}"
        yield Rewriting(title, partial(delete_step, group, step, dependents))


def insert_on_edge(group: Group, step: int, entry: int, name: str | None = None) -> list[Edit] | None:
    """A new step that waits for the entry's step, and that the step waits for in its stead."""
    on = group.graph.depends_on[step][entry]
    name = name or free_name(group, NEW)
    return _joined(
        _new_step(group, step, name, [on]),
        _renamed(group, step, on, [name]),
    )


def insert_before(group: Group, step: int, name: str | None = None) -> list[Edit] | None:
    """A new step that waits for all that the step waits for, and the step for it alone."""
    name = name or free_name(group, NEW)
    listed = [other for other in group.graph.depends_on[step] if other != group.names[step]]
    return _joined(_new_step(group, step, name, listed), set_edges(group, step, [name]))


def insert_after(group: Group, step: int, dependents: list[int], name: str | None = None) -> list[Edit] | None:
    """A new step that waits for the step, and that all wait for who waited for the step."""
    name = name or free_name(group, NEW)
    pipeline = guess_pipeline(group, step, name)
    old = group.names[step]
    parts = [insert_step(group, step + 1, name, pipeline, [old])]
    parts += [_renamed(group, other, old, [name]) for other in dependents if other != step]
    return _joined(*parts)


def delete_step(group: Group, step: int, dependents: list[int]) -> list[Edit] | None:
    """Without the step; what waited for it waits for what it waited for. Its comments stay."""
    old = group.names[step]
    listed = [other for other in dict.fromkeys(group.graph.depends_on[step]) if other != old]
    parts = []
    for other in dependents:
        if other != step:  # in a cycle the two wait for each other: nothing comes to wait for itself
            ons = [on for on in listed if on != group.names[other]]
            parts.append(_renamed(group, other, old, ons))
    parts.append(remove_step(group, step))
    return _joined(*parts)


def _renamed(group: Group, step: int, old: str, new: list[str]) -> list[Edit] | None:
    """`depends_on` of a step with `new` in the place of `old`."""
    listed = group.graph.depends_on[step]
    entries = [entry for entry, name in enumerate(listed) if name == old]
    if len(entries) == 1:
        return replace_edge(group, step, entries[0], new)
    names = dict.fromkeys(name for old_name in listed for name in (new if old_name == old else [old_name]))
    return set_edges(group, step, list(names))


def _new_step(group: Group, before: int, name: str, depends_on: list[str]) -> list[Edit] | None:
    return insert_step(group, before, name, guess_pipeline(group, before, name), depends_on)


def _joined(*parts: list[Edit] | None) -> list[Edit] | None:
    """The edits of all parts, or None if one of them could not be made."""
    if any(part is None for part in parts):
        return None
    return [edit for part in parts if part is not None for edit in part]
