"""Hover: where a step stands in the plan, what a key means, and what a value means for this group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.runs import NO_RUNS, RunFacts
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.templates import templates
from spine_lsp.analysis.workflows import type_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, CursorContext, Symbol, cursor_at
from spine_lsp.ide.hover.markup import (
    Block,
    Code,
    FileLink,
    Hover,
    Line,
    NameLink,
    Paragraph,
    Part,
    Words,
    field_hover,
)
from spine_lsp.ide.hover.policy import group_lines, policy_lines
from spine_lsp.ide.run_words import past_words
from spine_lsp.ide.values import defaults_of, params_of, show, shown_order
from spine_lsp.ide.words import level_words
from spine_lsp.orchestration.graph import BlockedBy, InCycle, Repeats, Runs, SelfDependent, WaitsForUnknown
from spine_lsp.orchestration.kinds.workflow.vocabulary import TYPE
from spine_lsp.orchestration.planner import merge_params
from spine_lsp.orchestration.problems import counted
from spine_lsp.orchestration.queries import upstream, waiting_for
from spine_lsp.orchestration.schema import field_doc, role
from spine_lsp.orchestration.vocabulary import FREE, POLICY

_SHOWN_NAMES = 10
_SHOWN_PARAMS = 20


def hover(workspace: Workspace, at: At) -> Hover | None:
    """What there is to say of the token at a place; None where that is nothing."""
    cursor = cursor_at(workspace, at)
    if cursor is None or not cursor.nodes:
        return None
    span = cursor.span(cursor.node)
    if cursor.role in ("step-name", "edge", "branch"):
        return _named(workspace, cursor, span)
    if cursor.role == "pipeline":
        return _pipeline(workspace, cursor, span)
    if cursor.role == "group-name":
        return Hover(span, ("group ", Code(cursor.group.name)), tuple(group_lines(cursor.group)))
    if cursor.role == "key":
        return _key(workspace, cursor, span)
    return _template(cursor) or _mention(workspace, cursor) or _value(workspace, cursor, span)


def step_hover(group: Group, step: int, span: Span | None = None, runs: RunFacts = NO_RUNS) -> Hover:
    """All about one step: its place in the plan, its last run, what it waits for, what waits for it, its parameters."""
    declared = group.steps[step]
    title: Line = (Code(declared.name or "a step without a name"),)
    if declared.pipeline:
        title = (*title, " runs ", Code(declared.pipeline))
    elif TYPE in declared.fields:
        title = (*title, ", a ", Code(type_of(declared)), " step")
    blocks = [Paragraph(_place(group, step))]
    reason = because(group, step)
    if reason is not None:
        blocks.append(reason)
    if (words := past_words(runs, group, step)) is not None:
        blocks.append(Paragraph((f"{words}.",)))
    graph = group.graph
    blocks += _branches(group, step)
    above, direct = upstream(graph, step), graph.waits_for(step)
    blocks.append(_neighbours(group, "Waits for", direct, len(set(above) - {step})))
    dependents = [other for other in graph.dependents(step) if other != step]
    blocks.append(_neighbours(group, "Waited for by", dependents, len(waiting_for(graph, step))))
    merged = merge_params(defaults_of(group), {}, params_of(group, step))
    if merged:
        defaults = defaults_of(group)
        lines: list[Line] = []
        for key, (value, origin) in islice(merged.items(), _SHOWN_PARAMS):
            over: Line = ()
            if origin == "step" and key in defaults:
                over = (", in place of the default ", Code(show(defaults[key])))
            lines.append((Code(key), " = ", Code(show(value)), f" ({origin})", *over))
        if len(merged) > _SHOWN_PARAMS:
            lines.append((f"and {len(merged) - _SHOWN_PARAMS} more",))
        blocks.append(Paragraph(("Parameters:",), tuple(lines)))
    return Hover(span, title, tuple(blocks))


def _branches(group: Group, step: int) -> Iterable[Paragraph]:
    """Where a choice goes on, and the choices that lead to a step."""
    first = group.graph.first
    for branch in group.steps[step].branches:
        said = f"Goes on with ({branch.key.partition('_')[0]}): "
        target = first.get(branch.name)
        where: Iterable[Part] = (Code(branch.name),) if target is None else _links(group, [target])
        yield Paragraph((said, *where))
    if not group.header.kind.branches:
        return
    name = group.steps[step].name
    sources = [number for number, other in enumerate(group.steps) if any(name == to.name for to in other.branches)]
    if sources:
        yield Paragraph(("Branched to by: ", *_links(group, sources)))


def _place(group: Group, step: int) -> Line:
    match group.graph.status(step):
        case Runs(level):
            if group.steps[step].name is None:
                return ("Not planned: it has no name.",)
            order = shown_order(group)
            return (f"#{order.index(step) + 1} of {len(order)} · {level_words(level)}",)
        case Repeats():
            return ("Not planned: an earlier step has this name.",)
        case _:
            return ("Cannot run.",)


def because(group: Group, step: int) -> Paragraph | None:
    """What keeps a step from running, with links to what is to blame; None if nothing does."""
    graph = group.graph
    match graph.status(step):
        case Runs() | Repeats():
            return None
        case BlockedBy(steps):
            return Paragraph(("Blocked by ", *_links(group, steps)))
    lines: list[Line] = []
    for fault in graph.faults(step):
        match fault:
            case InCycle(cycle):
                names = [graph.names[member] for member in cycle]
                lines.append((Code(_arrows(names)), ": none of these can start"))
            case SelfDependent():
                lines.append(("it waits for itself",))
            case WaitsForUnknown(unknown):
                lines += [("no step is called ", Code(name)) for name in unknown]
    return Paragraph(("At fault:",), tuple(lines))


def _arrows(names: list[str]) -> str:
    if len(names) > _SHOWN_NAMES:
        names = [*names[: _SHOWN_NAMES - 3], "…", *names[-2:]]
    return " → ".join(names)


def _neighbours(group: Group, words: str, direct: Sequence[int], in_all: int) -> Paragraph:
    shown = [step for step in direct if group.steps[step].name is not None]
    if not shown:
        return Paragraph((f"{words} nothing." if words == "Waits for" else "Nothing waits for it.",))
    more = f" ({len(shown)} directly, {in_all} in all)" if in_all > len(shown) else f" ({len(shown)})"
    return Paragraph((f"{words}{more}: ", *_links(group, shown)))


def _links(group: Group, steps: Sequence[int]) -> Iterable[Part]:
    for place, step in enumerate(steps[:_SHOWN_NAMES]):
        if place:
            yield ", "
        yield NameLink(group.steps[step].name or "?", group.uri, group.name_span(step))
    if len(steps) > _SHOWN_NAMES:
        yield f" and {len(steps) - _SHOWN_NAMES} more"


def _named(workspace: Workspace, cursor: CursorContext, span: Span) -> Hover | None:
    group, name = cursor.group, cursor.step_name
    if name is None or cursor.step is None:
        return None
    if cursor.role == "step-name":
        return step_hover(group, cursor.step, span, workspace.runs)
    target = group.graph.first.get(name)
    if target is None:
        return _steps(group, span)
    return step_hover(group, target, span, workspace.runs)


def _steps(group: Group, span: Span) -> Hover | None:
    """For a name that no step has, which the finding at the same place says: the names that there are."""
    named = [step for step in sorted(group.graph.first.values()) if group.steps[step].name is not None]
    if not named:
        return None
    return Hover(span, ("Steps of this group:",), (Paragraph((*_links(group, named),)),))


def _pipeline(workspace: Workspace, cursor: CursorContext, span: Span) -> Hover | None:
    step = cursor.step
    pipeline = cursor.group.steps[step].pipeline if step is not None else None
    if pipeline is None:
        return None
    return pipeline_hover(workspace, pipeline, span, (cursor.group, step))


def pipeline_hover(
    workspace: Workspace,
    pipeline: str,
    span: Span | None = None,
    besides: tuple[Group, int | None] | None = None,
) -> Hover:
    """All about a pipeline, with the steps that run it; `besides` is the one that is hovered."""
    from spine_lsp.ide.pipelines.describe import pipeline_blocks
    from spine_lsp.ide.pipelines.places import file_place, python_uses, schedules_of, uses_in_closed_files

    uses: list[Line] = []
    for document in workspace.documents.values():
        for own in document.groups:
            for number, declared in enumerate(own.steps):
                if declared.pipeline == pipeline and (own, number) != besides:
                    link = NameLink(declared.name or "a step", document.uri, own.name_span(number))
                    uses.append((link, " of ", Code(own.name or "a group")))
    for place, step, group in uses_in_closed_files(workspace, pipeline):
        uses.append((FileLink(step or "a step", *place), " of ", Code(group or "a group")))
    uses += (
        (FileLink(use.step or "a step", *file_place(use.spot)), " of ", Code(use.group.name or "a group"))
        for use in python_uses(workspace, pipeline)
    )
    uses += (
        ("schedule ", FileLink(name or "without a name", *place))
        for place, name in schedules_of(workspace, "pipeline", pipeline)
    )
    blocks = list(pipeline_blocks(workspace, pipeline))
    if uses:
        shown = uses[:_SHOWN_NAMES]
        if len(uses) > len(shown):
            shown.append((f"and {len(uses) - len(shown)} more",))
        blocks.append(Paragraph(("Also run by:" if besides is not None else "Run by:",), tuple(shown)))
    elif besides is not None:
        where = "of the workspace" if workspace.project.ready else "of the open files"
        blocks.append(Paragraph((f"No other step {where} runs it.",)))
    return Hover(span, ("pipeline ", Code(pipeline)), tuple(blocks))


def _whole_path(cursor: CursorContext) -> tuple[str | int, ...]:
    if cursor.step is None:
        return cursor.path
    return (*cursor.group.header.form.list_paths[0], cursor.step, *cursor.path)


def _key(workspace: Workspace, cursor: CursorContext, span: Span) -> Hover | None:
    path = _whole_path(cursor)
    kind, form = cursor.group.header.kind, cursor.group.header.form
    above = kind.definition_at(path[:-1], form)
    if role(above) in FREE:
        return _parameter(workspace, cursor, str(path[-1]), span)
    field = field_doc(above, str(path[-1])) if above is not None else None
    if field is None:
        return None
    found = field_hover(field, span)
    lines: Iterable[Paragraph] = ()
    if field.key == POLICY:
        lines = policy_lines(cursor.group, "")
    elif role(above) == POLICY:
        lines = policy_lines(cursor.group, field.key)
    elif field.key in kind.list_keys:
        lines = group_lines(cursor.group)
    more = tuple(lines)
    return Hover(span, found.title, (*found.blocks, *more), of_schema=not more)


def _parameter(workspace: Workspace, cursor: CursorContext, name: str, span: Span) -> Hover:
    """A parameter, where it is set: what it is to the pipeline, who has it, and what it stands in the place of."""
    from spine_lsp.ide.pipelines.describe import parameter_blocks
    from spine_lsp.ide.pipelines.places import takers

    said = _setting(cursor, name, span)
    about = parameter_blocks(takers(workspace, cursor.group, cursor.step, name))
    return Hover(span, said.title, (*about, *said.blocks))


def _setting(cursor: CursorContext, name: str, span: Span) -> Hover:
    group = cursor.group
    defaults = defaults_of(group)
    if cursor.step is None:
        own = sum(name in params_of(group, step) for step in range(len(group.steps))) if _few(group) else 0
        has = "has a value of its own" if own == 1 else "have a value of their own"
        others = f"{own} of {counted(len(group.steps), 'step')} {has}." if own else "Every step gets it."
        return Hover(span, ("default parameter ", Code(name)), (Paragraph((others,)),))
    title: Line = ("parameter ", Code(name), " of this step")
    if name not in defaults:
        return Hover(span, title, (Paragraph(("The group has no default for it.",)),))
    text: Line = ("Stands in the place of the default ", Code(show(defaults[name])), ".")
    return Hover(span, title, (Paragraph(text),))


def _few(group: Group) -> bool:
    return len(group.steps) <= 500  # each is read again for this


def _template(cursor: CursorContext) -> Hover | None:
    """The ``{{ params.x }}`` under the cursor."""
    source = cursor.document.text.source
    around = cursor.span(cursor.node)
    for template in templates(source, around.start, around.end):
        if template.references and template.span.start <= cursor.offset <= template.span.end:
            under = (one for one in template.references if one.span.start <= cursor.offset <= one.span.end)
            reference = next(under, template.references[0])
            name, end = reference.name, template.span.end if template.is_closed else reference.span.end
            defaults = defaults_of(cursor.group)
            lines: Line = ("A run has to give it; the group has no default for it.",)
            if name in defaults and cursor.path[-1:] != (name,):
                lines = ("Without it the group's default is used: ", Code(show(defaults[name])))
            title: Line = ("parameter ", Code(name), " of the run")
            return Hover(Span(template.span.start, end), title, (Paragraph(lines),))
    return None


def _mention(workspace: Workspace, cursor: CursorContext) -> Hover | None:
    """The function or workflow that a step names."""
    named = cursor.symbol
    if named is None or named.kind not in ("function", "workflow"):
        return None
    blocks = _function(workspace, named.name) if named.kind == "function" else _part(workspace, named)
    return Hover(named.span, (f"{named.kind} ", Code(named.name)), tuple(blocks))


def _function(workspace: Workspace, reference: str) -> Iterable[Block]:
    """What Python says of a function, and where it is."""
    from spine_lsp.analysis.references import fault_of, module_of, referenced
    from spine_lsp.ide.pipelines.describe import paragraphs
    from spine_lsp.ide.pipelines.places import file_place

    found = referenced(reference, workspace.project)
    if found is not None:
        arguments = "" if found.arguments is None else f"({', '.join(found.arguments)})"
        yield Paragraph((Code(f"{found.name}{arguments}"),))
        yield from (Paragraph((Words(text),)) for text in paragraphs(found.doc))
        name = found.spot.path.rpartition("/")[2]
        yield Paragraph(("Defined in ", FileLink(f"{name}:{found.spot.place.line + 1}", *file_place(found.spot)), "."))
    elif (fault := fault_of(reference, workspace.project)) is not None:
        yield Paragraph((f"{fault.message}.",))
    elif workspace.project.ready and module_of(reference, workspace.project) is None:
        yield Paragraph(("Its module is not in the workspace.",))


def _part(workspace: Workspace, named: Symbol) -> Iterable[Block]:
    """The workflows of a name that a step runs."""
    from spine_lsp.ide.definition import FileTarget, definitions

    for target in definitions(workspace, named):
        name = target.uri.rpartition("/")[2]
        if isinstance(target, FileTarget):
            yield Paragraph(("Defined in ", FileLink(name, target.uri, target.name_place), "."))
            continue
        yield Paragraph(("Defined in ", NameLink(name, target.uri, target.name_span), "."))
        groups = workspace.documents[target.uri].groups
        group = next((each for each in groups if each.span.start <= target.name_span.start < each.span.end), None)
        yield from group_lines(group) if group is not None else ()


def _value(workspace: Workspace, cursor: CursorContext, span: Span) -> Hover | None:
    path = _whole_path(cursor)
    if cursor.node.kind not in ("scalar", "alias") or not path:
        return None
    above = cursor.group.header.kind.definition_at(path[:-1], cursor.group.header.form)
    if role(above) in FREE:
        return _parameter(workspace, cursor, str(path[-1]), span)
    field = field_doc(above, str(path[-1])) if above is not None and isinstance(path[-1], str) else None
    if field is None:
        return None
    text = dict(field.values).get(cursor.node.text, "")
    blocks: list[Block] = [Paragraph((text,))] if text else []
    if role(above) == POLICY:
        blocks += policy_lines(cursor.group, field.key)
    return Hover(span, (Code(field.key), ": ", Code(cursor.node.text)), tuple(blocks)) if blocks else None
