"""The rule `misleading-value`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.locate import Finder, problem_span
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.problems import Problem
from spine_lsp.syntax.tree import Node


@rule("misleading-value", Severity.INFORMATION, since="0.1.0")
def misleading_value(doc: Document) -> Iterator[Report]:
    """Checks for values that Spine reads as something else than they look like.

    ## What it does
    Reports a key or a value without quotes that YAML 1.1, by which Spine reads its files, takes for something else than YAML 1.2 and most people do: `yes`, `no`, `on` and `off` are true and false, `12:30` is 750, `010` is 8, `1_000` is 1000, `2026-01-09` is a date, and `1e3` is a text. Numbers with zeros before them are reported too, for these get lost. Where a text is needed, as in a name, this is an error of its own.

    ## Why is this bad?
    A pipeline that expects a text fails when it gets a date or a number, and one that takes anything goes on with a wrong value.

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
            day: 2026-01-09
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
            day: "2026-01-09"
    ```

    ## How to fix
    Put the value in quotes if a string is meant; write `true`, `8` or `1000` if that is.
    """
    for group in doc.groups:
        header, part = group.header, group.part
        if header.misleading:
            steps = [] if group.is_cut else group.steps
            known = _spans(header.root, header.problems)
            for number, step in enumerate(steps):
                known |= _spans(group.node_of(number), step.problems) if step.problems else set()
            for start, end, message in header.misleading:
                if start not in known:
                    yield _report(*part.file_span(start, end), message)
        for number in group.steps_to_check:
            step = group.steps[number]
            if step.misleading and not step.broken:
                known = _spans(group.node_of(number), step.problems)
                base = group.base_of(number)
                for start, end, message in step.misleading:
                    if start not in known:
                        yield _report(base + start, base + end, message)


def _spans(root: Node | None, problems: Iterable[Problem]) -> set[int]:
    """Where a problem of structure is reported already."""
    if root is None:
        return set()
    finder = Finder(root)
    return {problem_span(finder, problem).start for problem in problems}


def _report(start: int, end: int, message: str) -> Report:
    return Report(start, end, message)
