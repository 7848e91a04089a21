"""The rule `unsupported-map`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import type_of, value_span, workflows_of
from spine_lsp.orchestration.kinds.workflow.vocabulary import MAP, RUNNER, TYPE


@rule("unsupported-map", Severity.ERROR, since="0.1.0", only="Workflow")
def unsupported_map(doc: Document) -> Iterator[Report]:
    """Checks for steps of type `map`.

    ## What it does
    Reports every step of type `map`.

    ## Why is this bad?
    The runner of spine-core 0.4 has no such step: the run fails when it comes to it.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: each_venue
          type: map
          items_path: $.venues
          iterator_workflow: prices.one_venue
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: all_venues
          operation: prices.all_venues
    ```

    ## How to fix
    Go through the items in an operation. If another runner runs the workflow, switch the rule off.
    """
    for group in workflows_of(doc):
        for number, step in enumerate(group.steps):
            if step.fields and type_of(step) == MAP:
                yield Report(*value_span(group, number, TYPE), f"{RUNNER} fails at every `map` step")
