"""Completion of keys: those of the schema at each level, and the names of parameters where those stand."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Group
from spine_lsp.ide.completion_context import Context
from spine_lsp.ide.completion_items import CompletionItem, CompletionList, ranked, scalar, shifted, sort_key
from spine_lsp.ide.values import defaults_of, params_reader, show
from spine_lsp.orchestration.schema import FieldDoc, field_docs

_READ_FOR_PARAMS = (
    300  # steps whose parameters are looked at, nearest first; each is read again from its text
)
_MAPS = ("metadata", "spec", "policy", "defaults", "params")


def schema_keys(definition: str, context: Context, *, snippets: bool) -> Iterator[CompletionItem]:
    """The keys that a map of the schema may have and does not; required ones first."""
    taken = set(context.taken)
    if definition == "flat" and taken & {"steps", "pipelines"}:
        taken |= {"steps", "pipelines"}
    fields = [field for field in field_docs(definition) if field.key not in taken]
    fields.sort(key=lambda field: not field.required)
    for place, field in enumerate(fields):
        template = shifted(_template(field, flow=context.flow), context.inset)
        is_snippet = snippets and "$" in template and not context.has_colon
        plain = field.key if context.has_colon else _plain(field, flow=context.flow)
        yield CompletionItem(
            label=field.key,
            kind="key",
            span=context.span,
            insert=template if is_snippet else plain,
            sort_text=sort_key(place),
            filter_text=field.key,
            detail=field.type_words + (" (required)" if field.required else ""),
            note="required" if field.required else "",
            is_snippet=is_snippet,
            again=field.key in ("depends_on", "pipeline") and not context.has_colon,
            data={"kind": "key", "definition": definition, "key": field.key},
        )


def _template(field: FieldDoc, *, flow: bool) -> str:
    """What to write for a key, as a snippet; without stops where there is one value only."""
    values = [value for value, _ in field.values]
    if len(values) == 1:
        return f"{field.key}: {values[0]}"
    if values:
        return f"{field.key}: ${{1|{','.join(values)}|}}"
    if field.key in ("depends_on", "tags"):
        return f"{field.key}: [$1]"
    if field.key in ("pipelines", "steps"):
        inner = "{name: ${1:name}, pipeline: ${2:pipeline}}"
        block = "\n  - name: ${1:name}\n    pipeline: ${2:pipeline}"
        return f"{field.key}: [{inner}]" if flow else f"{field.key}:{block}"
    if field.key in _MAPS:
        return f"{field.key}: {{$1}}" if flow else f"{field.key}:\n  $1"
    if isinstance(field.default, int):
        return f"{field.key}: ${{1:{field.default}}}"
    return f"{field.key}: $1"


def _plain(field: FieldDoc, *, flow: bool) -> str:
    """What to write for a key where the client has no snippets: what can only be so, and else the key."""
    if len(field.values) == 1:
        return f"{field.key}: {field.values[0][0]}"
    block = not flow and (field.key in _MAPS or field.key in ("pipelines", "steps"))
    return f"{field.key}:" if block else f"{field.key}: "


def parameter_names(group: Group, context: Context, limit: int) -> CompletionList:
    """The parameters that this map could have: the group's defaults and what other steps have."""
    known = parameters(group, context)
    names = [name for name in known if name not in context.taken]
    matches, incomplete = ranked(names, context.prefix, limit)
    return CompletionList(
        tuple(
            CompletionItem(
                label=match.name,
                kind="parameter",
                span=context.span,
                insert=scalar(match.name) + ("" if context.has_colon else ": "),
                sort_text=sort_key(place),
                filter_text=context.prefix if match.close else match.name,
                detail=_origin(known[match.name]),
                again=not context.has_colon,
                data={"kind": "text", "text": _origin(known[match.name])},
            )
            for place, match in enumerate(matches)
        ),
        incomplete,
    )


def parameters(group: Group, context: Context) -> dict[str, list[tuple[str, object]]]:
    """Each parameter of the group with where it is set ("" for the defaults) and to what, the defaults first."""
    known: dict[str, list[tuple[str, object]]] = {}
    for name, value in defaults_of(group).items():
        known.setdefault(name, []).append(("", value))
    here = next((part for part in context.path if isinstance(part, int)), None)
    read = params_reader(group)
    for step in sorted(_with_params(group, here), key=lambda step: abs(step - (here or 0)))[
        :_READ_FOR_PARAMS
    ]:
        for name, value in read(step).items():
            known.setdefault(name, []).append((group.steps[step].name or "", value))
    return known


def _with_params(group: Group, here: int | None) -> list[int]:
    blocks = group.part.blocks
    if group.part.path is None:
        return [step for step in range(len(group.steps)) if step != here]
    return [step for step, block in enumerate(blocks) if step != here and "params" in block.text]


def _origin(uses: list[tuple[str, object]]) -> str:
    """Where a parameter is set, in words."""
    step, value = uses[0]
    if not step:
        return f"default: {show(value)}"
    more = f" and {len(uses) - 1} more" if len(uses) > 1 else ""
    return f"set by `{step}`{more}: {show(value)}"


def values_of(group: Group, context: Context, name: str) -> dict[str, str]:
    """The values that a parameter has elsewhere in the group, as YAML, each with where."""
    found: dict[str, str] = {}
    in_defaults = not any(isinstance(part, int) for part in context.path)
    for step, value in parameters(group, context).get(name, []):
        if in_defaults and not step:
            continue  # that is what is being written
        where = f"set by `{step}`" if step else "the default"
        if isinstance(value, bool):
            found.setdefault("true" if value else "false", where)
            found.setdefault("false" if value else "true", "true or false")
        elif isinstance(value, str):
            found.setdefault(scalar(value), where)
        elif isinstance(value, (int, float)):
            found.setdefault(str(value), where)
    return found
