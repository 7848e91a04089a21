"""What is different between two versions of a group: steps, edges, order, levels, parameters, and what cannot run now.

What is added, removed and changed is what `compare_groups` says of the graph; here each change is taken apart, and a
step that only has another name is told from one that is new.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.drawing.model import GraphNode
from spine_lsp.ide.commands.answers import MergedParams
from spine_lsp.ide.commands.group_graph import EdgeKey, GroupGraph, compare_groups
from spine_lsp.ide.commands.most import ALL, Most
from spine_lsp.ide.values import version_of
from spine_lsp.ide.words import policy_words
from spine_lsp.orchestration.planner import Origin
from spine_lsp.orchestration.vocabulary import POLICY, VERSION

GroupAt = tuple[Document, Group]
Value = tuple[object, Origin] | None
"""A merged parameter and where it comes from; None where there is none."""


class Setting(NamedTuple):
    """Something that the group says of itself, before and after."""

    name: str
    old: object
    new: object


class ParamChange(NamedTuple):
    """A parameter of a step after the merge, before and after."""

    name: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that is in both versions and not the same; `was` is its old name, if it only has another one."""

    name: str
    was: str | None = None
    pipeline: tuple[str, str] | None = None
    params: tuple[ParamChange, ...] = ()
    waits_more: tuple[str, ...] = ()
    waits_less: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """A step that runs on another level."""

    name: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """How a group differs. `picture` is the graph with what changed, None for a group that is gone.

    `added` and `removed` are names with pipelines. `moved` are the steps that run earlier or later than before,
    compared with the other steps; `blocked` those that could run and cannot now, with the reason, `freed` the others.
    """

    group: str
    was: str | None
    file: str
    old_file: str | None
    change: str
    settings: tuple[Setting, ...] = ()
    added: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    renamed: tuple[StepChange, ...] = ()
    changed: tuple[StepChange, ...] = ()
    edges_added: tuple[EdgeKey, ...] = ()
    edges_removed: tuple[EdgeKey, ...] = ()
    levels: tuple[Moved, ...] = ()
    moved: tuple[str, ...] = ()
    blocked: tuple[tuple[str, str], ...] = ()
    freed: tuple[str, ...] = ()
    picture: GroupGraph | None = None

    @property
    def differs(self) -> bool:
        """Whether anything is different."""
        return self.change != "same"


def difference(workspace: Workspace, old: GroupAt | None, new: GroupAt | None, most: Most = ALL) -> GroupDifference:
    """How two versions of a group differ; one of them may be missing."""
    if new is None:
        assert old is not None  # of nothing there is nothing to be said
        gone, _ = compare_groups(workspace, old, old, most)
        return GroupDifference(
            gone.model.group,
            None,
            old[0].uri,
            old[0].uri,
            "removed",
            removed=tuple(map(_brief, _steps(gone))),
        )
    now, then = compare_groups(workspace, new, old, most)
    if old is None or then is None:
        blocked = tuple((node.name, node.reason) for node in _steps(now) if node.order is None)
        return GroupDifference(
            now.model.group,
            None,
            new[0].uri,
            None,
            "added",
            added=tuple(map(_brief, _steps(now))),
            blocked=blocked,
            picture=now,
        )
    return _Comparison(now, then, old, new).difference()


