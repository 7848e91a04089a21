"""The rule `unreachable-step`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import flow_of, says_parallel, workflows_of


@rule("unreachable-step", Severity.WARNING, since="0.1.0", only="Workflow")
def unreachable_step(doc: Document) -> Iterator[Report]:
    """Checks for steps that no run comes to.

    ## What it does
    Reports a step that every choice jumps over, in a workflow whose steps run one by one.

    ## Why is this bad?
    The step never runs, and the run is called completed.

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
          else_step: report
        - name: repair
          operation: prices.repair
        - name: publish
          operation: prices.publish
        - name: report
          operation: prices.report
          depends_on: [publish]
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
        - name: publish
          operation: prices.publish
          depends_on: [repair]
    ```

    ## How to fix
    Branch to the step, move it out of the way of the jump, or remove it.
    """
    for group in workflows_of(doc):
        flow = flow_of(group)
        jumps = [target for choice in flow.choices.values() for target in choice]
        if not jumps or says_parallel(group):
            continue
        backward = any(
            target is not None and target <= number for number, choice in flow.choices.items() for target in choice
        )
        if backward:  # which is said
            continue
        reached = flow.reached_from(0)
        for number in range(flow.count):
            if number not in reached:
                yield Report(
                    *group.name_span(number),
                    "no run comes to this step: every way jumps over it",
                    unnecessary=True,
                )
