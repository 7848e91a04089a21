"""Completion: what could be written at a place of a pipeline group, finished or half-typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.header import GroupPart
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.context import Context
from spine_lsp.ide.completion.items import CompletionItem, CompletionList
from spine_lsp.ide.completion.keys import parameter_names, schema_keys
from spine_lsp.ide.completion.matching import ON_PURPOSE, Asking
from spine_lsp.ide.completion.mentions import functions, sub_workflows
from spine_lsp.ide.completion.scan import contexts_at
from spine_lsp.ide.completion.snippets import new_group, new_step, new_workflow
from spine_lsp.ide.completion.steps import branch_targets, step_names
from spine_lsp.ide.completion.values import (
    in_open_template,
    parameter_values,
    pipelines,
    schema_values,
    template_names,
)
from spine_lsp.ide.cursor import At
from spine_lsp.ide.markdown import escape, one_line, plain_text
from spine_lsp.ide.values import runs_key, usual_runs_key
from spine_lsp.orchestration.kinds import KINDS, WORKFLOW, Kind
from spine_lsp.orchestration.kinds.workflow.vocabulary import TYPE
from spine_lsp.orchestration.schema import field_doc, keys_of, role
from spine_lsp.orchestration.vocabulary import (
    API_VERSION,
    API_VERSION_KEY,
    DECLARING,
    DEPENDS_ON,
    FREE,
    KIND_KEY,
    METADATA,
    NESTED,
    SPEC,
    STEP,
    STEPS,
    Form,
)
from spine_lsp.syntax.tree import Entry, Path

LIMIT = 200
_EMPTY = CompletionList()
_DEEPEST_NAMED = 4  # spec, pipelines, the number of a step, params


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
    dialect = workspace.config_of(at.uri).dialect
    if group is None:
        return _first_words(part, contexts, dialect, snippets=snippets, asking=asking)
    number = next((n for n, known in enumerate(document.groups) if known.part is part), 0)
    place = _Place(workspace, group, number, limit, snippets, asking, runs_key(group, dialect))
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
    runs: str
    """The key by which steps here say what they run."""


def _part_at(document: Document, offset: int) -> GroupPart | None:
    return next((part for part in reversed(document.file.parts) if part.start <= offset <= part.end), None)


def _at_context(place: _Place, context: Context) -> CompletionList:
    group, path = place.group, context.path
    if context.role == "key":
        return _keys(place, context)
    kind = group.header.kind
    if context.role == "item":
        what = role(kind.definition_at(path))
        if what in (DEPENDS_ON, STEPS):
            return _items(place, context, what)
        return _templates(place, context) if _in_parameters(kind, path) else _EMPTY
    if context.role == "below":
        what = role(kind.definition_at(path, group.header.form))
        if what in (DEPENDS_ON, STEPS):
            return _EMPTY if context.quote else _items(place, context, what)
        return _keys(place, context)
    return _values(place, context)


def _items(place: _Place, context: Context, what: str) -> CompletionList:
    if what == DEPENDS_ON:
        return step_names(place.group, context, place.number, place.limit, place.asking)
    branches = bool(place.group.header.kind.branches)
    found = new_step(context, place.runs, branches=branches, snippets=place.snippets, asking=place.asking)
    return CompletionList(tuple(found))


def _keys(place: _Place, context: Context) -> CompletionList:
    what = place.group.header.kind.definition_at(context.path, _form(place.group, context))
    if role(what) in FREE:
        return parameter_names(place.workspace, place.group, context, place.limit, place.asking)
    if what is None:
        return _EMPTY
    items = schema_keys(what, context, runs=place.runs, snippets=place.snippets, asking=place.asking)
    unread = _unread(place, what, context)
    return CompletionList(tuple(item for item in items if item.label not in unread))


def _unread(place: _Place, definition: str | None, context: Context) -> frozenset[str]:
    """The words of the dialect that this file is not written in, unless the step has one."""
    if role(definition) != STEP:
        return frozenset()
    words = set(place.group.header.kind.runs)
    return frozenset(words - {place.runs}) if words.isdisjoint(context.siblings) else frozenset()


def _templates(place: _Place, context: Context) -> CompletionList:
    return template_names(place.group, context, place.limit, place.asking)


def _form(group: Group, context: Context) -> Form:
    """The form of the file, by the keys that are there: with one of the flat ones it is flat."""
    taken = set(context.siblings) - DECLARING
    nested, flat = group.header.kind.nested, group.header.kind.flat
    if context.path or not taken & keys_of(flat.definition) or taken & keys_of(nested.definition):
        return group.header.form
    return flat


def _values(place: _Place, context: Context) -> CompletionList:
    group, path = place.group, context.path
    kind = group.header.kind
    if _in_parameters(kind, path[:-1]):
        if in_open_template(context):
            return _templates(place, context)
        if role(kind.definition_at(path[:-1])) in FREE:
            return parameter_values(place.workspace, group, context, place.limit, place.asking)
        return _EMPTY
    if role(kind.definition_at(path)) == DEPENDS_ON:
        return step_names(group, context, place.number, place.limit, place.asking)
    above = kind.definition_at(path[:-1], group.header.form)
    if role(above) == STEP and path[-1] in kind.branches:
        return branch_targets(group, context, place.number, place.limit, place.asking)
    if role(above) == STEP and path[-1] in kind.references:
        return functions(place.workspace, context, place.limit, snippets=place.snippets, asking=place.asking)
    if role(above) == STEP and path[-1] in kind.parts:
        return sub_workflows(place.workspace, group, context, place.limit, place.asking)
    if role(above) == STEP and path[-1] in kind.runs:
        return pipelines(place.workspace, group, context, place.limit, place.asking)
    if above is not None:
        items = schema_values(group, above, context, place.asking)
        unread = _unread(place, above, context) if path[-1:] == (TYPE,) else frozenset()
        return CompletionList(tuple(item for item in items if item.label not in unread))
    return _EMPTY


def _in_parameters(kind: Kind, path: Path) -> bool:
    """Whether a path leads to the defaults or a step's `params`, or into them."""
    deepest = min(len(path), _DEEPEST_NAMED)
    return any(role(kind.definition_at(path[:end])) in FREE for end in range(1, deepest + 1))


