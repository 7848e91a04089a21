"""The rule `self-dependency`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import graph_reports
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.planner import self_dependency_problems


@rule("self-dependency", Severity.ERROR, since="0.1.0")
def self_dependency(doc: Document) -> Iterator[Report]:
    """Checks for steps that wait for themselves.

    ## What it does
    Reports an entry of `depends_on` that is the name of its own step.

    ## Why is this bad?
    The step would have to end before it starts; it can never run, nor can what waits for it.

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
          depends_on: [fetch, clean]
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
    Remove the entry.
    """
    yield from graph_reports(doc, self_dependency_problems)
