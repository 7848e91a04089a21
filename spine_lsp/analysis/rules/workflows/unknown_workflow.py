"""The rule `unknown-workflow`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import value_span
from spine_lsp.orchestration.kinds import WORKFLOW
from spine_lsp.orchestration.kinds.workflow.vocabulary import ITERATOR_WORKFLOW
from spine_lsp.orchestration.problems import did_you_mean, meant


@rule("unknown-workflow", Severity.WARNING, since="0.1.0", scope="workspace")
def unknown_workflow(group: Group, project: Project) -> Iterator[Report]:
    """Checks for sub-workflows that do not exist.

    ## What it does
    Reports an `iterator_workflow` that no file of the workspace has, and that looks like the name of one that is there. Names that look like none may be those of workflows in Python, and nothing is said of them, nor before all files have been read.

    ## Why is this bad?
    There is nothing to run for each item.

    ## Example
    ```python
    from spine.orchestration import Step, Workflow

    parts = Workflow(name="prices.parts", steps=[Step.operation("load", "prices.load")])
    ```
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: each_part
          type: map
          items_path: $.parts
          iterator_workflow: prices.prats
    ```

    ## Use instead
    ```python
    from spine.orchestration import Step, Workflow

    parts = Workflow(name="prices.parts", steps=[Step.operation("load", "prices.load")])
    ```
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: each_part
          type: map
          items_path: $.parts
          iterator_workflow: prices.parts
    ```

    ## How to fix
    Correct the name.
    """
    known: set[str] | None = None
    for number, step in enumerate(group.steps if project.ready else ()):
        field = step.fields.get(ITERATOR_WORKFLOW)
        if field is None or field.text is None:
            continue
        if known is None:
            known = {each.group.name for each in project.groups.groups() if each.group.kind == WORKFLOW.name}
            known |= project.python_names(WORKFLOW.name)
        others = known - {group.name}  # nobody means a workflow that runs itself
        if field.text in (*known, group.name) or not (suggestions := did_you_mean(field.text, others)):
            continue
        message = f"no workflow is called `{field.text}`{meant(suggestions)}"
        yield Report(*value_span(group, number, ITERATOR_WORKFLOW), message, suggestions=suggestions)
