"""The rule `unknown-key`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import structural_reports
from spine_lsp.analysis.rule import rule


@rule("unknown-key", Severity.ERROR, since="0.1.0", structural=True)
def unknown_key(doc: Document) -> Iterator[Report]:
    """Checks for keys that a pipeline group does not have.

    ## What it does
    Reports every key that the format does not know, and offers the one that was probably meant. Keys under `params` and `defaults` are free.

    ## Why is this bad?
    The planner ignores or refuses such a key, so what it was meant to say is not said.

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
          dependson: []
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
          depends_on: []
    ```

    ## How to fix
    Correct the key, move it to where it belongs, or remove it.
    """
    yield from structural_reports(doc, "unknown-key")
