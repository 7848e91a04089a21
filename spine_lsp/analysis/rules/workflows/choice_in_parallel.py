"""The rule `choice-in-parallel`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import flow_of, says_parallel, value_span, workflows_of
from spine_lsp.orchestration.kinds.workflow.vocabulary import RUNNER, TYPE


@rule("choice-in-parallel", Severity.WARNING, since="0.1.0", only="Workflow")
def choice_in_parallel(doc: Document) -> Iterator[Report]:
    """Checks for choices in a workflow whose steps run side by side.

    ## What it does
    Reports a `choice` under `execution: parallel`.

    ## Why is this bad?
    spine-core 0.4 does not look at branches then: both of them run, whatever the condition says.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: is_complete
          type: choice
          condition_ref: prices.checks:is_complete
          then_step: publish
          else_step: repair
        - name: repair
          operation: prices.repair
          depends_on: [is_complete]
        - name: publish
          operation: prices.publish
          depends_on: [repair]
      policy:
        execution: parallel
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: is_complete
          type: choice
          condition_ref: prices.checks:is_complete
          then_step: publish
          else_step: repair
        - name: repair
          operation: prices.repair
          depends_on: [is_complete]
        - name: publish
          operation: prices.publish
          depends_on: [repair]
      policy:
        execution: sequential
    ```

    ## How to fix
    Write `execution: sequential`, or decide inside the operations.
    """
    for group in workflows_of(doc):
        if not says_parallel(group):
            continue
        for number in flow_of(group).choices:
            message = f"steps run side by side here, and then {RUNNER} runs both branches of a choice"
            yield Report(*value_span(group, number, TYPE), message)
