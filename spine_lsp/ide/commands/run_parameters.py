"""What a run of a group can be given: the parameters that templates and pipelines ask for, with types and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.pipelines import BATCH_ID
from spine_lsp.analysis.templates import templates
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import check_cancelled
from spine_lsp.ide.commands.answers import find_group
from spine_lsp.ide.values import defaults_of, params_of
from spine_lsp.pysource.declarations import ParameterSpec

_MOST_STEPS = 20
"""Steps that are named for one parameter."""


@dataclass
class RunParameter:
    """A parameter of a run; without a value of its own it is the group's `default`, if there is one.

    `type`, `doc` and `choices` are those of the pipelines that take it as it is; empty where these do not say.
    """

    name: str
    required: bool
    default: object = None
    type: str = ""
    doc: str = ""
    choices: tuple[object, ...] = ()
    steps: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RunParameters:
    """The parameters of a group: those that a run must give come first."""

    group: str
    parameters: tuple[RunParameter, ...]


def run_parameters(workspace: Workspace, uri: str, group_name: str | None = None) -> RunParameters | None:
    """What a run of the group of that name takes; None if there is none."""
    group = find_group(workspace, uri, group_name)
    if group is None:
        return None
    defaults = defaults_of(group)
    known = {
        name: RunParameter(name, required=False, default=value)
        for name, value in defaults.items()
        if not _refers_to(value, name)
    }
    for value in defaults.values():
        for referred in _references(value):
            known.setdefault(referred, RunParameter(referred, required=referred not in defaults))
    for step, declared in enumerate(group.steps):
        check_cancelled()
        own = params_of(group, step)
        specs = _specs(workspace, declared.pipeline)
        uses = {key: list(_references(value)) for key, value in own.items()}
        for key, names in uses.items():
            for name in names:
                wanted = known.setdefault(name, RunParameter(name, required=name not in defaults))
                _describe(wanted, group, step, specs.get(key) if _is_whole(own[key]) else None)
        for key, spec in specs.items():
            if key in own or key == BATCH_ID:
                continue
            if key in known or spec.required:
                _describe(known.setdefault(key, RunParameter(key, required=key not in defaults)), group, step, spec)
    ordered = sorted(known.values(), key=lambda each: not each.required)
    return RunParameters(group.name, tuple(ordered))


def to_json(found: RunParameters) -> dict[str, object]:
    """The parameters as docs/commands.md documents them."""
    return {
        "group": found.group,
        "parameters": [
            {
                "name": each.name,
                "required": each.required,
                "default": each.default,
                "type": each.type,
                "doc": each.doc,
                "choices": list(each.choices),
                "steps": each.steps,
            }
            for each in found.parameters
        ],
    }


def _specs(workspace: Workspace, pipeline: str | None) -> dict[str, ParameterSpec]:
    """The specification of a pipeline that is registered once."""
    python = workspace.project.python
    found = [each for each in python.named(pipeline) if each.is_runnable] if python and pipeline else []
    return {spec.name: spec for spec in found[0].signature.parameters} if len(found) == 1 else {}


def _describe(wanted: RunParameter, group: Group, step: int, spec: ParameterSpec | None) -> None:
    name = group.steps[step].name
    if name is not None and name not in wanted.steps and len(wanted.steps) < _MOST_STEPS:
        wanted.steps.append(name)
    if spec is None:
        return
    wanted.type = wanted.type or spec.type
    wanted.doc = wanted.doc or spec.description
    if spec.validator is not None and spec.validator.values is not None and not wanted.choices:
        wanted.choices = tuple(spec.validator.values)


def _references(value: object) -> Iterator[str]:
    if isinstance(value, str):
        for template in templates(value):
            yield from (reference.name for reference in template.references)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _references(inner)


def _refers_to(value: object, name: str) -> bool:
    return name in _references(value)


def _is_whole(value: object) -> bool:
    """Whether a value is nothing but one template, so that the parameter arrives as it is."""
    if not isinstance(value, str):
        return False
    found = list(templates(value))
    return len(found) == 1 and (found[0].span.start, found[0].span.end) == (0, len(value.rstrip()))
