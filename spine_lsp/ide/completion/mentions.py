"""Completion of what a step of a workflow names beside its operation: Python functions, and other workflows."""

from __future__ import annotations

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.context import Context
from spine_lsp.ide.completion.items import CompletionItem, CompletionList, sort_key, written
from spine_lsp.ide.completion.matching import ON_PURPOSE, Asking, Match, opens, ranked
from spine_lsp.orchestration.kinds import BY_NAME
from spine_lsp.orchestration.kinds.workflow.vocabulary import CONDITION_REF

_MOST_MODULES = 400  # whose functions are listed before one of them is named


def functions(
    workspace: Workspace, context: Context, limit: int, *, snippets: bool, asking: Asking = ON_PURPOSE
) -> CompletionList:
    """The functions of the workspace's Python as `module:name`, and modules whose functions are not known yet.

    Such a module comes in quotes with the cursor inside of them: its colon alone would be no YAML. Once it stands there
    its functions are read.

    Behind a module and its colon those of that module; functions with as many arguments as the key wants come first.
    """
    if not opens(context, asking, owed=True):
        return CompletionList()
    from spine_lsp.analysis.references import functions_of, module_names

    project = workspace.project
    module, colon, _ = context.prefix.partition(":")
    modules = [module] if colon else sorted(module_names(project))
    wanted = 1 if context.path[-1] == CONDITION_REF else 2
    details: dict[str, tuple[str, str]] = {}
    fitting: set[str] = set()
    used = {text for text in project.groups.mentioned() if ":" in text} - {context.prefix}
    for name in modules[:_MOST_MODULES]:
        found = list(functions_of(name, project))
        for each in found:
            details[each.text] = (f"({', '.join(each.arguments)})", each.doc)
            if len(each.arguments) == wanted:
                fitting.add(each.text)
        if not found and not colon:
            details[f"{name}:"] = ("", "")
    names = sorted(details, key=lambda text: (text not in fitting, text not in used, text.endswith(":"), text))
    matches, incomplete = ranked(names, context.prefix, limit, free=True, asking=asking)
    return _listed(matches, details, context, snippets=snippets, incomplete=incomplete)


def sub_workflows(
    workspace: Workspace, group: Group, context: Context, limit: int, asking: Asking = ON_PURPOSE
) -> CompletionList:
    """The workflows of the workspace but for this one, each with its file."""
    if not opens(context, asking, owed=True):
        return CompletionList()
    details: dict[str, tuple[str, str]] = {}
    for document in workspace.documents.values():
        for each in document.groups:
            if each.header.kind.parts and each.name and each.name != group.name:
                details[each.name] = (document.uri.rpartition("/")[2], "")
    for path, known in workspace.project.groups.groups():
        kind = BY_NAME.get(known.kind)
        open_or_own = path in workspace.open_paths or known.name == group.name
        if kind is not None and kind.parts and known.name and not open_or_own:
            details.setdefault(known.name, (path.rpartition("/")[2], ""))
    matches, incomplete = ranked(sorted(details), context.prefix, limit, free=True, asking=asking)
    return _listed(matches, details, context, incomplete=incomplete)


def _listed(
    matches: list[Match],
    details: dict[str, tuple[str, str]],
    context: Context,
    *,
    snippets: bool = False,
    incomplete: bool,
) -> CompletionList:
    items = []
    for place, match in enumerate(matches):
        detail, doc = details[match.name]
        is_begun = match.name.endswith(":")
        text = match.name if is_begun else written(match.name, context)
        in_quotes = is_begun and snippets and not context.quote
        if in_quotes:
            text = f'"{text}$0"'
        items.append(
            CompletionItem(
                label=match.name,
                kind="value",
                span=context.span,
                insert=context.separator + text,
                sort_text=sort_key(place),
                filter_text=match.filter_text,
                detail=detail,
                note=detail,
                is_snippet=in_quotes,
                retrigger=is_begun,
                data={"kind": "text", "text": doc or detail or match.name},
            )
        )
    return CompletionList(tuple(items), incomplete)
