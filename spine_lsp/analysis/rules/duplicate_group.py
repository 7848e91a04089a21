"""The rule `duplicate-group`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Elsewhere, Place, Report, Severity
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.uris import path_of
from spine_lsp.cancellation import check_cancelled
from spine_lsp.orchestration.kinds import GROUP, Kind
from spine_lsp.syntax.tree import Node

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
    # What comes through a pipe, or was never saved, may be a copy of any of them.
    is_known = path in project.groups.files
    for kind, alike in _by_name(doc).values():
        name = alike[0][0].name
        others = project.groups_called(name, kind.name, but=path) if is_known else []
        if len(alike) == 1 and not others:
            continue
        words = f"`{name}` is here too"
        elsewhere = tuple(Elsewhere(*other, words) for other in others[:_MOST_POINTED_AT])
        paths = [other for other, _ in others]
        message = same_name(kind, name, in_this_file=len(alike) > 1, paths=paths)
        for group, node in alike:
            check_cancelled()
            same = islice(((each, at) for each, at in alike if each is not group), _MOST_POINTED_AT)
            places = tuple(Place(*each.header_span(at), words) for each, at in same)
            yield Report(*group.header_span(node), message, places, elsewhere=elsewhere)


def _by_name(doc: Document) -> dict[tuple[str, str], tuple[Kind, list[tuple[Group, Node]]]]:
    """The groups of a document that have a name, with its place, by kind and name."""
    found: dict[tuple[str, str], tuple[Kind, list[tuple[Group, Node]]]] = {}
    for group in doc.groups:
        node, kind = group.header.name_node, group.kind or GROUP
        if node is not None and group.name:
            found.setdefault((kind.name, group.name), (kind, []))[1].append((group, node))
    return found


def same_name(kind: Kind, name: str, *, in_this_file: bool, paths: Sequence[str]) -> str:
    """What is said of a group whose name another one has, in this file or in those of the paths."""
    where = "in this file"
    if not in_this_file:
        more = "" if len(paths) == 1 else f" and {len(paths) - 1:,} more"
        where = f"in `{paths[0].rpartition('/')[2]}`{more}"
    return f"a {kind.word} called `{name}` is {where} too: Spine takes one of a name"
