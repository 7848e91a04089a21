"""The rule `recursive-workflow`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.group_index import IndexedGroup
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import value_span
from spine_lsp.orchestration.kinds import Kind


@rule("recursive-workflow", Severity.ERROR, since="0.1.0", scope="workspace")
def recursive_workflow(group: Group, project: Project) -> Iterator[Report]:
    """Checks for workflows that contain themselves.

    ## What it does
    Reports an `iterator_workflow` that names the workflow itself, or one that leads back to it, through whichever files.

    ## Why is this bad?
    A run of it would never end.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: each_part
          type: map
          items_path: $.parts
          iterator_workflow: prices.daily
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: all_parts
          operation: prices.all_parts
    ```

    ## How to fix
    Name another workflow, or do the work in an operation.
    """
    for number, step in enumerate(group.steps):
        for key in group.header.kind.parts:
            field = step.fields.get(key)
            if field is None or not field.text:
                continue
            if field.text == group.name:
                message = f"`{group.name}` would run itself for each item, without end"
                yield Report(*value_span(group, number, key), message)
            elif path := _way_back(field.text, group, project):
                names = " → ".join(f"`{name}`" for name in (group.name, *path))
                message = f"{names}: each runs the next, so a run would never end"
                yield Report(*value_span(group, number, key), message)


def _way_back(name: str, group: Group, project: Project) -> list[str] | None:
    """The shortest way by which a workflow comes to run a group, through the other files; None if there is none."""
    came: dict[str, str | None] = {name: None}
    for current in (queue := [name]):
        for _, other in project.groups.named(current):
            if other.kind != group.header.kind.name:
                continue
            for part in _parts(other, group.header.kind):
                if part == group.name:
                    way = [part]
                    at: str | None = current
                    while at is not None:
                        way.append(at)
                        at = came[at]
                    return way[::-1]
                if part not in came:
                    came[part] = current
                    queue.append(part)
    return None


def _parts(other: IndexedGroup, kind: Kind) -> Iterator[str]:
    """The workflows that a workflow of a file runs."""
    if other.mentioned:
        yield from (each.text for step in other.steps for each in step.mentions if each.key in kind.parts)
