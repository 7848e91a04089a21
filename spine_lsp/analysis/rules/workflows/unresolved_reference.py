"""The rule `unresolved-reference`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.references import fault_of, malformed
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import type_of, value_span
from spine_lsp.orchestration.kinds.workflow import FLAT_WORKFLOW
from spine_lsp.orchestration.kinds.workflow.vocabulary import (
    CHOICE,
    CONDITION,
    CONDITION_REF,
    HANDLER,
    HANDLER_REF,
    LAMBDA,
    RUNNER,
    TYPE,
)
from spine_lsp.orchestration.problems import meant

_KEYS = {
    LAMBDA: (HANDLER_REF, HANDLER, "the step does nothing and is called completed"),
    CHOICE: (CONDITION_REF, CONDITION, "the condition is always false"),
}


@rule("unresolved-reference", Severity.ERROR, since="0.1.0", scope="workspace")
def unresolved_reference(group: Group, project: Project) -> Iterator[Report]:
    """Checks for handlers and conditions that name nothing.

    ## What it does
    Reports a `lambda` without `handler_ref` and a `choice` without `condition_ref`, references that are not written as `module:name`, and names that a module of the workspace does not define. Nothing is said of modules that are not in the workspace, or that are not read to the end.

    ## Why is this bad?
    Where a reference cannot be imported, spine-core 0.4 says nothing: a `lambda` does nothing and is completed, and the condition of a `choice` is always false.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: clean
          type: lambda
          handler_ref: prices.handlers.clean
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: clean
          type: lambda
          handler_ref: prices.handlers:clean
    ```

    ## How to fix
    Write the module, a colon, and the name in it.
    """
    flat = group.header.form.step == FLAT_WORKFLOW.step
    for number, step in enumerate(group.steps):
        kind = type_of(step) if step.fields and not step.broken else ""
        if kind not in _KEYS:
            continue
        key, in_flat, effect = _KEYS[kind]
        field = step.fields.get(key)
        text = field.text if field is not None else None
        if text is None:
            if flat and (other := step.fields.get(in_flat)) is not None and other.text:
                continue
            if field is None or field.value in (None, ""):
                message = f"a `{kind}` step needs `{key}`: without it {effect} under {RUNNER}"
                yield Report(*value_span(group, number, TYPE), message, severity=Severity.WARNING)
            continue
        span = value_span(group, number, key)
        if (wish := malformed(text)) is not None:
            suggestions = (wish,) if wish else ()
            message = f"`{text}` is not written as `module:name`, so {effect} under {RUNNER}{meant(suggestions)}"
            yield Report(*span, message, suggestions=suggestions)
        elif (found := fault_of(text, project)) is not None:
            yield Report(
                *span,
                f"{found.message}, so {effect} under {RUNNER}{meant(found.suggestions)}",
                suggestions=found.suggestions,
            )
