"""The rule `duplicate-key`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Place, Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.span import Span
from spine_lsp.orchestration import problems as say


@rule("duplicate-key", Severity.ERROR, since="0.1.0", structural=True)
def duplicate_key(doc: Document) -> Iterator[Report]:
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
        for key, first, second in group.header.duplicate_keys:
            yield _report(key, Span(*group.part.file_span(*first)), Span(*group.part.file_span(*second)))
        for number in group.steps_with_faults:
            base = group.base_of(number)
            for key, first, second in group.steps[number].duplicate_keys:
                yield _report(key, first.moved(base), second.moved(base))
    for listed in doc.schedules:
        for key, first, second in listed.duplicate_keys:
            moved = listed.part.file_span
            yield _report(key, Span(*moved(*first)), Span(*moved(*second)))


def _report(key: str, first: Span, second: Span) -> Report:
    message = say.duplicate_key(key)
    related = (Place(first.start, first.end, f"the first `{key}`"),)
    return Report(second.start, second.end, message, related)
