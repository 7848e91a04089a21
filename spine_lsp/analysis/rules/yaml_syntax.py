"""The rule `yaml-syntax`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.analysis.rules.registry import rule


@rule("yaml-syntax", Severity.ERROR, since="0.1.0")
def yaml_syntax(doc: Document) -> Iterator[Finding]:
    """Checks for text that is not valid YAML.

    ## What it does
    Reports what keeps the YAML from being read: an unclosed quote or bracket, a tab in the indentation, a template without quotes, merge conflict markers, and the like. The rest of the file is read all the same, and a step with such a fault says only this.

    ## Why is this bad?
    The loader refuses the whole file.

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
          params: {day: {{ params.day }}}
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
          params: {day: "{{ params.day }}"}
    ```

    ## How to fix
    The message says what is wrong at that place. Templates must be quoted: `"{{ params.day }}"`.
    """
    for fault in doc.file.faults if doc.is_spine else ():
        yield Finding("yaml-syntax", Severity.ERROR, fault.start, fault.end, fault.message, kind=fault.kind)
    for group in doc.groups:
        part = group.part
        for fault in part.skeleton.faults:
            start, end = part.file_offset(fault.start), part.file_offset(fault.end)
            yield Finding(
                "yaml-syntax", Severity.ERROR, start, max(start, end), fault.message, kind=fault.kind
            )
        if part.path is None:
            continue
        for number, step in enumerate(group.steps):
            if step.broken:
                base = group.base_of(number)
                for fault in group.faults_of(number):
                    start, end = base + fault.start, base + fault.end
                    yield Finding("yaml-syntax", Severity.ERROR, start, end, fault.message, kind=fault.kind)
                    if fault.kind != "template":
                        break  # one slip makes the parser stumble more than once
