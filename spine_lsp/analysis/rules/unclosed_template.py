"""The rule `unclosed-template`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule


@rule("unclosed-template", Severity.WARNING, since="0.1.0")
def unclosed_template(doc: Document) -> Iterator[Report]:
    """Checks for templates in a text that are begun and not ended, or ended and not begun.

    ## What it does
    Reports `{{` without its `}}` and `}}` without its `{{`. A text that has as many `{` as `}`, such as JSON, is left alone.

    ## Why is this bad?
    The text is valid YAML, so the file loads; but the pipeline gets the braces instead of the value.

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
          params:
            day: "{{ params.day }"
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
          params:
            day: "{{ params.day }}"
    ```

    ## How to fix
    Write the missing braces.
    """
    for group in doc.groups:
        if not group.part.skeleton.faults:
            for start, end in group.open_braces:
                yield _report(doc, *group.part.file_span(start, end))
        for number in group.steps_with_faults:
            base = group.base_of(number)
            for start, end in group.steps[number].open_braces:
                yield _report(doc, base + start, base + end)


def _report(doc: Document, start: int, end: int) -> Report:
    text = doc.text.source[start:end]
    if text == "}}":
        return Report(start, end, "this `}}` ends no template: `{{` is missing")
    shown = text if len(text) <= 40 else f"{text[:39]}…"
    message = f"this template is never closed: `}}}}` is missing after `{shown}`"
    return Report(start, end, message, kind="open")
