"""The values of the planner: a group, its steps, its policy, and the plan made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from spine_lsp.orchestration.graph import first_of_each
from spine_lsp.orchestration.vocabulary import (
    BACKOFF,
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
    RETRIES,
    STEPS,
    TAGS,
    TIMEOUT_MINUTES,
    VERSION,
    form_of,
    value_at,
)


class FailurePolicy(str, Enum):
    """What a failing step does to the run."""

    STOP = "stop"
    CONTINUE = "continue"


class ExecutionMode(str, Enum):
    """Whether steps run one after the other or side by side."""

    SEQUENTIAL = "sequential"
    PARALLEL = "parallel"


class GroupRunStatus(str, Enum):
    """Where a run of a group stands."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ExecutionPolicy:
    """How a group runs. `max_concurrency` counts only in parallel mode; no timeout means no limit.

    A step that fails is tried again so many times as `retries` says, `backoff` seconds later, and then twice as long
    each time; a step may say otherwise of itself.
    """

    mode: ExecutionMode = ExecutionMode.SEQUENTIAL
    max_concurrency: int = 4
    on_failure: FailurePolicy = FailurePolicy.STOP
    timeout_minutes: float | None = None
    retries: int = 0
    backoff: float = 1

    def __post_init__(self) -> None:
        if self.max_concurrency < 1:
            raise ValueError(f"max_concurrency must be at least 1, not {self.max_concurrency}")
        if self.retries < 0 or self.backoff < 0:
            raise ValueError("retries and backoff must be 0 or more")

    @classmethod
    def sequential(cls, on_failure: FailurePolicy = FailurePolicy.STOP) -> ExecutionPolicy:
        """One step after the other."""
        return cls(on_failure=on_failure)

    @classmethod
    def parallel(cls, max_concurrency: int = 4, on_failure: FailurePolicy = FailurePolicy.STOP) -> ExecutionPolicy:
        """Up to ``max_concurrency`` steps side by side."""
        return cls(ExecutionMode.PARALLEL, max_concurrency, on_failure)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ExecutionPolicy:
        """From the keys of a file (`execution`, ...); ValueError for a value that is none of the known."""
        return cls(
            mode=ExecutionMode(data.get(EXECUTION, "sequential")),
            max_concurrency=data.get(MAX_CONCURRENCY, 4),
            on_failure=FailurePolicy(data.get(ON_FAILURE, "stop")),
            timeout_minutes=data.get(TIMEOUT_MINUTES),
            retries=data.get(RETRIES, 0),
            backoff=data.get(BACKOFF, 1),
        )

    def to_dict(self) -> dict[str, Any]:
        """The keys of a file; those of retries where there are any."""
        return {
            EXECUTION: self.mode.value,
            MAX_CONCURRENCY: self.max_concurrency,
            ON_FAILURE: self.on_failure.value,
            TIMEOUT_MINUTES: self.timeout_minutes,
            **({RETRIES: self.retries, BACKOFF: self.backoff} if self.retries else {}),
        }


@dataclass(frozen=True, slots=True)
class PipelineStep:
    """One step of a group: a name, the pipeline it runs, the steps it waits for, its own parameters.

    `retries` and `backoff` stand in the place of the policy's where they are given.
    """

    name: str
    pipeline: str
    depends_on: Sequence[str] = ()
    params: dict[str, Any] = field(default_factory=dict)
    retries: int | None = None
    backoff: float | None = None

    def __post_init__(self) -> None:
        entries = self.depends_on
        object.__setattr__(self, "depends_on", (entries,) if isinstance(entries, str) else tuple(entries))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PipelineStep:
        """From the keys of a file; KeyError without `name` or `pipeline`."""
        return cls(
            name=data[NAME],
            pipeline=data[PIPELINE],
            depends_on=data.get(DEPENDS_ON) or (),
            params=data.get(PARAMS) or {},
            retries=data.get(RETRIES),
            backoff=data.get(BACKOFF),
        )

    def to_dict(self) -> dict[str, Any]:
        """The keys of a file, those without content left out."""
        result: dict[str, Any] = {NAME: self.name, PIPELINE: self.pipeline}
        if self.depends_on:
            result[DEPENDS_ON] = list(self.depends_on)
        if self.params:
            result[PARAMS] = self.params
        if self.retries is not None:
            result[RETRIES] = self.retries
        if self.backoff is not None:
            result[BACKOFF] = self.backoff
        return result


