"""Sorting the steps into run order: whole items move, with the comments that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from spine_lsp.analysis.document import Document, Group
from spine_lsp.ide.fixes.items import step_items
from spine_lsp.ide.refactorings.rewriting import SORT_STEPS, Rewriting, rewriting
from spine_lsp.syntax.text import Edit


def sort_rewritings(document: Document, group: Group) -> Iterator[Rewriting]:
    """The sorting, where the steps are not in run order."""
    if _run_order(group) != list(range(group.step_count)):
        title = (
            f"Sort the steps of `{group.name}` into run order"
            if group.name
            else "Sort the steps into run order"
        )
        yield rewriting(document, title, partial(sort_steps, group), SORT_STEPS)


def sort_steps(group: Group) -> list[Edit] | None:
    """The items in the order of the plan; those that cannot run come last, as they stand in the file."""
    items = step_items(group)
    if items is None or len(items) != group.step_count:
        return None
    source = group.text.source
    texts = [source[item.start : item.end] for item in items]
    return [
        Edit(items[place].start, items[place].end, texts[step])
        for place, step in enumerate(_run_order(group))
        if texts[step] != texts[place]
    ]


def _run_order(group: Group) -> list[int]:
    order = group.graph.order
    planned = set(order)
    return [*order, *(step for step in range(group.step_count) if step not in planned)]
