"""Inlay hints: order and level of a step or what keeps it from running, its last run, and defaults it shadows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.runs import RunFacts
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import while_time_is_left
from spine_lsp.ide.run_words import short_words
from spine_lsp.ide.states import cause_of
from spine_lsp.ide.values import Params, defaults_of, show, shown_order
from spine_lsp.ide.words import level_words
from spine_lsp.orchestration.graph import Runs
from spine_lsp.orchestration.vocabulary import PARAMS

HintKind = Literal["order", "moved", "blocked", "shadowed", "runs"]
"""`moved` is `order` for those steps alone that do not run right after the one above them."""

ALL: frozenset[HintKind] = frozenset({"order", "blocked", "shadowed", "runs"})
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Hint:
    """A text to show right behind an offset, with a blank before it; `tooltip` says it in full."""

    kind: HintKind
    offset: int
    label: str
    tooltip: str


def inlay_hints(
    workspace: Workspace, uri: str, span: Span | None = None, kinds: Collection[HintKind] = ALL
) -> tuple[Hint, ...]:
    """The hints in a span of a document, in the order of the text; only the steps in it are looked at."""
    document = workspace.documents.get(uri)
    if document is None:
        return ()
    whole = Span(0, len(document.text.source))
    asked = whole if span is None else span
    found = [
        hint
        for group in document.groups
        if group.part.start <= asked.end and asked.start <= group.part.end
        for hint in while_time_is_left(_of_group(group, asked, kinds, workspace.runs))
        if asked.start <= hint.offset <= asked.end
    ]
    return tuple(found)


def _of_group(group: Group, asked: Span, kinds: Collection[HintKind], runs: RunFacts) -> Iterator[Hint]:
    steps = group.steps_in(asked)
    if not steps:
        return
    ordered = "order" in kinds or "moved" in kinds
    place = {step: number for number, step in enumerate(shown_order(group))} if ordered else {}
    defaults = defaults_of(group) if "shadowed" in kinds else {}
    for step in steps:
        declared = group.steps[step]
        if declared.name_span is not None:
            at = group.name_span(step).end
            if step in place:
                if "order" in kinds or not _follows(place, step):
                    yield _order(group, step, place[step], len(place), at)
            elif "blocked" in kinds and (hint := _cannot_run(group, step, at)) is not None:
                yield hint
            if "runs" in kinds and (words := short_words(runs, group, step)) is not None:
                yield Hint("runs", at, *words)
        if defaults:
            yield from _shadowed(group, step, defaults)


def _follows(place: Mapping[int, int], step: int) -> bool:
    """Whether a step runs right after the one above it that can run, or first where there is none."""
    above = next((other for other in range(step - 1, -1, -1) if other in place), None)
    return place[step] == (0 if above is None else place[above] + 1)


def _order(group: Group, step: int, place: int, count: int, at: int) -> Hint:
    level = group.graph.level[step]
    together = len(group.graph.levels[level])
    tooltip = f"Runs as number {place + 1} of {count}; {level_words(level)}"
    tooltip += f", with {together - 1} others that could start together" if together > 2 else ""
    tooltip += ", with one other that could start together" if together == 2 else ""
    return Hint("order", at, f"#{place + 1} · {level_words(level)}", tooltip + ".")


def _cannot_run(group: Group, step: int, at: int) -> Hint | None:
    """What keeps a step from running, in a few words."""
    if isinstance(group.graph.status(step), Runs):
        return None
    cause = cause_of(group.graph, step)
    names = cause.missing or cause.because
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    shown = f"{', '.join(names[:_SHOWN])}{more}"
    label = {
        "duplicate": "not planned",
        "cycle": "in a cycle" if cause.cycle else "waits for itself",
        "missing": f"no step {shown}",
        "blocked": f"blocked by {shown}",
    }[cause.state]
    begin = "It" if cause.state == "duplicate" else "Cannot run: it"
    return Hint("blocked", at, label, f"{begin} {cause.reason(str)}.")


def _shadowed(group: Group, step: int, defaults: Params) -> Iterator[Hint]:
    """The step's own parameters that stand in the place of a default."""
    if group.is_cut and PARAMS not in group.part.blocks[step].text:
        return
    node = group.node_of(step)
    params = node.get(PARAMS) if node is not None else None
    for key, value in params.entries if params is not None else ():
        if key.kind == "scalar" and key.text in defaults:
            end = value if value.style not in ("block", "|", ">") and value.end >= key.end else key
            at = group.base_of(step) + end.end + (1 if end is key else 0)
            shown = show(defaults[key.text], 30)
            tooltip = f"The group's default is {show(defaults[key.text], 200)}; this step has its own value."
            yield Hint("shadowed", at, f"default: {shown}", tooltip)
