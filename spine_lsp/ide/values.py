"""What a group says in plain values, as far as it can be used: policy, defaults, the parameters of its steps."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date
from math import isfinite, isnan

from spine_lsp.analysis.config import AUTO
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.cancellation import check_cancelled
from spine_lsp.ide.words import shorten
from spine_lsp.orchestration.kinds import Kind
from spine_lsp.orchestration.models import ExecutionMode, ExecutionPolicy, FailurePolicy
from spine_lsp.orchestration.vocabulary import (
    BACKOFF,
    DEFAULTS,
    EXECUTION,
    MAX_CONCURRENCY,
    ON_FAILURE,
    POLICY,
    RETRIES,
    TIMEOUT_MINUTES,
)

Params = dict[str, object]
_LEAST_TIMEOUT = 1


def policy_of(group: Group) -> ExecutionPolicy:
    """The policy the group runs under; where the file says something impossible, the default stands in."""
    settings = group.header.section(POLICY)
    execution, on_failure = settings.get(EXECUTION), settings.get(ON_FAILURE)
    workers, timeout = settings.get(MAX_CONCURRENCY), settings.get(TIMEOUT_MINUTES)
    retries, backoff = settings.get(RETRIES), settings.get(BACKOFF)
    usual = ExecutionPolicy()
    written = ExecutionPolicy(
        mode=ExecutionMode(execution) if execution in ("sequential", "parallel") else usual.mode,
        max_concurrency=workers if _is_number(workers) and isinstance(workers, int) and workers >= 1 else 4,
        on_failure=FailurePolicy(on_failure) if on_failure in ("stop", "continue") else usual.on_failure,
        timeout_minutes=timeout
        if _is_number(timeout) and isinstance(timeout, (int, float)) and timeout >= _LEAST_TIMEOUT
        else None,
        retries=retries if _is_number(retries) and isinstance(retries, int) and retries >= 0 else 0,
        backoff=backoff
        if _is_number(backoff) and isinstance(backoff, (int, float)) and backoff >= 0
        else usual.backoff,
    )
    return group.header.kind.policy_as_run(written, group.dependencies)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def runs_key(group: Group, dialect: str = AUTO) -> str:
    """The key by which steps of this file say what they run; where none says it, that of the dialect or the usual."""
    kind = group.header.kind
    if len(kind.runs) == 1:
        return kind.runs[0]
    written = (step.runs_by for step in group.steps if step.has_pipeline)
    return next(written, usual_runs_key(kind, dialect))


def usual_runs_key(kind: Kind, dialect: str = AUTO) -> str:
    """The key by which the steps of a new file say what they run."""
    return dialect if dialect in kind.runs else kind.runs[0]


def defaults_of(group: Group) -> Params:
    """The parameters that every step gets."""
    return {key_of(key): plain(value) for key, value in group.header.section(DEFAULTS).items()}


def params_reader(group: Group) -> Callable[[int], Params]:
    """A function from a step to its own `params`."""
    steps = group.steps
    return lambda step: {key_of(key): plain(value) for key, value in steps[step].params.items()}


def params_of(group: Group, step: int) -> Params:
    """The own `params` of one step."""
    return params_reader(group)(step)


def plain(value: object) -> object:
    """A value as JSON can say it: numbers that are none, dates and other things of YAML become text."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        if isfinite(value):
            return value
        return ".nan" if isnan(value) else ".inf" if value > 0 else "-.inf"
    check_cancelled()
    if isinstance(value, dict):
        return {key_of(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(key_of(item) for item in value)
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, date) else str(value)


def key_of(key: object) -> str:
    """A key as JSON can have it: one that is no text as YAML would write its value."""
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, bool):
        return show(key)
    found = plain(key)
    return found if isinstance(found, str) else str(found)


def version_of(group: Group) -> object:
    """The version as the file has it, if it is a number or a text; else None."""
    version = plain(group.header.version)
    return version if isinstance(version, (int, float, str)) and not isinstance(version, bool) else None


def head_span(group: Group) -> Span:
    """Where to say something of the group as a whole: its first key, which stays where it is while a group is typed."""
    root = group.header.root
    first = root.entries[0].key if root is not None and root.entries else root
    return group.header_span(first) if first is not None else Span(group.part.start, group.part.start)


def step_span(group: Group, step: int) -> Span:
    """A step from its first key to the end of its last value, as offsets of the file."""
    return group.steps[step].span.moved(group.base_of(step))


def shown_order(group: Group) -> list[int]:
    """The steps that can run, in resolved order; a step without a name is no part of a plan."""
    steps = group.steps
    return [step for step in group.graph.order if steps[step].name is not None]


def shown_levels(group: Group) -> list[list[int]]:
    """The levels of `shown_order`. Nothing waits for a step without a name, so no level above becomes empty."""
    steps = group.steps
    levels = [[step for step in level if steps[step].name is not None] for level in group.graph.levels]
    return [level for level in levels if level]


def show(value: object, limit: int = 60) -> str:
    """A parameter's value in one short line, as YAML would have it where that is short."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key_of(key)}: {show(item, limit)}" for key, item in list(value.items())[:limit])
        return shorten("{" + inside + "}", limit)
    if isinstance(value, (list, tuple)):
        return shorten("[" + ", ".join(show(item, limit) for item in value[:limit]) + "]", limit)
    return shorten(str(value), limit)
