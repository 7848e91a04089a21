"""Completion: what could be written at a place of a pipeline group, finished or half-typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from spine_lsp.analysis.document import Document, Group
from spine_lsp.analysis.header import GroupPart
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion_context import Context, contexts_at
from spine_lsp.ide.completion_items import CompletionItem, CompletionList
from spine_lsp.ide.completion_keys import parameter_names, schema_keys
from spine_lsp.ide.completion_matching import ON_PURPOSE, Asking
from spine_lsp.ide.completion_snippets import new_group, new_step
from spine_lsp.ide.completion_steps import step_names
from spine_lsp.ide.completion_values import (
    in_open_template,
    parameter_values,
    pipelines,
    schema_values,
    template_names,
)
from spine_lsp.ide.cursor import At
from spine_lsp.ide.markdown import escape, one_line, plain_text
from spine_lsp.ide.schema_place import definition_of
from spine_lsp.orchestration.schema import field_doc
from spine_lsp.syntax.tree import Entry, Path

LIMIT = 200
_EMPTY = CompletionList()
_DEEPEST_NAMED = 4  # spec, pipelines, the number of a step, params
_HEADER_KEYS = {"apiVersion", "kind", "metadata", "spec"}
_FLAT_KEYS = {"name", "domain", "version", "description", "tags", "defaults", "steps", "pipelines", "policy"}
_STEP_KEYS = {"name", "pipeline", "depends_on", "params"}


def completions(
    workspace: Workspace, at: At, *, limit: int = LIMIT, snippets: bool = True, asking: Asking = ON_PURPOSE
) -> CompletionList:
    """What could be written at a place, best first and `limit` items at most; nothing in other YAML.

    While somebody types, nothing where Enter in an open list would change or swallow what is finished.
    """
    document = workspace.documents.get(at.uri)
    part = _part_at(document, at.offset) if document is not None else None
    if document is None or part is None:
        return _EMPTY
    group = document.group_at(at.offset) or _in_the_making(document, part, at.offset)
    contexts = contexts_at(group or Group(document.uri, document.text, part), at.offset)
    if contexts is None:
        return CompletionList(incomplete=True)
    if group is None:
        return _first_words(part, contexts, snippets=snippets, asking=asking)
    number = next((n for n, known in enumerate(document.groups) if known.part is part), 0)
    place = _Place(workspace, group, number, limit, snippets, asking)
    found = [_at_context(place, context) for context in contexts]
    items = [item for one in found for item in one.items]
    return CompletionList(tuple(items[:limit]), any(one.incomplete for one in found) or len(items) > limit)


class _Place(NamedTuple):
    """What is asked, beside the context: `number` is that of the group in its file."""

    workspace: Workspace
    group: Group
    number: int
    limit: int
    snippets: bool
    asking: Asking


def _part_at(document: Document, offset: int) -> GroupPart | None:
    return next((part for part in reversed(document.file.parts) if part.start <= offset <= part.end), None)


def _at_context(place: _Place, context: Context) -> CompletionList:
    group, path = place.group, context.path
    if context.role == "key":
        return _keys(place, context)
    if context.role == "item":
        what = definition_of(path, "")
        if what in ("depends_on", "steps"):
            return _items(place, context, what)
        return _templates(place, context) if _in_parameters(path) else _EMPTY
    if context.role == "below":
        what = definition_of(path, group.header.form)
        if what in ("depends_on", "steps"):
            return _EMPTY if context.quote else _items(place, context, what)
        return _keys(place, context)
    return _values(place, context)


def _items(place: _Place, context: Context, what: str) -> CompletionList:
    if what == "depends_on":
        return step_names(place.group, context, place.number, place.limit, place.asking)
    return CompletionList(tuple(new_step(context, snippets=place.snippets, asking=place.asking)))


def _keys(place: _Place, context: Context) -> CompletionList:
    what = definition_of(context.path, _form(place.group, context))
    if what in ("defaults", "params"):
        return parameter_names(place.group, context, place.limit, place.asking)
    if what in ("nested", "flat", "metadata", "spec", "policy", "step"):
        keys = schema_keys(what, context, snippets=place.snippets, asking=place.asking)
        return CompletionList(tuple(keys))
    return _EMPTY


def _templates(place: _Place, context: Context) -> CompletionList:
    return template_names(place.group, context, place.limit, place.asking)


def _form(group: Group, context: Context) -> str:
    """The form of the file, by the keys that are there: with one of the flat ones it is flat."""
    taken = set(context.taken)
    if not context.path and taken & _FLAT_KEYS and not taken & {"metadata", "spec"}:
        return "flat"
    return group.header.form


def _values(place: _Place, context: Context) -> CompletionList:
    group, path = place.group, context.path
    if _in_parameters(path[:-1]):
        if in_open_template(context):
            return _templates(place, context)
        if definition_of(path[:-1], "") in ("defaults", "params"):
            return parameter_values(group, context, place.limit, place.asking)
        return _EMPTY
    if definition_of(path, "") == "depends_on":
        return step_names(group, context, place.number, place.limit, place.asking)
    above = definition_of(path[:-1], group.header.form)
    if above == "step" and path[-1] == "pipeline":
        return pipelines(place.workspace, group, context, place.limit, place.asking)
    if above is not None and above not in ("defaults", "params", "steps", "depends_on"):
        return CompletionList(tuple(schema_values(group, above, context, place.asking)))
    return _EMPTY


def _in_parameters(path: Path) -> bool:
    """Whether a path leads to the defaults or a step's `params`, or into them."""
    deepest = min(len(path), _DEEPEST_NAMED)
    return any(definition_of(path[:end], "") in ("defaults", "params") for end in range(1, deepest + 1))


