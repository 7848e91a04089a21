"""The rule `repeated-default`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.vocabulary import DEFAULTS, PARAMS
from spine_lsp.syntax.scalars import scalar_value


@rule("repeated-default", Severity.HINT, since="0.1.0")
def repeated_default(doc: Document) -> Iterator[Report]:
    """Checks for parameters of a step that repeat the group's default.

    ## What it does
    Reports a key under a step's `params` whose value is the one that the group's `defaults` give it anyway.

    ## Why is this bad?
    The value has to be changed in two places from now on. There is one difference: the parameters of a run override a default, but not what a step says itself. Where the step is meant to keep its value whatever the run says, the repetition is right.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:

      defaults:
        tier: NMS
      pipelines:
        - name: fetch
          pipeline: prices.fetch
          params:
            tier: NMS
        - name: clean
          pipeline: prices.clean
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:

      defaults:
        tier: NMS
      pipelines:
        - name: fetch
          pipeline: prices.fetch
        - name: clean
          pipeline: prices.clean
    ```

    ## How to fix
    Remove the key from the step, or silence the rule for the line where the step must not follow the run.
    """
    for group in doc.groups:
        defaults = group.header.section(DEFAULTS)
        if not defaults:
            continue
        steps = group.steps
        suspect = {keys for keys in {step.param_keys for step in steps} if not keys.isdisjoint(defaults)}
        if not suspect:
            continue
        for number in [number for number, step in enumerate(steps) if step.param_keys in suspect]:
            step = steps[number]
            if step.broken:
                continue
            node = group.node_of(number)
            params = node.get(PARAMS) if node is not None else None
            for key, value in params.entries if params is not None else ():
                meant = scalar_value(key) if key.kind == "scalar" else None
                if meant in defaults and same_value(step.params.get(meant), defaults[meant]):
                    name = key.text
                    base = group.base_of(number)
                    end = value.end if value.style != "block" else key.end
                    message = f"`{name}` already has this value from the group's `defaults` (a run can override it there, but not here)"
                    yield Report(base + key.start, base + end, message)


def same_value(value: object, other: object) -> bool:
    """Whether two plain values are the same to a pipeline: 1, 1.0 and true are not, the order of keys is nothing."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(same_value(value[key], other[key]) for key in value)
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(same_value, value, other))
    return type(value) is type(other) and value == other