def _first_words(
    part: GroupPart, contexts: list[Context], dialect: str, *, snippets: bool, asking: Asking
) -> CompletionList:
    """In a file that says nothing yet: a whole group, or its first key."""
    text = part.head + part.tail
    items: list[CompletionItem] = []
    runs = usual_runs_key(WORKFLOW, dialect)
    for context in contexts:
        typed = {context.prefix, text[context.span.start - part.start : context.span.end - part.start]}
        written = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "---"))]
        if context.role == "key" and not context.path and not {line.strip() for line in written} - typed:
            items += [*new_group(context, asking), *new_workflow(context, runs, asking)] if snippets else ()
            items += schema_keys(NESTED.definition, context, snippets=snippets, asking=asking)
    return CompletionList(tuple(items))


def _in_the_making(document: Document, part: GroupPart, offset: int) -> Group | None:
    """A file that has begun to be a group: only keys that a group has, and no step that runs anything yet."""
    group = Group(document.uri, document.text, part)
    header = group.header
    verdict, kind = header.declared, header.kind
    nobody = verdict.kind is None and not verdict.candidates
    if header.root is None or header.root.kind != "map" or nobody:
        return _only_declared(group, offset)
    nested, flat = keys_of(kind.nested.definition), keys_of(kind.flat.definition)
    keys = {key for key in header.value if header.value[key] is not None or key in nested | flat}
    if keys.isdisjoint((METADATA, SPEC, *kind.list_keys)) and not keys <= DECLARING:
        return None
    if not keys <= nested and not keys <= flat:
        return None
    for step in range(min(group.step_count, 20)):
        node = group.node_of(step)
        if node is None or node.kind != "map":
            continue
        if not all(_of_a_step(header.form.step, entry) for entry in node.entries):
            return None
    return group


def _of_a_step(definition: str, entry: Entry) -> bool:
    """Whether a step has this key, or one that begins so and is still being typed."""
    key = entry.key.text
    known = keys_of(definition)
    return key in known or (entry.value.is_empty and any(other.startswith(key) for other in known))


def _only_declared(group: Group, offset: int) -> Group | None:
    """A file with nothing but a beginning of `apiVersion` or `kind`, and the cursor on it."""
    value = group.header.value
    root = group.header.root
    if root is None or not value or not value.keys() <= DECLARING:
        return None
    api, kind = value.get(API_VERSION_KEY), value.get(KIND_KEY)
    begins = kind is None or any(known.name.startswith(str(kind)) for known in KINDS)
    fits = (api is None or API_VERSION.startswith(str(api))) and begins
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
            from spine_lsp.ide.hover.markup import field_text

            return field_text(field, markdown=markdown)
        meaning = dict(field.values).get(str(data.get("value"))) or field.description
        return meaning if markdown else plain_text(meaning)
    if kind in ("registered", "parameter"):
        return _registered_documentation(workspace, data, markdown=markdown)
    text = data.get("text")
    if not isinstance(text, str):
        return None
    if kind == "snippet":
        return f"```yaml\n{text}\n```" if markdown else text
    return escape(text) if markdown else one_line(text)


def _step_documentation(workspace: Workspace, data: Mapping[str, object], *, markdown: bool) -> str | None:
    from spine_lsp.ide.hover.hover import step_hover
    from spine_lsp.ide.hover.markup import render

    document = workspace.documents.get(str(data.get("uri")))
    number = data.get("group")
    if document is None or not isinstance(number, int) or not 0 <= number < len(document.groups):
        return None
    group = document.groups[number]
    step = group.graph.first.get(str(data.get("step")))
    return render(step_hover(group, step), markdown=markdown) if step is not None else None


def _registered_documentation(workspace: Workspace, data: Mapping[str, object], *, markdown: bool) -> str | None:
    """What Python says of a pipeline, or of one of its parameters."""
    from spine_lsp.ide.hover.hover import pipeline_hover
    from spine_lsp.ide.hover.markup import Code, Hover, render
    from spine_lsp.ide.pipelines.describe import parameter_blocks
    from spine_lsp.ide.pipelines.places import registrations_of, taken

    name, parameter = data.get("of"), data.get("parameter")
    registrations = registrations_of(workspace, name) if isinstance(name, str) else ()
    if not registrations or not isinstance(name, str):
        return None
    if not isinstance(parameter, str):
        return render(pipeline_hover(workspace, name), markdown=markdown)
    found = [one for each in registrations if (one := taken(each, parameter)) is not None]
    return render(Hover(None, ("parameter ", Code(parameter)), parameter_blocks(found)), markdown=markdown)
