"""The kind `Workflow`: steps of several types, run in the order of the file unless the policy says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from spine_lsp.orchestration.kinds.kind import Kind, PlainShape, Verdict
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
from spine_lsp.orchestration.structure import structural_problems
from spine_lsp.orchestration.vocabulary import METADATA, NAME, PARAMS, PIPELINE, SPEC, STEPS, Form

NESTED_WORKFLOW = Form("workflow.nested", (METADATA,), (SPEC,), (STEPS,), "workflow.step")
FLAT_WORKFLOW = Form("workflow.flat", (), (), (STEPS,), "workflow.flat.step")
DICT_WORKFLOW = FLAT_WORKFLOW._replace(policy=EXECUTION_POLICY, execution=MODE)
"""The flat form as `Workflow.to_dict` has it."""

STEP_TYPES = frozenset((OPERATION, PIPELINE, LAMBDA, CHOICE, WAIT, MAP))
_DOES = (PIPELINE, HANDLER, HANDLER_REF, CONDITION, CONDITION_REF)
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[\w-]+)+")
_TELLING = frozenset((OPERATION, HANDLER_REF, CONDITION_REF, THEN_STEP, ELSE_STEP))
_OURS_ALONE = (HANDLER_REF, CONDITION_REF, THEN_STEP, ELSE_STEP, ITERATOR_WORKFLOW)
"""Keys that steps of no other format have."""
_OF_OTHERS_TOO = (OPERATION, HANDLER, CONDITION)
"""Keys that say what a step does, in other formats as well."""


def _is_typed(step: Mapping[Any, Any]) -> bool:
    kind = step.get(TYPE)
    return isinstance(kind, str) and kind in STEP_TYPES


def _has_text(step: Mapping[Any, Any], keys: Iterable[str]) -> bool:
    return any(isinstance(step.get(key), str) for key in keys)


def _has_our_keys(step: Mapping[Any, Any]) -> bool:
    return isinstance(step.get(NAME), str) and step.keys() <= keys_of(FLAT_WORKFLOW.step)


def _is_surely(step: Mapping[Any, Any]) -> bool:
    """Whether nothing but a workflow has such a step: it says what it does in our words, and nothing in others."""
    operation = step.get(OPERATION)
    tells = isinstance(operation, str) and _DOTTED.fullmatch(operation) is not None
    tells = tells or (_is_typed(step) and _has_text(step, (*_DOES, OPERATION))) or _has_text(step, _OURS_ALONE)
    return tells and _has_our_keys(step)


def _as_far_as_written(step: Mapping[Any, Any]) -> dict[Any, Any]:
    """A step without what has no value yet, as somebody is writing it: keys, and entries of lists."""
    return {
        key: [entry for entry in value if entry is not None] if isinstance(value, list) else value
        for key, value in step.items()
        if value is not None
    }


def _are_all_ours(steps: Sequence[Mapping[Any, Any]], declared: Verdict) -> bool:
    """Whether a document with words that others have too says nothing, from its top to its steps, but in our words."""
    if NAME not in declared.keys or not keys_of(FLAT_WORKFLOW.definition).issuperset(declared.keys):
        return False
    if not all(map(_has_our_keys, steps)):
        return False
    return not any(structural_problems(_as_far_as_written(step), FLAT_WORKFLOW.step) for step in steps)


def _tells(steps: Sequence[Mapping[Any, Any]], declared: Verdict) -> bool:
    """Where nothing in the file names us, more is asked for: other formats have steps with types or operations too."""
    if declared.named:
        return any(_is_typed(step) or not _TELLING.isdisjoint(step) for step in steps)
    others = [step for step in steps if PIPELINE not in step]
    if len(others) < len(steps):  # a group, unless steps beside say otherwise: what is misspelt does not
        typed = any(_is_typed(step) and any(key in step for key in _DOES) for step in steps)
        if typed or any(_has_text(step, _OURS_ALONE) and _has_our_keys(step) for step in others):
            return True
        telling: tuple[str, ...] = _OF_OTHERS_TOO[1:]
    elif any(map(_is_surely, steps)):
        return True
    else:
        telling = _OF_OTHERS_TOO
    return any(_has_text(step, telling) for step in others) and _are_all_ours(steps, declared)


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
