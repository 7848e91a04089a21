"""The rule `useless-parallel`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.vocabulary import EXECUTION


@rule("useless-parallel", Severity.INFORMATION, since="0.1.0")
def useless_parallel(doc: Document) -> Iterator[Report]:
    """Checks for `execution: parallel` in a group whose steps can only run one after the other.

    ## What it does
    Reports the policy of a group of two or more steps in which each level holds one step: every step waits for the one before it.

    ## Why is this bad?
    The policy promises that steps run side by side, and none ever will. Often an edge is there that was not meant.

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
          depends_on: [fetch]
      policy:
        execution: parallel
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
      policy:
        execution: sequential
    ```

    ## How to fix
    Write `sequential`, or remove the edges that keep the steps apart.
    """
    for group in doc.groups:
        node = group.header.policy_node(EXECUTION)
        if node is not None and node.text == "parallel" and group.graph.is_chain:
            count = group.step_count
            message = f"each of the {count:,} steps waits for the one before it, so none can run beside another; `sequential` says the same"
            span = group.header_span(node)
            yield Report(*span, message, suggestions=("sequential",))
