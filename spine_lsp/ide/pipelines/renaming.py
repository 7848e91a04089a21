"""Renames a pipeline on both sides: the literal that registers it in Python, and every step that runs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spine_lsp.analysis.group_index import place_of
from spine_lsp.analysis.uris import path_of, uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.pipelines.places import FilePlace, contract_of, file_place, python_uses
from spine_lsp.ide.words import shorten
from spine_lsp.pysource.declarations import Registration
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.pysource.targets import Known, Spot
from spine_lsp.syntax.scalars import is_plain, write

_NAME = re.compile(r"[A-Za-z_][\w-]*(?:[./][A-Za-z0-9_][\w-]*)*\Z", re.ASCII)
_LONGEST = 40  # characters of a name in a sentence


@dataclass(frozen=True, slots=True)
class PipelineRenaming:
    """What is written in which places, of files that need not be open."""

    edits: tuple[tuple[FilePlace, str], ...]


def why_not(workspace: Workspace, name: str) -> str | None:
    """Why a pipeline cannot be renamed from here; None if it can."""
    contract = contract_of(workspace, name)
    shown = shorten(name, _LONGEST)
    if contract is None or not (contract.runnable or contract.doubted):
        return f"the pipeline `{shown}` has its name from the Python code that registers it: rename it there"
    if not workspace.project.ready:
        return "the files of the workspace are still being read: try again in a moment"
    if contract.doubted or not contract.runnable:
        return f"nobody knows without running the code where `{shown}` is registered: rename it there"
    if len(contract.runnable) > 1 or contract.elsewhere:
        return f"`{shown}` is registered more than once: correct that first"
    if _literal(contract.runnable[0].name) is None:
        spot = contract.runnable[0].name.spot
        where = f"{spot.path.rpartition('/')[2]}:{spot.place.line + 1}"
        return f"the name `{shown}` is put together where it is registered, in {where}: rename it there"
    return None


def rename_pipeline(workspace: Workspace, name: str, new: str) -> PipelineRenaming | str:
    """Every edit that gives a pipeline another name, or a sentence that says why that cannot be done."""
    reason = why_not(workspace, name)
    if reason is not None:
        return reason
    if new == name:
        return PipelineRenaming(())
    if not is_pipeline_name(new):
        return f"`{shorten(new, _LONGEST)}` cannot be a pipeline: use letters, digits and `_`, parted by `.` or `/`"
    contract = contract_of(workspace, name)
    taken = contract_of(workspace, new)
    if taken is not None and (taken.runnable or taken.elsewhere):
        return f"there is already a pipeline `{shorten(new, _LONGEST)}`"
    edits: dict[FilePlace, str] = {}
    for registration in contract.runnable if contract is not None else ():
        edits.update((file_place(spot), new) for spot in _spots(registration, name))
    for use in python_uses(workspace, name):
        if use.spot.place.end - use.spot.place.start != len(name):
            return f"a step in {use.spot.path.rpartition('/')[2]} puts the name together: rename it there"
        edits[file_place(use.spot)] = new
    for place, quoted, is_alias in _in_files(workspace, name):
        if is_alias:
            return f"a step in {place.uri.rpartition('/')[2]} has the name from an anchor: write it out first"
        edits[place] = f"{quoted}{new}{quoted}" if quoted else new
    stale = _stale(workspace, edits, name)
    return stale if stale is not None else PipelineRenaming(tuple(edits.items()))


def is_pipeline_name(name: str) -> bool:
    """Whether a name can be written as it is in both languages, quoted or not."""
    return _NAME.match(name) is not None and is_plain(name)


def _literal(name: Known) -> Spot | None:
    """The one literal that is a name, where it is written plainly between quotes."""
    source = name.source
    if source is None or source.place.end - source.place.start != len(str(name.value)):
        return None
    return source


def _spots(registration: Registration, name: str) -> Iterator[Spot]:
    literal = _literal(registration.name)
    if literal is not None:
        yield literal
    own = registration.own_name
    if isinstance(own, Known) and own.value == name and (spot := _literal(own)) is not None:
        yield spot


def _in_files(workspace: Workspace, name: str) -> Iterator[tuple[FilePlace, str, bool]]:
    """The places of a name in files of groups, with its quotes, and whether an alias stands there."""
    for document in workspace.documents.values():
        source = document.text.source
        for group in document.groups:
            for number, step in enumerate(group.steps):
                if step.pipeline == name and step.pipeline_span is not None:
                    span = step.pipeline_span.moved(group.base_of(number))
                    first = source[span.start : span.start + 1]
                    place = FilePlace(document.uri, place_of(document.text, span))
                    yield place, first if first in ("'", '"') else "", first == "*"
    open_paths = {path_of(uri) for uri in workspace.documents}
    for use in workspace.project.groups.uses(name):
        token = use.step.pipeline_place
        if use.path in open_paths or token is None:
            continue
        inner = _inner(token, len(name))
        yield FilePlace(uri_of(use.path), inner or token), "", inner is None


def _inner(place: SourcePlace, length: int) -> SourcePlace | None:
    """The place of a name without its quotes; None where it is neither plain nor in quotes, such as an alias."""
    width = place.end - place.start
    if place.line != place.end_line or width not in (length, length + 2):
        return None
    by = (width - length) // 2
    return place.without(by, by)


def _stale(workspace: Workspace, edits: dict[FilePlace, str], name: str) -> str | None:
    """Why the edits cannot be made: an open file has changed since it was read."""
    for place in edits:
        document = workspace.documents.get(place.uri)
        if document is None:
            continue
        there = document.text.source[place.place.start : place.place.end]
        if there not in (name, write(name, '"'), write(name, "'")):
            return f"{place.uri.rpartition('/')[2]} has changed just now, or writes the name in another way: try again"
    return None
