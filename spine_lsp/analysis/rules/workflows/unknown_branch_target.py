"""The rule `unknown-branch-target`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import value_span, workflows_of
from spine_lsp.orchestration.problems import unknown_branch


@rule("unknown-branch-target", Severity.ERROR, since="0.1.0", only="Workflow")
def unknown_branch_target(doc: Document) -> Iterator[Report]:
    """Checks for branches to steps that do not exist.

    ## What it does
    Reports a `then_step` or `else_step` that names no step of the workflow.

    ## Why is this bad?
    The workflow cannot be loaded.

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
          then_step: pubish
          else_step: repair
        - name: repair
          operation: prices.repair
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
          depends_on: [is_complete]
        - name: publish
          operation: prices.publish
          depends_on: [repair]
    ```

    ## How to fix
    Correct the name, or add the step.
    """
    for group in workflows_of(doc):
        first = group.dependencies.first
        for number, step in enumerate(group.steps):
            for branch in step.branches:
                if branch.name not in first:
                    message, suggestions = unknown_branch(branch.name, first, step.name)
                    yield Report(*value_span(group, number, branch.key), message, suggestions=suggestions)
