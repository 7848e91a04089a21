"""A group as a graph to be drawn: nodes, edges, ghosts and cycles with their states."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from spine_lsp.analysis.group import Group
from spine_lsp.cancellation import check_cancelled
from spine_lsp.drawing import marks, model as draw
from spine_lsp.ide.commands.most import ALL, IN_HASTE, LONGER, Most
from spine_lsp.ide.states import cause_of
from spine_lsp.ide.values import (
    defaults_of,
    params_reader,
    policy_of,
    show,
    shown_levels,
    shown_order,
    step_span,
    version_of,
)
from spine_lsp.ide.words import cut_words, policy_words
from spine_lsp.orchestration.planner import merge_params


def node_ids(group: Group) -> dict[int, str]:
    """The id of each step: its name, for a second step of that name `name#2`; steps without a name have none."""
    ids: dict[int, str] = {}
    taken = set(group.graph.first)
    times: dict[str, int] = {}
    for step, declared in enumerate(group.steps):
        if declared.name is None:
            continue
        number = times[declared.name] = times.get(declared.name, 0) + 1
        name = declared.name
        while number > 1 and (name := f"{declared.name}#{number}") in taken:
            number += 1
        taken.add(name)
        ids[step] = name
    return ids


def model_of(group: Group, most: Most = ALL, *, in_haste: bool = False) -> draw.GraphModel:
    """The group as pictures need it; what is more than `most` is left out, and `cut` says so.

    `in_haste` parameters are left out, and redundant edges are told from others only where these are known already.
    """
    graph, names = group.graph, group.names
    all_ids = node_ids(group)
    ids = dict(islice(all_ids.items(), most.steps))
    place = {step: number for number, step in enumerate(shown_order(group))}
    defaults, own = defaults_of(group), params_reader(group)
    nodes: list[draw.GraphNode] = []
    for step, node in ids.items():
        check_cancelled()
        params = merge_params(defaults, {}, own(step)) if not in_haste else {}
        cause = cause_of(graph, step) if graph.level[step] < 0 else None
        nodes.append(
            draw.GraphNode(
                id=node,
                name=names[step],
                pipeline=group.steps[step].pipeline or "",
                state=cause.state if cause is not None else "ok",
                order=place.get(step),
                level=graph.level[step] if step in place else None,
                because=cause.because[: most.edges] if cause is not None else (),
                reason=cause.reason() if cause is not None else "",
                params=tuple((key, show(value)) for key, (value, _) in params.items()),
                span=step_span(group, step),
                name_span=group.name_span(step),
            )
        )
    ghosts = dict.fromkeys(graph.depends_on[step][entry] for step, entry in graph.missing if step in ids)
    room = most.steps - len(nodes)
    nodes += (
        draw.GraphNode(f"?{name}", name, kind="ghost", state="missing", reason=marks.meaning("ghost"))
        for name in islice(ghosts, room)
    )
    shown = {node.id for node in nodes}
    found = group.redundant_edges if not in_haste or group.knows_redundant_edges else ()
    redundant = {(edge.step, edge.entry) for edge in found}
    edges = tuple(islice(_edges(group, ids, shown, redundant), most.edges))
    whole = len(edges) < most.edges and len(ids) == len(all_ids) and room >= len(ghosts)
    count = len(edges) if whole else sum(map(len, graph.depends_on)) + sum(len(step.branches) for step in group.steps)
    return draw.GraphModel(
        group=group.name,
        nodes=tuple(nodes),
        edges=edges,
        levels=tuple(tuple(ids[step] for step in level if step in ids) for level in shown_levels(group)),
        cycles=tuple(tuple(names[step] for step in cycle) for cycle in graph.cycles),
        policy=policy_words(policy_of(group)),
        version=str(version_of(group) or ""),
        cut=cut_words(
            (len(ids), len(all_ids), "steps"),
            (min(room, len(ghosts)), len(ghosts), "missing steps"),
            (len(edges), count, "edges"),
        ),
    )


def hasty_model(group: Group, most: Most = ALL) -> draw.GraphModel:
    """As `model_of`, with so little that it is made in no time."""
    model = model_of(group, IN_HASTE.within(most), in_haste=True)
    return replace(model, cut=f"{model.cut or 'without parameters'}: {LONGER}")


def _edges(
    group: Group, ids: Mapping[int, str], shown: Collection[str], redundant: Collection[tuple[int, int]]
) -> Iterator[draw.GraphEdge]:
    """One edge for each branch, then one for each entry; an entry that repeats another is none.

    `shown` are the ids of all nodes, `redundant` the entries that others imply, as (step, entry).
    """
    graph = group.graph
    component_of = graph.component_of
    for step, source in ids.items():
        for branch in group.steps[step].branches:
            on = graph.first.get(branch.name)
            if on is not None and on in ids and branch.span is not None:
                label, span = branch.key.partition("_")[0], branch.span.moved(group.base_of(step))
                yield draw.GraphEdge(source, ids[on], "branch", span, label)
    for step, target in ids.items():
        check_cancelled()
        seen: set[str] = set()
        for entry, name in enumerate(graph.depends_on[step]):
            if name in seen:
                continue
            seen.add(name)
            on = graph.first.get(name)
            before = ids.get(on) if on is not None else f"?{name}"
            if before is None or before not in shown:
                continue
            state: draw.EdgeState = "ok"
            if on is None:
                state = "missing"
            elif on == step:
                state = "self"
            elif step in component_of and component_of[step] == component_of.get(on):
                state = "cycle"
            elif (step, entry) in redundant:
                state = "redundant"
            yield draw.GraphEdge(before, target, state, group.edge_span(step, entry))
