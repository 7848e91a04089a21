"""The rule `overwritten-parameter`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.pipelines import BATCH_ID
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.step_calls import GroupCalls, StepCall

_MESSAGE = f"Spine gives every step a `{BATCH_ID}` of its own when it runs, so this one never arrives"


def _of_defaults(calls: GroupCalls) -> Iterator[Report]:
    """The same of a default."""
    for given in calls.defaults():
        if given.name == BATCH_ID:
            yield Report(*calls.group.part.file_span(*given.key), _MESSAGE)


@rule("overwritten-parameter", Severity.WARNING, since="0.1.0", scope="project", of_group=_of_defaults)
def overwritten_parameter(call: StepCall) -> Iterator[Report]:
    """Checks for a `batch_id` among the parameters of a step or the defaults.

    ## What it does
    Reports the parameter `batch_id` where a file gives it.

    ## Why is this bad?
    Spine's runner makes one identifier for each run and puts it into the parameters of every step, in the place of what the file says.

    ## Example
    ```python
    from spine.framework.pipelines import Pipeline
    from spine.framework.registry import register_pipeline


    @register_pipeline("prices.fetch")
    class FetchPrices(Pipeline):
        def run(self):
            return self.params.get("batch_id")
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
            batch_id: monday
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
    ```

    ## How to fix
    Remove the parameter; use one of another name if the pipeline needs to know something of the run.
    """
    if BATCH_ID in call.step.param_keys:
        for given in call.given():
            if given.name == BATCH_ID:
                yield Report(*given.key, _MESSAGE)
