"""The rule `ignored-order`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Place, Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import runs_in_parallel, workflows_of
from spine_lsp.orchestration.kinds.workflow.vocabulary import RUNNER


@rule("ignored-order", Severity.ERROR, since="0.1.0", only="Workflow")
def ignored_order(doc: Document) -> Iterator[Report]:
    """Checks for a `depends_on` that the order of the file contradicts.

    ## What it does
    Reports an entry of `depends_on` that names a step further down, in a workflow whose steps run one by one.

    ## Why is this bad?
    Unless `execution` is `parallel`, spine-core 0.4 runs the steps in the order of the file and does not look at `depends_on`: the step runs before what it waits for, and nothing fails.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: clean
          operation: prices.clean
          depends_on: [fetch]
        - name: fetch
          operation: prices.fetch
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: fetch
          operation: prices.fetch
        - name: clean
          operation: prices.clean
          depends_on: [fetch]
    ```

    ## How to fix
    Sort the steps, or write `execution: parallel` in the policy.
    """
    for group in workflows_of(doc):
        graph = group.dependencies
        if graph.cycles or runs_in_parallel(group):  # a cycle has no order, and is said
            continue
        for number, step in enumerate(group.steps):
            for entry, name in enumerate(step.depends_on):
                on = graph.first.get(name)
                if on is not None and on > number:
                    message = (
                        f"{RUNNER} runs `{step.name}` before `{name}`: unless `execution` is `parallel` the order "
                        "of the file counts, and `depends_on` does not"
                    )
                    related = (Place(*group.name_span(on), f"`{name}` stands here"),)
                    yield Report(*group.edge_span(number, entry), message, related)
