"""Completion under a decorator of an open Python file: the pipelines that groups run and that nobody registers yet."""

from __future__ import annotations

import re

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.items import CompletionItem, CompletionList, sort_key
from spine_lsp.ide.cursor import At
from spine_lsp.ide.pipelines.python_documents import uses_of
from spine_lsp.orchestration.problems import counted
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.vocabulary import DECORATORS, METHOD, names_a_registry

TRIGGERS = ('"', "'", ".", "/")
"""Characters after which a name may be completed."""
_LOOKED_AT = 400
"""Characters before the cursor: a decorator with its argument is shorter."""
_OPENING = re.compile(
    r"""(?:(?P<object>\w+)\.)?(?P<function>\w+)\(\s*(?:name\s*=\s*)?[rRuU]?(?P<quote>["'])(?P<typed>[^"'\\\n{}]*)\Z"""
)
_REST = re.compile(r"[\w./-]*")


def python_completions(workspace: Workspace, at: At, *, limit: int) -> CompletionList:
    """What may be registered at a place, most wanted first; nothing anywhere but in the name of a registration."""
    document, python = workspace.documents.get(at.uri), workspace.project.python
    if document is None or python is None:
        return CompletionList()
    source = document.text.source
    opening = _OPENING.search(source[max(at.offset - _LOOKED_AT, 0) : at.offset])
    if opening is None or not _registers(python, path_of(at.uri) or "", opening):
        return CompletionList()
    rest = _REST.match(source, at.offset)
    span = Span(at.offset - len(opening["typed"]), rest.end() if rest is not None else at.offset)
    wanted = sorted(_unregistered(workspace, python).items(), key=lambda each: (-each[1], each[0]))
    items = tuple(
        CompletionItem(name, "pipeline", span, name, sort_key(place), name, detail=f"run by {counted(count, 'step')}")
        for place, (name, count) in enumerate(wanted[:limit])
    )
    return CompletionList(items, len(wanted) > limit)


def _registers(python: PipelineIndex, path: str, opening: re.Match[str]) -> bool:
    """Whether the function that is called registers pipelines, as far as its name says."""
    function, of = opening["function"], opening["object"]
    if function == METHOD:
        return of is not None and names_a_registry(of)
    own = {name.rpartition(".")[2] for name in python.vocabulary.decorators}
    module = python.modules.files.get(path)
    return function in DECORATORS or function in own or (module is not None and function in module.aliases)


def _unregistered(workspace: Workspace, python: PipelineIndex) -> dict[str, int]:
    """The pipelines that steps run and that no registration lets them, each with the number of those steps."""
    known = set(python.runnable_names())
    used = {
        *workspace.project.groups.pipelines(),
        *(run.name for each in python.groups() for run in each.runs()),
    }
    found: dict[str, int] = {}
    for name in used - known:
        if name.isprintable() and not set("\"'\\{}") & set(name):
            found[name] = sum(1 for _ in uses_of(workspace, name))
    return {name: count for name, count in found.items() if count}
