"""The groups of the workspace, of open documents and of other files, each in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import GroupInFile
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.uris import path_of, uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.answers import problems_by_group, worth_counting
from spine_lsp.ide.per_document import from_each
from spine_lsp.ide.values import version_of
from spine_lsp.orchestration.vocabulary import DOMAIN, METADATA
from spine_lsp.pysource.places import SourcePlace


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """One group; `steps` and `problems` are numbers; errors and warnings are problems.

    A file that is not open has no `document`, and its problems are not counted: None.
    """

    group: str
    version: object
    domain: str | None
    uri: str
    document: Document | None
    where: Span | SourcePlace
    steps: int
    problems: int | None


def list_groups(workspace: Workspace, uri: str | None = None) -> tuple[GroupEntry, ...]:
    """Every group of the workspace, or every one of a file; by file in the order of their uris, then by place."""
    if uri is not None:
        document = workspace.documents.get(uri)
        path = path_of(uri)
        if document is not None or path is None:
            return tuple(_entries(workspace, document)) if document is not None else ()
        return tuple(_closed(GroupInFile(path, group)) for group in workspace.project.groups.file_groups(path))
    found = list(from_each(workspace, lambda document: _entries(workspace, document)))
    closed = (each for each in workspace.project.groups.groups() if each.path not in workspace.open_paths)
    found += map(_closed, closed)
    return tuple(sorted(found, key=lambda entry: entry.uri))  # which keeps the order in each file


def _closed(found: GroupInFile) -> GroupEntry:
    group = found.group
    return GroupEntry(
        group.name,
        group.version,
        group.domain,
        uri_of(found.path),
        None,
        group.place,
        group.step_count,
        None,
    )


def _entries(workspace: Workspace, document: Document) -> Iterator[GroupEntry]:
    for group, problems in zip(document.groups, problems_by_group(workspace, document), strict=True):
        domain = group.header.section(METADATA).get(DOMAIN)
        yield GroupEntry(
            group.name,
            version_of(group),
            domain if isinstance(domain, str) else None,
            document.uri,
            document,
            group.span,
            group.step_count,
            len(worth_counting(problems)),
        )


def to_json(
    entries: tuple[GroupEntry, ...], to_range: Callable[[Document | None, Span | SourcePlace], object]
) -> dict[str, object]:
    """The JSON of `spine.listGroups` (docs/commands.md); `to_range` is told the document, for there are several."""
    return {
        "groups": [
            {
                "group": entry.group,
                "version": entry.version,
                "domain": entry.domain,
                "uri": entry.uri,
                "open": entry.document is not None,
                "range": to_range(entry.document, entry.where),
                "steps": entry.steps,
                "problems": entry.problems,
            }
            for entry in entries
        ]
    }
