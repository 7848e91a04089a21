"""The rule `choice-jumps-back`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Place, Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import flow_of, says_parallel, target_of, value_span, workflows_of
from spine_lsp.orchestration.kinds.workflow.vocabulary import RUNNER


@rule("choice-jumps-back", Severity.ERROR, since="0.1.0", only="Workflow")
def choice_jumps_back(doc: Document) -> Iterator[Report]:
    """Checks for branches to a step above their choice.

    ## What it does
    Reports a `then_step` or `else_step` that names the choice itself or a step above it, in a workflow whose steps run one by one.

    ## Why is this bad?
    The runner of spine-core 0.4 only goes down: looking for the step it passes over everything below, and calls the run completed.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: fetch
          operation: prices.fetch
        - name: is_complete
          type: choice
          condition_ref: prices.checks:is_complete
          then_step: publish
          else_step: fetch
        - name: publish
          operation: prices.publish
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: fetch
          operation: prices.fetch
        - name: is_complete
          type: choice
          condition_ref: prices.checks:is_complete
          then_step: publish
          else_step: repair
        - name: repair
          operation: prices.repair
        - name: publish
          operation: prices.publish
          depends_on: [repair]
    ```

    ## How to fix
    Branch to a step below. There are no loops: what is to be tried again is tried again inside an operation.
    """
    for group in workflows_of(doc):
        if says_parallel(group):
            continue
        for number in flow_of(group).choices:
            for branch in group.steps[number].branches:
                target = target_of(group, number, branch.key)
                if target is not None and target <= number:
                    message = (
                        f"`{branch.name}` does not stand below this choice, so {RUNNER} skips everything below "
                        "and calls the run completed"
                    )
                    related = (Place(*group.name_span(target), f"`{branch.name}` stands here"),)
                    yield Report(*value_span(group, number, branch.key), message, related)
