"""Completion of values: those the schema allows, pipelines that are used elsewhere, parameters and templates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.pipelines import first_segment
from spine_lsp.analysis.templates import CLOSING, OPENING, REFERRING, begun_name, templates
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.context import Context
from spine_lsp.ide.completion.items import CompletionItem, CompletionList, sort_key, written
from spine_lsp.ide.completion.keys import values_of
from spine_lsp.ide.completion.matching import ON_PURPOSE, Asking, Match, opens, ranked
from spine_lsp.ide.values import defaults_of, params_of, shown_levels
from spine_lsp.ide.words import shorten
from spine_lsp.orchestration.kinds import KINDS
from spine_lsp.orchestration.problems import counted
from spine_lsp.orchestration.schema import field_doc
from spine_lsp.orchestration.vocabulary import KIND_KEY, MAX_CONCURRENCY
from spine_lsp.syntax.lines import line_end
from spine_lsp.syntax.scalars import write

_LONGEST_DETAIL = 80  # characters beside a name in the list


def schema_values(
    group: Group, definition: str, context: Context, asking: Asking = ON_PURPOSE
) -> Iterator[CompletionItem]:
    """The values that the schema allows for a key, the default first; numbers worth proposing."""
    key = str(context.path[-1])
    field = field_doc(definition, key)
    if field is None or not opens(context, asking, owed=True):
        return
    proposed = [(value, "default" if value == field.default else "") for value, _ in field.values]
    if key == KIND_KEY:
        proposed = [(kind.name, "default" if kind.name == field.default else "") for kind in KINDS]
    if key == MAX_CONCURRENCY:
        widest = max(map(len, shown_levels(group)), default=0)
        proposed = [(str(field.default), "default")]
        if widest > 1 and widest != field.default:
            proposed.insert(0, (str(widest), f"the widest level has {widest} steps"))
    proposed.sort(key=lambda pair: pair[1] == "")
    notes = dict(proposed)
    matches, _ = ranked(list(notes), context.prefix, len(notes), free=not field.values, asking=asking)
    for place, match in enumerate(matches):
        value, note = match.name, notes[match.name]
        yield CompletionItem(
            label=value,
            kind="value",
            span=context.span,
            insert=context.separator + (written(value, context) if field.values else value + context.closing_quote),
            sort_text=sort_key(place),
            filter_text=match.filter_text,
            note=note,
            detail=note,
            data={"kind": "value", "definition": definition, "key": key, "value": value},
        )


def pipelines(
    workspace: Workspace, group: Group, context: Context, limit: int, asking: Asking = ON_PURPOSE
) -> CompletionList:
    """The pipelines that Python registers and that steps of the open files run: those of this group first.

    Where not all pipelines are known, any name may be a new one's, so while it is typed nothing is offered but
    behind a `.` or its like. Where they are, a list that would be too long is one of the names' next segments first.
    """
    if not opens(context, asking, owed=True):
        return CompletionList()
    from spine_lsp.ide.completion.registered import registered_names, segments

    used: Counter[str] = Counter()
    here: set[str] = set()
    for document in workspace.documents.values():
        for other in document.groups:
            names = [step.pipeline for step in other.steps if step.pipeline]
            used.update(names)
            if document.uri == group.uri:
                here.update(names)
    current = context.prefix if context.span.start != context.span.end else ""
    whole = group.text.source[slice(*context.span)]
    if used[whole] == 1:
        del used[whole]  # only what is being typed
    registered = registered_names(workspace)
    known = workspace.project.pipelines
    offered = [
        name for name in {**registered, **used} if known is None or name in registered or known.contract(name).doubted
    ]
    domains = {first_segment(name) for name in here if name != whole}
    names = sorted(offered, key=lambda name: (name not in here, first_segment(name) not in domains, -used[name], name))
    matches, incomplete = ranked(names, current, limit, free=known is None, asking=asking)
    items = [_pipeline_item(match, registered, used, context) for match in matches]
    if incomplete and known is not None:
        parts = [part for part in segments(workspace, current) if part != current and part not in registered]
        parted, _ = ranked(parts, current, limit, finished=names, asking=asking)
        items = [_segment_item(match, context) for match in parted] + items
    placed = (replace(item, sort_text=sort_key(place)) for place, item in enumerate(items[:limit]))
    return CompletionList(tuple(placed), incomplete)


def _pipeline_item(
    match: Match, registered: Mapping[str, str], used: Mapping[str, int], context: Context
) -> CompletionItem:
    uses = counted(used.get(match.name, 0), "step")
    item = CompletionItem(
        label=match.name,
        kind="pipeline",
        span=context.span,
        insert=context.separator + written(match.name, context),
        sort_text="",
        filter_text=match.filter_text,
        detail=f"used by {uses}",
        data={"kind": "text", "text": f"Run by {uses} of the open files."},
    )
    if match.name not in registered:
        return item
    detail = shorten(registered[match.name], _LONGEST_DETAIL) or item.detail
    return replace(item, detail=detail, data={"kind": "registered", "of": match.name})


def _segment_item(match: Match, context: Context) -> CompletionItem:
    return CompletionItem(
        label=match.name,
        kind="pipeline",
        span=context.span,
        insert=context.separator + match.name,
        sort_text="",
        filter_text=match.filter_text,
        detail="pipelines that begin so",
        retrigger=True,
    )


def in_open_template(context: Context) -> bool:
    """Whether the cursor stands behind a ``{{`` that is not closed yet."""
    return begun_name(context.prefix) is not None


def template_names(group: Group, context: Context, limit: int, asking: Asking = ON_PURPOSE) -> CompletionList:
    """What may stand in an open ``{{``: the parameters that a run of the group can have."""
    typed = begun_name(context.prefix)
    if typed is None:
        return CompletionList()
    source = group.text.source
    cursor = context.span.start + len(context.prefix)
    after = re.match(r"[\w.-]*", source[cursor : context.span.end])
    end = cursor + (after.end() if after is not None else 0)
    rest = source[end : line_end(source, end)]
    closing = "" if rest.lstrip().startswith(CLOSING) else f" {CLOSING}"
    names = [f"{REFERRING}{name}" for name in run_parameters(group, context)]
    matches, incomplete = ranked(names, typed, limit, asking=asking)
    space = " " if context.prefix.endswith(OPENING) else ""
    span = context.span._replace(start=cursor - len(typed), end=end)
    return CompletionList(
        tuple(
            CompletionItem(
                label=match.name,
                kind="parameter",
                span=span,
                insert=space + match.name + closing,
                sort_text=sort_key(place),
                filter_text=match.filter_text,
                detail="parameter of the run",
                data={
                    "kind": "text",
                    "text": f"The parameter {match.name.removeprefix(REFERRING)} of the run.",
                },
            )
            for place, match in enumerate(matches)
        ),
        incomplete,
    )


def run_parameters(group: Group, context: Context) -> list[str]:
    """The names that templates of the group use, then the defaults, then what this step has."""
    source, part = group.text.source, group.part
    own = next((number for number in context.path if isinstance(number, int)), None)
    own_names = params_of(group, own) if own is not None and own < len(group.steps) else {}
    cursor = context.span.start + len(context.prefix)
    used = [
        reference.name
        for template in templates(source, part.start, part.end)
        for reference in template.references
        if not template.span.start <= cursor <= reference.span.end
    ]
    return list(dict.fromkeys([*used, *defaults_of(group), *own_names]))


def parameter_values(
    workspace: Workspace, group: Group, context: Context, limit: int, asking: Asking = ON_PURPOSE
) -> CompletionList:
    """The values that the pipeline knows, those elsewhere in the group, and the run's parameter of the same name."""
    if not opens(context, asking, owed=False):
        return CompletionList()
    from spine_lsp.ide.completion.registered import values_at

    name = str(context.path[-1])
    registered = values_at(workspace, group, context, name)
    known = {value.label: (value.insert, value.note) for value in registered.values}
    allowed = frozenset(known) if registered.are_all else None
    for value, where in values_of(group, context, name):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if allowed is not None and text not in allowed:
            continue  # what stands elsewhere is wrong
        if isinstance(value, str):
            known.setdefault(value, (written(value, context), where))
        elif not context.quote:
            known.setdefault(text, (text, where))
    in_step = any(isinstance(part, int) for part in context.path)
    if not context.quote and not (in_step and workspace.project.knows_pipelines):  # see `unfilled-template`
        template = f"{OPENING} {REFERRING}{name} {CLOSING}"
        known.setdefault(template, (write(template, '"'), "the run's parameter"))
    matches, incomplete = ranked(list(known), context.prefix, limit, free=not registered.are_all, asking=asking)
    return CompletionList(
        tuple(
            CompletionItem(
                label=known[match.name][0] if not context.quote else match.name,
                kind="value",
                span=context.span,
                insert=context.separator + known[match.name][0],
                sort_text=sort_key(place),
                filter_text=match.filter_text,
                detail=known[match.name][1],
                note=known[match.name][1],
                data={"kind": "text", "text": known[match.name][1]},
            )
            for place, match in enumerate(matches)
        ),
        incomplete,
    )
