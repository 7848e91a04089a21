"""The rule `missing-parameter`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.pipelines import BATCH_ID, Takes
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.step_calls import StepCall, agreed
from spine_lsp.orchestration.problems import quoted


@rule("missing-parameter", Severity.INFORMATION, since="0.1.0", scope="project")
def missing_parameter(call: StepCall) -> Iterator[Report]:
    """Checks for parameters that a pipeline requires and that the file does not give.

    ## What it does
    Reports a required parameter that neither the step nor the group's `defaults` give; one that is a template counts as given. Where a pipeline has no specification, what its code takes as `params["name"]` whenever it runs (in no branch, where nothing catches the error), and nowhere with care, is required.

    ## Why is this bad?
    Whoever runs the group has to know of the parameter and give it each time; without it the step fails. That may be meant, so this is information and no warning.

    ## Example
    ```python
    from spine.framework.params import ParamDef, PipelineSpec
    from spine.framework.pipelines import Pipeline
    from spine.framework.registry import register_pipeline


    @register_pipeline("prices.fetch")
    class FetchPrices(Pipeline):
        spec = PipelineSpec(required_params={"day": ParamDef("day", str, "The day, as YYYY-MM-DD")})
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
    Give the parameter to the step, or to all steps under `defaults`: a template there says that the run gives it.
    """
    given = call.step.param_keys | call.terms.defaults | {BATCH_ID}
    if all(takes.required <= given and takes.needed <= given for takes in call.contract.takes):
        return

    def missing(takes: Takes) -> Iterable[Report]:
        names = [name for name in takes.specified if name in takes.required - given]
        names += sorted(takes.needed - given) if not takes.is_specified else []
        if names:
            what = "parameter" if len(names) == 1 else "parameters"
            them = "it" if len(names) == 1 else "them"
            message = (
                f"`{call.contract.name}` requires the {what} {quoted(names, 'and')}, which neither the step nor"
                f" `defaults` give: each run has to give {them}"
            )
            yield Report(*call.pipeline_span, message, suggestions=tuple(names))

    yield from agreed(call.contract, missing)
