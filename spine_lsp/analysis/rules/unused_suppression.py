"""The rule `unused-suppression`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.analysis.rules.registry import rule


@rule("unused-suppression", Severity.WARNING, since="0.1.0")
def unused_suppression(doc: Document) -> Iterator[Finding]:
    """Checks for suppression comments that suppress nothing.

    ## What it does
    Reports `# spine: ignore[code]` and its kin where no finding of that code is, and codes that no rule has. A rule that is switched off leaves its suppressions alone.

    ## Why is this bad?
    The comment says that something is wrong and meant so. Once nothing is wrong, it misleads, and it would hide the next fault of that kind.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:

      pipelines:
        - name: fetch
          pipeline: prices.fetch # spine: ignore[duplicate-step]
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
    ```

    ## How to fix
    Remove the comment, or the code from its brackets.
    """
    # Only the whole of what the other rules found can tell: see `analysis/suppressions.py`.
    yield from ()
