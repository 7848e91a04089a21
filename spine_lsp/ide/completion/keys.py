"""Completion of keys: those of the schema at each level, and the names of parameters where those stand."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.context import Context
from spine_lsp.ide.completion.items import CompletionItem, CompletionList, key_edit, shifted, sort_key
from spine_lsp.ide.completion.matching import ON_PURPOSE, Asking, opens, ranked
from spine_lsp.ide.completion.snippets import without_stops
from spine_lsp.ide.markdown import plain_text
from spine_lsp.ide.values import defaults_of, params_reader, show
from spine_lsp.orchestration.kinds import KINDS
from spine_lsp.orchestration.schema import FieldDoc, field_docs
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, LIST_KEYS, NAME, PARAMS, PIPELINE

_READ_FOR_PARAMS = 300  # steps whose parameters are looked at, nearest first; each is read again from its text
Value = bool | int | float | str
_PROPOSING = {DEPENDS_ON}.union(*((*kind.runs, *kind.branches, *kind.references, *kind.parts) for kind in KINDS))
"""The keys behind which names are proposed."""


def schema_keys(
    definition: str,
    context: Context,
    *,
    runs: str = PIPELINE,
    snippets: bool,
    asking: Asking = ON_PURPOSE,
) -> Iterator[CompletionItem]:
    """The keys that a map of the schema may have and does not; required ones first.

    ``runs`` is the key by which steps of this file say what they run.
    """
    if not opens(context, asking, owed=False):
        return
    taken = set(context.siblings)
    if not taken.isdisjoint(LIST_KEYS):
        taken.update(LIST_KEYS)
    known = field_docs(definition)
    fields = {field.key: field for field in sorted(known, key=lambda field: not field.required)}
    matches, _ = ranked(
        [key for key in fields if key not in taken],
        context.prefix,
        len(fields),
        finished=[field.key for field in known],
        asking=asking,
    )
    for place, match in enumerate(matches):
        field = fields[match.name]
        template = shifted(_template(field, context, runs), context.column)
        is_snippet = snippets and "$" in template and not context.has_colon
        span, insert = key_edit(
            field.key, template if is_snippet else shifted(_plain(field, context), context.column), context
        )
        yield CompletionItem(
            label=field.key,
            kind="key",
            span=span,
            insert=insert,
            sort_text=sort_key(place),
            filter_text=match.filter_text,
            detail=plain_text(field.type_words) + (" (required)" if field.required else ""),
            note="required" if field.required else "",
            is_snippet=is_snippet,
            retrigger=field.key in _PROPOSING and not context.has_colon,
            data={"kind": "key", "definition": definition, "key": field.key},
        )


def _template(field: FieldDoc, context: Context, runs: str = PIPELINE) -> str:
    """What to write behind a key, as a snippet; without stops where there is one value only.

    A last stop ends the snippet, so that Enter behind it is a new line of the text.
    """
    quote = (context.style or context.quote) if context.flow else ""
    values = [value for value, _ in field.values]
    if len(values) == 1:
        return f": {quote}{values[0]}{quote}"
    if values:
        return f": {quote}${{1|{','.join(values)}|}}{quote}$0"
    if field.key in LIST_KEYS:
        if context.flow:
            name, key = (f"{quote}{key}{quote}" for key in (NAME, runs))
            value, other = (f"{quote}${{{stop}}}{quote}" for stop in ("1:name", f"2:{runs}"))
            return f": [{{{name}: {value}, {key}: {other}}}]$0"
        return f":\n  - name: ${{1:name}}\n    {runs}: ${{2:{runs}}}$0"
    if field.is_list:
        return ": [$0]"
    if field.is_map:
        return ": {$0}" if context.flow else ":\n  $0"
    if isinstance(field.default, int):
        return f": ${{1:{field.default}}}$0"
    return ": $0"


def _plain(field: FieldDoc, context: Context) -> str:
    """What to write behind a key where the client has no snippets: what can only be so, and else the colon."""
    if len(field.values) == 1:
        return without_stops(_template(field, context))
    block = not context.flow and (field.is_map or field.key in LIST_KEYS)
    return ":" if block else ": "


def parameter_names(
    workspace: Workspace, group: Group, context: Context, limit: int, asking: Asking = ON_PURPOSE
) -> CompletionList:
    """The parameters that this map could have: those that the pipelines take, and what the group has elsewhere.

    Where the pipelines are known to take no others, only theirs.
    """
    if not opens(context, asking, owed=False):
        return CompletionList()
    from spine_lsp.ide.completion.registered import parameter_detail, parameters_at

    own, taken = parameters(group, context), parameters_at(workspace, group, context)
    known = [*taken.known, *(name for name in own if name not in taken.known and not taken.is_closed)]
    names = [name for name in known if name not in context.siblings]
    finished = [*known, *own]
    matches, incomplete = ranked(names, context.prefix, limit, finished=finished, asking=asking)
    items = []
    for place, match in enumerate(matches):
        span, insert = key_edit(match.name, ": ", context)
        one = taken.known.get(match.name)
        if one is None:
            origin = _origin(own[match.name])
            data = {"kind": "text", "text": origin}
        else:
            origin = parameter_detail(one)
            data = {"kind": "parameter", "of": one.registration.name.value, "parameter": match.name}
        items.append(
            CompletionItem(
                label=match.name,
                kind="parameter",
                span=span,
                insert=insert,
                sort_text=sort_key(place),
                filter_text=match.filter_text,
                detail=origin,
                note=origin if one is not None else "",
                retrigger=not context.has_colon,
                data=data,
            )
        )
    return CompletionList(tuple(items), incomplete)


def parameters(group: Group, context: Context) -> dict[str, list[tuple[str, object]]]:
    """Each parameter of the group with where it is set ("" for the defaults) and to what, the defaults first."""
    known: dict[str, list[tuple[str, object]]] = {}
    for name, value in defaults_of(group).items():
        known.setdefault(name, []).append(("", value))
    here = next((part for part in context.path if isinstance(part, int)), None)
    read = params_reader(group)
    for step in sorted(_with_params(group, here), key=lambda step: abs(step - (here or 0)))[:_READ_FOR_PARAMS]:
        for name, value in read(step).items():
            known.setdefault(name, []).append((group.steps[step].name or "", value))
    return known


def _with_params(group: Group, here: int | None) -> list[int]:
    blocks = group.part.blocks
    if not group.is_cut:
        return [step for step in range(len(group.steps)) if step != here]
    return [step for step, block in enumerate(blocks) if step != here and PARAMS in block.text]


def _origin(uses: list[tuple[str, object]]) -> str:
    """Where a parameter is set, in words."""
    step, value = uses[0]
    if not step:
        return f"default: {show(value)}"
    more = f" and {len(uses) - 1} more" if len(uses) > 1 else ""
    return f"set by {step}{more}: {show(value)}"


def values_of(group: Group, context: Context, name: str) -> list[tuple[Value, str]]:
    """The values that a parameter has elsewhere in the group, each with where."""
    found: dict[tuple[type, Value], str] = {}
    in_defaults = not any(isinstance(part, int) for part in context.path)
    for step, value in parameters(group, context).get(name, []):
        if in_defaults and not step:
            continue  # that is what is being written
        where = f"set by {step}" if step else "the default"
        if isinstance(value, bool):
            found.setdefault((bool, value), where)
            found.setdefault((bool, not value), "true or false")
        elif isinstance(value, (str, int, float)):
            found.setdefault((type(value), value), where)
    return [(value, where) for (_, value), where in found.items()]
