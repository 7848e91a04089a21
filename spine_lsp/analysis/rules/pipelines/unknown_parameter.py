"""The rule `unknown-parameter`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.pipelines import Takes
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.step_calls import GroupCalls, StepCall, agreed
from spine_lsp.analysis.templates import is_referred_to
from spine_lsp.orchestration.problems import did_you_mean, meant


def _of_defaults(calls: GroupCalls) -> Iterator[Report]:
    """A default that no step can use: each is known, and none takes it."""
    if not calls.is_whole or not calls.calls:
        return
    everybody = {contract for contract, _ in calls.calls}
    takes = [each for contract in everybody for each in contract.takes]
    if not all(contract.takes for contract in everybody) or not all(each.is_closed for each in takes):
        return
    taken = {name for each in takes for name in each.names}
    for given in calls.defaults():
        if given.name in taken or given.node is None or is_referred_to(calls.group.text.source, given.name):
            continue
        suggestions = did_you_mean(given.name, sorted(taken))
        message = f"no pipeline of this group takes a parameter `{given.name}`{meant(suggestions)}"
        yield Report(*calls.group.part.file_span(*given.key), message, suggestions=suggestions)


@rule("unknown-parameter", Severity.WARNING, since="0.1.0", scope="project", of_group=_of_defaults)
def unknown_parameter(call: StepCall) -> Iterator[Report]:
    """Checks for parameters that the step's pipeline does not take.

    ## What it does
    Reports a parameter of a step that is neither in the specification of its pipeline nor taken by its code, and a default that no pipeline of the group takes. Where code may take others (it hands its parameters on, or a class that is not in the workspace does), nothing is said.

    ## Why is this bad?
    Spine passes such a parameter, and nobody ever looks at it: what it was to change stays as it is, and nothing says so.

    ## Example
    ```python
    from spine.framework.params import ParamDef, PipelineSpec
    from spine.framework.pipelines import Pipeline
    from spine.framework.registry import register_pipeline


    @register_pipeline("prices.fetch")
    class FetchPrices(Pipeline):
        spec = PipelineSpec(optional_params={"source": ParamDef("source", str, default="exchange")})
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
            sourec: vendor
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
            source: vendor
    ```

    ## How to fix
    Correct the name, remove the parameter, or let the pipeline take it.
    """
    if not call.step.params:
        return
    contract = call.contract
    if all(not takes.is_closed or call.step.param_keys <= takes.names for takes in contract.takes):
        return

    def unknown(takes: Takes) -> Iterable[Report]:
        if not takes.is_closed:
            return
        for given in call.given():
            if given.name not in takes.names:
                suggestions = did_you_mean(given.name, sorted(takes.names - call.step.param_keys))
                message = f"`{contract.name}` takes no parameter `{given.name}`{meant(suggestions)}"
                yield Report(*given.key, message, suggestions=suggestions)

    yield from agreed(contract, unknown)
