"""The call hierarchy between steps and the pipelines that they run, in whichever file either stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spine_lsp.analysis.group_index import place_of
from spine_lsp.analysis.uris import is_python, path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.call_hierarchy import CallItem, find_step, step_item
from spine_lsp.ide.cursor import At, symbol_at
from spine_lsp.ide.pipelines.places import FilePlace, file_place, registrations_of
from spine_lsp.ide.pipelines.python_documents import StepUse, named_at, uses_of
from spine_lsp.pysource.declarations import Registration


@dataclass(frozen=True, slots=True)
class PipelineItem:
    """A pipeline as Python registers it; its name and the kind of its place are enough to find it again."""

    name: str
    detail: str
    is_class: bool
    place: FilePlace


@dataclass(frozen=True, slots=True)
class ClosedStepItem:
    """A step of a file that is not open, or of a group built in Python: it is known by the pipeline that it runs."""

    name: str
    detail: str
    place: FilePlace


@dataclass(frozen=True, slots=True)
class PipelineCall:
    """A step that runs a pipeline: the item of the other side, and where the step names the pipeline."""

    item: PipelineItem | ClosedStepItem | CallItem
    where: FilePlace


def pipelines_at(workspace: Workspace, at: At) -> tuple[PipelineItem, ...]:
    """The registrations of the pipeline that is named at a place, of YAML or of an open Python file."""
    if is_python(at.uri):
        named = named_at(workspace, at)
        name = named.name if named is not None else None
    else:
        symbol = symbol_at(workspace, at)
        name = symbol.name if symbol is not None and symbol.kind == "pipeline" else None
    return tuple(map(_item, registrations_of(workspace, name))) if name else ()


def pipelines_run_by(workspace: Workspace, uri: str, group: int, name: str) -> tuple[PipelineCall, ...]:
    """The pipeline that a step of an open file runs, by each of its registrations; empty if either is not there."""
    found = find_step(workspace, uri, group, name)
    if found is None:
        return ()
    document, in_group, number = found
    step = in_group.steps[number]
    if not step.pipeline or step.pipeline_span is None:
        return ()
    where = FilePlace(uri, place_of(document.text, step.pipeline_span.moved(in_group.base_of(number))))
    return tuple(PipelineCall(_item(each), where) for each in registrations_of(workspace, step.pipeline))


def steps_that_run(workspace: Workspace, pipeline: str) -> Iterator[PipelineCall]:
    """Every step of the workspace that runs a pipeline."""
    for use in uses_of(workspace, pipeline):
        yield PipelineCall(_step_of(workspace, use), use.place)


def _step_of(workspace: Workspace, use: StepUse) -> CallItem | ClosedStepItem:
    """The step of a use: in an open file one whose own calls can be asked for."""
    document = workspace.documents.get(use.place.uri)
    if document is not None and use.step and not is_python(use.place.uri):
        for number, group in enumerate(document.groups):
            found = find_step(workspace, document.uri, number, use.step)
            if found is not None and group.name == use.group[1]:
                return step_item(*found)
    path = path_of(use.place.uri) or use.place.uri
    return ClosedStepItem(use.step or "a step without a name", f"{use.group[1]} · {path.rpartition('/')[2]}", use.place)


def _item(registration: Registration) -> PipelineItem:
    spot = registration.symbol_spot or registration.name.spot
    what = registration.symbol or "a function"
    return PipelineItem(
        registration.name.value,
        f"{what} · {spot.path.rpartition('/')[2]}",
        registration.is_class,
        file_place(spot),
    )
