"""Where pipelines and parameters stand in files that need not be open: registrations, classes, specifications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.group_index import SCHEDULES_KIND, place_of
from spine_lsp.analysis.pipelines import Contract, pipelines_of
from spine_lsp.analysis.uris import uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import SymbolKind
from spine_lsp.ide.occurrences import kind_of_workflow, schedules_naming
from spine_lsp.orchestration.kinds import BY_NAME
from spine_lsp.orchestration.vocabulary import NAME, STEPS
from spine_lsp.pysource.declarations import ParameterRead, ParameterSpec, PythonGroup, Registration
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.pysource.targets import Spot


class FilePlace(NamedTuple):
    """A stretch of a file that need not be open."""

    uri: str
    place: SourcePlace


def file_place(spot: Spot) -> FilePlace:
    """A place in a Python file."""
    return FilePlace(uri_of(spot.path), spot.place)


def contract_of(workspace: Workspace, name: str) -> Contract | None:
    """What is known of a name of a pipeline, as far as files have been read; None where none is Python."""
    python = workspace.project.python
    return pipelines_of(python).contract(name) if python is not None else None


def registrations_of(workspace: Workspace, name: str) -> tuple[Registration, ...]:
    """The registrations of a name that a step can run, or else those that it cannot."""
    contract = contract_of(workspace, name)
    return (contract.runnable or contract.elsewhere) if contract is not None else ()


class Taken(NamedTuple):
    """A parameter that a pipeline takes: by its specification, or else by its code."""

    registration: Registration
    spec: ParameterSpec | None
    read: ParameterRead | None

    @property
    def spot(self) -> Spot:
        """The key in the specification, or the first place at which the code takes it."""
        return self.spec.spot if self.spec is not None else self.read.spot  # type: ignore[union-attr]  # one is there


def taken(registration: Registration, name: str) -> Taken | None:
    """What a pipeline says of a parameter; None if it takes none of that name."""
    signature = registration.signature
    spec = next((spec for spec in signature.parameters if spec.name == name), None)
    read = next((read for read in signature.reads if read.name == name), None)
    return Taken(registration, spec, read) if spec is not None or read is not None else None


def takers(workspace: Workspace, group: Group, step: int | None, name: str) -> list[Taken]:
    """The pipelines that take a parameter: that of the step, or where it is a default those of all steps."""
    if step is not None:
        pipeline = group.steps[step].pipeline if step < len(group.steps) else None
        names = [pipeline] if pipeline else []
    else:
        names = list(dict.fromkeys(each.pipeline for each in group.steps if each.pipeline))
    registrations = (each for pipeline in names for each in registrations_of(workspace, pipeline))
    return [one for each in registrations if (one := taken(each, name)) is not None]


class PythonUse(NamedTuple):
    """A step of a group built in Python that runs a pipeline."""

    group: PythonGroup
    step: str
    spot: Spot


def python_uses(workspace: Workspace, name: str) -> Iterator[PythonUse]:
    """The steps of groups built in Python that run a pipeline."""
    python = workspace.project.python
    for group in python.groups() if python is not None else ():
        for run in group.runs():
            spot = run.spot or group.places.get((STEPS, run.number))
            if run.name == name and spot is not None:
                yield PythonUse(group, run.step, spot)


def uses_in_closed_files(workspace: Workspace, name: str) -> Iterator[tuple[FilePlace, str, str]]:
    """The steps in files that are not open that run a pipeline: place, name of the step, name of the group."""
    for use in workspace.project.groups.uses(name):
        if use.group.kind == SCHEDULES_KIND or use.path in workspace.open_paths:
            continue
        if use.step.pipeline_place is not None:
            yield FilePlace(uri_of(use.path), use.step.pipeline_place), use.step.name, use.group.name


def schedules_of(workspace: Workspace, kind: SymbolKind, name: str) -> Iterator[tuple[FilePlace, str]]:
    """The schedules that run a pipeline or workflow, of open files and of others: what they name it by, their names."""
    for document in workspace.documents.values():
        for schedule in schedules_naming(document, kind, name):
            span = schedule.fields[schedule.target[0]].span if schedule.target is not None else schedule.span
            yield FilePlace(document.uri, place_of(document.text, span)), schedule.text(NAME) or ""
    groups = workspace.project.groups
    for use in groups.uses(name) if kind == "pipeline" else groups.mentions(name):
        place = use.step.pipeline_place if kind == "pipeline" else use.step.mentions[0].place
        if use.group.kind == SCHEDULES_KIND and use.path not in workspace.open_paths and place is not None:
            yield FilePlace(uri_of(use.path), place), use.step.name


def named_in_closed_files(workspace: Workspace, kind: SymbolKind, name: str) -> Iterator[FilePlace]:
    """The tokens in files that are not open that name a pipeline, function or workflow."""
    groups, opened = workspace.project.groups, workspace.open_paths
    if kind == "pipeline":
        for run in groups.uses(name):
            if run.path not in opened and run.step.pipeline_place is not None:
                yield FilePlace(uri_of(run.path), run.step.pipeline_place)
        return
    meant = kind_of_workflow(workspace, name) if kind == "workflow" else ""
    for use in groups.mentions(name):
        of, key = BY_NAME.get(use.group.kind), use.mention.key
        if of is None:  # a schedule
            is_named = kind == "workflow"
        else:
            is_named = key in (of.references if kind == "function" else of.parts if of.name == meant else ())
        if is_named and use.path not in opened:
            yield FilePlace(uri_of(use.path), use.mention.place)


def named_in_python(workspace: Workspace, kind: SymbolKind, name: str) -> Iterator[FilePlace]:
    """The steps of groups built in Python that name a pipeline or workflow; functions are named by Python itself."""
    if kind == "pipeline":
        yield from (file_place(use.spot) for use in python_uses(workspace, name))
    python = workspace.project.python
    if kind != "workflow" or python is None:
        return
    meant = kind_of_workflow(workspace, name)
    for group in python.groups():
        if group.kind == meant:
            yield from (file_place(spot) for part, spot in parts_run(group) if part == name)


def parts_run(group: PythonGroup) -> Iterator[tuple[str, Spot]]:
    """The workflows that the steps of one built in Python run, each with the place where a step names it."""
    of, steps = BY_NAME.get(group.kind), group.data.get(STEPS)
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        for key in of.parts if of is not None and isinstance(step, dict) else ():
            name, spot = step.get(key), group.places.get((STEPS, number, key))
            if isinstance(name, str) and spot is not None:
                yield name, spot


def workflows_called(workspace: Workspace, name: str) -> Iterator[FilePlace]:
    """Where the workflows of a name have it that are built in Python, or are in files that are not open."""
    meant = kind_of_workflow(workspace, name)
    for path, group in workspace.project.groups.named(name):
        if path not in workspace.open_paths and group.kind == meant and group.name_place is not None:
            yield FilePlace(uri_of(path), group.name_place)
    python = workspace.project.python
    for built in python.groups() if python is not None else ():
        if built.name == name and built.kind == meant:
            yield file_place(built.places.get((NAME,), built.spot))
