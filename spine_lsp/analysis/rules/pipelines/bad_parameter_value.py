"""The rule `bad-parameter-value`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.parameter_types import kind_of, lets_through
from spine_lsp.analysis.pipelines import Takes, is_template
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.step_calls import Given, GroupCalls, StepCall, agreed
from spine_lsp.orchestration.problems import counted, did_you_mean, meant, quoted

_SHOWN = 8


def _of_defaults(calls: GroupCalls) -> Iterator[Report]:
    """A default that a step gets which cannot take it."""
    return calls.of_defaults(_bad)


@rule("bad-parameter-value", Severity.ERROR, since="0.1.0", scope="project", of_group=_of_defaults)
def bad_parameter_value(call: StepCall) -> Iterator[Report]:
    """Checks for parameters whose values are none of those that the pipeline lets through.

    ## What it does
    Reports a value that the enum does not have by which the pipeline's specification checks the parameter (`validator=enum_value(...)`), and offers the values that look like it. The values are those of the enum, whatever the pipeline's own message or its examples say. Templates are left alone.

    ## Why is this bad?
    The step fails before its pipeline does anything.

    ## Example
    ```python
    from enum import Enum

    from spine.framework.params import ParamDef, PipelineSpec, enum_value
    from spine.framework.pipelines import Pipeline
    from spine.framework.registry import register_pipeline


    class Market(Enum):
        STOCKS = "stocks"
        BONDS = "bonds"


    @register_pipeline("prices.fetch")
    class FetchPrices(Pipeline):
        spec = PipelineSpec(required_params={"market": ParamDef("market", str, validator=enum_value(Market))})
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
            market: bond
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
            market: bonds
    ```

    ## How to fix
    Take one of the values of the enum.
    """
    if not call.step.params:
        return
    values = call.step.params.items()
    for takes in call.contract.takes:
        if not any(_is_bad(takes, name, value) for name, value in values):
            return

    def bad(takes: Takes) -> Iterable[Report]:
        for given in call.given():
            yield from _bad(takes, given)

    yield from agreed(call.contract, bad)


def allowed_values(takes: Takes, name: str) -> tuple[object, ...]:
    """The values of the enum that a parameter is checked by; empty where there is none, or it is not known."""
    spec = takes.specified.get(name)
    return (spec.validator.values or ()) if spec is not None and spec.validator is not None else ()


def _is_bad(takes: Takes, name: object, value: object) -> bool:
    if not isinstance(name, str) or value is None or kind_of(value) is None or is_template(value):
        return False
    values = allowed_values(takes, name)
    if not values or any(type(value) is type(each) and value == each for each in values):
        return False
    return lets_through(takes.specified[name].type, value) is not False  # that is said by another rule


def _bad(takes: Takes, given: Given) -> Iterator[Report]:
    if not _is_bad(takes, given.name, given.value):
        return
    values = [str(each) for each in allowed_values(takes, given.name)]
    name = takes.registration.name.value
    suggestions = did_you_mean(str(given.value), values)
    if not suggestions and len(values) <= _SHOWN:
        listed = f"takes {quoted(values)}"
    else:
        more = f" or {counted(len(values) - _SHOWN, 'other')}" if len(values) > _SHOWN else ""
        listed = f"takes {quoted(values[:_SHOWN]) if not more else ', '.join(f'`{v}`' for v in values[:_SHOWN])}{more}"
    message = f"`{given.name}` of `{name}` {listed}{meant(suggestions)}"
    yield Report(*given.span, message, suggestions=suggestions or tuple(values[:_SHOWN]))
