"""Fixes of pipelines and parameters: names and values that were meant, quotes, and what is given elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.group import Group
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.edits.yaml_edits import remove_entry
from spine_lsp.ide.fixes.fix import Fix, in_title, offer
from spine_lsp.ide.refactorings.params import add_defaults, move_step_params_to_defaults
from spine_lsp.ide.trees import Tree, skeleton, tree_of_step
from spine_lsp.orchestration.vocabulary import DEFAULTS, PARAMS
from spine_lsp.syntax.scalars import is_plain, write
from spine_lsp.syntax.text import Edit
from spine_lsp.syntax.tree import Node


def fix_by_suggestion(trial: Trial, group: Group | None, finding: Finding) -> Iterator[Fix]:
    """What was probably meant, in the place of what is there."""
    old = trial.document.text.source[finding.start : finding.end]
    certain = len(finding.suggestions) == 1
    for wish in finding.suggestions:
        edit = Edit(finding.start, finding.end, write(wish, old))
        yield from offer(f"Replace with {in_title(wish)}", [edit], preferred=certain)


def fix_bad_parameter_value(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """A value that the enum has; where the place is a key, the value stands on lines of its own."""
    if not _is_value(group, finding):
        return
    yield from fix_by_suggestion(trial, group, finding)


def fix_unknown_parameter(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """The name that was meant, or no parameter at all."""
    yield from fix_by_suggestion(trial, group, finding)
    yield from fix_overwritten_parameter(trial, group, finding)


def fix_overwritten_parameter(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the parameter."""
    found = _entry_at(group, finding.start)
    if found is None:
        return
    tree, parent, number, inner = found
    params = parent.entries[number].value
    name = params.entries[inner].key.text
    alone = len(params.entries) == 1
    edits = remove_entry(tree, parent, number) if alone else remove_entry(tree, params, inner)
    yield from offer(f"Remove the parameter {in_title(name)}", edits)


def fix_missing_parameter(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Defaults that say that the run gives the parameters, which is what Spine's runner then does."""
    names = finding.suggestions
    if not names or not all(map(is_plain, names)):
        return
    lines = [f'{name}: "{{{{ params.{name} }}}}"' for name in names]
    shown = in_title(", ".join(names))
    yield from offer(f"Say in `defaults` that the run gives {shown}", add_defaults(group, lines), preferred=True)


def fix_wrong_parameter_type(trial: Trial, group: Group | None, finding: Finding) -> Iterator[Fix]:
    """The same value, written so that it is read as the type."""
    old = trial.document.text.source[finding.start : finding.end]
    if finding.kind == "quote":
        edit = Edit(finding.start, finding.end, write(old, '"'))
        yield from offer("Put the value in quotes", [edit], preferred=True, safe=True)
    elif finding.kind == "float" and old.isascii() and old.lstrip("+-").isdigit():
        edit = Edit(finding.start, finding.end, f"{old}.0")
        yield from offer(f"Write {in_title(f'{old}.0')}", [edit], preferred=True, safe=True)
    elif finding.kind == "unquote" and old[:1] in ("'", '"'):
        plain = old[1:-1].strip()
        plain = plain.lower() if plain.isalpha() else plain
        edit = Edit(finding.start, finding.end, plain)
        yield from offer(f"Write {in_title(plain)} without quotes", [edit], preferred=True)


def fix_unfilled_template(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """The parameter moved to the defaults, where the run's takes its place."""
    step = group.step_at(finding.start)
    if step is None:
        return
    tree = tree_of_step(group, step)
    node = group.node_of(step)
    params = node.get(PARAMS) if node is not None else None
    for key, value in params.entries if params is not None else ():
        if tree.at(value.start) == finding.start:
            name = key.text
            if f"params.{name} " in value.text.replace("}}", " }}") and name not in group.header.section(DEFAULTS):
                edits = move_step_params_to_defaults(group, step, [name])
                yield from offer(f"Move {in_title(name)} into `defaults`", edits, preferred=True)
            return


def _old(group: Group, finding: Finding) -> str:
    return group.text.source[finding.start : finding.end]


def _is_value(group: Group, finding: Finding) -> bool:
    """Whether a finding stands on a value, not on its key."""
    return _entry_at(group, finding.start) is None


def _entry_at(group: Group, start: int) -> tuple[Tree, Node, int, int] | None:
    """The parameter whose key starts there: its tree, the map around its section, and the numbers of both."""
    step = group.step_at(start)
    if step is not None:
        tree, parent, section = tree_of_step(group, step), group.node_of(step), PARAMS
    else:
        path = group.header.form.path_of(DEFAULTS)
        tree, section = skeleton(group), path[-1]
        parent = group.header.node(*path[:-1]) if len(path) > 1 else group.header.root
    for number, (key, params) in enumerate(parent.entries if parent is not None else ()):
        if key.kind == "scalar" and key.text == section and params.kind == "map":
            for inner, (name, _) in enumerate(params.entries):
                if tree.at(name.start) == start:
                    return tree, parent, number, inner  # type: ignore[return-value]  # None has no entries
    return None
