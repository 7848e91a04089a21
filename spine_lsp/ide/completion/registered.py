"""Completion by what Python registers: names of pipelines, the parameters that they take, and values of these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.parameter_types import kinds_of
from spine_lsp.analysis.pipelines import BATCH_ID, Contract, pipelines_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.context import Context
from spine_lsp.ide.completion.items import written
from spine_lsp.ide.pipelines.describe import allowed, first_words, is_truth_value, parameter_note
from spine_lsp.ide.pipelines.places import Taken, contract_of, taken
from spine_lsp.ide.values import show
from spine_lsp.pysource.targets import Known

_EXAMPLE = re.compile(r"(?:^|\s)([\w-]+)=(\S+)")


def registered_names(workspace: Workspace) -> dict[str, str]:
    """The names that a step can run, each with what its pipeline is for; empty where no Python has been read."""
    python = workspace.project.python
    if python is None:
        return {}
    pipelines = pipelines_of(python)
    return {name: _purpose(pipelines.contract(name)) for name in pipelines.names}


def _purpose(contract: Contract) -> str:
    return next(filter(None, map(first_words, contract.runnable)), "")


def segments(workspace: Workspace, prefix: str) -> list[str]:
    """The names cut behind their next `.` or `/`, for a list that would be too long."""
    python = workspace.project.python
    return python.segments(prefix) if python is not None else []


class Parameters(NamedTuple):
    """The parameters that a map may have, by name in the order of the specification, the required first.

    `is_closed` tells that there are no others.
    """

    known: dict[str, Taken]
    is_closed: bool


def parameters_at(workspace: Workspace, group: Group, context: Context) -> Parameters:
    """What the pipeline of the step takes, or where the map is the defaults what those of all steps take."""
    contracts = [found for name in _pipelines_at(group, context) if (found := contract_of(workspace, name))]
    known: dict[str, Taken] = {}
    for contract in contracts:
        for registration in contract.runnable:
            signature = registration.signature
            specs = sorted(signature.parameters, key=lambda spec: not spec.required)
            for name in [*(spec.name for spec in specs), *(read.name for read in signature.reads)]:
                if name != BATCH_ID and name not in known and (one := taken(registration, name)) is not None:
                    known[name] = one
    closed = bool(contracts) and all(
        contract.takes and all(takes.is_closed for takes in contract.takes) for contract in contracts
    )
    return Parameters(known, closed)


def _pipelines_at(group: Group, context: Context) -> list[str]:
    step = next((part for part in context.path if isinstance(part, int)), None)
    if step is None:
        return list(dict.fromkeys(each.pipeline for each in group.steps if each.pipeline))
    name = group.steps[step].pipeline if step < len(group.steps) else None
    return [name] if name else []


def parameter_detail(one: Taken) -> str:
    """A parameter in a few words."""
    return parameter_note(one.spec) if one.spec is not None else "read by the code"


class Value(NamedTuple):
    """A value that a parameter may have: what it is called, how it is written, and what it is."""

    label: str
    insert: str
    note: str


class Values(NamedTuple):
    """The values that are known of a parameter; `are_all` tells that there are no others."""

    values: tuple[Value, ...] = ()
    are_all: bool = False


def values_at(workspace: Workspace, group: Group, context: Context, name: str) -> Values:
    """The values of the enum, true and false, the default, and those of examples."""
    one = parameters_at(workspace, group, context).known.get(name)
    spec = one.spec if one is not None else None
    if one is None or spec is None:
        return Values()
    enum = allowed(spec)
    default = spec.default.value if isinstance(spec.default, Known) else None
    if enum:
        found = [(value, "default" if value == default else "") for value in enum]
        return Values(tuple(_written(found, context)), are_all=True)
    if is_truth_value(spec):
        found = [(value, "default" if value is default else "") for value in (True, False)]
        return Values(tuple(_written(found, context)), are_all=True)
    found = [(default, "default")] if default is not None else []
    kinds = kinds_of(spec.type) or frozenset()
    for example in _examples(one):
        for key, text in _EXAMPLE.findall(example):
            if key == name and "str" in kinds:
                found.append((text, "example"))
            elif key == name and "int" in kinds and text.isascii() and text.isdigit():
                found.append((int(text), "example"))
    return Values(tuple(_written(found, context)))


def _examples(one: Taken) -> list[str]:
    examples = one.registration.signature.examples
    values = examples.value if isinstance(examples, Known) else ()
    return [each for each in values if isinstance(each, str)] if isinstance(values, (list, tuple)) else []


def _written(found: list[tuple[object, str]], context: Context) -> Iterator[Value]:
    seen = set()
    for value, note in found:
        label = show(value, 200)
        if label in seen:
            continue
        seen.add(label)
        if isinstance(value, str):
            yield Value(value, written(value, context), note)
        elif not context.quote and isinstance(value, (bool, int, float)):
            yield Value(label, label, note)
