"""The rule `duplicate-step`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import graph_reports
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.planner import duplicate_step_problems


@rule("duplicate-step", Severity.ERROR, since="0.1.0")
def duplicate_step(doc: Document) -> Iterator[Report]:
    """Checks for two steps of one name.

    ## What it does
    Reports every step whose name an earlier step of the group has already. The first one is linked.

    ## Why is this bad?
    `depends_on` names steps, so a name that two steps share says nothing. The planner refuses the group.

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
        - name: fetch
          pipeline: prices.fetch_again
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
          pipeline: prices.fetch_again
    ```

    ## How to fix
    Give the second step a name of its own, or remove it.
    """
    yield from graph_reports(doc, duplicate_step_problems)