class _Comparison:
    """Two versions of a group side by side; of the new one, what is gone is in the graph too."""

    def __init__(self, now: GroupGraph, then: GroupGraph, old: GroupAt, new: GroupAt) -> None:
        self.now, self.then, self.old, self.new = now, then, old, new
        changes = now.node_changes or {}
        self.new_nodes = {node.id: node for node in _steps(now) if changes.get(node.id) != "removed"}
        self.old_nodes = {node.id: node for node in _steps(then)}
        self.waits, self.old_waits = (
            _waits(now, set(self.new_nodes)),
            _waits(then, set(self.old_nodes)),
        )
        self.renamed = self._renamed()  # old id to new id

    def difference(self) -> GroupDifference:
        new_name, old_name = self.now.model.group, self.then.model.group
        in_place_of = {new: old for old, new in self.renamed.items()}
        added = [node for key, node in self.new_nodes.items() if key not in self.old_nodes and key not in in_place_of]
        removed = [
            node for key, node in self.old_nodes.items() if key not in self.new_nodes and key not in self.renamed
        ]
        pairs = [
            (self.old_nodes[in_place_of.get(key, key)], node)
            for key, node in self.new_nodes.items()
            if in_place_of.get(key, key) in self.old_nodes
        ]
        steps = [self._step(before, after) for before, after in pairs]
        changed = tuple(step for step in steps if step.was is None and _says_something(step))
        edges, old_edges = (
            self._edges(self.now, self.new_nodes, {}),
            self._edges(self.then, self.old_nodes, self.renamed),
        )
        found = GroupDifference(
            group=new_name,
            was=old_name if old_name != new_name else None,
            file=self.new[0].uri,
            old_file=self.old[0].uri if self.old[0].uri != self.new[0].uri else None,
            change="changed",
            settings=tuple(self._settings()),
            added=tuple(map(_brief, added)),
            removed=tuple(map(_brief, removed)),
            renamed=tuple(step for step in steps if step.was is not None),
            changed=changed,
            edges_added=tuple(edge for edge in edges if edge not in old_edges),
            edges_removed=tuple(edge for edge in old_edges if edge not in edges),
            levels=tuple(
                Moved(after.name, before.level, after.level)
                for before, after in pairs
                if before.level is not None and after.level is not None and before.level != after.level
            ),
            moved=tuple(_out_of_order(pairs)),
            blocked=tuple(
                (node.name, node.reason)
                for before, node in [*pairs, *((None, node) for node in added)]
                if node.order is None and (before is None or before.order is not None)
            ),
            freed=tuple(after.name for before, after in pairs if before.order is None and after.order is not None),
            picture=self.now,
        )
        if _is_same(found):
            return GroupDifference(found.group, None, found.file, found.old_file, "same", picture=self.now)
        return found

    def _settings(self) -> Iterator[Setting]:
        for name, before, after in (
            (VERSION, version_of(self.old[1]), version_of(self.new[1])),
            (POLICY, policy_words(self.then.policy), policy_words(self.now.policy)),
        ):
            if before != after:
                yield Setting(name, before, after)

    def _step(self, before: GraphNode, after: GraphNode) -> StepChange:
        old_params, params = self.then.params.get(before.id, {}), self.now.params.get(after.id, {})
        old_waits = [self._new_name(name) for name in self.old_waits[before.id]]
        waits = self.waits[after.id]
        return StepChange(
            after.name,
            before.name if before.name != after.name else None,
            (before.pipeline, after.pipeline) if before.pipeline != after.pipeline else None,
            tuple(_param_changes(old_params, params)),
            tuple(name for name in waits if name not in old_waits),
            tuple(name for name in old_waits if name not in waits),
        )

    def _new_name(self, name: str) -> str:
        new = self.renamed.get(name)
        return name if new is None else self.new_nodes[new].name

    def _renamed(self) -> dict[str, str]:
        """Which new step each old one has become: the only ones that say the same, but for their names."""
        gone = [key for key in self.old_nodes if key not in self.new_nodes]
        came = [key for key in self.new_nodes if key not in self.old_nodes]
        if not gone or not came:
            return {}
        old_names, new_names = (
            {self.old_nodes[key].name for key in gone},
            {self.new_nodes[key].name for key in came},
        )

        def says(node: GraphNode, graph: GroupGraph, waits: Iterable[str], own: set[str]) -> str:
            params = sorted((key, repr(value)) for key, value in graph.params.get(node.id, {}).items())
            return repr((node.pipeline, params, sorted(name for name in waits if name not in own)))

        before: dict[str, list[str]] = {}
        after: dict[str, list[str]] = {}
        for key in gone:
            text = says(self.old_nodes[key], self.then, self.old_waits[key], old_names)
            before.setdefault(text, []).append(key)
        for key in came:
            text = says(self.new_nodes[key], self.now, self.waits[key], new_names)
            after.setdefault(text, []).append(key)
        pairs = ((keys, after.get(text, [])) for text, keys in before.items())
        return {keys[0]: others[0] for keys, others in pairs if len(keys) == len(others) == 1}

    def _edges(
        self, graph: GroupGraph, nodes: Mapping[str, GraphNode], renamed: Mapping[str, str]
    ) -> dict[EdgeKey, None]:
        """The edges of one version as names, from what is waited for to what waits."""
        names = {node.id: node.name for node in graph.model.nodes}
        gone = {key for key, change in graph.edge_changes.items() if change == "removed"}

        def name_of(key: str) -> str:
            return self.new_nodes[renamed[key]].name if key in renamed else names.get(key, key)

        return {
            (name_of(edge.source), name_of(edge.target)): None
            for edge in graph.model.edges
            if edge.target in nodes and (edge.source, edge.target) not in gone
        }


