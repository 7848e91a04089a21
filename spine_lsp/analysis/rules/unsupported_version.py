"""The rule `unsupported-version`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import structural_reports
from spine_lsp.analysis.rule import rule


@rule("unsupported-version", Severity.ERROR, since="0.1.0", structural=True)
def unsupported_version(doc: Document) -> Iterator[Report]:
    """Checks for an `apiVersion` that is not supported.

    ## What it does
    Reports an `apiVersion` other than `spine.io/v1`.

    ## Why is this bad?
    A file of another version may mean something else by the same keys, so it is refused.

    ## Example
    ```yaml
    apiVersion: spine.io/v9
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: fetch
          pipeline: prices.fetch
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
    Write `apiVersion: spine.io/v1`.
    """
    yield from structural_reports(doc, "unsupported-version")
