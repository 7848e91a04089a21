"""Why one step waits for another: all shortest paths from the one to the other, entry by entry."""

from __future__ import annotations

from dataclasses import dataclass

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import check_cancelled
from spine_lsp.ide.commands.answers import ToRange, find_group
from spine_lsp.orchestration.problems import counted, did_you_mean, meant, quoted
from spine_lsp.orchestration.queries import Paths, shortest_paths, upstream

_PATHS = 20
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Stop:
    """One step on a path; `edge_span` is its `depends_on` entry that leads to the next, None at the end."""

    name: str
    span: Span
    edge_span: Span | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer of `spine.explainPath`; `truncated` if there are more paths as short.

    `upstream` names all that the step waits for, directly or through others, if no `on` was asked about.
    """

    group: str
    uri: str
    step: str
    on: str | None
    message: str
    paths: tuple[tuple[Stop, ...], ...] = ()
    truncated: bool = False
    upstream: tuple[str, ...] | None = None

    @property
    def waits(self) -> bool:
        """Whether the one waits for the other, or for any, at all."""
        return bool(self.paths or self.upstream)


def explain_path(
    workspace: Workspace, uri: str, step: str, on: str | None, group_name: str | None = None
) -> Explanation | None:
    """Why `step` waits for `on`; None if there is no such group. For the same name twice, the cycles through it.

    Without `on`, what `step` waits for.
    """
    group = find_group(workspace, uri, group_name)
    if group is None:
        return None
    graph = group.graph
    unknown = [name for name in dict.fromkeys((step, step if on is None else on)) if name not in graph.first]
    if unknown:
        guess = meant(did_you_mean(unknown[0], graph.first)) if len(unknown) == 1 else ""
        message = f"no step of this group is called {quoted(unknown)}{guess}"
        return Explanation(group.name, uri, step, on, message)
    if on is None:
        names = tuple(graph.names[other] for other in upstream(graph, graph.first[step]))
        count = counted(len(names), "step") if names else "nothing"
        return Explanation(group.name, uri, step, on, f"`{step}` waits for {count}", upstream=names)
    shortest = shortest_paths(graph, graph.first[step], graph.first[on], _PATHS)
    paths = tuple(_stops(group, path) for path in shortest.paths)
    message = _message(group, step, on, shortest)
    against = graph.first[on] > graph.first[step] and graph is not group.dependencies
    if paths and against:
        message += f"; {group.header.kind.runner} runs the steps in the order of the file all the same"
    return Explanation(group.name, uri, step, on, message, paths, shortest.truncated)


def _stops(group: Group, path: tuple[int, ...]) -> tuple[Stop, ...]:
    graph = group.graph
    stops = []
    for place, step in enumerate(path):
        check_cancelled()
        edge: Span | None = None
        if place + 1 < len(path):
            entry = list(graph.depends_on[step]).index(graph.names[path[place + 1]])
            edge = group.edge_span(step, entry)
        stops.append(Stop(graph.names[step], group.name_span(step), edge))
    return tuple(stops)


def _message(group: Group, step: str, on: str, shortest: Paths) -> str:
    graph, paths = group.graph, shortest.paths
    if not paths:
        if step != on and shortest_paths(graph, graph.first[on], graph.first[step], 1).paths:
            return f"`{step}` does not wait for `{on}`; it is `{on}` that waits for `{step}`"
        return f"`{step}` does not wait for {'itself' if step == on else f'`{on}`'}"
    whom = "itself" if step == on else f"`{on}`"
    between = [graph.names[i] for i in paths[0][1:-1]]
    if not between:
        return f"`{step}` waits for {whom}: it lists it in `depends_on`"
    if len(paths) > 1:
        count = f"more than {len(paths)}" if shortest.truncated else str(len(paths))
        return f"`{step}` waits for {whom}: {count} paths of {len(between) + 1} edges lead there"
    if len(between) > _SHOWN:
        return f"`{step}` waits for {whom}, through {len(between)} other steps"
    return f"`{step}` waits for {whom}, through {quoted(between, 'and')}"


def to_json(explanation: Explanation, to_range: ToRange) -> dict[str, object]:
    """The JSON of `spine.explainPath` (docs/commands.md)."""
    return {
        "group": explanation.group,
        "step": explanation.step,
        "on": explanation.on,
        "waits": explanation.waits,
        "paths": [
            [
                {
                    "name": stop.name,
                    "uri": explanation.uri,
                    "range": to_range(stop.span),
                    "edge_range": None if stop.edge_span is None else to_range(stop.edge_span),
                }
                for stop in path
            ]
            for path in explanation.paths
        ],
        "truncated": explanation.truncated,
        "message": explanation.message,
        **({} if explanation.upstream is None else {"upstream": list(explanation.upstream)}),
    }
