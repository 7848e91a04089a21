"""The rule `yaml-syntax`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.syntax.syntax_errors import Fault


@rule("yaml-syntax", Severity.ERROR, since="0.1.0")
def yaml_syntax(doc: Document) -> Iterator[Report]:
    """Checks for text that is not valid YAML.

    ## What it does
    Reports what keeps the YAML from being read: an unclosed quote or bracket, a tab in the indentation, a template without quotes, an alias without its anchor, merge conflict markers, and the like. The rest of the file is read all the same, and a step with such a fault says only this.

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
    for fault in doc.file.faults if doc.is_served else ():
        yield _report(fault, fault.start, fault.end)
    for group in doc.groups:
        part = group.part
        for fault in (*part.skeleton.faults, *group.header.faults):
            start, end = part.file_span(fault.start, fault.end)
            yield _report(fault, start, max(start, end))
        for fault in group.faults_between:
            yield _report(fault, fault.start, fault.end)
        for number in group.steps_with_faults:
            step, base = group.steps[number], group.base_of(number)
            if step.broken:
                for fault in (*_worth_reporting(group.faults_of(number)), *step.faults):
                    yield _report(fault, base + fault.start, base + fault.end)
    for listed in doc.schedules:
        for fault in _worth_reporting(listed.faults):
            start, end = listed.part.file_span(fault.start, fault.end)
            yield _report(fault, start, max(start, end))


def _report(fault: Fault, start: int, end: int) -> Report:
    return Report(start, end, fault.message, kind=fault.kind)


def _worth_reporting(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Every template, and the first of the others: one slip makes the parser stumble more than once."""
    stumbled = False
    for fault in faults:
        if fault.kind in ("template", "open-template"):
            yield fault
        elif not stumbled:
            stumbled = True
            yield fault
