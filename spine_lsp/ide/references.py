"""Every use of the name at a place, with or without what defines it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, symbol_at
from spine_lsp.ide.occurrences import Occurrence, occurrences

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.ide.pipelines.places import FilePlace


def references(workspace: Workspace, at: At, *, with_definition: bool = False) -> tuple[Occurrence, ...]:
    """The uses of the step, parameter, anchor or pipeline at a place; nothing where nothing is named."""
    named = symbol_at(workspace, at)
    if named is None:
        return ()
    found = occurrences(workspace, named)
    return tuple(one for one in found if with_definition or not one.is_definition)


def references_elsewhere(
    workspace: Workspace, at: At, *, with_definition: bool = False
) -> tuple[FilePlace, ...]:
    """The uses of the pipeline at a place in files that are not open and in Python, and where it is registered."""
    named = symbol_at(workspace, at)
    return (
        pipeline_references(workspace, named.name, with_definition=with_definition)
        if named is not None and named.kind == "pipeline"
        else ()
    )


def pipeline_references(workspace: Workspace, name: str, *, with_definition: bool) -> tuple[FilePlace, ...]:
    """The same of a pipeline by its name."""
    from spine_lsp.ide.pipelines.places import file_place, python_uses, registrations_of, uses_in_closed_files

    found = (
        [file_place(each.name.spot) for each in registrations_of(workspace, name)] if with_definition else []
    )
    found += [place for place, _, _ in uses_in_closed_files(workspace, name)]
    found += [file_place(use.spot) for use in python_uses(workspace, name)]
    return tuple(found)
