"""Code lenses: above a group's first line its order, problems, graph and runs, above each step what waits for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.rules.redundant_dependency import MARKED
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.answers import ShownProblem, problems_of, worth_counting
from spine_lsp.ide.hover.policy import summary
from spine_lsp.ide.values import head_span
from spine_lsp.orchestration.graph import Repeats
from spine_lsp.orchestration.problems import counted

LensKind = Literal["order", "graph", "problems", "dependents", "run", "resume", "alone", "debug"]
"""`run` stands for the last four: run a group, resume its last run, and a step that failed run alone or debugged."""
USUAL: frozenset[LensKind] = frozenset({"order", "graph", "problems"})


@dataclass(frozen=True, slots=True)
class Lens:
    """A lens that has no title yet; `data` is what `resolve_lens` makes one of."""

    kind: LensKind
    span: Span
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LensText:
    """A lens to show: what it says, and what it is about. `spans` are the places it leads to, if it leads to any.

    For the kind `problems`, `problems` say what is at each of the places; hints come last.
    """

    kind: LensKind
    title: str
    uri: str
    group: str
    span: Span
    step: str | None = None
    spans: tuple[Span, ...] = ()
    problems: tuple[ShownProblem, ...] = ()
    run: str | None = None
    """The run that is resumed, or whose parameters are taken."""


def lenses(workspace: Workspace, uri: str, kinds: Collection[LensKind] = USUAL) -> tuple[Lens, ...]:
    """The lenses of a document, without their titles, which cost more and are asked for where they are seen."""
    document = workspace.documents.get(uri)
    found: list[Lens] = []
    for number, group in enumerate(document.groups if document is not None else ()):
        span = head_span(group)
        own: tuple[LensKind, ...] = ("order", "graph", "problems")
        found += (Lens(kind, span, {"kind": kind, "uri": uri, "group": number}) for kind in own if kind in kinds)
        if "run" in kinds:
            found += _of_runs(workspace, group, number, span)
        if "dependents" in kinds:
            for step, declared in enumerate(group.steps):
                if declared.name is not None:
                    data = {"kind": "dependents", "uri": uri, "group": number, "step": step}
                    found.append(Lens("dependents", group.name_span(step), data))
    return tuple(found)


def _of_runs(workspace: Workspace, group: Group, number: int, span: Span) -> Iterator[Lens]:
    runs = workspace.runs
    yield Lens("run", span, {"kind": "run", "uri": group.uri, "group": number})
    last = runs.resumable.get((group.uri, group.name))
    if last is not None:
        yield Lens("resume", span, {"kind": "resume", "uri": group.uri, "group": number, "run": last})
    for step, failure in runs.failed(group):
        data = {"uri": group.uri, "group": number, "step": step, "run": failure.run}
        yield Lens("alone", group.name_span(step), {"kind": "alone", **data})
        yield Lens("debug", group.name_span(step), {"kind": "debug", **data})


def resolve_lens(workspace: Workspace, data: Mapping[str, object]) -> LensText | None:
    """The text of a lens; None where the document has changed so that the lens is about nothing."""
    kind, uri, number, step = (data.get(key) for key in ("kind", "uri", "group", "step"))
    document = workspace.documents.get(uri) if isinstance(uri, str) else None
    if document is None or not isinstance(number, int) or not 0 <= number < len(document.groups):
        return None
    group = document.groups[number]
    if kind == "order":
        return _text(group, "order", f"Resolved order: {summary(group)}")
    if kind == "graph":
        return _text(group, "graph", "Show graph")
    if kind == "run":
        return _text(group, "run", "Run")
    run = data.get("run")
    if kind == "resume" and isinstance(run, str):
        return replace(_text(group, "resume", "Resume"), run=run)
    of_step = isinstance(step, int) and 0 <= step < len(group.steps)
    titles: dict[object, tuple[LensKind, str]] = {
        "alone": ("alone", "Run only this"),
        "debug": ("debug", "Debug step"),
    }
    if kind in titles and isinstance(run, str) and isinstance(step, int) and of_step:
        lens = replace(_text(group, *titles[kind]), run=run)
        return replace(lens, span=group.name_span(step), step=group.steps[step].name)
    if kind == "problems":
        return _problems(workspace, document, group)
    if kind == "dependents" and isinstance(step, int) and 0 <= step < len(group.steps):
        return _dependents(group, step)
    return None


def _text(group: Group, kind: LensKind, title: str, spans: tuple[Span, ...] = ()) -> LensText:
    return LensText(kind, title, group.uri, group.name, head_span(group), None, spans)


def _problems(workspace: Workspace, document: Document, group: Group) -> LensText:
    """How many problems, and apart from them what does not fail a `check`: information and hints."""
    found = problems_of(workspace, document, group)
    problems = worth_counting(found)
    remarks = [problem for problem in found if problem.severity == "information"]
    hints = [problem for problem in found if problem.severity == "hint"]
    errors = sum(problem.severity == "error" for problem in problems)
    words = [counted(len(problems), "problem") if problems else "No problems"]
    if errors and errors < len(problems):
        words.append(counted(errors, "error"))
    if remarks:
        words.append(f"{len(remarks)} information")
    if hints:
        more = sum(problem.code == "redundant-dependency" for problem in hints) >= MARKED
        words.append(f"{len(hints)}+ hints" if more else counted(len(hints), "hint"))
    shown = (*problems, *remarks, *hints)
    spans = tuple(problem.span for problem in shown)
    return replace(_text(group, "problems", ", ".join(words), spans), problems=shown)


def _dependents(group: Group, step: int) -> LensText | None:
    name = group.steps[step].name
    if name is None:
        return None
    dependents = group.graph.dependents(step)
    title = f"{counted(len(dependents), 'step')} {'waits' if len(dependents) == 1 else 'wait'} for this"
    if isinstance(group.graph.status(step), Repeats):
        title = "not planned: an earlier step has this name"
    spans = tuple(group.name_span(other) for other in dependents)
    return LensText("dependents", title, group.uri, group.name, group.name_span(step), name, spans)