@dataclass
class PipelineGroup:
    """A named set of steps with their dependencies.

    Raises ValueError when two steps have one name. Not frozen, for programs assign to groups
    that they build; the planner never does.
    """

    name: str
    steps: list[PipelineStep]
    domain: str = ""
    description: str = ""
    version: int = 1
    defaults: dict[str, Any] = field(default_factory=dict)
    policy: ExecutionPolicy = field(default_factory=ExecutionPolicy)
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = self.step_names
        twice = dict.fromkeys(names[later] for later, _ in first_of_each(names)[1])
        if twice:
            raise ValueError(f"Duplicate step names: {', '.join(twice)}")

    @property
    def step_names(self) -> list[str]:
        """The names of the steps, as in the file."""
        return [step.name for step in self.steps]

    def get_step(self, name: str) -> PipelineStep | None:
        """The step of that name."""
        return next((step for step in self.steps if step.name == name), None)

    @classmethod
    def from_steps(cls, name: str, steps: Sequence[PipelineStep], **kwargs: Any) -> PipelineGroup:
        """A group of ``steps``; other fields by keyword."""
        return cls(name=name, steps=list(steps), **kwargs)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PipelineGroup:
        """From the content of a file, nested (`metadata`, `spec`) or flat.

        Raises KeyError, TypeError or ValueError where the content is no group;
        `loader.group_from_data` says instead all that is wrong with it.
        """
        form = form_of(data)
        head, body = value_at(data, form.metadata), value_at(data, form.spec) or {}
        steps = next((body[key] for key in form.lists if key in body), None)
        return cls(
            name=head[NAME],
            steps=[PipelineStep.from_dict(step) for step in steps or ()],
            domain=head.get(DOMAIN) or "",
            description=head.get(DESCRIPTION) or "",
            version=head.get(VERSION, 1),
            defaults=body.get(DEFAULTS) or {},
            policy=ExecutionPolicy.from_dict(body.get(POLICY) or {}),
            tags=list(head.get(TAGS) or ()),
        )

    def to_dict(self) -> dict[str, Any]:
        """The content of a file in the flat form."""
        return {
            NAME: self.name,
            DOMAIN: self.domain,
            DESCRIPTION: self.description,
            VERSION: self.version,
            TAGS: self.tags,
            DEFAULTS: self.defaults,
            STEPS: [step.to_dict() for step in self.steps],
            POLICY: self.policy.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step in a plan: merged parameters, its place in the order from 0, and how often it is tried again."""

    step_name: str
    pipeline_name: str
    params: dict[str, Any]
    depends_on: Sequence[str]
    sequence_order: int
    retries: int = 0
    backoff: float = 1

    def to_dict(self) -> dict[str, Any]:
        """As plain values; retries where there are any."""
        return {
            "step_name": self.step_name,
            "pipeline_name": self.pipeline_name,
            "params": self.params,
            "depends_on": list(self.depends_on),
            "sequence_order": self.sequence_order,
            **({RETRIES: self.retries, BACKOFF: self.backoff} if self.retries else {}),
        }


@dataclass
class ExecutionPlan:
    """What a run of a group does, in order; `batch_id` ties its executions together."""

    group_name: str
    group_version: int
    batch_id: str
    steps: list[PlannedStep]
    policy: ExecutionPolicy
    params: dict[str, Any] = field(default_factory=dict)
    resolved_at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    @property
    def step_count(self) -> int:
        """How many steps the plan has."""
        return len(self.steps)

    def get_step(self, name: str) -> PlannedStep | None:
        """The planned step of that name."""
        return next((step for step in self.steps if step.step_name == name), None)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "group_name": self.group_name,
            "group_version": self.group_version,
            "batch_id": self.batch_id,
            "steps": [step.to_dict() for step in self.steps],
            "policy": self.policy.to_dict(),
            "params": self.params,
            "resolved_at": self.resolved_at.isoformat(),
        }
