"""Workflows as values: their steps, of each type, and their policy; nothing of them is ever called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from spine_lsp.orchestration.graph import GraphInspection, inspect_graph
from spine_lsp.orchestration.kinds import WORKFLOW
from spine_lsp.orchestration.kinds.workflow.vocabulary import (
    CONDITION,
    CONDITION_REF,
    CONFIG,
    DURATION_SECONDS,
    ELSE_STEP,
    EXECUTION_POLICY,
    HANDLER,
    HANDLER_REF,
    ITEMS_PATH,
    ITERATOR_WORKFLOW,
    MODE,
    ON_ERROR,
    OPERATION,
    THEN_STEP,
    TIMEOUT_SECONDS,
    TYPE,
)
from spine_lsp.orchestration.models import ExecutionMode, FailurePolicy
from spine_lsp.orchestration.planner import graph_problems
from spine_lsp.orchestration.problems import Path, Problem, unknown_branch
from spine_lsp.orchestration.vocabulary import (
    DEFAULTS,
    DEPENDS_ON,
    DESCRIPTION,
    DOMAIN,
    EXECUTION,
    MAX_CONCURRENCY,
    NAME,
    ON_FAILURE,
    PARAMS,
    PIPELINE,
    POLICY,
    STEPS,
    TAGS,
    VERSION,
    value_at,
)

_WORKERS = 4
_ITEM = "item_param"
Reference = str | Callable[..., object] | None
"""A function, or the text `module:name` that names it."""


class StepType(str, Enum):
    """What a step of a workflow does; `PIPELINE` is what the older dialect calls an operation."""

    LAMBDA = "lambda"
    OPERATION = "operation"
    PIPELINE = "pipeline"
    CHOICE = "choice"
    WAIT = "wait"
    MAP = "map"


class ErrorPolicy(str, Enum):
    """What a step asks for when it fails; the runner of spine-core 0.4 heeds none of it."""

    STOP = "stop"
    CONTINUE = "continue"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class WorkflowExecutionPolicy:
    """How a workflow is run. `max_concurrency` and `on_failure` count only in parallel mode."""

    mode: ExecutionMode = ExecutionMode.SEQUENTIAL
    max_concurrency: int = _WORKERS
    timeout_seconds: int | None = None
    on_failure: FailurePolicy = FailurePolicy.STOP

    def __post_init__(self) -> None:
        if self.max_concurrency < 1:
            raise ValueError(f"max_concurrency must be at least 1, not {self.max_concurrency}")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WorkflowExecutionPolicy:
        """From the keys of a file, or those of `Workflow.to_dict`; ValueError for a value that is none of the known."""
        return cls(
            mode=ExecutionMode(data.get(EXECUTION, data.get(MODE, "sequential"))),
            max_concurrency=data.get(MAX_CONCURRENCY, _WORKERS),
            timeout_seconds=data.get(TIMEOUT_SECONDS),
            on_failure=FailurePolicy(data.get(ON_FAILURE, "stop")),
        )

    def to_dict(self, mode: str = EXECUTION) -> dict[str, Any]:
        """The keys of a file, those left out that say what holds anyway; ``mode`` is what the first is called."""
        found: dict[str, Any] = {mode: self.mode.value}
        if self.max_concurrency != _WORKERS:
            found[MAX_CONCURRENCY] = self.max_concurrency
        if self.timeout_seconds is not None:
            found[TIMEOUT_SECONDS] = self.timeout_seconds
        if self.on_failure is not FailurePolicy.STOP:
            found[ON_FAILURE] = self.on_failure.value
        return found


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """One step of a workflow, public as `Step`; make one by the method of its type.

    Which fields count depends on `step_type`. `handler_ref` and `condition_ref` name functions, `module:name`; no
    function is kept or called.
    """

    name: str
    step_type: StepType
    config: dict[str, Any] = field(default_factory=dict)
    on_error: ErrorPolicy = ErrorPolicy.STOP
    handler_ref: str | None = None
    operation_name: str | None = None
    condition_ref: str | None = None
    then_step: str | None = None
    else_step: str | None = None
    duration_seconds: int | None = None
    items_path: str | None = None
    iterator_workflow: str | None = None
    max_concurrency: int = _WORKERS
    depends_on: Sequence[str] = ()

    def __post_init__(self) -> None:
        entries = self.depends_on or ()
        object.__setattr__(self, "depends_on", (entries,) if isinstance(entries, str) else tuple(entries))
        object.__setattr__(self, "on_error", ErrorPolicy(self.on_error))

    @classmethod
    def operation(
        cls,
        name: str,
        operation_name: str,
        params: Mapping[str, Any] | None = None,
        on_error: ErrorPolicy = ErrorPolicy.STOP,
        depends_on: Sequence[str] | None = None,
    ) -> WorkflowStep:
        """A step that runs a registered operation."""
        kind = StepType.OPERATION
        return cls(name, kind, dict(params or {}), on_error, None, operation_name, depends_on=depends_on or ())

    @classmethod
    def pipeline(
        cls,
        name: str,
        pipeline_name: str,
        params: Mapping[str, Any] | None = None,
        on_error: ErrorPolicy = ErrorPolicy.STOP,
        depends_on: Sequence[str] | None = None,
    ) -> WorkflowStep:
        """As `operation`, in the older dialect."""
        kind = StepType.PIPELINE
        return cls(name, kind, dict(params or {}), on_error, None, pipeline_name, depends_on=depends_on or ())

    @classmethod
    def lambda_(
        cls,
        name: str,
        handler: Reference,
        config: Mapping[str, Any] | None = None,
        on_error: ErrorPolicy = ErrorPolicy.STOP,
        depends_on: Sequence[str] | None = None,
    ) -> WorkflowStep:
        """A step that calls a Python function; of one without a name of its own (a lambda) no reference is known."""
        kind, ref = StepType.LAMBDA, reference_to(handler)
        return cls(name, kind, dict(config or {}), on_error, handler_ref=ref, depends_on=depends_on or ())

    @classmethod
    def choice(
        cls,
        name: str,
        condition: Reference,
        then_step: str,
        else_step: str | None = None,
        depends_on: Sequence[str] | None = None,
    ) -> WorkflowStep:
        """A step that goes on at one of two others."""
        kind, ref = StepType.CHOICE, reference_to(condition)
        return cls(
            name,
            kind,
            condition_ref=ref,
            then_step=then_step,
            else_step=else_step,
            depends_on=depends_on or (),
        )

    @classmethod
    def wait(
        cls,
        name: str,
        duration_seconds: int,
        next_step: str | None = None,
        depends_on: Sequence[str] | None = None,
    ) -> WorkflowStep:
        """A step that waits."""
        kind = StepType.WAIT
        return cls(name, kind, duration_seconds=duration_seconds, then_step=next_step, depends_on=depends_on or ())

    @classmethod
    def map(
        cls,
        name: str,
        items_path: str,
        iterator_workflow: str | None,
        max_concurrency: int = _WORKERS,
        item_param: str = "item",
        depends_on: Sequence[str] | None = None,
    ) -> WorkflowStep:
        """A step that runs another workflow for each item, which the runner of spine-core 0.4 cannot."""
        return cls(
            name,
            StepType.MAP,
            {_ITEM: item_param},
            items_path=items_path,
            iterator_workflow=iterator_workflow,
            max_concurrency=max_concurrency,
            depends_on=depends_on or (),
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WorkflowStep:
        """From the keys of a file; KeyError without a `name`, ValueError for an unknown type.

        As the runner has it, `params` count where there is no `config`, and both are empty for a step that takes none.
        """
        usual = StepType.PIPELINE if PIPELINE in data and OPERATION not in data else StepType.OPERATION
        kind = StepType(data.get(TYPE) or usual)
        runs = kind in (StepType.OPERATION, StepType.PIPELINE)
        choice, wait, is_map = kind is StepType.CHOICE, kind is StepType.WAIT, kind is StepType.MAP
        takes = runs or kind is StepType.LAMBDA
        config = dict(data.get(CONFIG) or data.get(PARAMS) or {})
        return cls(
            name=data[NAME],
            step_type=kind,
            config=config if takes else {_ITEM: "item", **config} if is_map else {},
            on_error=_error_policy(data.get(ON_ERROR)),
            handler_ref=data.get(HANDLER_REF, data.get(HANDLER)) if kind is StepType.LAMBDA else None,
            operation_name=(data.get(OPERATION) or data.get(PIPELINE) or "") if runs else None,
            condition_ref=data.get(CONDITION_REF, data.get(CONDITION)) if choice else None,
            then_step=data.get(THEN_STEP) if choice or wait else None,
            else_step=data.get(ELSE_STEP) if choice else None,
            duration_seconds=(data.get(DURATION_SECONDS) or 0) if wait else None,
            items_path=data.get(ITEMS_PATH) if is_map else None,
            iterator_workflow=data.get(ITERATOR_WORKFLOW) if is_map else None,
            max_concurrency=(data.get(MAX_CONCURRENCY) or _WORKERS) if is_map else _WORKERS,
            depends_on=data.get(DEPENDS_ON) or (),
        )

    def to_dict(self) -> dict[str, Any]:
        """The keys of a file, those without content left out."""
        runs = self.step_type.value if self.step_type in (StepType.OPERATION, StepType.PIPELINE) else OPERATION
        is_map = self.step_type is StepType.MAP
        usual = is_map and self.config == {_ITEM: "item"}
        found: dict[str, Any] = {
            NAME: self.name,
            TYPE: self.step_type.value,
            runs: self.operation_name,
            HANDLER_REF: self.handler_ref,
            CONDITION_REF: self.condition_ref,
            THEN_STEP: self.then_step,
            ELSE_STEP: self.else_step,
            DURATION_SECONDS: self.duration_seconds,
            ITEMS_PATH: self.items_path,
            ITERATOR_WORKFLOW: self.iterator_workflow,
            MAX_CONCURRENCY: self.max_concurrency if is_map else None,
            CONFIG: None if usual else self.config or None,
            ON_ERROR: None if self.on_error is ErrorPolicy.STOP else self.on_error.value,
            DEPENDS_ON: list(self.depends_on) or None,
        }
        return {key: value for key, value in found.items() if value is not None}

    @property
    def branches(self) -> tuple[tuple[str, str], ...]:
        """The keys by which a choice names the steps to go on with, and the names."""
        if self.step_type is not StepType.CHOICE:
            return ()
        named = ((THEN_STEP, self.then_step), (ELSE_STEP, self.else_step))
        return tuple((key, name) for key, name in named if name)


Step = WorkflowStep
"""The name that Spine's own code has for it."""


