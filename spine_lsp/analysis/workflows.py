"""What the rules and features of workflows ask of one: the types of its steps, its branches, and the flow of a run."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.kept import kept
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import Step
from spine_lsp.orchestration.kinds import WORKFLOW
from spine_lsp.orchestration.kinds.workflow.running import Flow, Fork, is_parallel
from spine_lsp.orchestration.kinds.workflow.vocabulary import (
    CHOICE,
    CONDITION,
    ELSE_STEP,
    HANDLER,
    MAP,
    OPERATION,
    THEN_STEP,
    TYPE,
    WAIT,
)
from spine_lsp.orchestration.vocabulary import EXECUTION, PIPELINE, POLICY

DIALECTS = (OPERATION, PIPELINE)


def workflows_of(doc: Document) -> Iterator[Group]:
    """The workflows of a document."""
    return (group for group in doc.groups if group.kind is WORKFLOW)


def type_of(step: Step) -> str:
    """The type of a step, `operation` or `pipeline` where none is written.

    Empty for an untyped step that says what it does in the words of Spine's documents alone: no loader is known.
    """
    written = step.fields.get(TYPE)
    if written is not None and written.text is not None:
        return written.text
    if not step.has_pipeline and OPERATION not in step.fields:
        documented = (step.fields.get(key) for key in (HANDLER, CONDITION))
        if any(field is not None and field.text for field in documented):
            return ""
    return step.runs_by if step.has_pipeline else OPERATION


def takes_parameters(step: Step) -> bool:
    """Whether the runner gives a step its parameters: a choice and a wait have none."""
    return not step.fields or type_of(step) not in (CHOICE, WAIT, MAP)


def key_span(group: Group, number: int, key: str) -> Span:
    """Where a key of a step stands, or else the step's name; offsets of the file."""
    field = group.steps[number].fields.get(key)
    place = field.key_span if field is not None else None
    return (place or group.steps[number].anchor_span).moved(group.base_of(number))


def value_span(group: Group, number: int, key: str) -> Span:
    """Where the value of a key of a step stands, or else the step's name; offsets of the file."""
    field = group.steps[number].fields.get(key)
    place = field.span if field is not None else None
    return (place or group.steps[number].anchor_span).moved(group.base_of(number))


def runs_in_parallel(group: Group) -> bool:
    """Whether the runner takes the steps by what they wait for, not by their order in the file."""
    return is_parallel(group.dependencies, group.header.section(POLICY))


def says_parallel(group: Group) -> bool:
    """Whether the policy asks for steps side by side, heeded or not."""
    return group.header.section(POLICY).get(EXECUTION) == "parallel"


def target_of(group: Group, number: int, key: str) -> int | None:
    """The step that a branch names; None if there is none of that name."""
    named = next((branch.name for branch in group.steps[number].branches if branch.key == key), None)
    return group.dependencies.first.get(named) if named is not None else None


@kept
def flow_of(group: Group) -> Flow:
    """The flow of a run in the order of the file."""
    choices = {
        number: Fork(target_of(group, number, THEN_STEP), target_of(group, number, ELSE_STEP))
        for number, step in enumerate(group.steps)
        if step.fields and type_of(step) == CHOICE
    }
    return Flow(len(group.steps), choices)


def dialect_of(step: Step) -> str | None:
    """The dialect that a step is written in: `operation` or `pipeline`; None where it shows none."""
    used = {key for key in DIALECTS if key in step.fields}
    if TYPE in step.fields and (kind := step.fields[TYPE].text) in DIALECTS:
        used.add(kind)
    return PIPELINE if PIPELINE in used else OPERATION if used else None
