"""The rule `unfilled-template`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.pipelines import is_template
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.step_calls import GroupCalls, StepCall
from spine_lsp.analysis.templates import templates


def _of_defaults(calls: GroupCalls) -> Iterator[Report]:
    """A default whose template names another parameter of the run than the default itself."""
    for given in calls.defaults():
        if not is_template(given.value) or given.node is None:
            continue
        named = {each.name for template in templates(str(given.value)) for each in template.references}
        if named and given.name not in named:
            span = calls.group.part.file_span(*given.span)
            other = min(named)
            message = (
                f"Spine's own runner passes this text as it stands: the run's `{other}` takes the place of a default"
                f" only where that is called `{other}` too"
            )
            yield Report(*span, message)


@rule("unfilled-template", Severity.INFORMATION, since="0.1.0", scope="project", of_group=_of_defaults)
def unfilled_template(call: StepCall) -> Iterator[Report]:
    """Checks for templates that Spine's own runner does not fill in.

    ## What it does
    Reports `{{ params.x }}` among the parameters of a step, and under `defaults` where the default has another name than the parameter of the run. Spine's own `GroupRunner` puts the parameters of the run over the defaults, and what a step says itself over both; it fills no template in.

    ## Why is this bad?
    The pipeline gets the braces and all as a text, and fails, or goes on with it.

    ## Example
    ```python
    from spine.framework.pipelines import Pipeline
    from spine.framework.registry import register_pipeline


    @register_pipeline("prices.fetch")
    class FetchPrices(Pipeline):
        def run(self):
            return self.params["day"]
    ```
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

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      defaults:
        day: "{{ params.day }}"
      pipelines:
        - name: fetch
          pipeline: prices.fetch
    ```

    ## How to fix
    Move the parameter to `defaults`, under the name that it has in the run. Where another runner fills templates in, switch the rule off.
    """
    if not any(map(is_template, call.step.params.values())):
        return
    for given in call.given():
        if is_template(given.value):
            message = (
                "Spine's own runner passes this text as it stands: only a default makes room for a parameter of the run"
            )
            yield Report(*given.span, message)
