"""Every use of the name at a place, with or without what defines it."""

from __future__ import annotations

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, symbol_at
from spine_lsp.ide.occurrences import Occurrence, occurrences


def references(workspace: Workspace, at: At, *, with_definition: bool = False) -> tuple[Occurrence, ...]:
    """The uses of the step, parameter, anchor or pipeline at a place; nothing where nothing is named."""
    named = symbol_at(workspace, at)
    if named is None:
        return ()
    found = occurrences(workspace, named)
    return tuple(one for one in found if with_definition or not one.is_definition)
