"""The rule `duplicate-key`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Place, Severity
from spine_lsp.analysis.rules.registry import rule
from spine_lsp.analysis.symbols import Span


@rule("duplicate-key", Severity.ERROR, since="0.1.0")
def duplicate_key(doc: Document) -> Iterator[Finding]:
    """Checks for keys that one map has twice.

    ## What it does
    Reports a key that an earlier key of the same map repeats. The first one is linked.

    ## Why is this bad?
    YAML forbids it, and readers disagree on which of the two counts.

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
          name: clean
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
    Remove one of the two, or join what they say.
    """
    for group in doc.groups:
        part = group.part
        for first, second in part.skeleton.duplicate_keys:
            yield _finding(second.text, group.header_span(first), group.header_span(second))
        if part.path is None:
            continue
        for number in group.notable_steps:
            if group.steps[number].has_duplicate_keys:
                base = group.base_of(number)
                for first, second in part.blocks[number].fragment.duplicate_keys:
                    yield _finding(
                        second.text,
                        Span(first.start, first.end).moved(base),
                        Span(second.start, second.end).moved(base),
                    )


def _finding(key: str, first: Span, second: Span) -> Finding:
    message = f"the key `{key}` is already in this map; only one of the two can count"
    related = (Place(first.start, first.end, f"the first `{key}`"),)
    return Finding("duplicate-key", Severity.ERROR, second.start, second.end, message, related)
