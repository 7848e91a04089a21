"""Sorting the steps into run order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from spine_lsp.analysis.group import Group
from spine_lsp.ide.edits.sort_steps import run_order, sort_steps
from spine_lsp.ide.fixes.fix import in_title
from spine_lsp.ide.offer import SORT_STEPS
from spine_lsp.ide.refactorings.rewriting import Rewriting


def sort_rewritings(group: Group) -> Iterator[Rewriting]:
    """The sorting, where the steps are not in run order."""
    if run_order(group) != list(range(group.step_count)):
        whose = f"the steps of {in_title(group.name)}" if group.name else "the steps"
        yield Rewriting(f"Sort {whose} into run order", partial(sort_steps, group), SORT_STEPS)
