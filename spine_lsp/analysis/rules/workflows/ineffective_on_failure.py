"""The rule `ineffective-on-failure`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import runs_in_parallel, workflows_of
from spine_lsp.orchestration.kinds.workflow.vocabulary import RUNNER
from spine_lsp.orchestration.vocabulary import ON_FAILURE


@rule("ineffective-on-failure", Severity.WARNING, since="0.1.0", only="Workflow")
def ineffective_on_failure(doc: Document) -> Iterator[Report]:
    """Checks for `on_failure: continue` where it does nothing.

    ## What it does
    Reports `on_failure: continue` in a workflow whose steps run one by one.

    ## Why is this bad?
    spine-core 0.4 looks at `on_failure` only when steps run side by side. Else the first failure ends the run, whatever the policy says.

    ## Example
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
      policy:
        on_failure: continue
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
      policy:
        on_failure: stop
    ```

    ## How to fix
    Remove the key, or run the steps side by side: `execution: parallel`, with a `depends_on` where one has to wait for another.
    """
    for group in workflows_of(doc):
        node = group.header.policy_node(ON_FAILURE)
        if node is None or node.text != "continue" or runs_in_parallel(group):
            continue
        message = f"steps run one by one here, and then {RUNNER} ends the run at the first failure all the same"
        yield Report(*group.header_span(node), message, kind=ON_FAILURE)
