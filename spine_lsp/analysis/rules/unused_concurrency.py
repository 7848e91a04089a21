"""The rule `unused-concurrency`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.vocabulary import EXECUTION, MAX_CONCURRENCY
from spine_lsp.syntax.scalars import scalar_value


@rule("unused-concurrency", Severity.INFORMATION, since="0.1.0")
def unused_concurrency(doc: Document) -> Iterator[Report]:
    """Checks for a `max_concurrency` that limits nothing.

    ## What it does
    Reports `max_concurrency` beside `execution: sequential` (or without `execution`, which means the same), and, as a hint, a limit that is higher than the number of steps that can run at the same time.

    ## Why is this bad?
    A limit that is never reached says something about the group that is not true, and one beside `sequential` is not read at all.

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
        execution: sequential
        max_concurrency: 4
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
    Remove the key, lower the number, or write `execution: parallel` if that was meant.
    """
    for group in doc.groups:
        node = group.header.policy_node(MAX_CONCURRENCY)
        limit = scalar_value(node) if node is not None else None
        if node is None or not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            continue
        execution = group.header.policy_node(EXECUTION)
        if execution is None or execution.text == "sequential":
            span = group.header_span(node)
            how = "these" if execution is not None else "without `execution`"
            message = f"`max_concurrency` counts only when `execution` is `parallel`; {how} steps run one by one"
            yield Report(*span, message, unnecessary=True)
        elif execution.text == "parallel" and not group.graph.is_chain:
            from spine_lsp.orchestration.queries import width  # rare, so not at every start

            widest = width(group.graph, limit)
            if widest is not None:
                message = (
                    f"at most {widest:,} of the steps can run at the same time, so a limit of {limit:,} limits nothing"
                )
                span = group.header_span(node)
                yield Report(*span, message, suggestions=(str(widest),), kind="wide", severity=Severity.HINT)
