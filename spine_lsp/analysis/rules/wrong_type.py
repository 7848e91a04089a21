"""The rule `wrong-type`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import structural_reports
from spine_lsp.analysis.rule import rule


@rule("wrong-type", Severity.ERROR, since="0.1.0", structural=True)
def wrong_type(doc: Document) -> Iterator[Report]:
    """Checks for values of the wrong type.

    ## What it does
    Reports a value that is not of the type its key needs: a list where a string belongs, a number as a name, nothing at all.

    ## Why is this bad?
    The planner refuses the file, or reads something that was not meant.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: 2024
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
        - name: "2024"
          pipeline: prices.fetch
    ```

    ## How to fix
    Write a value of the type that the message asks for. Quote a number that is meant as a name.
    """
    yield from structural_reports(doc, "wrong-type")
