"""The rule `duplicate-group`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Elsewhere, Place, Report, Severity
from spine_lsp.analysis.project import Project, path_of
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.kinds import GROUP, Kind

_MOST_POINTED_AT = 20


@rule("duplicate-group", Severity.WARNING, since="0.1.0", scope="across")
def duplicate_group(doc: Document, project: Project) -> Iterator[Report]:
    """Checks for groups of one name.

    ## What it does
    Reports a group whose name another group of the workspace has too, in this file, in another one, or built in Python and registered there. Each of them points at the others.

    ## Why is this bad?
    Groups are registered and run by their names. Spine refuses the second group of a name, so which of them runs depends on the order in which files are loaded, and the other one never does.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: fetch
          pipeline: prices.fetch
    ---
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: report
          pipeline: prices.report
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: fetch
          pipeline: prices.fetch
    ---
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.report
    spec:
      pipelines:
        - name: report
          pipeline: prices.report
    ```

    ## How to fix
    Give one of the groups another name, or remove it.
    """
    path = path_of(doc.uri) or ""
    named = [(group, group.header.name_node) for group in doc.groups]
    for group, node in named:
        if node is None or not group.name:
            continue
        kind = group.kind or GROUP
        same = [
            each.header_span(other)
            for each, other in named
            if each is not group
            and other is not None
            and each.name == group.name
            and (each.kind or GROUP) is kind
        ]
        # What comes through a pipe, or was never saved, may be a copy of any of them.
        others = (
            project.groups_called(group.name, kind.name, but=path) if path in project.groups.files else []
        )
        if same or others:
            paths = [other for other, _ in others]
            message = same_name(kind, group.name, in_this_file=bool(same), paths=paths)
            words = f"`{group.name}` is here too"
            yield Report(
                *group.header_span(node),
                message,
                tuple(Place(*span, words) for span in same[:_MOST_POINTED_AT]),
                elsewhere=tuple(Elsewhere(*other, words) for other in others[:_MOST_POINTED_AT]),
            )


def same_name(kind: Kind, name: str, *, in_this_file: bool, paths: Sequence[str]) -> str:
    """What is said of a group whose name another one has, in this file or in those of the paths."""
    where = "in this file"
    if not in_this_file:
        more = "" if len(paths) == 1 else f" and {len(paths) - 1:,} more"
        where = f"in `{paths[0].rpartition('/')[2]}`{more}"
    return f"a {kind.word} called `{name}` is {where} too: Spine takes one of a name"
