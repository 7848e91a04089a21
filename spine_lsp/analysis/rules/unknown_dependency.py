"""The rule `unknown-dependency`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import graph_reports
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.planner import unknown_dependency_problems


@rule("unknown-dependency", Severity.ERROR, since="0.1.0")
def unknown_dependency(doc: Document) -> Iterator[Report]:
    """Checks for `depends_on` entries that name no step of the group.

    ## What it does
    Reports every entry of `depends_on` for which the group has no step, and offers the names that look like it.

    ## Why is this bad?
    The planner has nothing to put first, so neither the step nor anything that waits for it can run.

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
          depends_on: [fetsh]
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
    Correct the name, add the missing step, or remove the entry. A group cannot wait for a step of another group.
    """
    yield from graph_reports(doc, unknown_dependency_problems)
