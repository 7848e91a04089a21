"""The rule `unsupported-version`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import structural_reports
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.vocabulary import API_VERSION, API_VERSION_KEY


@rule("unsupported-version", Severity.ERROR, since="0.1.0", scope="file", structural=True)
def unsupported_version(doc: Document) -> Iterator[Report]:
    """Checks for an `apiVersion` that is not supported.

    ## What it does
    Reports an `apiVersion` other than `spine.io/v1`.

    ## Why is this bad?
    A file of another version may mean something else by the same keys, so it is refused.

    ## Example
    ```yaml
    apiVersion: spine.io/v9
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: fetch
          pipeline: prices.fetch
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
    Write `apiVersion: spine.io/v1`.
    """
    yield from structural_reports(doc, "unsupported-version")
    for other in doc.unread:  # of which the structure is not known, but that no version has such a kind
        node, said = other.header.node(API_VERSION_KEY), other.header.value.get(API_VERSION_KEY)
        if node is not None and said != API_VERSION:
            message = f"unsupported apiVersion `{said}`: this planner reads `{API_VERSION}`"
            yield Report(*other.header_span(node), message, suggestions=(API_VERSION,))
