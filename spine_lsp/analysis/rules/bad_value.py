"""The rule `bad-value`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import structural_reports
from spine_lsp.analysis.rule import rule


@rule("bad-value", Severity.ERROR, since="0.1.0", structural=True)
def bad_value(doc: Document) -> Iterator[Report]:
    """Checks for values that a key does not allow.

    ## What it does
    Reports a value of the right type that is none of those allowed: an unknown `execution`, a `max_concurrency` below 1, an empty name.

    ## Why is this bad?
    The planner refuses the group.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: fetch
          pipeline: prices.fetch
      policy:
        execution: paralel
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: fetch
          pipeline: prices.fetch
      policy:
        execution: parallel
    ```

    ## How to fix
    Choose one of the values in the message.
    """
    yield from structural_reports(doc, "bad-value")
