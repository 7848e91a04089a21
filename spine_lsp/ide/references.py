"""Every use of the name at a place, with or without what defines it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spine_lsp.analysis.uris import uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, Symbol, symbol_at
from spine_lsp.ide.occurrences import Occurrence, occurrences
from spine_lsp.orchestration.kinds import BY_NAME

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.ide.pipelines.places import FilePlace


def references(workspace: Workspace, at: At, *, with_definition: bool = False) -> tuple[Occurrence, ...]:
    """The uses of the step, parameter, anchor or pipeline at a place; nothing where nothing is named."""
    named = _asked(workspace, at)
    if named is None:
        return ()
    found = occurrences(workspace, named)
    return tuple(one for one in found if with_definition or not one.is_definition)


def references_elsewhere(
    workspace: Workspace, at: At, *, with_definition: bool = False
) -> tuple[FilePlace, ...]:
    """The uses of the pipeline at a place in files that are not open and in Python, and where it is registered."""
    named = _asked(workspace, at)
    if named is None:
        return ()
    if named.kind in ("function", "workflow"):
        return _mentions_elsewhere(workspace, named, with_definition=with_definition)
    return (
        pipeline_references(workspace, named.name, with_definition=with_definition)
        if named.kind == "pipeline"
        else ()
    )


def _asked(workspace: Workspace, at: At) -> Symbol | None:
    """What is named at a place; a document that others may run inside of them as what they name."""
    named = symbol_at(workspace, at)
    if named is not None and named.kind == "group" and named.group.header.kind.parts:
        return replace(named, kind="workflow")
    return named


def _mentions_elsewhere(
    workspace: Workspace, named: Symbol, *, with_definition: bool
) -> tuple[FilePlace, ...]:
    """The steps of files that are not open that name a function or workflow, and where it is defined."""
    from spine_lsp.ide.definition import FileTarget, definitions
    from spine_lsp.ide.pipelines.places import FilePlace

    targets = definitions(workspace, named) if with_definition else ()
    found = [FilePlace(each.uri, each.name_place) for each in targets if isinstance(each, FileTarget)]
    for use in workspace.project.groups.mentions(named.name):
        kind = BY_NAME.get(use.group.kind)
        keys = () if kind is None else kind.references if named.kind == "function" else kind.parts
        if use.path not in workspace.open_paths and use.mention.key in keys:
            found.append(FilePlace(uri_of(use.path), use.mention.place))
    return tuple(found)


def pipeline_references(workspace: Workspace, name: str, *, with_definition: bool) -> tuple[FilePlace, ...]:
    """The same of a pipeline by its name."""
    from spine_lsp.ide.pipelines.places import file_place, python_uses, registrations_of, uses_in_closed_files

    found = (
        [file_place(each.name.spot) for each in registrations_of(workspace, name)] if with_definition else []
    )
    found += [place for place, _, _ in uses_in_closed_files(workspace, name)]
    found += [file_place(use.spot) for use in python_uses(workspace, name)]
    return tuple(found)
