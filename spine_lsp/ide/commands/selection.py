"""The steps of a group that a selector picks, as an answer and as a part of a picture."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.drawing.labels import width
from spine_lsp.drawing.model import GraphModel
from spine_lsp.ide.commands.answers import ToRange, find_group
from spine_lsp.ide.commands.graph_model import node_ids
from spine_lsp.ide.commands.group_graph import compare_graphs
from spine_lsp.ide.states import state_of
from spine_lsp.orchestration.selectors import Selectable, SelectorError, completions, revisions, select
from spine_lsp.printable import printable

TextOf = Callable[[str], str]
"""Gives the text of the group's file in a revision, empty where there was none; raises ValueError in a sentence."""


@dataclass(frozen=True, slots=True)
class SelectedStep:
    """A step that was selected; `id` as in a graph, `level` None if it cannot run."""

    id: str
    name: str
    level: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Selection:
    """The answer of `spine.select`: the steps, or why the selector is none.

    `completions` go on with its last word; `revisions` are those whose texts it needs and was not given.
    """

    group: str
    selector: str
    steps: tuple[SelectedStep, ...]
    total: int
    error: SelectorError | None = None
    completions: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()


def select_steps(
    workspace: Workspace,
    uri: str,
    selector: str,
    group_name: str | None = None,
    *,
    bases: Mapping[str, str] | None = None,
    complete: bool = False,
) -> Selection | None:
    """The steps that a selector picks; None if there is no such group.

    `bases` are the texts of the document in the revisions that `changed:` may name. With `complete` it is told how
    the last word may go on.
    """
    group = find_group(workspace, uri, group_name)
    if group is None:
        return None

    bases = bases or {}
    steps = selectable(workspace, group, _text_in(bases))
    further = tuple(completions(selector, steps)) if complete else ()
    needs = tuple(revision for revision in revisions(selector) if revision not in bases)
    try:
        picked = select(selector, steps)
    except SelectorError as error:
        return Selection(group.name, selector, (), len(steps.steps), error, further, needs)
    ids, levels = node_ids(group), group.graph.level
    shown = tuple(
        SelectedStep(ids[i], group.names[i], levels[i] if levels[i] >= 0 else None, group.name_span(i)) for i in picked
    )
    return Selection(group.name, selector, shown, len(steps.steps), None, further, needs)


def picked_steps(
    workspace: Workspace, group: Group, selector: str, bases: Mapping[str, str] | None = None
) -> list[int]:
    """The steps of a group that a selector picks, in the order of the file; `bases` as in `select_steps`.

    Raises ValueError: a sentence, and below it the selector with the place that is meant.
    """
    try:
        return select(selector, selectable(workspace, group, _text_in(bases or {})))
    except SelectorError as error:
        raise ValueError("\n".join([f"cannot select: {error}", *frame(error)])) from None


def frame(error: SelectorError) -> list[str]:
    """The line of a selector, and below it the place that an error means; at most as wide as a terminal."""
    low = max(error.start - 60, 0)
    high = min(max(error.end, error.start + 1), error.start + 40)
    shown = printable(error.text[low : high + 20])
    before = width(printable(error.text[low : error.start]))
    marked = max(width(printable(error.text[error.start : high])), 1)
    return [f"  {shown}", f"  {' ' * before}{'^' * marked}"]


def _text_in(bases: Mapping[str, str]) -> TextOf:
    def text_of(revision: str) -> str:
        if revision not in bases:
            raise ValueError(f"the text of this document in `{revision}` is not known")
        return bases[revision]

    return text_of


def selectable(workspace: Workspace, group: Group, text_of: TextOf | None = None) -> Selectable:
    """The steps of a group as selectors pick from them; `text_of` is what `changed:` asks."""

    def changed(revision: str) -> Collection[int]:
        assert text_of is not None  # else it is not given
        now = compare_graphs(workspace, group.uri, text_of(revision), group.name or None)
        assert now is not None  # the group is in this very document
        assert now.node_changes is not None  # they were compared
        different = {node for node, change in now.node_changes.items() if change != "removed"}
        return [step for step, node in node_ids(group).items() if node in different]

    return Selectable(
        group.graph,
        [step.pipeline for step in group.steps],
        lambda step: state_of(group.graph, step),
        changed if text_of is not None else None,
    )


def part_of(model: GraphModel, group: Group, steps: Collection[int]) -> GraphModel:
    """The picture of some steps, with the ghosts that they wait for."""
    ids = node_ids(group)
    near = {ids[step] for step in steps if step in ids}
    ghosts = {node.id for node in model.nodes if node.kind == "ghost"}
    near |= {edge.source for edge in model.edges if edge.source in ghosts and edge.target in near}
    return model.only(near)


def to_json(selection: Selection, to_range: ToRange) -> dict[str, object]:
    """The JSON of `spine.select` (docs/commands.md)."""
    error = selection.error
    return {
        "group": selection.group,
        "selector": selection.selector,
        "steps": [
            {"id": step.id, "name": step.name, "level": step.level, "range": to_range(step.span)}
            for step in selection.steps
        ],
        "total": selection.total,
        "error": None if error is None else {"message": str(error), "start": error.start, "end": error.end},
        "completions": list(selection.completions),
        "revisions": list(selection.revisions),
    }
