"""The rule `missing-operation`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.steps import Step
from spine_lsp.analysis.workflows import DIALECTS, type_of, value_span, workflows_of
from spine_lsp.orchestration.kinds.workflow.vocabulary import (
    CHOICE,
    CONDITION,
    CONDITION_REF,
    DURATION_SECONDS,
    ELSE_STEP,
    HANDLER,
    HANDLER_REF,
    ITEMS_PATH,
    LAMBDA,
    MAP,
    RUNNER,
    THEN_STEP,
    TYPE,
    WAIT,
)

_SHOWING = {
    HANDLER_REF: LAMBDA,
    HANDLER: LAMBDA,
    CONDITION_REF: CHOICE,
    CONDITION: CHOICE,
    THEN_STEP: CHOICE,
    ELSE_STEP: CHOICE,
    DURATION_SECONDS: WAIT,
    ITEMS_PATH: MAP,
}


def likely_type(step: Step) -> str:
    """The type that the keys of a step belong to; nothing where they show none."""
    return next((kind for key, kind in _SHOWING.items() if key in step.fields), "")


@rule("missing-operation", Severity.ERROR, since="0.1.0", only="Workflow")
def missing_operation(doc: Document) -> Iterator[Report]:
    """Checks for steps that run an operation and do not name it.

    ## What it does
    Reports a step of type `operation` or `pipeline` (or without a `type`) that has neither an `operation` nor a `pipeline`.

    ## Why is this bad?
    The loader of spine-core 0.4 makes an operation without a name of it, and the run fails when it comes to the step.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: clean
          handler_ref: prices.handlers:clean
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
    Name the operation, or the `type` that the other keys belong to.
    """
    for group in workflows_of(doc):
        for number, step in enumerate(group.steps):
            if step.broken or step.pipeline or type_of(step) not in DIALECTS or not step.fields:
                continue
            if any((field := step.fields.get(key)) is not None and field.text for key in DIALECTS):
                continue
            likely = likely_type(step)
            hint = f"; is its type `{likely}`?" if likely else ""
            message = f"this step names no operation, so it fails under {RUNNER}{hint}"
            span = value_span(group, number, TYPE if TYPE in step.fields else "")
            yield Report(*span, message, suggestions=(likely,) if likely else ())
