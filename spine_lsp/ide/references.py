"""Every use of the name at a place, with or without what defines it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, Symbol, SymbolKind, symbol_at
from spine_lsp.ide.occurrences import Occurrence, kind_of_workflow, occurrences

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.ide.pipelines.places import FilePlace

SHARED: tuple[SymbolKind, ...] = ("pipeline", "function", "workflow")
"""What several files may name."""


def references(workspace: Workspace, at: At, *, with_definition: bool = False) -> tuple[Occurrence, ...]:
    """The uses of the step, parameter, anchor or pipeline at a place; nothing where nothing is named."""
    named = as_workflow(workspace, symbol_at(workspace, at))
    if named is None:
        return ()
    found = occurrences(workspace, named)
    return tuple(one for one in found if with_definition or not one.is_definition)


def references_elsewhere(workspace: Workspace, at: At, *, with_definition: bool = False) -> tuple[FilePlace, ...]:
    """The uses of the pipeline, function or workflow at a place that no open YAML holds, and where it is defined."""
    named = as_workflow(workspace, symbol_at(workspace, at))
    if named is None or named.kind not in SHARED:
        return ()
    return elsewhere(workspace, named.kind, named.name, with_definition=with_definition)


def elsewhere(workspace: Workspace, kind: SymbolKind, name: str, *, with_definition: bool) -> tuple[FilePlace, ...]:
    """The uses of something that several files may name, but for those in open YAML, and where it is defined."""
    defined = defined_elsewhere(workspace, kind, name) if with_definition else ()
    return (*defined, *used_elsewhere(workspace, kind, name))


def defined_elsewhere(workspace: Workspace, kind: SymbolKind, name: str) -> tuple[FilePlace, ...]:
    """Where something that several files may name is defined, but for workflows of open YAML."""
    from spine_lsp.ide.definition import functions
    from spine_lsp.ide.pipelines.places import FilePlace, file_place, registrations_of, workflows_called

    if kind == "pipeline":
        return tuple(file_place(each.name.spot) for each in registrations_of(workspace, name))
    if kind == "workflow":
        return tuple(workflows_called(workspace, name))
    return tuple(FilePlace(each.uri, each.place) for each in functions(workspace, name))


def used_elsewhere(workspace: Workspace, kind: SymbolKind, name: str) -> tuple[FilePlace, ...]:
    """The uses of something that several files may name, but for those in open YAML."""
    from spine_lsp.ide.pipelines.places import named_in_closed_files, named_in_python

    return (*named_in_closed_files(workspace, kind, name), *named_in_python(workspace, kind, name))


def as_workflow(workspace: Workspace, named: Symbol | None) -> Symbol | None:
    """A symbol; a group or workflow as what others run by its name."""
    if named is None or named.kind != "group":
        return named
    meant = kind_of_workflow(workspace, named.name) == named.group.header.kind.name
    return replace(named, kind="workflow") if meant else named
