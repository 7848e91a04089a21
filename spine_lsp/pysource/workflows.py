"""Workflows that are built in Python, read as the content of a file of workflows would be, with places."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from spine_lsp.pysource.expressions import Attribute, Call
from spine_lsp.pysource.groups import GroupReader, StepMaker
from spine_lsp.pysource.resolving import Resolver
from spine_lsp.pysource.targets import Frame, Spot, Unknown
from spine_lsp.pysource.vocabulary import FLUENT_END

_STEP_CLASSES = ("Step", "WorkflowStep")
_STEP = "step"
# What `on_error` does is for the runner to say, and no file can say it: see the rule `dropped-key`.
_NO_KEY = {"on_error": None, "item_param": None, "retry_policy": None}


def _maker(kind: str, *arguments: str, **keys: str) -> StepMaker:
    return StepMaker(arguments, MappingProxyType({"type": kind}), MappingProxyType({**_NO_KEY, **keys}))


_MAKERS: Mapping[str, StepMaker] = MappingProxyType(
    {
        "operation": _maker(
            "operation",
            "name",
            "operation_name",
            "params",
            "on_error",
            "depends_on",
            operation_name="operation",
        ),
        "pipeline": _maker(
            "pipeline", "name", "pipeline_name", "params", "on_error", "depends_on", pipeline_name="pipeline"
        ),
        "lambda_": _maker("lambda", "name", "handler", "config", "on_error", "depends_on", handler="handler_ref"),
        "choice": _maker(
            "choice", "name", "condition", "then_step", "else_step", "depends_on", condition="condition_ref"
        ),
        "wait": _maker("wait", "name", "duration_seconds", "next_step", "depends_on", next_step="then_step"),
        "map": _maker("map", "name", "items_path", "iterator_workflow", "max_concurrency", "item_param", "depends_on"),
    }
)
"""The methods of `Step` that make a step, each with its arguments in order."""


class WorkflowReader(GroupReader):
    """Reads one workflow, as a call of its class or as a chain of calls."""

    kind = "Workflow"
    fields = ("name", "steps", "domain", "description", "version", "defaults", "tags", "execution_policy")
    policy = "execution_policy"
    policies = MappingProxyType(
        {"WorkflowExecutionPolicy": ("mode", "max_concurrency", "timeout_seconds", "on_failure")}
    )
    references = frozenset({"handler_ref", "condition_ref"})

    def _maker(self, call: Call, frame: Frame) -> StepMaker | None:
        func = call.func
        if not isinstance(func, Attribute) or self._resolver.name_of(func.base, frame) not in _STEP_CLASSES:
            return None
        return _MAKERS.get(func.name)

    def _head(self, call: Call, frame: Frame) -> dict[str, Any] | None:
        data = super()._head(chain_start(call), frame)
        if data is None or not is_chain(call):
            return data
        steps: list[dict[str, Any]] = []
        for link in _links(call):
            spot = Spot(frame.path, link.place)
            if isinstance(link.func, Attribute) and link.func.name == _STEP:
                steps.append(self._made(link, frame, _MAKERS["lambda_"], len(steps), spot))
            else:
                self._gaps.append(Unknown("it is built by more than its steps", spot))
        self._places["steps",] = Spot(frame.path, call.place)
        return {**data, "steps": steps}


def reader_of(kind: str, resolver: Resolver) -> GroupReader:
    """The reader of groups of a kind."""
    return WorkflowReader(resolver) if kind == WorkflowReader.kind else GroupReader(resolver)


def is_chain(call: Call) -> bool:
    """Whether a call ends a chain of calls that builds something."""
    func = call.func
    return isinstance(func, Attribute) and func.name == FLUENT_END and isinstance(func.base, Call)


def chain_start(call: Call) -> Call:
    """The call that a chain begins with; of what is no chain, the call itself."""
    if not is_chain(call):
        return call
    while isinstance(call.func, Attribute) and isinstance(call.func.base, Call):
        call = call.func.base
    return call


def _links(call: Call) -> list[Call]:
    """The calls of a chain between its first and its last, in the order in which they are made."""
    links: list[Call] = []
    while isinstance(call.func, Attribute) and isinstance(call.func.base, Call):
        call = call.func.base
        links.append(call)
    return links[-2::-1]
