"""Renames a step, a group, a parameter or an anchor at every place, each in the form in which it is written there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.templates import can_be_named
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.anchors import anchor_tokens
from spine_lsp.ide.cursor import At, Symbol, SymbolKind, symbol_at
from spine_lsp.ide.definition import workflows
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.occurrences import Occurrence, occurrences
from spine_lsp.ide.references import SHARED, as_workflow
from spine_lsp.ide.trees import all_trees, default_entries, step_param_entries, tree_at, tree_of_anchor
from spine_lsp.ide.words import shorten
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.ide.pipelines.renaming import ReadPython, WideRenaming

_LONGEST = 40  # characters of a name in a sentence


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not done, in a sentence for the user."""

    reason: str


@dataclass(frozen=True, slots=True)
class Renameable:
    """What would be renamed: the text to be replaced in the editor's box, and its place."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Renaming:
    """The edits that rename, all in one document."""

    uri: str
    edits: tuple[Edit, ...]


def prepare_rename(workspace: Workspace, at: At) -> Renameable | Refusal | None:
    """What a rename at this place would rename; None where nothing is named."""
    named = _asked(workspace, at)
    if named is None:
        return None
    if named.kind in SHARED and (refusal := why_not(workspace, named.kind, named.name)) is not None:
        return refusal
    for one in occurrences(workspace, named):
        if one.span == named.span and one.uri == at.uri:
            name = named.name.rpartition(":")[2] if named.kind == "function" else named.name
            return Renameable(Span(max(one.name_span.end - len(name), one.name_span.start), one.name_span.end), name)
    return Renameable(named.span, named.name)


def _asked(workspace: Workspace, at: At) -> Symbol | None:
    """What is named at a place; the name of a group in its header as a workflow, if anything else names that."""
    named = as_workflow(workspace, symbol_at(workspace, at))
    if named is None or named.kind != "workflow":
        return named
    from spine_lsp.ide.pipelines.renaming import is_named_elsewhere, is_read

    node = named.group.header.name_node
    if node is None or named.group.header_span(node) != named.span:
        return named
    # One that nothing else names is renamed as a group is, and so is one of several that share a name.
    alone = is_read(workspace) and not is_named_elsewhere(workspace, named.name)
    several = sum(1 for _ in workflows(workspace, named.name)) > 1
    return replace(named, kind="group") if alone or several else named


def why_not(workspace: Workspace, kind: SymbolKind, name: str) -> Refusal | None:
    """Why something that several files name cannot be renamed; None if it can."""
    from spine_lsp.ide.pipelines.renaming import why_no_function, why_no_pipeline, why_no_workflow

    look = {"pipeline": why_no_pipeline, "workflow": why_no_workflow, "function": why_no_function}[kind]
    reason = look(workspace, name)
    return Refusal(reason) if reason is not None else None


def rename_shared(
    workspace: Workspace, kind: SymbolKind, name: str, new: str, read: ReadPython
) -> WideRenaming | Refusal:
    """The edits that give something that several files name another name, or the reason why not."""
    from spine_lsp.ide.pipelines.renaming import rename_function, rename_pipeline, rename_workflow

    if kind == "function":
        done = rename_function(workspace, name, new, read)
    else:
        done = (rename_pipeline if kind == "pipeline" else rename_workflow)(workspace, name, new)
    return Refusal(done) if isinstance(done, str) else done


def rename(
    workspace: Workspace, at: At, new_name: str, read: ReadPython = lambda _: None
) -> Renaming | WideRenaming | Refusal | None:
    """The edits that give what is named at a place a new name, or the reason why not; None where nothing is named.

    What a name means decides, not how it is spelled: a second step of a name is renamed alone, because what
    depends on that name waits for the first. Quotes stay where they are, and come where the new name needs them.
    `read` gives the texts of Python files that are not open.
    """
    named = _asked(workspace, at)
    if named is None:
        return None
    if named.kind in SHARED:
        return rename_shared(workspace, named.kind, named.name, new_name, read)
    if new_name == named.name:
        return Renaming(at.uri, ())
    found = bound(workspace, named)
    reason = unusable_name(new_name) or _taken(workspace, named, found, new_name)
    if reason is not None:
        return Refusal(reason)
    edits = sorted(_edits(named, found, new_name))
    trial = Trial(named.document, workspace.config_of(named.document.uri))
    if edits and trial.can_try(edits) and not trial.permits(edits):
        return Refusal(f"with `{shorten(new_name, _LONGEST)}` in its place the file would have a new error")
    return Renaming(at.uri, tuple(edits))


def bound(workspace: Workspace, named: Symbol) -> tuple[Occurrence, ...]:
    """The occurrences that stand for this very thing: a second step of a name has none but its own."""
    found = occurrences(workspace, named)
    if named.kind != "step":
        return found
    first = named.group.graph.first.get(named.name)
    if named.step == first:
        return tuple(one for one in found if not one.is_definition or one.step == first)
    return tuple(one for one in found if one.is_definition and one.step == named.step)


_ANCHOR = re.compile(r"[0-9A-Za-z_-]+")  # what the run time's parser reads; YAML 1.2 would allow more


def unusable_name(name: str) -> str | None:
    """Why nothing can be called that; None for a name that can be used."""
    if not name.strip():
        return "the new name is empty"
    if "\n" in name or "\r" in name:
        return "a name cannot hold a line break"
    if name != name.strip():
        return "a name cannot start or end with whitespace"
    if any("\ud800" <= char <= "\udfff" for char in name):
        return "a name cannot hold half a character (a lone surrogate)"
    return None


def _taken(workspace: Workspace, named: Symbol, found: Sequence[Occurrence], new: str) -> str | None:
    """Why the name cannot be given to this thing, where something else has it."""
    group = named.group
    if named.kind == "step":
        if new in group.graph.first:
            return f"the group already has a step `{shorten(new, _LONGEST)}`"
        for number, step in enumerate(group.steps):
            if new in step.depends_on or any(branch.name == new for branch in step.branches):
                who = f"`{step.name}`" if step.name else f"step number {number + 1}"
                return (
                    f"{who} waits for `{shorten(new, _LONGEST)}`, which no step is called: it would wait for "
                    f"the renamed step; correct that dependency first"
                )
    elif named.kind == "group":
        for document in workspace.documents.values():
            if any(other.name == new for other in document.groups):
                return f"there is already a group `{shorten(new, _LONGEST)}`"
    elif named.kind == "anchor":
        if _ANCHOR.fullmatch(new) is None:
            return f"`{shorten(new, _LONGEST)}` cannot be an anchor: use letters from a to z, digits, `_` and `-`"
        tokens = (token for tree in all_trees(group, new) for token in anchor_tokens(tree.text, tree.root))
        if any(name == new for name, _, _ in tokens):
            return f"there is already an anchor `{shorten(new, _LONGEST)}`"
    else:
        return _taken_param(named, found, new)
    return None


def _taken_param(named: Symbol, found: Sequence[Occurrence], new: str) -> str | None:
    if any(one.form == "template" for one in found) and not can_be_named(new):
        return f"`{shorten(new, _LONGEST)}` cannot be written in a template: use letters, digits, `_` and inner `-`"
    if new == "<<":
        return "`<<` merges maps in YAML, so no parameter can be called that"
    places = [default_entries(named.group)] if named.step is None else []
    steps = {one.step for one in found if one.step is not None}
    places += [step_param_entries(named.group, step) for step in sorted(steps)]
    for place in places:
        if any(key.text == new for key, _ in place.entries):
            return f"there is already a parameter `{shorten(new, _LONGEST)}`"
    return None


def _edits(named: Symbol, found: Sequence[Occurrence], new: str) -> dict[Edit, None]:
    """One edit for each place; an alias stays as long as what it means is renamed."""
    source = named.document.text.source
    edited = {one.span for one in found if one.form != "alias"}
    edits: dict[Edit, None] = {}
    for one in found:
        start, end = one.span
        if one.form in ("template", "anchor") or named.kind == "anchor":
            edits[Edit(start, end, new)] = None
        elif one.form == "alias":
            if not _follows(named, one, source[start + 1 : end], edited):
                edits[Edit(start, end, write(new))] = None
        else:
            edits[Edit(start, end, write(new, source[start:end]))] = None
    return edits


def _follows(named: Symbol, one: Occurrence, alias: str, edited: set[Span]) -> bool:
    """Whether an alias means the new name once the rest is renamed; a list that it means is renamed by its entries."""
    for tree in (tree_at(named.group, one.span.start), tree_of_anchor(named.group, alias)):
        if tree is not None and (node := tree.anchors().get(alias)) is not None:
            return node.kind == "seq" or tree.span(node) in edited
    return False
