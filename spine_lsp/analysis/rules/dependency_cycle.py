"""The rule `dependency-cycle`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import graph_reports
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.planner import cycle_problems


@rule("dependency-cycle", Severity.ERROR, since="0.1.0")
def dependency_cycle(doc: Document) -> Iterator[Report]:
    """Checks for steps that wait for each other in a cycle.

    ## What it does
    Reports each set of steps that wait for each other once, with its shortest cycle, on the first entry of that path. Every edge of the path is linked.

    ## Why is this bad?
    Each step of the cycle waits for the next, so none can be the first. Nothing in the cycle runs, nor anything that waits for it.

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
          depends_on: [store]
        - name: clean
          pipeline: prices.clean
          depends_on: [fetch]
        - name: store
          pipeline: prices.store
          depends_on: [clean]
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
        - name: store
          pipeline: prices.store
          depends_on: [clean]
    ```

    ## How to fix
    Remove the edge that was not meant. The quick fixes list the edges of the cycle, the one that frees most steps first.
    """
    yield from graph_reports(doc, cycle_problems)
