"""Renames a pipeline, function or workflow in all files, open or not: where it is defined, and where it is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from keyword import iskeyword

from spine_lsp.analysis.group_index import place_of
from spine_lsp.analysis.references import REFERENCE, Referenced, module_file, parts_of, referenced
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import check_cancelled
from spine_lsp.ide.cursor import SymbolKind
from spine_lsp.ide.occurrences import named_in_open
from spine_lsp.ide.pipelines.places import (
    FilePlace,
    contract_of,
    file_place,
    named_in_closed_files,
    named_in_python,
    workflows_called,
)
from spine_lsp.ide.words import shorten
from spine_lsp.pysource.declarations import Registration
from spine_lsp.pysource.modules import is_installed
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.pysource.targets import Known, Spot
from spine_lsp.pysource.uses import CannotTellError, uses_of
from spine_lsp.syntax.scalars import is_plain

_NAME = re.compile(r"[A-Za-z_][\w-]*(?:[./][A-Za-z0-9_][\w-]*)*\Z", re.ASCII)
_LONGEST = 40  # characters of a name in a sentence
_NOT_READ = "the files of the workspace are still being read: try again in a moment"
_LABELS: dict[SymbolKind, str] = {
    "pipeline": "Rename the pipeline in Python and in every group",
    "workflow": "Rename the workflow in every file that names it",
    "function": "Rename the function in Python and in every workflow",
}

ReadPython = Callable[[str], "str | None"]
"""Gives the text of a Python file by its path of the project; None where it cannot be read."""


@dataclass(frozen=True, slots=True)
class WideRenaming:
    """What is written in which places, of files that need not be open; `label` says it for a preview."""

    edits: tuple[tuple[FilePlace, str], ...]
    label: str = ""


def why_no_pipeline(workspace: Workspace, name: str) -> str | None:
    """Why a pipeline cannot be renamed from here; None if it can."""
    contract = contract_of(workspace, name)
    shown = shorten(name, _LONGEST)
    if contract is None or not (contract.runnable or contract.doubted):
        return f"the pipeline `{shown}` has its name from the Python code that registers it: rename it there"
    if not workspace.project.ready:
        return _NOT_READ
    if contract.doubted or not contract.runnable:
        return f"nobody knows without running the code where `{shown}` is registered: rename it there"
    if len(contract.runnable) > 1 or contract.elsewhere:
        return f"`{shown}` is registered more than once: correct that first"
    if is_installed(contract.runnable[0].path):
        return f"`{shown}` is a pipeline of an installed package, which nothing here changes"
    if _literal(contract.runnable[0].name) is None:
        spot = contract.runnable[0].name.spot
        where = f"{spot.path.rpartition('/')[2]}:{spot.place.line + 1}"
        return f"the name `{shown}` is put together where it is registered, in {where}: rename it there"
    return None


def rename_pipeline(workspace: Workspace, name: str, new: str) -> WideRenaming | str:
    """Every edit that gives a pipeline another name, or a sentence that says why that cannot be done."""
    reason = why_no_pipeline(workspace, name) or _unusable("pipeline", name, new)
    if reason is not None:
        return reason
    contract = contract_of(workspace, name)
    taken = contract_of(workspace, new)
    if new != name and taken is not None and (taken.runnable or taken.elsewhere):
        return f"there is already a pipeline `{shorten(new, _LONGEST)}`"
    spots = [spot for each in contract.runnable for spot in _spots(each, name)] if contract is not None else []
    return _everywhere(workspace, "pipeline", name, new, [file_place(spot) for spot in spots])


def why_no_workflow(workspace: Workspace, name: str) -> str | None:
    """Why a workflow cannot be renamed in all files; None if it can."""
    count = len(_definitions(workspace, name))
    shown = shorten(name, _LONGEST)
    if not is_read(workspace):
        return _NOT_READ
    if not count:
        return f"no file of the workspace has a workflow `{shown}`: correct the name here instead"
    return f"`{shown}` is the name of several workflows: rename one of them first" if count > 1 else None


def is_read(workspace: Workspace) -> bool:
    """Whether all files are known that there are; where no folder is open, none but the open ones are."""
    project = workspace.project
    return project.ready or (project.python is None and set(project.groups.files) <= workspace.open_paths)


def rename_workflow(workspace: Workspace, name: str, new: str) -> WideRenaming | str:
    """Every edit that gives a workflow or group another name, or a sentence that says why that cannot be done."""
    reason = why_no_workflow(workspace, name) or _unusable("workflow", name, new)
    if reason is not None:
        return reason
    if new != name and (_definitions(workspace, new) or _is_named(workspace, new)):
        return f"there is already a workflow `{shorten(new, _LONGEST)}`, or a step or schedule that names one so"
    return _everywhere(workspace, "workflow", name, new, workflows_called(workspace, name))


def is_named_elsewhere(workspace: Workspace, name: str) -> bool:
    """Whether anything names a workflow beside its own header."""
    places = [*_in_yaml(workspace, "workflow", name), *named_in_python(workspace, "workflow", name)]
    return len(places) > 1 or any(True for _ in workflows_called(workspace, name))


def _definitions(workspace: Workspace, name: str) -> list[object]:
    """The workflows of a name, or where there are none the groups."""
    own = [one for one in named_in_open(workspace, "workflow", name) if one.is_definition]
    return [*own, *workflows_called(workspace, name)]


def _is_named(workspace: Workspace, name: str) -> bool:
    return any(True for _ in _in_yaml(workspace, "workflow", name))


def _unusable(word: str, name: str, new: str) -> str | None:
    if new == name or is_pipeline_name(new):
        return None
    shown = shorten(new, _LONGEST)
    return f"`{shown}` cannot be a {word}: use letters, digits and `_`, parted by `.` or `/`"


def _everywhere(
    workspace: Workspace, kind: SymbolKind, name: str, new: str, defined: Iterable[FilePlace]
) -> WideRenaming | str:
    """The edits of all places that name something, those of Python and of closed files in `defined` among them."""
    if new == name:
        return WideRenaming(())
    edits: dict[FilePlace, str] = {}
    for place, is_spelled in (*_spelled(defined, name), *_in_yaml(workspace, kind, name)):
        if not is_spelled:
            return f"{_file(place)} has the name from an anchor, or in another form: write it out first"
        edits[place] = new
    for place in named_in_python(workspace, kind, name):
        if place.place.end - place.place.start != len(name):
            return f"a step in {_file(place)} puts the name together: rename it there"
        edits[place] = new
    stale = _stale(workspace, edits, name)
    return stale if stale is not None else WideRenaming(tuple(edits.items()), _LABELS[kind])


def _spelled(places: Iterable[FilePlace], name: str) -> Iterator[tuple[FilePlace, bool]]:
    for place in places:
        inner = _inner(place.place, len(name))
        yield FilePlace(place.uri, inner or place.place), inner is not None


def _file(place: FilePlace) -> str:
    return place.uri.rpartition("/")[2]


def why_no_function(workspace: Workspace, reference: str) -> str | None:
    """Why a function cannot be renamed where a step names it; None if it can."""
    project = workspace.project
    match = REFERENCE.fullmatch(reference)
    shown = shorten(reference, _LONGEST)
    if not project.ready:
        return _NOT_READ if project.python is not None else f"`{shown}` is in no file of the workspace"
    found = referenced(reference, project)
    if match is None or found is None:
        return f"`{shown}` is no function of the workspace that is known: rename it where it is defined"
    if "." in match.group(2):
        return f"`{shown}` is part of a class: rename it in {_short(found)}"
    if found.name != match.group(2):
        return f"`{shown}` is another name for `{found.name}`: rename it in {_short(found)}"
    return None


def rename_function(workspace: Workspace, reference: str, new: str, read: ReadPython) -> WideRenaming | str:
    """Every edit that gives a function another name: in Python, and in all steps that name it by a module.

    `read` is asked for the texts of Python files that are not open.
    """
    module, _, name = reference.partition(":")
    new = new.removeprefix(f"{module}:")
    reason = why_no_function(workspace, reference)
    found = referenced(reference, workspace.project)
    python = workspace.project.python
    if reason is not None or found is None or python is None:
        return reason or _NOT_READ
    if new == name:
        return WideRenaming(())
    if not new.isidentifier() or iskeyword(new):
        return f"`{shorten(new, _LONGEST)}` cannot be a function: use letters, digits and `_`"
    texts = dict(_texts_with(workspace, name, read))
    try:
        spots, holders = uses_of(found.spot.path, name, python.modules, texts, new=new)
    except CannotTellError as exc:
        return f"{exc}: rename it there"
    if found.spot not in spots:
        return f"{_short(found)} has changed just now: try again"
    edits = {file_place(spot): new for spot in spots}
    for text in list(workspace.project.groups.mentioned()):
        parts = parts_of(text)
        if parts is None or parts[1].partition(".")[0] != name:
            continue
        place = module_file(parts[0], python)
        if place is None or place.path not in holders:
            continue
        before = len(parts[0]) + 1
        for token, is_spelled in _in_yaml(workspace, "function", text):
            if not is_spelled:
                return f"{_file(token)} has the name from an anchor, or in another form: write it out first"
            after = len(text) - before - len(name)
            edits[FilePlace(token.uri, token.place.without(before, after))] = new
    stale = _stale(workspace, edits, name)
    return stale if stale is not None else WideRenaming(tuple(edits.items()), _LABELS["function"])


def _short(found: Referenced) -> str:
    return found.spot.path.rpartition("/")[2]


def _texts_with(workspace: Workspace, name: str, read: ReadPython) -> Iterator[tuple[str, str]]:
    """The Python files that hold a word, by path, as they are in the editor or else on the disk."""
    python = workspace.project.python
    opened = {path_of(uri): document.text.source for uri, document in workspace.documents.items()}
    word = re.compile(rf"\b{re.escape(name)}\b")
    for path in python.modules.files if python is not None else ():
        check_cancelled()
        text = opened[path] if path in opened else read(path)
        if text is not None and word.search(text):
            yield path, text


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


def _in_yaml(workspace: Workspace, kind: SymbolKind, name: str) -> Iterator[tuple[FilePlace, bool]]:
    """The places of a name in files of YAML, open or not, without quotes; and whether it is spelled out there."""
    for one in named_in_open(workspace, kind, name):
        text = workspace.documents[one.uri].text
        is_spelled = text.source[one.name_span.start : one.name_span.end] == name
        yield FilePlace(one.uri, place_of(text, one.name_span)), is_spelled
    for token in named_in_closed_files(workspace, kind, name):
        inner = _inner(token.place, len(name))
        yield FilePlace(token.uri, inner or token.place), inner is not None


def _inner(place: SourcePlace, length: int) -> SourcePlace | None:
    """The place of a name without its quotes; None where it is neither plain nor in quotes, such as an alias."""
    width = place.end - place.start
    if place.line != place.end_line or width not in (length, length + 2):
        return None
    by = (width - length) // 2
    return place.without(by, by)


def _stale(workspace: Workspace, edits: Mapping[FilePlace, str], name: str) -> str | None:
    """Why the edits cannot be made: an open file has changed since it was read."""
    for place in edits:
        document = workspace.documents.get(place.uri)
        if document is not None and document.text.source[place.place.start : place.place.end] != name:
            return f"{_file(place)} has changed just now, or writes the name in another way: try again"
    return None
