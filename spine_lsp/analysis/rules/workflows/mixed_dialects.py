"""The rule `mixed-dialects`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.steps import Step
from spine_lsp.analysis.workflows import DIALECTS, dialect_of, key_span, value_span
from spine_lsp.orchestration.kinds.workflow.vocabulary import TYPE


def _is_mixed(step: Step) -> bool:
    """Whether one step says both."""
    said = {key for key in DIALECTS if key in step.fields}
    if TYPE in step.fields and step.fields[TYPE].text in DIALECTS:
        said.add(str(step.fields[TYPE].text))
    return len(said) > 1


@rule("mixed-dialects", Severity.WARNING, since="0.1.0", scope="settings")
def mixed_dialects(group: Group, config: Config) -> Iterator[Report]:
    """Checks for workflows that are written in two dialects.

    ## What it does
    Reports steps that say `pipeline` in a workflow where most say `operation`, and the other way round. Where the setting `spine.dialect` names the dialect that is read, every step in the other one is reported.

    ## Why is this bad?
    The two words belong to different versions of Spine under the same `apiVersion`, and each of them refuses the other: no version loads the file.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: fetch
          operation: prices.fetch
        - name: clean
          pipeline: prices.clean
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: fetch
          operation: prices.fetch
        - name: clean
          operation: prices.clean
    ```

    ## How to fix
    Write one of the two everywhere: `operation` for spine-core 0.4, `pipeline` for the versions before.
    """
    used = [dialect_of(step) for step in group.steps]
    counts = {dialect: used.count(dialect) for dialect in DIALECTS}
    mixed = {number for number, step in enumerate(group.steps) if _is_mixed(step)}
    is_one = not mixed and not all(counts.values())
    if is_one and config.dialect not in DIALECTS:
        return
    usual = max(
        DIALECTS,
        key=lambda dialect: (
            dialect == config.dialect,
            counts[dialect],
            -used.index(dialect) if dialect in used else 0,
        ),
    )
    other = next(name for name in DIALECTS if name != usual)
    for number, dialect in enumerate(used):
        if dialect is None or (dialect == usual and number not in mixed):
            continue
        key = other if other in group.steps[number].fields else TYPE
        span = value_span(group, number, TYPE) if key == TYPE else key_span(group, number, key)
        message = f"this step says `{other}` and others `{usual}`: no version of Spine reads both"
        if number in mixed:
            message = f"this step says both `{usual}` and `{other}`: no version of Spine reads both"
        elif is_one:
            message = f"this step says `{other}`, and by the setting `spine.dialect` it is `{usual}` that is read"
        yield Report(*span, message, kind=usual)
