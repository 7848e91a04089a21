"""Completion of values: those the schema allows, pipelines that are used elsewhere, parameters and templates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from spine_lsp.analysis.document import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion_context import Context
from spine_lsp.ide.completion_items import CompletionItem, CompletionList, ranked, sort_key, written
from spine_lsp.ide.completion_keys import values_of
from spine_lsp.ide.values import defaults_of, params_of, shown_levels
from spine_lsp.orchestration.schema import field_doc

_OPEN_TEMPLATE = re.compile(r"\{\{[ \t]*([\w.-]*)\Z")
_TEMPLATE = re.compile(r"\{\{\s*params\.([\w-]+)")


def schema_values(group: Group, definition: str, context: Context) -> Iterator[CompletionItem]:
    """The values that the schema allows for a key, the default first; numbers worth proposing."""
    key = str(context.path[-1])
    field = field_doc(definition, key)
    if field is None:
        return
    proposed = [(value, "default" if value == field.default else "") for value, _ in field.values]
    if key == "max_concurrency":
        widest = max(map(len, shown_levels(group)), default=0)
        proposed = [(str(field.default), "default")]
        if widest > 1 and widest != field.default:
            proposed.insert(0, (str(widest), f"the widest level has {widest} steps"))
    proposed.sort(key=lambda pair: pair[1] == "")
    for place, (value, note) in enumerate(proposed):
        yield CompletionItem(
            label=value,
            kind="value",
            span=context.span,
            insert=context.lead + value,
            sort_text=sort_key(place),
            filter_text=value,
            note=note,
            detail=note,
            preselect=not place,
            data={"kind": "value", "definition": definition, "key": key, "value": value},
        )


def pipelines(workspace: Workspace, group: Group, context: Context, limit: int) -> CompletionList:
    """The pipelines that steps of the open files run: those of this group's area first, then the most used."""
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
    names = sorted(used, key=lambda name: (name not in here, -used[name], name))
    matches, incomplete = ranked(names, current, limit)
    return CompletionList(
        tuple(
            CompletionItem(
                label=match.name,
                kind="pipeline",
                span=context.span,
                insert=context.lead + written(match.name, context),
                sort_text=sort_key(place),
                filter_text=context.prefix if match.close else match.name,
                detail=_used(used[match.name]),
                data={"kind": "text", "text": f"Run by {_used(used[match.name])[8:]} of the open files."},
            )
            for place, match in enumerate(matches)
        ),
        incomplete,
    )


def _used(count: int) -> str:
    return f"used by {count} step{'s' if count != 1 else ''}"


def in_open_template(context: Context) -> bool:
    """Whether the cursor stands behind a ``{{`` that is not closed yet."""
    return _OPEN_TEMPLATE.search(context.prefix) is not None


def template_names(group: Group, context: Context, limit: int) -> CompletionList:
    """What may stand in an open ``{{``: the parameters that a run of the group can have."""
    match = _OPEN_TEMPLATE.search(context.prefix)
    if match is None:
        return CompletionList()
    source = group.text.source
    cursor = context.span.start + len(context.prefix)
    after = re.match(r"[\w.-]*", source[cursor : context.span.end])
    end = cursor + (after.end() if after is not None else 0)
    rest = source[end : source.find("\n", end) if "\n" in source[end:] else len(source)]
    closing = "" if re.match(r"\s*\}\}", rest) else " }}"
    names = [f"params.{name}" for name in run_parameters(group, context)]
    typed = match.group(1)
    matches, incomplete = ranked(names, typed, limit)
    space = " " if context.prefix.endswith("{{") else ""
    span = context.span._replace(start=cursor - len(typed), end=end)
    return CompletionList(
        tuple(
            CompletionItem(
                label=found.name,
                kind="parameter",
                span=span,
                insert=space + found.name + closing,
                sort_text=sort_key(place),
                filter_text=typed if found.close else found.name,
                detail="parameter of the run",
                data={"kind": "text", "text": f"The parameter `{found.name[7:]}` of the run."},
            )
            for place, found in enumerate(matches)
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
        match.group(1)
        for match in _TEMPLATE.finditer(source, part.start, part.end)
        if not match.start() <= cursor <= match.end()
    ]
    return list(dict.fromkeys([*used, *defaults_of(group), *own_names]))


def parameter_values(group: Group, context: Context) -> Iterator[CompletionItem]:
    """The values that the parameter has elsewhere in the group, and the run's parameter of the same name."""
    name = str(context.path[-1])
    found = values_of(group, context, name)
    if not context.quote:
        found.setdefault(f'"{{{{ params.{name} }}}}"', "the run's parameter")
    for place, (value, where) in enumerate(found.items()):
        if context.quote:
            if not value.startswith('"'):
                continue
            value = value[1:-1]
        yield CompletionItem(
            label=value,
            kind="value",
            span=context.span,
            insert=context.lead + value + context.tail,
            sort_text=sort_key(place),
            filter_text=value,
            detail=where,
            note=where,
            data={"kind": "text", "text": where},
        )
