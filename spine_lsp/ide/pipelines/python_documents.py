"""What the editor says in an open Python file: who runs what it registers, and what the groups that it builds run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import place_of
from spine_lsp.analysis.python_view import PythonView
from spine_lsp.analysis.references import referenced
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, SymbolKind
from spine_lsp.ide.definition import FileTarget, definition, workflows
from spine_lsp.ide.hover.hover import hover, pipeline_hover
from spine_lsp.ide.hover.markup import Block, FileLink, Grid, Hover, Line, NameLink
from spine_lsp.ide.lenses import LensKind, LensText, lenses, resolve_lens
from spine_lsp.ide.occurrences import kind_of_workflow, named_in_open
from spine_lsp.ide.pipelines.places import (
    FilePlace,
    file_place,
    parts_run,
    python_uses,
    registrations_of,
    schedules_of,
    uses_in_closed_files,
)
from spine_lsp.ide.pipelines.python_groups import declared_in, python_view
from spine_lsp.ide.references import defined_elsewhere, references, used_elsewhere
from spine_lsp.ide.symbols import OutlineItem, document_symbols
from spine_lsp.orchestration.problems import counted
from spine_lsp.orchestration.vocabulary import NAME
from spine_lsp.pysource.declarations import PythonGroup, Registration
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.pysource.targets import Known, Spot


class StepUse(NamedTuple):
    """A step that runs a pipeline, in whichever file: its place, and the group that it belongs to."""

    place: FilePlace
    step: str
    group: tuple[str, str]  # the file and the name of the group


def uses_of(workspace: Workspace, name: str) -> Iterator[StepUse]:
    """Every step of the workspace that runs a pipeline: of open files, of others, and of groups built in Python."""
    for document in workspace.documents.values():
        for group in document.groups:
            for number, step in enumerate(group.steps):
                if step.pipeline == name and step.pipeline_span is not None:
                    span = step.pipeline_span.moved(group.base_of(number))
                    place = FilePlace(document.uri, place_of(document.text, span))
                    yield StepUse(place, step.name or "", (document.uri, group.name))
    for place, named, owner in uses_in_closed_files(workspace, name):
        yield StepUse(place, named, (place.uri, owner))
    for use in python_uses(workspace, name):
        yield StepUse(
            file_place(use.spot), use.step, (use.spot.path, use.group.name or str(use.group.spot.place.start))
        )


class Named(NamedTuple):
    """What a token of a Python file names that other files name too, and that token.

    A function is named by each of the references that steps name it by.
    """

    name: str
    place: SourcePlace
    kind: SymbolKind = "pipeline"
    references: tuple[str, ...] = ()


def named_at(workspace: Workspace, at: At) -> Named | None:
    """The pipeline that is registered or run at a place of an open Python file; None for any other place."""
    named = shared_at(workspace, at)
    return named if named is not None and named.kind == "pipeline" else None


def shared_at(workspace: Workspace, at: At) -> Named | None:
    """As `named_at`, also of functions that steps name, and of workflows that are built or run."""
    document = workspace.documents.get(at.uri)
    declared = declared_in(workspace, document) if document is not None else None
    path = path_of(at.uri)
    if document is None or path is None:
        return None
    for registration in declared.registrations if declared is not None else ():
        for place in _tokens(registration, path):
            if place.start <= at.offset <= place.end:
                return Named(registration.name.value, place)
    for group in declared.groups if declared is not None else ():
        for run in group.runs():
            if (here := _here(run.spot, path, at.offset)) is not None:
                return Named(run.name, here)
        if group.name and (here := _here(group.places.get((NAME,)), path, at.offset)) is not None:
            return Named(group.name, here, "workflow") if _is_meant(workspace, group) else None
        for name, spot in parts_run(group):
            if (here := _here(spot, path, at.offset)) is not None:
                return Named(name, here, "workflow")
    return _function_at(workspace, path, at.offset)


def _here(spot: Spot | None, path: str, offset: int) -> SourcePlace | None:
    is_here = spot is not None and spot.path == path and spot.place.start <= offset <= spot.place.end
    return spot.place if spot is not None and is_here else None


def _is_meant(workspace: Workspace, group: PythonGroup) -> bool:
    return group.name is not None and kind_of_workflow(workspace, group.name) == group.kind


def _function_at(workspace: Workspace, path: str, offset: int) -> Named | None:
    """The function or class that is defined at a place, if steps name it."""
    python = workspace.project.python
    facts = python.modules.files.get(path) if python is not None else None
    for each in (*facts.functions, *facts.classes) if facts is not None else ():
        if each.place.start <= offset <= each.place.end:
            named = tuple(
                text
                for text in workspace.project.groups.mentioned()
                if (found := referenced(text, workspace.project)) is not None and found.spot == Spot(path, each.place)
            )
            return Named(each.name, each.place, "function", named) if named else None
    return None


def _tokens(registration: Registration, path: str | None) -> Iterator[SourcePlace]:
    """The tokens that stand for a registration in its file: the name, the class or function, its own `name`."""
    yield registration.name.spot.place
    own = registration.own_name
    spots = [registration.symbol_spot, own.spot if isinstance(own, Known) else None]
    yield from (spot.place for spot in spots if spot is not None and spot.path == path)


class InView(NamedTuple):
    """A place of an open Python file, in the YAML that says what the groups there are."""

    view: PythonView
    workspace: Workspace
    at: At


def _in_view(workspace: Workspace, at: At) -> InView | None:
    view = python_view(workspace, at.uri)
    offset = view.offset(at.offset) if view is not None else None
    if view is None or offset is None:
        return None
    return InView(view, view.within(workspace), At(at.uri, offset))


def python_hover(workspace: Workspace, at: At) -> Hover | None:
    """What there is to say of the pipeline at a place, or of the group, step or parameter that is built there."""
    if (named := named_at(workspace, at)) is not None:
        place = named.place
        found = pipeline_hover(workspace, named.name)
        return Hover(Span(place.start, place.end), found.title, found.blocks)
    if (inner := _in_view(workspace, at)) is None:
        return None
    said = hover(inner.workspace, inner.at)
    if said is None or said.span is None or said.of_schema:
        return None
    blocks = tuple(_block_back(block, inner.view, at.uri) for block in said.blocks)
    return Hover(inner.view.span(said.span), _line_back(said.title, inner.view, at.uri), blocks)


def _block_back(block: Block, view: PythonView, uri: str) -> Block:
    """A block of a hover with its links into the Python file."""
    if isinstance(block, Grid):
        heads = tuple(_line_back(line, view, uri) for line in block.heads)
        return Grid(heads, tuple(tuple(_line_back(cell, view, uri) for cell in row) for row in block.rows))
    items = tuple(_line_back(line, view, uri) for line in block.items)
    return replace(block, text=_line_back(block.text, view, uri), items=items)


def _line_back(line: Line, view: PythonView, uri: str) -> Line:
    return tuple(
        FileLink(part.text, uri, view.place(part.span)) if isinstance(part, NameLink) and part.uri == uri else part
        for part in line
    )


def python_references(workspace: Workspace, at: At, *, with_definition: bool) -> tuple[FilePlace, ...]:
    """The steps that run the pipeline at a place, and where it is registered; of a step what waits for it."""
    if (named := shared_at(workspace, at)) is not None:
        places: list[FilePlace] = []
        for name in named.references or (named.name,):
            places += defined_elsewhere(workspace, named.kind, name) if with_definition else ()
            places += (
                FilePlace(one.uri, place_of(workspace.documents[one.uri].text, one.name_span))
                for one in named_in_open(workspace, named.kind, name)
                if with_definition or not one.is_definition
            )
            places += used_elsewhere(workspace, named.kind, name)
        return tuple(dict.fromkeys(places))
    if (inner := _in_view(workspace, at)) is None:
        return ()
    uses = references(inner.workspace, inner.at, with_definition=with_definition)
    return tuple(FilePlace(at.uri, inner.view.place(use.name_span)) for use in uses if use.uri == at.uri)


def python_definition(workspace: Workspace, at: At) -> tuple[FilePlace, ...]:
    """The class or function of the pipeline that is named at a place; the step that a dependency means."""
    named = shared_at(workspace, at)
    if named is not None and named.kind == "pipeline":
        registrations = registrations_of(workspace, named.name)
        return tuple(file_place(each.symbol_spot or each.name.spot) for each in registrations)
    if named is not None and named.kind == "workflow":
        return tuple(
            FilePlace(each.uri, each.name_place)
            if isinstance(each, FileTarget)
            else FilePlace(each.uri, place_of(workspace.documents[each.uri].text, each.name_span))
            for each in workflows(workspace, named.name)
        )
    inner = _in_view(workspace, at)
    found = definition(inner.workspace, inner.at) if inner is not None else None
    if inner is None or found is None:
        return ()
    return tuple(
        FilePlace(target.uri, target.name_place)
        if isinstance(target, FileTarget)
        else FilePlace(target.uri, inner.view.place(target.name_span))
        for target in found.targets
    )


def python_outline(workspace: Workspace, uri: str) -> tuple[OutlineItem, ...]:
    """The groups that a Python file builds, with their sections and steps, as far as they are known whole."""
    view = python_view(workspace, uri)
    if view is None:
        return ()
    return tuple(_item_back(item, view) for item in document_symbols(view.within(workspace), uri))


def _item_back(item: OutlineItem, view: PythonView) -> OutlineItem:
    span, name_span = view.span(item.span), view.span(item.name_span)
    if not (span.start <= name_span.start and name_span.end <= span.end):  # its name is a constant elsewhere
        name_span = span
    children = tuple(_item_back(child, view) for child in item.children)
    return item._replace(span=span, name_span=name_span, children=children)


class GroupLens(NamedTuple):
    """A lens above a group that is built in Python; `data` is what `resolve_lens` makes a text of."""

    span: Span
    data: Mapping[str, object]


def group_lenses(workspace: Workspace, uri: str, kinds: Collection[LensKind]) -> list[GroupLens]:
    """The lenses of the groups that a Python file builds, as far as they are known whole."""
    view = python_view(workspace, uri)
    if view is None:
        return []
    found = lenses(view.within(workspace), uri, kinds)
    return [GroupLens(_at_start(view.span(lens.span)), lens.data) for lens in found]


def resolve_group_lens(workspace: Workspace, data: Mapping[str, object]) -> LensText | None:
    """As `resolve_lens`, of a group that is built in Python; spans are offsets of the Python file."""
    uri = data.get("uri")
    view = python_view(workspace, uri) if isinstance(uri, str) else None
    found = resolve_lens(view.within(workspace), data) if view is not None else None
    if view is None or found is None:
        return None
    spans = tuple(map(view.span, found.spans))
    problems = tuple(replace(problem, span=view.span(problem.span)) for problem in found.problems)
    return replace(found, span=view.span(found.span), spans=spans, problems=problems)


def _at_start(span: Span) -> Span:
    """Where a lens stands: above the first line of what it is about."""
    return Span(span.start, span.start)


class UsesLens(NamedTuple):
    """A lens above a registration, without its title; `data` is what `resolve_uses` makes one of."""

    place: SourcePlace
    data: dict[str, object]


def python_lenses(workspace: Workspace, document: Document) -> list[UsesLens]:
    """A lens for each name that an open Python file registers and a step can run."""
    declared = declared_in(workspace, document)
    return [
        UsesLens(
            each.name.spot.place,
            {"kind": "uses", "uri": document.uri, "of": each.name.value, "number": number},
        )
        for number, each in enumerate(declared.registrations if declared is not None else ())
        if each.registry != "functions"
    ]


class Uses(NamedTuple):
    """A lens to show: what it says, where it stands, and the steps that it leads to."""

    title: str
    place: SourcePlace
    places: tuple[FilePlace, ...]


def resolve_uses(workspace: Workspace, data: dict[str, object]) -> Uses | None:
    """The text of a lens; None where the file has changed so that the lens is about nothing."""
    uri, name, number = data.get("uri"), data.get("of"), data.get("number")
    document = workspace.documents.get(uri) if isinstance(uri, str) else None
    declared = declared_in(workspace, document) if document is not None else None
    if declared is None or not isinstance(name, str) or not isinstance(number, int):
        return None
    if not 0 <= number < len(declared.registrations) or declared.registrations[number].name.value != name:
        return None
    uses = list(uses_of(workspace, name))
    groups = {use.group for use in uses}
    title = f"used by {counted(len(groups), 'group')}" if groups else "used by no group"
    schedules = [place for place, _ in schedules_of(workspace, "pipeline", name)]
    if not (groups or schedules) and not workspace.project.ready:
        title = "reading who uses it…"
    elif len(uses) > len(groups):
        title += f" ({counted(len(uses), 'step')})"
    if schedules:
        title += f" and {counted(len(schedules), 'schedule')}"
    places = (*(use.place for use in uses), *schedules)
    return Uses(title, declared.registrations[number].name.spot.place, places)
