"""The answer about a group's graph: in the document or in another text, compared with that, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from spine_lsp.analysis.document import PYTHON_ENDINGS, Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import or_less
from spine_lsp.drawing import model as draw
from spine_lsp.ide.commands.answers import (
    MergedParams,
    ShownProblem,
    ToRange,
    params_json,
    problems_json,
    problems_of,
)
from spine_lsp.ide.commands.graph_model import model_of, node_ids
from spine_lsp.ide.commands.most import ALL, IN_HASTE, LONGER, Most
from spine_lsp.ide.values import (
    defaults_of,
    params_reader,
    policy_of,
    version_of,
)
from spine_lsp.ide.words import cut_words, policy_json
from spine_lsp.orchestration.models import ExecutionPolicy
from spine_lsp.orchestration.planner import merge_params
from spine_lsp.syntax.text import Text

Change = Literal["added", "removed", "changed"]
EdgeKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class GroupGraph:
    """The answer of `spine.graph`; spans are those of `text`, which is not the document's if one was given.

    After `compare_graphs` the changes say what each node id and each (from, to) is against the other graph;
    what is not in them is as it was.
    """

    model: draw.GraphModel
    version: object
    uri: str
    text: Text
    span: Span
    policy: ExecutionPolicy
    params: Mapping[str, MergedParams]
    problems: tuple[ShownProblem, ...]
    cut: str = ""
    node_changes: Mapping[str, Change] | None = None
    edge_changes: Mapping[EdgeKey, Change] = field(default_factory=dict)


def graph_of(
    workspace: Workspace, uri: str, group_name: str | None = None, text: str | None = None, most: Most = ALL
) -> GroupGraph | None:
    """The graph of a group, in the document or in `text` if that is given; None if there is no such group.

    What is more than `most` is left out, and once the time is up more than that; `cut` says so.
    """
    document = workspace.documents.get(uri) if text is None else _of_text(uri, text)
    group = document.group_named(group_name) if document is not None else None
    if document is None or group is None:
        return None
    return or_less(
        lambda: _graph(workspace, document, group, most), lambda: _in_haste(workspace, document, group, most)
    )


def _in_haste(workspace: Workspace, document: Document, group: Group, most: Most, note: str = LONGER) -> GroupGraph:
    """The graph with so little that it is made in no time; `note` is said of what is not."""
    found = _graph(workspace, document, group, IN_HASTE.within(most), in_haste=True)
    return replace(found, cut=f"{found.cut}: {note}")


def _of_text(uri: str, text: str) -> Document:
    """The document of another text; for a file that is no YAML itself, of one that stands for it."""
    read = Document.standing_for if uri.endswith(PYTHON_ENDINGS) else Document.read
    return read(uri, None, Text(text))


def _graph(workspace: Workspace, document: Document, group: Group, most: Most, *, in_haste: bool = False) -> GroupGraph:
    defaults, own = defaults_of(group), params_reader(group)
    ids = dict(islice(node_ids(group).items(), most.steps))
    model = model_of(group, most, in_haste=in_haste)
    problems = problems_of(workspace, document, group) if not in_haste else ()
    shown = problems[: most.problems]
    left_out = "without parameters and problems" if in_haste else cut_words((len(shown), len(problems), "problems"))
    cut = [model.cut, left_out]
    return GroupGraph(
        model=model,
        version=version_of(group),
        uri=document.uri,
        text=group.text,
        span=group.span,
        policy=policy_of(group),
        params={} if in_haste else {node: merge_params(defaults, {}, own(step)) for step, node in ids.items()},
        problems=shown,
        cut="; ".join(part for part in cut if part),
    )


def compare_graphs(
    workspace: Workspace, uri: str, base: str, group_name: str | None = None, most: Most = ALL
) -> GroupGraph | None:
    """The graph of a group with what changed in it against the text `base`; what is gone is in it too.

    A step has changed if its pipeline, its merged parameters or what it waits for have. Compared is the group of
    the same name in `base`, or where it holds one group only, that one.
    """
    document = workspace.documents.get(uri)
    group = document.group_named(group_name) if document is not None else None
    if document is None or group is None:
        return None
    if len(base) + len(document.text) > most.compared:
        now = graph_of(workspace, uri, group_name, most=most)
        assert now is not None  # or there would be no group
        note = f"not compared, as the texts have more than {most.compared:,} characters"
        return replace(now, cut="; ".join(part for part in (now.cut, note) if part))
    return or_less(
        lambda: compare_groups(workspace, (document, group), _base(uri, base, group.name), most)[0],
        lambda: _in_haste(workspace, document, group, most, "not compared, as that would take too long"),
    )


def compare_groups(
    workspace: Workspace,
    new: tuple[Document, Group],
    old: tuple[Document, Group] | None,
    most: Most = ALL,
) -> tuple[GroupGraph, GroupGraph | None]:
    """The graph of a group with what changed in it since `old`, what is gone in it too; and the graph of `old`."""
    now = _graph(workspace, *new, most)
    then = _graph(workspace, *old, most) if old is not None else None
    ids, edges = _all_of(new[1])
    old_ids, old_edges = _all_of(old[1]) if old is not None else (set(), set())
    old_nodes = {node.id: node for node in then.model.nodes} if then is not None else {}
    waits, old_waits = _waits(new[1]), _waits(old[1]) if old is not None else {}
    node_changes: dict[str, Change] = {}
    for node in now.model.nodes:
        before = old_nodes.get(node.id)
        if node.id not in old_ids:
            node_changes[node.id] = "added"
        elif then is not None and before is not None:
            rewired = waits.get(node.id) != old_waits.get(node.id)
            if rewired or _says(now, node) != _says(then, before):
                node_changes[node.id] = "changed"
    gone = tuple(_without_place(node) for node in old_nodes.values() if node.id not in ids)
    lost = tuple(
        draw.GraphEdge(edge.source, edge.target, edge.state)
        for edge in (then.model.edges if then is not None else ())
        if (edge.source, edge.target) not in edges
    )
    node_changes |= {node.id: "removed" for node in gone}
    edge_changes: dict[EdgeKey, Change] = {
        key: "added" for edge in now.model.edges if (key := (edge.source, edge.target)) not in old_edges
    }
    edge_changes |= {(edge.source, edge.target): "removed" for edge in lost}
    model = now.model
    merged = replace(
        now,
        model=replace(model, nodes=(*model.nodes, *gone), edges=(*model.edges, *lost)),
        params={**(then.params if then is not None else {}), **now.params},
        node_changes=node_changes,
        edge_changes=edge_changes,
    )
    return merged, then


def _base(uri: str, base: str, name: str) -> tuple[Document, Group] | None:
    document = _of_text(uri, base)
    group = document.group_named(name)
    if group is None and len(document.groups) == 1:
        group = document.group_named(None)
    return (document, group) if group is not None else None


def _all_of(group: Group) -> tuple[set[str], set[EdgeKey]]:
    """Every node id and every edge of a group, however many are shown."""
    ids, graph = node_ids(group), group.graph
    nodes = set(ids.values())
    edges: set[EdgeKey] = set()
    for step, target in ids.items():
        for name in graph.depends_on[step]:
            on = graph.first.get(name)
            source = ids[on] if on is not None else f"?{name}"
            nodes.add(source)
            edges.add((source, target))
    return nodes, edges


def _waits(group: Group) -> dict[str, frozenset[str]]:
    """The names that each node id lists in its `depends_on`, whether they are steps or not."""
    return {node: frozenset(group.graph.depends_on[step]) for step, node in node_ids(group).items()}


def _says(graph: GroupGraph, node: draw.GraphNode) -> tuple[object, ...]:
    """What makes two versions of a step the same."""
    return node.pipeline, dict(graph.params.get(node.id, {}))


def _without_place(node: draw.GraphNode) -> draw.GraphNode:
    return draw.GraphNode(node.id, node.name, node.pipeline, node.kind, node.state, reason=node.reason)


def to_json(graph: GroupGraph, to_range: ToRange) -> dict[str, object]:
    """The JSON of `spine.graph` and `spine.compareGraph` (docs/commands.md); `to_range` is for `graph.text`."""
    model = graph.model
    return {
        "group": model.group,
        "version": graph.version,
        "uri": graph.uri,
        "range": to_range(graph.span),
        "policy": policy_json(graph.policy),
        "nodes": [
            {
                "id": node.id,
                "name": node.name,
                "pipeline": node.pipeline or None,
                "kind": node.kind,
                "state": node.state,
                "order": node.order,
                "level": node.level,
                "because": list(node.because),
                "reason": node.reason or None,
                "params": params_json(graph.params[node.id]) if node.id in graph.params else None,
                "range": _range(node.span, to_range),
                "name_range": _range(node.name_span, to_range),
                **({} if graph.node_changes is None else {"change": graph.node_changes.get(node.id)}),
            }
            for node in model.nodes
        ],
        "edges": [
            {
                "from": edge.source,
                "to": edge.target,
                "state": edge.state,
                "label": edge.label or None,
                "range": _range(edge.span, to_range),
                **(
                    {} if graph.node_changes is None else {"change": graph.edge_changes.get((edge.source, edge.target))}
                ),
            }
            for edge in model.edges
        ],
        "levels": [list(level) for level in model.levels],
        "cycles": [list(cycle) for cycle in model.cycles],
        "problems": problems_json(graph.problems, to_range),
        "truncated": graph.cut or None,
    }


def _range(span: tuple[int, int] | None, to_range: ToRange) -> object:
    return None if span is None else to_range(Span(*span))
