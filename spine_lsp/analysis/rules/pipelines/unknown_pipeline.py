"""The rule `unknown-pipeline`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.pipelines import kind_in_words
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.step_calls import StepCall
from spine_lsp.orchestration.problems import meant
from spine_lsp.orchestration.vocabulary import PIPELINE


@rule("unknown-pipeline", Severity.ERROR, since="0.1.0", scope="project")
def unknown_pipeline(call: StepCall) -> Iterator[Report]:
    """Checks for steps whose pipeline is registered nowhere.

    ## What it does
    Reports the name of a pipeline that no Python file of the workspace registers, and offers the names that look like it. What only `spine.execution` knows, a task or a function, is reported too: a step runs what is registered with `spine.framework`. Nothing is said before all files have been read, in a workspace that registers no pipeline at all, and of a name that code may register which only a run would tell.

    ## Why is this bad?
    The run stops before its first step.

    ## Example
    ```python
    from spine.framework.pipelines import Pipeline
    from spine.framework.registry import register_pipeline


    @register_pipeline("prices.fetch")
    class FetchPrices(Pipeline):
        description = "Fetches the prices of a day"
    ```
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: fetch
          pipeline: prices.fetsh
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
    Correct the name, or register the pipeline. If a package that is not part of the workspace registers it, switch the rule off or silence the line.
    """
    contract = call.contract
    if contract.runnable or contract.doubted or any(each.path == (PIPELINE,) for each in call.step.problems):
        return
    name = contract.name
    if contract.elsewhere:
        kind = kind_in_words(contract.elsewhere[0])
        message = (
            f"`{name}` is {kind} of `spine.execution`; a step runs only what is registered with"
            f" `spine.framework`{meant(contract.suggestions)}"
        )
    else:
        message = f"no pipeline of the workspace is called `{name}`{meant(contract.suggestions)}"
    yield Report(*call.pipeline_span, message, suggestions=contract.suggestions)
