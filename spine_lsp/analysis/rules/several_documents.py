"""The rule `several-documents`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.header import GroupPart
from spine_lsp.analysis.rule import rule


@rule("several-documents", Severity.INFORMATION, since="0.1.0", scope="file")
def several_documents(doc: Document) -> Iterator[Report]:
    """Checks for files of more than one YAML document.

    ## What it does
    Reports the second document of a file that holds a group, once. Comments, directives and `...` make no document; an empty one after `---` counts.

    ## Why is this bad?
    All groups of such a file are read and planned here, but Spine itself reads files of one document and refuses this one.

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
    ---
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: weekly.prices
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
    Give each group a file of its own.
    """
    if not doc.is_spine or len(doc.file.parts) < 2:
        return
    found = 0
    for part in doc.file.parts:
        line = _first_line(part)
        found += line is not None
        if line is not None and found == 2:
            start, end = line
            message = (
                "a second document begins here: Spine's own loader reads files of one document, and refuses this one"
            )
            yield Report(start, end, message)
            return


def _first_line(part: GroupPart) -> tuple[int, int] | None:
    """The first line of a document that is no comment, directive or `...`; None where there is no such line."""
    at = part.start
    for text in (part.head, *(block.text for block in part.blocks), part.tail):
        for line in text.splitlines(keepends=True):
            words = line.strip()
            if words and not words.startswith(("#", "%", "...")):
                return at, at + len(line.rstrip())
            at += len(line)
    return None