def _steps(graph: GroupGraph) -> list[GraphNode]:
    return [node for node in graph.model.nodes if node.kind == "step"]


def _brief(node: GraphNode) -> tuple[str, str]:
    return node.name, node.pipeline


def _waits(graph: GroupGraph, ids: set[str]) -> dict[str, list[str]]:
    """The names that each node waits for, in declared order."""
    names = {node.id: node.name for node in graph.model.nodes}
    waits: dict[str, list[str]] = {key: [] for key in ids}
    for edge in graph.model.edges:
        if edge.target in waits and graph.edge_changes.get((edge.source, edge.target)) != "removed":
            waits[edge.target].append(names.get(edge.source, edge.source))
    return waits


def _param_changes(old: MergedParams, new: MergedParams) -> Iterator[ParamChange]:
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if repr(before) != repr(after):  # `1` and `true` are equal to Python
            yield ParamChange(key, before, after)


def _says_something(step: StepChange) -> bool:
    return bool(step.pipeline or step.params or step.waits_more or step.waits_less)


def _is_same(found: GroupDifference) -> bool:
    return not any(
        (
            found.was,
            found.settings,
            found.added,
            found.removed,
            found.renamed,
            found.changed,
            found.edges_added,
            found.edges_removed,
            found.levels,
            found.moved,
            found.blocked,
            found.freed,
        )
    )


def _out_of_order(pairs: Sequence[tuple[GraphNode, GraphNode]]) -> Iterator[str]:
    """The fewest steps whose moving made the new order of the old one: those in no longest increasing run."""
    kept = sorted(
        (after.order, before.order, after.name)
        for before, after in pairs
        if before.order is not None and after.order is not None
    )
    tails: list[int] = []
    places: list[int] = []
    for _, old, _ in kept:
        place = bisect_left(tails, old)
        tails[place : place + 1] = [old]
        places.append(place)
    wanted = len(tails) - 1
    stays = set()
    for at in range(len(kept) - 1, -1, -1):
        if places[at] == wanted:
            stays.add(at)
            wanted -= 1
    yield from (name for at, (_, _, name) in enumerate(kept) if at not in stays)


def to_json(found: GroupDifference) -> dict[str, object]:
    """One group as `spine-lsp diff --format json` prints it (docs/command-line.md)."""
    return {
        "group": found.group,
        "was": found.was,
        "file": found.file,
        "old_file": found.old_file,
        "change": found.change,
        "settings": [setting._asdict() for setting in found.settings],
        "added": [{"name": name, "pipeline": pipeline} for name, pipeline in found.added],
        "removed": [{"name": name, "pipeline": pipeline} for name, pipeline in found.removed],
        "renamed": [_step_json(step) for step in found.renamed],
        "changed": [_step_json(step) for step in found.changed],
        "edges": {
            "added": [{"from": source, "to": target} for source, target in found.edges_added],
            "removed": [{"from": source, "to": target} for source, target in found.edges_removed],
        },
        "levels": [{"name": step.name, "old": step.old, "new": step.new} for step in found.levels],
        "moved": list(found.moved),
        "blocked": [{"name": name, "reason": reason} for name, reason in found.blocked],
        "freed": list(found.freed),
    }


def _step_json(step: StepChange) -> dict[str, object]:
    return {
        "name": step.name,
        "was": step.was,
        "pipeline": None if step.pipeline is None else {"old": step.pipeline[0], "new": step.pipeline[1]},
        "params": [
            {"name": param.name, "old": _value_json(param.old), "new": _value_json(param.new)} for param in step.params
        ],
        "depends_on": {"added": list(step.waits_more), "removed": list(step.waits_less)},
    }


def _value_json(value: Value) -> dict[str, object] | None:
    return None if value is None else {"value": value[0], "origin": value[1]}
