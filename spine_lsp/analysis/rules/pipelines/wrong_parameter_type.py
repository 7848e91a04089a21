"""The rule `wrong-parameter-type`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.parameter_types import kind_of, kinds_of, lets_through, type_in_words, value_in_words
from spine_lsp.analysis.pipelines import Takes
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.step_calls import Given, GroupCalls, StepCall, agreed


def _of_defaults(calls: GroupCalls) -> Iterator[Report]:
    """A default that a step gets which cannot take it."""
    return calls.of_defaults(_wrong)


@rule("wrong-parameter-type", Severity.ERROR, since="0.1.0", scope="project", of_group=_of_defaults)
def wrong_parameter_type(call: StepCall) -> Iterator[Report]:
    """Checks for parameters whose values are not of the type that the pipeline asks for.

    ## What it does
    Reports a value of another type than the specification of the pipeline has, by what Spine's loader makes of it: `2026-01-09` without quotes is a date and no string, `12` is an integer and no float, `"3"` is a string and no integer. What is a template, or has a type that is not known, is left alone.

    ## Why is this bad?
    Spine converts nothing but strings to paths: the step fails before its pipeline does anything.

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
          params:
            day: 2026-01-09
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
            day: "2026-01-09"
    ```

    ## How to fix
    Write the value so that it is read as the type: in quotes for a string, without for a number, `12.0` for a float.
    """
    if not call.step.params or not any(takes.specified for takes in call.contract.takes):
        return
    values = call.step.params.items()
    for takes in call.contract.takes:
        if not any(_is_wrong(takes, name, value) for name, value in values):
            return  # most are right, and need no places

    def wrong(takes: Takes) -> Iterable[Report]:
        for given in call.given():
            yield from _wrong(takes, given)

    yield from agreed(call.contract, wrong)


def settled_values(call: StepCall) -> Iterator[int]:
    """The starts of values that are read otherwise than they look, as the pipeline asks for: a date, a text `1e3`."""
    takes = call.contract.takes
    if not takes or not call.step.params:
        return
    for given in call.given():
        kind = kind_of(given.value)
        if given.node is None or kind not in ("date", "datetime", "bool", "str"):
            continue
        unwanted = {"int", "float"} if kind == "str" else {"str"}  # `1e3` is no number, and asked for as a text
        specs = [each.specified.get(given.name) for each in takes]
        kinds = [kinds_of(spec.type) if spec is not None else None for spec in specs]
        if all(known is not None and kind in known and not unwanted & known for known in kinds):
            yield given.node.start


def _is_wrong(takes: Takes, name: object, value: object) -> bool:
    spec = takes.specified.get(name) if isinstance(name, str) else None
    if spec is None or not spec.type or lets_through(spec.type, value) is not False:
        return False
    return value is not None or spec.required  # an optional one may be given as nothing


def _wrong(takes: Takes, given: Given) -> Iterator[Report]:
    if not _is_wrong(takes, given.name, given.value):
        return
    spec = takes.specified[given.name]
    wanted, value = type_in_words(spec.type), given.value
    name, said = takes.registration.name.value, value_in_words(value)
    read = "is read as" if kind_of(value) in ("date", "datetime", "bool") else "is"
    message = f"`{given.name}` of `{name}` takes {wanted}, and this {read} {said}"
    kinds = kinds_of(spec.type) or frozenset()
    scalar = given.node is not None and given.node.kind == "scalar"
    kind = ""
    if scalar and "str" in kinds and kind_of(value) in ("date", "datetime", "bool", "int", "float"):
        message, kind = f"{message}: quote it", "quote"
    elif scalar and "float" in kinds and isinstance(value, int) and not isinstance(value, bool):
        message, kind = f"{message}: write `{value}.0`", "float"
    elif scalar and isinstance(value, str) and (plain := _unquoted(value, kinds)):
        message, kind = f"{message}: write `{plain}` without quotes", "unquote"
    yield Report(*given.span, message, kind=kind)


def _unquoted(text: str, kinds: frozenset[str]) -> str:
    """How a text is written as the number or the truth value that it says; empty where it says none."""
    text = text.strip()
    if "bool" in kinds and "int" not in kinds and text.lower() in ("true", "false"):
        return text.lower()
    digits = text.lstrip("+-")
    if "int" in kinds and digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0"):
        return text
    whole, _, rest = digits.partition(".")
    if "float" in kinds and all(part.isascii() and part.isdigit() for part in (whole, rest)):
        return text
    return ""
