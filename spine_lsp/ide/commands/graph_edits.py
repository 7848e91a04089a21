"""Edits of a group as somebody makes them on its picture: each is one small edit of the text, or the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.graph_model import node_ids
from spine_lsp.ide.cursor import At
from spine_lsp.ide.edits.depends_on import add_edges, remove_edges
from spine_lsp.ide.edits.steps import free_name, guess_pipeline, insert_step, remove_step
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.fixes.fix import in_title
from spine_lsp.ide.refactorings.steps import (
    NEW,
    delete_step,
    insert_after,
    insert_before,
    insert_on_edge,
)
from spine_lsp.ide.rename import Refusal, Renaming, rename, unusable_name
from spine_lsp.orchestration.problems import counted, cycle, quoted, self_dependency
from spine_lsp.orchestration.queries import shortest_paths
from spine_lsp.syntax.text import Edit

_SHOWN = 3  # names in a reason


@dataclass(frozen=True, slots=True)
class GraphEdit:
    """What an edit of the picture is in the text; `select` is the id of the node that it is about afterwards."""

    uri: str
    edits: tuple[Edit, ...]
    select: str | None


Made = tuple[list[Edit] | None, str | None] | Refusal
"""The edits (None: the text is written in a way that cannot be edited) with what is selected then, or a reason."""


def edit_graph(
    workspace: Workspace, uri: str, asked: Mapping[str, object], group_name: str | None = None
) -> GraphEdit | Refusal | None:
    """The edits of the text for what was done to the picture, tried on a copy; None if there is no such group.

    `asked` has a `kind` (see ARCHITECTURE.md, `spine.editGraph`) and names nodes by their ids. What is refused is
    refused with a reason. Raises `ValueError` where `asked` is no edit that there is.
    """
    document = workspace.documents.get(uri)
    group = document.group_named(group_name) if document is not None else None
    if document is None or group is None:
        return None
    make = _KINDS.get(_text(asked, "kind"))
    if make is None:
        raise ValueError(f"`edit.kind` is one of {quoted(list(_KINDS))}")
    made = make(_Picture(workspace, document, group), asked)
    if isinstance(made, Refusal):
        return made
    edits, select = made
    if edits is None:
        return Refusal("this is written in a way that cannot be edited from the picture: change it in the text")
    trial = Trial(document, workspace.config_of(uri))
    if edits and not trial.can_try(edits):
        return Refusal("it would take too long to try this edit in a file of this size: change it in the text")
    if edits and not trial.permits(edits):
        return Refusal("nothing was changed: the file would have an error that it has not now, or lose a comment")
    return GraphEdit(document.uri, tuple(sorted(edits)), select)


class _Picture:
    """The group with the ids of its nodes."""

    def __init__(self, workspace: Workspace, document: Document, group: Group) -> None:
        self.workspace = workspace
        self.document = document
        self.group = group
        self.ids = node_ids(group)
        self._steps = {node: step for step, node in self.ids.items()}

    def step(self, asked: Mapping[str, object], key: str) -> int | Refusal:
        """The step of the node that `asked` names."""
        node = _text(asked, key)
        step = self._steps.get(node)
        if step is None:
            return Refusal(f"the group has no step {in_title(node.removeprefix('?'))}: write it first")
        return step

    def waited_for(self, asked: Mapping[str, object], key: str) -> int | Refusal:
        """The step of a node that others can wait for: of several steps of one name, the first."""
        step = self.step(asked, key)
        if isinstance(step, int) and self.group.graph.first.get(self.group.names[step]) != step:
            name = in_title(self.group.names[step])
            return Refusal(f"an earlier step is called {name} too, and what waits for {name} waits for that one")
        return step

    def new_name(self, asked: Mapping[str, object]) -> str | Refusal:
        """The name of a new step: the one that was given, or one that is free."""
        name = _text(asked, "name")
        if not name:
            return free_name(self.group, NEW)
        reason = unusable_name(name)
        if reason is None and name in self.group.graph.first:
            reason = f"the group already has a step {in_title(name)}"
        if reason is None:
            reason = next(
                (
                    f"{in_title(self.group.names[step])} lists {in_title(name)}, which no step is called: it would "
                    "wait for the new step; correct that dependency first"
                    for step, listed in enumerate(self.group.graph.depends_on)
                    if name in listed
                ),
                None,
            )
        return name if reason is None else Refusal(reason)


def _add_edge(picture: _Picture, asked: Mapping[str, object]) -> Made:
    on, step = picture.waited_for(asked, "from"), picture.step(asked, "to")
    if isinstance(on, Refusal):
        return on
    if isinstance(step, Refusal):
        return step
    group, graph = picture.group, picture.group.graph
    if on == step:
        return Refusal(self_dependency(graph.names[step]))
    if graph.names[on] in graph.depends_on[step]:
        return Refusal(f"{in_title(graph.names[step])} already waits for {in_title(graph.names[on])}")
    if graph.first.get(graph.names[step]) == step:
        ways = shortest_paths(graph, on, step, limit=1).paths
        if ways:
            return Refusal(cycle([graph.names[stop] for stop in (step, *ways[0])]))
    return add_edges(group, step, [graph.names[on]]), picture.ids[step]


def _remove_edge(picture: _Picture, asked: Mapping[str, object]) -> Made:
    step = picture.step(asked, "to")
    if isinstance(step, Refusal):
        return step
    names = {node: picture.group.names[number] for number, node in picture.ids.items()}
    source = _text(asked, "from")
    name = names.get(source, source.removeprefix("?"))
    entries = [n for n, listed in enumerate(picture.group.graph.depends_on[step]) if listed == name]
    if not entries:
        return Refusal(f"{in_title(picture.group.names[step])} does not wait for {in_title(name)}")
    return remove_edges(picture.group, step, entries), picture.ids[step]


def _insert_on_edge(picture: _Picture, asked: Mapping[str, object]) -> Made:
    on, step, name = picture.waited_for(asked, "from"), picture.step(asked, "to"), picture.new_name(asked)
    for one in (on, step, name):
        if isinstance(one, Refusal):
            return one
    assert isinstance(on, int)
    assert isinstance(step, int)
    assert isinstance(name, str)
    listed = list(picture.group.graph.depends_on[step])
    wanted = picture.group.names[on]
    if wanted not in listed:
        return Refusal(f"{in_title(picture.group.names[step])} does not wait for {in_title(wanted)}")
    return insert_on_edge(picture.group, step, listed.index(wanted), name), name


def _insert_before(picture: _Picture, asked: Mapping[str, object]) -> Made:
    step, name = picture.step(asked, "step"), picture.new_name(asked)
    if isinstance(step, Refusal):
        return step
    return name if isinstance(name, Refusal) else (insert_before(picture.group, step, name), name)


def _insert_after(picture: _Picture, asked: Mapping[str, object]) -> Made:
    step, name = picture.waited_for(asked, "step"), picture.new_name(asked)
    if isinstance(step, Refusal):
        return step
    if isinstance(name, Refusal):
        return name
    return insert_after(picture.group, step, _dependents(picture.group, step), name), name


def _add_step(picture: _Picture, asked: Mapping[str, object]) -> Made:
    """A new step at the end, or right behind the one that it waits for."""
    name, group = picture.new_name(asked), picture.group
    if isinstance(name, Refusal):
        return name
    if not _text(asked, "on"):
        last = group.step_count - 1
        return insert_step(group, group.step_count, name, guess_pipeline(group, last, name)), name
    on = picture.waited_for(asked, "on")
    if isinstance(on, Refusal):
        return on
    pipeline = guess_pipeline(group, on, name)
    return insert_step(group, on + 1, name, pipeline, [group.names[on]]), name


def _rename(picture: _Picture, asked: Mapping[str, object]) -> Made:
    step, new = picture.step(asked, "step"), _text(asked, "name")
    if isinstance(step, Refusal):
        return step
    at = At(picture.document.uri, picture.group.name_span(step).start)
    found = rename(picture.workspace, at, new)
    if isinstance(found, Refusal):
        return found
    return (list(found.edits), new) if isinstance(found, Renaming) else (None, None)


def _delete(picture: _Picture, asked: Mapping[str, object]) -> Made:
    step, group = picture.step(asked, "step"), picture.group
    if isinstance(step, Refusal):
        return step
    if group.step_count == 1:
        return Refusal(f"{in_title(group.names[step])} is the only step, and a group needs one")
    if group.graph.first.get(group.names[step]) != step:
        return remove_step(group, step), None
    return delete_step(group, step, _dependents(group, step)), None


def _move(picture: _Picture, asked: Mapping[str, object]) -> Made:
    """Always refused: where a step stands is what it waits for."""
    step = picture.step(asked, "step")
    if isinstance(step, Refusal):
        return step
    name = in_title(picture.group.names[step])
    listed = list(dict.fromkeys(picture.group.graph.depends_on[step]))
    shown = [in_title(one) for one in listed[:_SHOWN]]
    if len(listed) > _SHOWN:
        shown.append(counted(len(listed) - _SHOWN, "more step"))
    names = " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))
    why = f"waits for {names}" if listed else "waits for nothing"
    return Refusal(f"{name} stands where it does because it {why}: draw or delete an edge to move it")


def _dependents(group: Group, step: int) -> list[int]:
    name = group.names[step]
    return [other for other, listed in enumerate(group.graph.depends_on) if name in listed]


def _text(asked: Mapping[str, object], key: str) -> str:
    value = asked.get(key)
    return value if isinstance(value, str) else ""


_KINDS: Mapping[str, Callable[[_Picture, Mapping[str, object]], Made]] = {
    "addEdge": _add_edge,
    "removeEdge": _remove_edge,
    "insertOnEdge": _insert_on_edge,
    "insertBefore": _insert_before,
    "insertAfter": _insert_after,
    "addStep": _add_step,
    "rename": _rename,
    "delete": _delete,
    "move": _move,
}
