"""The rule `recursive-workflow`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import value_span, workflows_of
from spine_lsp.orchestration.kinds.workflow.vocabulary import ITERATOR_WORKFLOW


@rule("recursive-workflow", Severity.ERROR, since="0.1.0", only="Workflow")
def recursive_workflow(doc: Document) -> Iterator[Report]:
    """Checks for workflows that contain themselves.

    ## What it does
    Reports an `iterator_workflow` that names the workflow itself.

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
    for group in workflows_of(doc):
        for number, step in enumerate(group.steps):
            field = step.fields.get(ITERATOR_WORKFLOW)
            if field is not None and field.text and field.text == group.name:
                message = f"`{group.name}` would run itself for each item, without end"
                yield Report(*value_span(group, number, ITERATOR_WORKFLOW), message)
