"""The steps of a group in run order: whole items move, with the comments that belong to them."""

from __future__ import annotations

from spine_lsp.analysis.group import Group
from spine_lsp.ide.edits.steps import step_items
from spine_lsp.syntax.text import Edit


def sort_steps(group: Group) -> list[Edit] | None:
    """The items in the order of the plan; those that cannot run come last, as they stand in the file."""
    items = step_items(group)
    if items is None or len(items) != group.step_count:
        return None
    source = group.text.source
    texts = [source[item.start : item.end] for item in items]
    return [
        Edit(items[place].start, items[place].end, texts[step])
        for place, step in enumerate(run_order(group))
        if texts[step] != texts[place]
    ]


def run_order(group: Group) -> list[int]:
    """The numbers of all steps, those that can run first, in the order of the plan."""
    order = group.dependencies.order
    planned = set(order)
    return [*order, *(step for step in range(group.step_count) if step not in planned)]