@dataclass(frozen=True)
class Workflow:
    """Named steps in the order in which they run, unless the policy says otherwise.

    Raises ValueError, with all that is wrong, for steps of one name, for a step that waits for itself, for one that
    does not exist or for each other, and for a branch that names none.
    """

    name: str
    steps: Sequence[WorkflowStep]
    domain: str = ""
    description: str = ""
    version: int = 1
    defaults: dict[str, Any] = field(default_factory=dict)
    tags: Sequence[str] = ()
    execution_policy: WorkflowExecutionPolicy = field(default_factory=WorkflowExecutionPolicy)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        object.__setattr__(self, "tags", tuple(self.tags))
        found = list(step_problems(self.steps, (STEPS,)))
        if found:
            raise ValueError("; ".join(problem.message for problem in found))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Workflow:
        """From the content of a file in either form, or from `to_dict`.

        Raises KeyError, TypeError or ValueError where the content is no workflow; `from_yaml` says instead all that is
        wrong with a text.
        """
        form = WORKFLOW.form_of(data)
        head, body = value_at(data, form.metadata), value_at(data, form.spec) or {}
        return cls(
            name=head[NAME],
            steps=[Step.from_dict(step) for step in body.get(STEPS) or ()],
            domain=head.get(DOMAIN) or "",
            description=head.get(DESCRIPTION) or "",
            version=head.get(VERSION, 1),
            defaults=dict(body.get(DEFAULTS) or {}),
            tags=head.get(TAGS) or (),
            execution_policy=WorkflowExecutionPolicy.from_dict(value_at(data, form.path_of(POLICY)) or {}),
        )

    @classmethod
    def from_yaml(cls, text: str) -> Workflow:
        """The workflow of a YAML text; InvalidGroupSpecError with all that is wrong, or for several."""
        from spine_lsp.orchestration.loader import workflow_from_text

        return workflow_from_text(text)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, all side by side, with `execution_policy` where it is not the usual one."""
        found: dict[str, Any] = {
            NAME: self.name,
            VERSION: self.version,
            STEPS: [step.to_dict() for step in self.steps],
            DOMAIN: self.domain,
            DESCRIPTION: self.description,
            DEFAULTS: self.defaults,
            TAGS: list(self.tags),
        }
        if self.execution_policy != WorkflowExecutionPolicy():
            found[EXECUTION_POLICY] = self.execution_policy.to_dict(MODE)
        return {key: value for key, value in found.items() if value or key in (NAME, VERSION, STEPS)}

    def to_yaml(self) -> str:
        """The workflow in the nested form; loading it gives an equal workflow."""
        from spine_lsp.orchestration.loader import workflow_to_yaml

        return workflow_to_yaml(self)

    def get_step(self, name: str) -> WorkflowStep | None:
        """The step of that name."""
        return next((step for step in self.steps if step.name == name), None)

    def step_names(self) -> list[str]:
        """The names of the steps, in the order of the file."""
        return [step.name for step in self.steps]

    def step_index(self, name: str) -> int:
        """The place of the step of that name from 0, or -1."""
        return next((number for number, step in enumerate(self.steps) if step.name == name), -1)

    def has_dependencies(self) -> bool:
        """Whether any step waits for another."""
        return any(step.depends_on for step in self.steps)

    def dependency_graph(self) -> dict[str, list[str]]:
        """Of each step that others wait for the names of those."""
        found: dict[str, list[str]] = {}
        for step in self.steps:
            for name in step.depends_on:
                found.setdefault(name, []).append(step.name)
        return found

    def topological_order(self) -> list[str]:
        """The names in the order that `depends_on` asks for, whatever the runner does; see `inspect`."""
        graph = _inspected(self.steps)
        return [graph.names[step] for step in graph.order]

    def inspect(self) -> GraphInspection:
        """The graph in the order in which the runner takes the steps: that of the file, or by levels under parallel."""
        return WORKFLOW.as_run(_inspected(self.steps), self.execution_policy.to_dict())

    def has_choice_steps(self) -> bool:
        """Whether any step branches."""
        return any(step.step_type is StepType.CHOICE for step in self.steps)

    def has_lambda_steps(self) -> bool:
        """Whether any step calls a function."""
        return any(step.step_type is StepType.LAMBDA for step in self.steps)

    def has_operation_steps(self) -> bool:
        """Whether any step runs an operation (in the older dialect: a pipeline)."""
        return bool(self.operation_names())

    def operation_names(self) -> list[str]:
        """The operations (in the older dialect: pipelines) that the steps run, in the order of the file."""
        return [step.operation_name for step in self.steps if step.operation_name]


def _error_policy(written: object) -> ErrorPolicy:
    """What a file says; as the loader drops it, a word that is none of the known is no error."""
    known = {policy.value: policy for policy in ErrorPolicy}
    return known.get(written, ErrorPolicy.STOP) if isinstance(written, str) else ErrorPolicy.STOP


def reference_to(function: Reference) -> str | None:
    """The text `module:name` by which a function can be imported; None for one that cannot, such as a lambda."""
    if function is None or isinstance(function, str):
        return function
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    if not module or not name or "<" in name:
        return None
    return f"{module}:{name}"


def step_problems(steps: Sequence[WorkflowStep], path: Path) -> Iterator[Problem]:
    """What keeps steps from being those of a workflow; ``path`` is that of their list."""
    graph = _inspected(steps)
    blocking = ("duplicate-step", "unknown-dependency", "self-dependency", "dependency-cycle")
    yield from (problem for problem in graph_problems(graph, path) if problem.code in blocking)
    for number, step in enumerate(steps):
        for key, name in step.branches:
            if name not in graph.first:
                message, suggestions = unknown_branch(name, graph.first, step.name)
                place = (*path, number, key)
                yield Problem("unknown-branch-target", message, place, suggestions=suggestions)


def _inspected(steps: Sequence[WorkflowStep]) -> GraphInspection:
    return inspect_graph([step.name for step in steps], [step.depends_on for step in steps])
