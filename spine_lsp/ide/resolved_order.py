"""The resolved order of a group: what runs when and with which parameters, and what cannot run and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document, Group
from spine_lsp.analysis.symbols import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.most import ALL, Most, cut_words
from spine_lsp.ide.states import Cause, States
from spine_lsp.ide.values import (
    defaults_of,
    group_span,
    params_reader,
    plain,
    policy_of,
    shown_levels,
    step_span,
    version_of,
)
from spine_lsp.orchestration.models import ExecutionPolicy
from spine_lsp.orchestration.planner import Origin, merge_params

ToRange = Callable[[Span], object]
"""Makes the border's range of a span, such as an LSP range in the encoding of the client."""

MergedParams = Mapping[str, tuple[object, Origin]]


@dataclass(frozen=True, slots=True)
class OrderedStep:
    """A step that can run; `order` and `level` count from 0."""

    name: str
    pipeline: str | None
    order: int
    level: int
    depends_on: tuple[str, ...]
    params: MergedParams
    span: Span


@dataclass(frozen=True, slots=True)
class BlockedStep:
    """A step that cannot run, through a fault of its own or of others."""

    name: str
    cause: Cause
    span: Span


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A finding of the group as commands answer it."""

    code: str
    severity: str
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class ResolvedOrder:
    """The answer of `spine.showResolvedOrder`, with spans in the place of ranges."""

    group: str
    version: object
    uri: str
    span: Span
    policy: ExecutionPolicy
    levels: tuple[tuple[str, ...], ...]
    defaults: Mapping[str, object]
    run: Mapping[str, object]
    steps: tuple[OrderedStep, ...]
    blocked: tuple[BlockedStep, ...]
    problems: tuple[ShownProblem, ...]
    cut: str = ""
    """What is left out, in words."""


def resolved_order(
    workspace: Workspace,
    uri: str,
    group_name: str | None = None,
    params: Mapping[str, object] | None = None,
    most: Most = ALL,
) -> ResolvedOrder | None:
    """The order of a group for a run with `params`; None if the file holds no group, or none of that name.

    A broken group still answers: with what can run, and with what keeps the rest from running. What is more
    than `most` is left out, and `cut` says so.
    """
    document = workspace.documents.get(uri)
    group = document.group_named(group_name) if document is not None else None
    if document is None or group is None:
        return None
    levels = shown_levels(group)
    names = group.names
    defaults = defaults_of(group)
    run = {key: plain(value) for key, value in (params or {}).items()}
    steps = tuple(islice(_ordered_steps(group, levels, defaults, run), most.steps))
    blocked = _blocked_steps(group)
    problems = problems_of(workspace, document, group)
    return ResolvedOrder(
        group=group.name,
        version=version_of(group),
        uri=uri,
        span=group_span(group),
        policy=policy_of(group),
        levels=tuple(tuple(names[step] for step in level) for level in levels),
        defaults=defaults,
        run=run,
        steps=steps,
        blocked=tuple(_why_blocked(group, blocked[: most.steps])),
        problems=problems[: most.problems],
        cut=cut_words(
            (len(steps), sum(map(len, levels)), "steps"),
            (min(len(blocked), most.steps), len(blocked), "steps that cannot run"),
            (min(len(problems), most.problems), len(problems), "problems"),
        ),
    )


def find_group(workspace: Workspace, uri: str, group_name: str | None = None) -> Group | None:
    """The group of that name in a document, without a name the first; None if there is none."""
    document = workspace.documents.get(uri)
    return document.group_named(group_name) if document is not None else None


def problems_of(workspace: Workspace, document: Document, group: Group) -> tuple[ShownProblem, ...]:
    """The findings that lie in a group of `document`, by place."""
    return problems_by_group(workspace, document)[document.groups.index(group)]


def problems_by_group(workspace: Workspace, document: Document) -> list[tuple[ShownProblem, ...]]:
    """The findings that lie in each of the groups of a document, by place."""
    found: dict[int, list[ShownProblem]] = {id(group): [] for group in document.groups}
    for finding in diagnose(document, workspace.config):
        owner = document.groups[0] if len(document.file.parts) == 1 else document.group_at(finding.start)
        if owner is not None:
            span = Span(finding.start, finding.end)
            shown = ShownProblem(finding.code, finding.severity.word, finding.message, span)
            found[id(owner)].append(shown)
    return [tuple(problems) for problems in found.values()]


def worth_counting(problems: tuple[ShownProblem, ...]) -> tuple[ShownProblem, ...]:
    """The problems that count as such, as they fail a `check`: errors and warnings, not information and hints."""
    return tuple(problem for problem in problems if problem.severity in ("error", "warning"))


def _blocked_steps(group: Group) -> list[int]:
    """The steps that cannot run, in the order of the file; one without a name is no part of a plan."""
    if group.graph.ok:
        return []
    steps = group.steps
    return [
        step for step, level in enumerate(group.graph.level) if level < 0 and steps[step].name is not None
    ]


def _why_blocked(group: Group, blocked: Sequence[int]) -> Iterator[BlockedStep]:
    states = States(group)
    for step in blocked:
        yield BlockedStep(group.names[step], states.cause(step), step_span(group, step))


def _ordered_steps(
    group: Group, levels: list[list[int]], defaults: Mapping[str, object], run: Mapping[str, object]
) -> Iterator[OrderedStep]:
    params_of = params_reader(group)
    order = 0
    for level, members in enumerate(levels):
        for step in members:
            said = group.steps[step]
            yield OrderedStep(
                name=group.names[step],
                pipeline=said.pipeline,
                order=order,
                level=level,
                depends_on=said.depends_on,
                params=merge_params(defaults, run, params_of(step)),
                span=step_span(group, step),
            )
            order += 1


def to_json(order: ResolvedOrder, to_range: ToRange | None) -> dict[str, object]:
    """The JSON of `spine.showResolvedOrder` (ARCHITECTURE.md); without `to_range` no ranges are in it."""
    return {
        "group": order.group,
        "version": order.version,
        "uri": order.uri,
        **at_range(order.span, to_range),
        "policy": order.policy.to_dict(),
        "levels": [list(level) for level in order.levels],
        "steps": [
            {
                "name": step.name,
                "pipeline": step.pipeline,
                "order": step.order,
                "level": step.level,
                "depends_on": list(step.depends_on),
                "params": params_json(step.params),
                **at_range(step.span, to_range),
            }
            for step in order.steps
        ],
        "blocked": [
            {
                "name": step.name,
                "because": list(step.cause.because),
                "state": step.cause.state,
                "reason": step.cause.reason(),
                **at_range(step.span, to_range),
            }
            for step in order.blocked
        ],
        "problems": problems_json(order.problems, to_range),
        "truncated": order.cut or None,
    }


def params_json(params: MergedParams) -> dict[str, object]:
    """Merged parameters as commands answer them."""
    return {key: {"value": value, "origin": origin} for key, (value, origin) in params.items()}


def problems_json(problems: tuple[ShownProblem, ...], to_range: ToRange | None) -> list[dict[str, object]]:
    """Problems as commands answer them."""
    return [
        {
            "code": problem.code,
            "severity": problem.severity,
            "message": problem.message,
            **at_range(problem.span, to_range),
        }
        for problem in problems
    ]


def at_range(span: Span, to_range: ToRange | None) -> dict[str, object]:
    """The entry `range` of an answer, or nothing where ranges are left out."""
    return {} if to_range is None else {"range": to_range(span)}
