"""The rule `unknown-step-type`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import structural_reports
from spine_lsp.analysis.rule import rule


@rule("unknown-step-type", Severity.ERROR, since="0.1.0", only="Workflow", structural=True)
def unknown_step_type(doc: Document) -> Iterator[Report]:
    """Checks for a step type that does not exist.

    ## What it does
    Reports a `type` that is none of `operation`, `pipeline`, `lambda`, `choice`, `wait` and `map`.

    ## Why is this bad?
    The loader of spine-core 0.4 takes any text for a type, and makes an operation of the step that no code registers, so the run fails when it comes to it.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: wait_for_feed
          type: sleep
          duration_seconds: 60
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: wait_for_feed
          type: wait
          duration_seconds: 60
    ```

    ## How to fix
    Write one of the six types.
    """
    yield from structural_reports(doc, "unknown-step-type")
