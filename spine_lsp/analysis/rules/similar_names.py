"""The rule `similar-names`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Place, Report, Severity
from spine_lsp.analysis.rule import rule


@rule("similar-names", Severity.HINT, since="0.1.0")
def similar_names(doc: Document) -> Iterator[Report]:
    """Checks for steps whose names differ only by capital letters.

    ## What it does
    Reports a step whose name is that of an earlier one but for capital letters; in a workflow as a warning.

    ## Why is this bad?
    Spine tells the two apart, people do not, and neither does what keeps the state of a run by names in capitals: it takes one step for done when the other is.

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
        - name: Fetch
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
        - name: fetch_again
          pipeline: prices.fetch
    ```

    ## How to fix
    Rename one of the steps.
    """
    for group in doc.groups:
        for first, second in group.similar_names:
            name = group.steps[first].name
            related = (Place(*group.name_span(first), f"`{name}`"),)
            message = f"this name differs from the step `{name}` only by capital letters"
            if runner := group.header.kind.runner:
                message += f"; after a failure {runner} takes one of them for done when the other is"
                yield Report(*group.name_span(second), message, related, severity=Severity.WARNING)
            else:
                yield Report(*group.name_span(second), message, related)
