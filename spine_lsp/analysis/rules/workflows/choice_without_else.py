"""The rule `choice-without-else`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import flow_of, says_parallel, value_span, workflows_of
from spine_lsp.orchestration.kinds.workflow.vocabulary import CONDITION, ELSE_STEP, RUNNER, THEN_STEP


@rule("choice-without-else", Severity.WARNING, since="0.1.0", only="Workflow")
def choice_without_else(doc: Document) -> Iterator[Report]:
    """Checks for choices that decide nothing, or say only half.

    ## What it does
    Reports a choice without `else_step` whose `then_step` is the next step in the file; as a hint, one without `else_step` whose `then_step` is further down.

    ## Why is this bad?
    When the condition is false, spine-core 0.4 goes on at the next step: if that is the one of `then_step`, it runs either way.

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
    Add an `else_step`.
    """
    for group in workflows_of(doc):
        if says_parallel(group):
            continue
        flow = flow_of(group)
        for number, choice in flow.choices.items():
            fields = group.steps[number].fields
            if CONDITION in fields:
                continue  # of the documents' own form, which no released loader reads
            if choice.then is None or choice.then <= number or ((field := fields.get(ELSE_STEP)) and field.text):
                continue
            name = group.names[choice.then]
            span = value_span(group, number, THEN_STEP)
            if choice.then == number + 1:
                message = f"without `else_step` {RUNNER} goes on at the next step, so `{name}` runs either way"
                yield Report(*span, message)
            else:
                following = group.names[number + 1]
                message = f"without `else_step` {RUNNER} goes on at `{following}` when the condition is false"
                yield Report(*span, message, severity=Severity.HINT)
