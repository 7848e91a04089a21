"""What the answers of several commands share: the group that is asked for, its problems, and their JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import check_cancelled
from spine_lsp.orchestration.planner import Origin

ToRange = Callable[[Span], object]
"""Makes the border's range of a span, such as an LSP range in the encoding of the client."""

MergedParams = Mapping[str, tuple[object, Origin]]


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A finding of the group as commands answer it."""

    code: str
    severity: str
    message: str
    span: Span


def find_group(workspace: Workspace, uri: str, group_name: str | None = None) -> Group | None:
    """The group of that name in a document, without a name the first; None if there is none."""
    document = workspace.documents.get(uri)
    return document.group_named(group_name) if document is not None else None


def problems_of(workspace: Workspace, document: Document, group: Group) -> tuple[ShownProblem, ...]:
    """The findings that lie in a group of `document`, by place."""
    return problems_by_group(workspace, document)[document.groups.index(group)]


def problems_by_group(workspace: Workspace, document: Document) -> list[tuple[ShownProblem, ...]]:
    """The findings that lie in each of the groups of a document, by place."""
    found: dict[int, list[ShownProblem]] = {id(group): [] for group in document.groups}
    if not found:  # what is said of a kind that nobody reads belongs to no group
        return []
    for finding in diagnose(document, workspace.config_of(document.uri), workspace.project):
        check_cancelled()
        owner = document.groups[0] if len(document.file.parts) == 1 else document.group_at(finding.start)
        if owner is not None:
            span = Span(finding.start, finding.end)
            shown = ShownProblem(finding.code, finding.severity.word, finding.message, span)
            found[id(owner)].append(shown)
    return [tuple(problems) for problems in found.values()]


def worth_counting(problems: tuple[ShownProblem, ...]) -> tuple[ShownProblem, ...]:
    """The problems that count as such, as they fail a `check`: errors and warnings, not information and hints."""
    return tuple(problem for problem in problems if problem.severity in ("error", "warning"))


def params_json(params: MergedParams) -> dict[str, object]:
    """Merged parameters as commands answer them."""
    return {key: {"value": value, "origin": origin} for key, (value, origin) in params.items()}


def problems_json(problems: tuple[ShownProblem, ...], to_range: ToRange | None) -> list[dict[str, object]]:
    """Problems as commands answer them."""
    return [
        {
            "code": problem.code,
            "severity": problem.severity,
            "message": problem.message,
            **at_range(problem.span, to_range),
        }
        for problem in problems
    ]


def at_range(span: Span, to_range: ToRange | None) -> dict[str, object]:
    """The entry `range` of an answer, or nothing where ranges are left out."""
    return {} if to_range is None else {"range": to_range(span)}
