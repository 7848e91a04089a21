"""The rule `unknown-kind`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import structural_reports
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.kinds import KINDS
from spine_lsp.orchestration.problems import quoted
from spine_lsp.orchestration.vocabulary import API_VERSION, API_VERSION_KEY, KIND_KEY


@rule("unknown-kind", Severity.ERROR, since="0.1.0", scope="file", structural=True)
def unknown_kind(doc: Document) -> Iterator[Report]:
    """Checks for a `kind` that does not exist.

    ## What it does
    Reports a `kind` other than `PipelineGroup` and `Workflow` in a document whose `apiVersion` is Spine's. Where the name is surely a slip, this is an error, and the document is read as what was meant; else it is an information, and nothing else is said of the document.

    ## Why is this bad?
    Nothing reads a document of that kind, so nothing in it is checked.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGruop
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
    Write `kind: PipelineGroup` or `kind: Workflow`.
    """
    yield from structural_reports(doc, "unknown-kind")
    for other in doc.unread:
        node = other.header.node(KIND_KEY)
        if node is not None and other.header.value.get(API_VERSION_KEY) == API_VERSION:  # else that is said
            names = quoted([kind.name for kind in KINDS], "and")
            message = f"documents of kind `{other.header.value.get(KIND_KEY)}` are not read; {names} are"
            yield Report(*other.header_span(node), message, severity=Severity.INFORMATION)
