"""Where pipelines and parameters stand in files that need not be open: registrations, classes, specifications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.pipelines import Contract, pipelines_of
from spine_lsp.analysis.uris import path_of, uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.orchestration.vocabulary import STEPS
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
    open_paths = {path_of(uri) for uri in workspace.documents}
    for use in workspace.project.groups.uses(name):
        if use.path not in open_paths and use.step.pipeline_place is not None:
            yield FilePlace(uri_of(use.path), use.step.pipeline_place), use.step.name, use.group.name
