"""The rule `choice-falls-through`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Place, Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import flow_of, says_parallel, value_span, workflows_of
from spine_lsp.orchestration.kinds.workflow.vocabulary import CONDITION, ELSE_STEP, RUNNER, THEN_STEP


@rule("choice-falls-through", Severity.INFORMATION, since="0.1.0", only="Workflow")
def choice_falls_through(doc: Document) -> Iterator[Report]:
    """Checks for branches that run into each other.

    ## What it does
    Reports a branch of a choice after which the run comes to the other branch, in a workflow whose steps run one by one. Nothing is said where the second of the two depends on the first.

    ## Why is this bad?
    A choice of spine-core 0.4 is a jump: from its target on, the steps run in the order of the file, those of the other branch too.

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
        - name: publish
          operation: prices.publish
        - name: repair
          operation: prices.repair
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
    Put the branch that may go on into the other one first, and say so with `depends_on`; or end it with a choice that jumps over the other.
    """
    for group in workflows_of(doc):
        if says_parallel(group):
            continue
        from spine_lsp.orchestration.queries import upstream  # rare, so not at every start

        flow = flow_of(group)
        for number, choice in flow.choices.items():
            then, other = choice
            if CONDITION in group.steps[number].fields:
                continue  # of the documents' own form, which no released loader reads
            if then is None or other is None or then == other or min(then, other) <= number:
                continue
            first, second = sorted(choice, key=lambda step: step or 0)
            if second not in flow.reached_from(first or 0) or first in upstream(group.dependencies, second or 0):
                continue
            key, answer = (THEN_STEP, "true") if first == then else (ELSE_STEP, "false")
            names = group.names
            message = (
                f"when the condition is {answer}, both branches run: behind `{names[first or 0]}` {RUNNER} goes on "
                f"to `{names[second or 0]}`, which is fine if that is to run either way"
            )
            related = (Place(*group.name_span(second or 0), "the other branch"),)
            yield Report(*value_span(group, number, key), message, related)
