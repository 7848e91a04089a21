"""The rule `unknown-kind`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import structural_reports
from spine_lsp.analysis.rule import rule


@rule("unknown-kind", Severity.ERROR, since="0.1.0", structural=True)
def unknown_kind(doc: Document) -> Iterator[Report]:
    """Checks for a `kind` that does not exist.

    ## What it does
    Reports a `kind` other than `PipelineGroup` in a file whose `apiVersion` is Spine's.

    ## Why is this bad?
    Nothing reads a file of that kind.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGruop
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
    Write `kind: PipelineGroup`.
    """
    yield from structural_reports(doc, "unknown-kind")
