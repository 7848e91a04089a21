"""The kind `Workflow`: steps of several types, run in the order of the file unless the policy says otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from spine_lsp.orchestration.kinds.kind import Kind, PlainShape
from spine_lsp.orchestration.kinds.workflow.running import as_run, policy_as_run
from spine_lsp.orchestration.kinds.workflow.vocabulary import (
    CHOICE,
    CONDITION,
    CONDITION_REF,
    CONFIG,
    DURATION_SECONDS,
    ELSE_STEP,
    EXECUTION_POLICY,
    HANDLER,
    HANDLER_REF,
    ITERATOR_WORKFLOW,
    LAMBDA,
    MAP,
    MODE,
    OPERATION,
    RUNNER,
    THEN_STEP,
    TYPE,
    WAIT,
    WORKFLOW_KIND,
)
from spine_lsp.orchestration.schema import keys_of
from spine_lsp.orchestration.vocabulary import METADATA, NAME, PARAMS, PIPELINE, SPEC, STEPS, Form

NESTED_WORKFLOW = Form("workflow.nested", (METADATA,), (SPEC,), (STEPS,), "workflow.step")
FLAT_WORKFLOW = Form("workflow.flat", (), (), (STEPS,), "workflow.flat.step")
DICT_WORKFLOW = FLAT_WORKFLOW._replace(policy=EXECUTION_POLICY, execution=MODE)
"""The flat form as `Workflow.to_dict` has it."""

STEP_TYPES = frozenset((OPERATION, PIPELINE, LAMBDA, CHOICE, WAIT, MAP))
_DOES = (PIPELINE, HANDLER, HANDLER_REF, CONDITION, CONDITION_REF)
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[\w-]+)+")
_TELLING = frozenset((OPERATION, HANDLER_REF, CONDITION_REF, THEN_STEP, ELSE_STEP))


def _is_typed(step: Mapping[Any, Any]) -> bool:
    kind = step.get(TYPE)
    return isinstance(kind, str) and kind in STEP_TYPES


def _is_surely(step: Mapping[Any, Any]) -> bool:
    """Whether nothing but a workflow has such a step: it says what it does in our words, and nothing in others."""
    operation = step.get(OPERATION)
    tells = isinstance(operation, str) and _DOTTED.fullmatch(operation) is not None
    tells = tells or (_is_typed(step) and any(isinstance(step.get(key), str) for key in (*_DOES, OPERATION)))
    return tells and isinstance(step.get(NAME), str) and step.keys() <= keys_of(FLAT_WORKFLOW.step)


def _tells(steps: Sequence[Mapping[Any, Any]], named: bool) -> bool:  # noqa: FBT001 - as `Tells` has it
    """Where nothing in the file names us, more is asked for: other formats have steps with types or operations too."""
    if named:
        return any(_is_typed(step) or not _TELLING.isdisjoint(step) for step in steps)
    if any(PIPELINE in step for step in steps):
        return any(_is_typed(step) and any(key in step for key in _DOES) for step in steps)
    return any(map(_is_surely, steps))


WORKFLOW = Kind(
    name=WORKFLOW_KIND,
    schema="workflow.schema.json",
    word="workflow",
    forms=(NESTED_WORKFLOW, DICT_WORKFLOW, FLAT_WORKFLOW),
    tells=_tells,
    runs=(OPERATION, PIPELINE),
    plain=PlainShape(
        (
            TYPE,
            OPERATION,
            PIPELINE,
            HANDLER_REF,
            CONDITION_REF,
            THEN_STEP,
            ELSE_STEP,
            DURATION_SECONDS,
        ),
        words={TYPE: STEP_TYPES},
        numbers=frozenset((DURATION_SECONDS,)),
        lone_dependency=False,
    ),
    branches=(THEN_STEP, ELSE_STEP),
    references=(HANDLER_REF, CONDITION_REF),
    parts=(ITERATOR_WORKFLOW,),
    parameters=(CONFIG, PARAMS),
    keeps_fields=True,
    as_run=as_run,
    policy_as_run=policy_as_run,
    # Its runner gives no step a `batch_id`, and heeds `depends_on` only under `parallel`, so a chain needs it.
    silent=frozenset({"overwritten-parameter", "useless-parallel", "late-definition"}),
    runner=RUNNER,
)
