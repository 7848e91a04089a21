"""The rule `duplicate-dependency`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import graph_reports
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.planner import duplicate_dependency_problems


@rule("duplicate-dependency", Severity.WARNING, since="0.1.0")
def duplicate_dependency(doc: Document) -> Iterator[Report]:
    """Checks for names that stand twice in one `depends_on`.

    ## What it does
    Reports an entry that an earlier entry of the same list repeats.

    ## Why is this bad?
    It changes nothing, and hints at a name that was meant to be another.

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
        - name: clean
          pipeline: prices.clean
          depends_on: [fetch, fetch]
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
        - name: clean
          pipeline: prices.clean
          depends_on: [fetch]
    ```

    ## How to fix
    Remove the second entry, or write the name that was meant.
    """
    yield from graph_reports(doc, duplicate_dependency_problems, unnecessary=True)
