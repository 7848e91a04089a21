"""The groups of all open documents, each in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.answers import problems_by_group, worth_counting
from spine_lsp.ide.per_document import from_each
from spine_lsp.ide.values import version_of
from spine_lsp.orchestration.vocabulary import DOMAIN, METADATA


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """One group; `steps` and `problems` are numbers; errors and warnings are problems."""

    group: str
    version: object
    domain: str | None
    document: Document
    span: Span
    steps: int
    problems: int


def list_groups(workspace: Workspace, uri: str | None = None) -> tuple[GroupEntry, ...]:
    """Every group, or every one of a document; by document in the order of their uris, then by place."""
    if uri is not None:
        document = workspace.documents.get(uri)
        return tuple(_entries(workspace, document)) if document is not None else ()
    return tuple(from_each(workspace, lambda document: _entries(workspace, document)))


def _entries(workspace: Workspace, document: Document) -> Iterator[GroupEntry]:
    for group, problems in zip(document.groups, problems_by_group(workspace, document), strict=True):
        domain = group.header.section(METADATA).get(DOMAIN)
        yield GroupEntry(
            group.name,
            version_of(group),
            domain if isinstance(domain, str) else None,
            document,
            group.span,
            group.step_count,
            len(worth_counting(problems)),
        )


def to_json(
    entries: tuple[GroupEntry, ...], to_range: Callable[[Document, Span], object]
) -> dict[str, object]:
    """The JSON of `spine.listGroups` (docs/commands.md); `to_range` is told the document, for there are several."""
    return {
        "groups": [
            {
                "group": entry.group,
                "version": entry.version,
                "domain": entry.domain,
                "uri": entry.document.uri,
                "range": to_range(entry.document, entry.span),
                "steps": entry.steps,
                "problems": entry.problems,
            }
            for entry in entries
        ]
    }
