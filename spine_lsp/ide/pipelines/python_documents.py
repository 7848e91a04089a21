"""What the editor says in an open Python file: who runs what it registers, and what the groups that it builds run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import place_of
from spine_lsp.analysis.project import path_of
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At
from spine_lsp.ide.hover.hover import pipeline_hover
from spine_lsp.ide.hover.markup import Hover
from spine_lsp.ide.pipelines.places import (
    FilePlace,
    file_place,
    python_uses,
    registrations_of,
    uses_in_closed_files,
)
from spine_lsp.orchestration.problems import counted
from spine_lsp.orchestration.vocabulary import PIPELINE, STEPS
from spine_lsp.pysource.declarations import Declared, Registration
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.pysource.resolving import Known


def declared_in(workspace: Workspace, document: Document) -> Declared | None:
    """What an open Python file declares; None where what is known is of another text than the present one."""
    path, python = path_of(document.uri), workspace.project.python
    if path is None or python is None:
        return None
    declared = python.file(path)
    source = document.text.source
    for registration in declared.registrations:
        name, place = registration.name.value, registration.name.spot.place
        literal = registration.name.source
        if literal is not None and literal.path == path and literal.place == place:
            if source[place.start : place.end].strip("\"'rRuU") != name:
                return None
        elif document.text.position(min(place.start, len(source))) != (place.line, place.column):
            return None
    for group in declared.groups:
        place = group.spot.place
        if place.end > len(source) or document.text.position(place.end) != (place.end_line, place.end_column):
            return None
    return declared


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
    """The pipeline that a token of a Python file names, and that token."""

    name: str
    place: SourcePlace


def named_at(workspace: Workspace, at: At) -> Named | None:
    """The pipeline that is registered or run at a place of an open Python file; None for any other place."""
    document = workspace.documents.get(at.uri)
    declared = declared_in(workspace, document) if document is not None else None
    if declared is None:
        return None
    path = path_of(at.uri)
    for registration in declared.registrations:
        for place in _tokens(registration, path):
            if place.start <= at.offset <= place.end:
                return Named(registration.name.value, place)
    for group in declared.groups:
        steps = group.data.get(STEPS)
        for number, step in enumerate(steps if isinstance(steps, list) else ()):
            spot = group.places.get((STEPS, number, PIPELINE))
            name = step.get(PIPELINE) if isinstance(step, dict) else None
            if spot is None or spot.path != path or not isinstance(name, str):
                continue
            if spot.place.start <= at.offset <= spot.place.end:
                return Named(name, spot.place)
    return None


def _tokens(registration: Registration, path: str | None) -> Iterator[SourcePlace]:
    """The tokens that stand for a registration in its file: the name, the class or function, its own `name`."""
    yield registration.name.spot.place
    own = registration.own_name
    spots = [registration.symbol_spot, own.spot if isinstance(own, Known) else None]
    yield from (spot.place for spot in spots if spot is not None and spot.path == path)


def python_hover(workspace: Workspace, at: At) -> Hover | None:
    """What there is to say of the pipeline at a place: its parameters as they are understood, and who runs it."""
    named = named_at(workspace, at)
    if named is None:
        return None
    place = named.place
    found = pipeline_hover(workspace, named.name)
    return Hover(Span(place.start, place.end), found.title, found.blocks)


def python_references(workspace: Workspace, at: At, *, with_definition: bool) -> tuple[FilePlace, ...]:
    """The steps that run the pipeline at a place, and where it is registered."""
    named = named_at(workspace, at)
    if named is None:
        return ()
    registered = (
        [file_place(each.name.spot) for each in registrations_of(workspace, named.name)]
        if with_definition
        else []
    )
    return (*registered, *(use.place for use in uses_of(workspace, named.name)))


def python_definition(workspace: Workspace, at: At) -> tuple[FilePlace, ...]:
    """The class or function of the pipeline that a step of a group built in Python runs, or that is named here."""
    named = named_at(workspace, at)
    registrations = registrations_of(workspace, named.name) if named is not None else ()
    return tuple(file_place(each.symbol_spot or each.name.spot) for each in registrations)


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
    if not groups and not workspace.project.ready:
        title = "reading who uses it…"
    elif len(uses) > len(groups):
        title += f" ({counted(len(uses), 'step')})"
    return Uses(title, declared.registrations[number].name.spot.place, tuple(use.place for use in uses))
