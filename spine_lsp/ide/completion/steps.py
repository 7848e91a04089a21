"""Completion of step names in `depends_on`: what can be waited for first, what would close a cycle last."""

from __future__ import annotations

from bisect import bisect_left

from spine_lsp.analysis.group import Group
from spine_lsp.ide.completion.context import Context
from spine_lsp.ide.completion.items import CompletionItem, CompletionList, sort_key, written
from spine_lsp.ide.completion.matching import ON_PURPOSE, Asking, Match, opens, ranked
from spine_lsp.orchestration.graph import GraphInspection
from spine_lsp.orchestration.queries import waiting_for
from spine_lsp.syntax.tree import Path

_SHOWN_OF_A_CYCLE = 6


def step_names(group: Group, context: Context, number: int, limit: int, asking: Asking = ON_PURPOSE) -> CompletionList:
    """The steps that the step at the context could wait for.

    Without itself and those it lists. Nearest above comes first, for what a step waits for mostly stands there.
    """
    if not opens(context, asking, owed=False):
        return CompletionList()
    current = current_step(group, context.path)
    graph = group.graph
    own = group.names[current] if current is not None else ""
    via = waiting_for(graph, current) if current is not None else {}
    out = {own, *context.siblings}
    if context.role == "value" or context.role == "below":
        out = {own}
    out.update(group.names[step] for step in group.steps_to_check if group.steps[step].name is None)
    at = current if current is not None else 0
    free = _nearest(graph, at, [name for name in graph.first if name not in out and name not in via])
    names = [*free, *_nearest(graph, at, [name for name in via if name not in out])]
    matches, incomplete = ranked(names, context.prefix, limit, finished=graph.first.keys(), asking=asking)
    if via:
        matches = sorted(matches, key=lambda match: match.name in via)
    return CompletionList(
        tuple(
            _item(group, context, number, match, place, _cycle(own, match.name, via))
            for place, match in enumerate(matches)
        ),
        incomplete,
    )


def branch_targets(
    group: Group, context: Context, number: int, limit: int, asking: Asking = ON_PURPOSE
) -> CompletionList:
    """The steps that a choice could go on with: those below it first, for the runner never goes back."""
    if not opens(context, asking, owed=True):
        return CompletionList()
    current = current_step(group, context.path)
    graph = group.graph
    at = current if current is not None else -1
    names = [name for name, step in graph.first.items() if step != current and group.steps[step].name]
    names.sort(key=lambda name: (graph.first[name] < at, graph.first[name]))
    matches, incomplete = ranked(names, context.prefix, limit, finished=graph.first.keys(), asking=asking)
    matches = sorted(matches, key=lambda match: graph.first[match.name] < at)
    items = []
    for place, match in enumerate(matches):
        step = graph.first[match.name]
        note = "stands above: all below would be skipped" if step < at else group.steps[step].pipeline or ""
        items.append(
            CompletionItem(
                label=match.name,
                kind="step",
                span=context.span,
                insert=context.separator + written(match.name, context),
                sort_text=sort_key(place),
                filter_text=match.filter_text,
                detail=note,
                note=note,
                data={"kind": "step", "uri": group.uri, "group": number, "step": match.name},
            )
        )
    return CompletionList(tuple(items), incomplete)


def _nearest(graph: GraphInspection, at: int, names: list[str]) -> list[str]:
    """Names of steps: of those above the step `at` the nearest first, then those below in the order of the file."""
    step = graph.first.__getitem__
    names.sort(key=step)
    above = bisect_left(names, at, key=step)
    return [*reversed(names[:above]), *names[above:]]


def _item(group: Group, context: Context, number: int, match: Match, place: int, cycle: str) -> CompletionItem:
    name = match.name
    pipeline = group.steps[group.graph.first[name]].pipeline or ""
    text = written(name, context)
    insert = context.separator + text
    if context.role == "value" and not context.prefix and context.span.start == context.span.end:
        insert = f"{context.separator}[{text}]" if not context.quote else text
    elif context.role == "below":
        insert = "- " + text
    return CompletionItem(
        label=name,
        kind="step",
        span=context.span,
        insert=insert,
        sort_text=sort_key(place),
        filter_text=match.filter_text,
        detail=f"would close a cycle: {cycle}" if cycle else pipeline,
        note="closes a cycle" if cycle else pipeline,
        data={"kind": "step", "uri": group.uri, "group": number, "step": name},
    )


def current_step(group: Group, path: Path) -> int | None:
    """The step that a path leads into: the number in it."""
    number = next((part for part in path if isinstance(part, int)), None)
    return number if number is not None and number < len(group.steps) else None


def _cycle(own: str, name: str, via: dict[str, str]) -> str:
    """The cycle that `own` waiting for `name` would close: `own → name → ... → own`; nothing if none."""
    if name not in via:
        return ""
    path = [own, name]
    while path[-1] != own:
        path.append(via[path[-1]])
    if len(path) > _SHOWN_OF_A_CYCLE:
        path[3:-2] = ["…"]
    return " → ".join(path)
