"""The resolved order of a group: what runs when and with which parameters, and what cannot run and why."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.answers import (
    MergedParams,
    ShownProblem,
    ToRange,
    at_range,
    params_json,
    problems_json,
    problems_of,
)
from spine_lsp.ide.commands.most import ALL, Most
from spine_lsp.ide.states import Cause, cause_of
from spine_lsp.ide.values import (
    defaults_of,
    params_reader,
    plain,
    policy_of,
    shown_levels,
    step_span,
    version_of,
)
from spine_lsp.ide.words import cut_words, policy_json
from spine_lsp.orchestration.models import ExecutionPolicy
from spine_lsp.orchestration.planner import merge_params


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
    whole: int | None = None
    """How many steps there are, where only some of them were asked for."""

    def only(self, spans: Collection[Span], most: Most = ALL) -> ResolvedOrder:
        """The part of the order that steps at these places are; numbers and levels are those of the whole.

        What is more than `most` is left out, and `cut` says so.
        """
        picked = [step for step in self.steps if step.span in spans]
        steps = tuple(picked[: most.steps])
        members: dict[int, list[str]] = {}
        for step in steps:
            members.setdefault(step.level, []).append(step.name)
        inside = sorted(spans)
        return replace(
            self,
            levels=tuple(tuple(members.get(level, ())) for level in range(len(self.levels))),
            steps=steps,
            blocked=tuple(step for step in self.blocked if step.span in spans),
            problems=tuple(problem for problem in self.problems if _lies_in(problem.span, inside)),
            cut=self.cut or cut_words((len(steps), len(picked), "steps")),
            whole=len(self.steps) + len(self.blocked),
        )


def _lies_in(span: Span, places: Sequence[Span]) -> bool:
    """Whether a span begins in one of the places, which are in order."""
    at = bisect_right(places, span.start, key=lambda place: place.start) - 1
    return at >= 0 and span.start <= places[at].end


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
        span=group.span,
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


def _blocked_steps(group: Group) -> list[int]:
    """The steps that cannot run, in the order of the file; one without a name is no part of a plan."""
    if group.graph.ok:
        return []
    steps = group.steps
    return [step for step, level in enumerate(group.graph.level) if level < 0 and steps[step].name is not None]


def _why_blocked(group: Group, blocked: Sequence[int]) -> Iterator[BlockedStep]:
    for step in blocked:
        yield BlockedStep(group.names[step], cause_of(group.graph, step), step_span(group, step))


def _ordered_steps(
    group: Group, levels: list[list[int]], defaults: Mapping[str, object], run: Mapping[str, object]
) -> Iterator[OrderedStep]:
    params_of = params_reader(group)
    order = 0
    for level, members in enumerate(levels):
        for step in members:
            declared = group.steps[step]
            yield OrderedStep(
                name=group.names[step],
                pipeline=declared.pipeline,
                order=order,
                level=level,
                depends_on=declared.depends_on,
                params=merge_params(defaults, run, params_of(step)),
                span=step_span(group, step),
            )
            order += 1


def to_json(order: ResolvedOrder, to_range: ToRange | None) -> dict[str, object]:
    """The JSON of `spine.showResolvedOrder` (docs/commands.md); without `to_range` no ranges are in it."""
    return {
        "group": order.group,
        "version": order.version,
        "uri": order.uri,
        **at_range(order.span, to_range),
        "policy": policy_json(order.policy),
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
