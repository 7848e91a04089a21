"""The rule `missing-key`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import structural_reports
from spine_lsp.analysis.rule import rule


@rule("missing-key", Severity.ERROR, since="0.1.0", structural=True)
def missing_key(doc: Document) -> Iterator[Report]:
    """Checks for keys that must be there.

    ## What it does
    Reports a map that lacks a required key: a group without a name or steps, a step without `name` or `pipeline`.

    ## Why is this bad?
    Without it the group cannot be read.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: fetch
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
    ```

    ## How to fix
    Add the key.
    """
    yield from structural_reports(doc, "missing-key")