def _first_words(
    part: GroupPart, contexts: list[Context], *, snippets: bool, asking: Asking
) -> CompletionList:
    """In a file that says nothing yet: a whole group, or its first key."""
    text = part.head + part.tail
    items: list[CompletionItem] = []
    for context in contexts:
        typed = {context.prefix, text[context.span.start - part.start : context.span.end - part.start]}
        written = [
            line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "---"))
        ]
        if context.role == "key" and not context.path and not {line.strip() for line in written} - typed:
            items += new_group(context, asking) if snippets else ()
            items += schema_keys("nested", context, snippets=snippets, asking=asking)
    return CompletionList(tuple(items))


def _in_the_making(document: Document, part: GroupPart, offset: int) -> Group | None:
    """A file that has begun to be a group: only keys that a group has, and no step that runs anything yet."""
    group = Group(document.uri, document.text, part)
    header = group.header
    if header.root is None or header.root.kind != "map" or header.declared is False:
        return _only_declared(group, offset)
    keys = {key for key in header.value if header.value[key] is not None or key in _HEADER_KEYS | _FLAT_KEYS}
    if not keys & {"metadata", "spec", "steps", "pipelines"} and not keys <= {"apiVersion", "kind"}:
        return None
    if not keys <= _HEADER_KEYS and not keys <= _FLAT_KEYS | {"apiVersion", "kind"}:
        return None
    for step in range(min(group.step_count, 20)):
        node = group.node_of(step)
        if node is not None and node.kind == "map" and not all(map(_of_a_step, node.entries)):
            return None
    return group


def _of_a_step(entry: Entry) -> bool:
    """Whether a step has this key, or one that begins so and is still being typed."""
    key = entry.key.text
    return key in _STEP_KEYS or (entry.value.is_empty and any(known.startswith(key) for known in _STEP_KEYS))


def _only_declared(group: Group, offset: int) -> Group | None:
    """A file with nothing but a beginning of `apiVersion` or `kind`, and the cursor on it."""
    value = group.header.value
    root = group.header.root
    if root is None or not value or not value.keys() <= {"apiVersion", "kind"}:
        return None
    api, kind = value.get("apiVersion"), value.get("kind")
    fits = (api is None or "spine.io/v1".startswith(str(api))) and (
        kind is None or "PipelineGroup".startswith(str(kind))
    )
    return group if fits else None


def resolve(workspace: Workspace, data: Mapping[str, object], *, markdown: bool = True) -> str | None:
    """The documentation of an item, made of its `data`; None where there is none, or no longer."""
    kind = data.get("kind")
    if kind == "step":
        return _step_documentation(workspace, data, markdown=markdown)
    if kind in ("key", "value"):
        field = field_doc(str(data.get("definition")), str(data.get("key")))
        if field is None:
            return None
        if kind == "key":
            from spine_lsp.ide.hover_text import field_text

            return field_text(field, markdown=markdown)
        meaning = dict(field.values).get(str(data.get("value"))) or field.description
        return meaning if markdown else plain_text(meaning)
    text = data.get("text")
    if not isinstance(text, str):
        return None
    if kind == "snippet":
        return f"```yaml\n{text}\n```" if markdown else text
    return escape(text) if markdown else one_line(text)


def _step_documentation(workspace: Workspace, data: Mapping[str, object], *, markdown: bool) -> str | None:
    from spine_lsp.ide.hover import step_hover
    from spine_lsp.ide.hover_text import render

    document = workspace.documents.get(str(data.get("uri")))
    number = data.get("group")
    if document is None or not isinstance(number, int) or not 0 <= number < len(document.groups):
        return None
    group = document.groups[number]
    step = group.graph.first.get(str(data.get("step")))
    return render(step_hover(group, step), markdown=markdown) if step is not None else None
