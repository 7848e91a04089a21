"""Fixes of structure: keys that are unknown, missing or there twice, and values of the wrong kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.locate import Finder
from spine_lsp.ide.edits.steps import free_name, guess_pipeline
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.edits.yaml_edits import (
    block_lines,
    insert_entry,
    quotes_of,
    remove_block_entry,
    remove_entry,
)
from spine_lsp.ide.fixes.fix import Fix, in_title, letters, offer
from spine_lsp.ide.trees import Tree, skeleton, tree_of_step
from spine_lsp.orchestration.problems import Problem
from spine_lsp.orchestration.vocabulary import METADATA, NAME, PIPELINES, POLICY, SPEC
from spine_lsp.syntax.lines import line_break, line_start
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit
from spine_lsp.syntax.tree import Node

_GLUED = re.compile(r"(\w+):(.+)", re.DOTALL)


class Located(NamedTuple):
    """A problem of structure with the tree that it is of; `step` is None for the header."""

    problem: Problem
    finder: Finder
    tree: Tree
    step: int | None

    @property
    def node(self) -> Node | None:
        """What the problem's path leads to."""
        found = self.finder.find(self.problem.path)
        return found and found.node

    @property
    def entry(self) -> tuple[Node, int] | None:
        """The map and the number of the entry that the problem's path ends with."""
        path = self.problem.path
        parent = self.finder.find(path[:-1])
        if parent is None or parent.node.kind != "map" or not path:
            return None
        number = self.finder.number(parent.node, path[-1])
        return (parent.node, number) if number is not None else None


def locate(trial: Trial, group: Group, finding: Finding) -> Located | None:
    """The problem that a finding was made of."""
    for problem, step in trial.problems.get((finding.code, finding.start), ()):
        if problem.suggestions != finding.suggestions:
            continue
        root = group.node_of(step) if step is not None else group.header.root
        tree = tree_of_step(group, step) if step is not None else skeleton(group)
        if root is not None:
            return Located(problem, trial.finder(root), tree, step)
    return None


def fix_unknown_key(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """The key that was meant, the section that it belongs to, or no such key."""
    found = locate(trial, group, finding)
    if found is None or (at := found.entry) is None:
        return
    parent, number = at
    key, value = parent.entries[number]
    old = found.tree.written(key)
    for wish in finding.suggestions:
        sure = len(finding.suggestions) == 1
        same = letters(wish) == letters(key.text)
        if parent.get(wish) is None:
            edits = [Edit(finding.start, finding.end, write(wish, old))]
            yield from offer(f"Rename the key to {in_title(wish)}", edits, preferred=sure, safe=sure and same)
    if (glued := _GLUED.match(key.text)) and value.is_empty and key.style == "plain":
        at_colon = finding.start + len(glued.group(1)) + 1
        yield from offer("Add a space after the `:`", [Edit(at_colon, at_colon, " ")], preferred=True)
    # A section that holds the cut-out list cannot be taken out by its own span.
    if found.step is not None or not _holds_list(group, value):
        yield from _move_key(group, found, parent, number)
        edits_without = remove_entry(found.tree, parent, number)
        yield from offer(f"Remove the key {in_title(key.text)}", edits_without)


def _move_key(group: Group, found: Located, parent: Node, number: int) -> Iterator[Fix]:
    """The key in the section that it belongs to, if that is there."""
    section = found.problem.belongs
    if section not in (POLICY, METADATA, SPEC):
        return
    key, value = parent.entries[number]
    if value.kind == "alias" or value.anchor or value.tag or value.style in ("|", ">"):
        return
    text = found.tree.written(value)
    if value.style == "block":
        text = block_lines(found.tree, value) or ""
    if not text or (("\n" in text.rstrip("\n") or "\r" in text) and value.style != "block"):
        return
    target = group.header.node(*(group.header.form.path_of(POLICY) if section == POLICY else (section,)))
    if value.style == "block":
        removed = remove_block_entry(found.tree, parent, number)
    else:
        removed = remove_entry(found.tree, parent, number)
    if target is None or target.kind != "map" or target.get(key.text) is not None or not removed:
        return
    added = _insert_in_header(skeleton(group), target, key.text, text)
    if added and not any(a.start <= r.end and r.start <= a.end for a in added for r in removed):
        yield Fix(f"Move {in_title(key.text)} to `{section}`", [*removed, *added], preferred=True)


def fix_missing_key(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """The key with a value that fits."""
    found = locate(trial, group, finding)
    node = found.node if found is not None else None
    if found is None or node is None or node.kind != "map":
        return
    quotes = quotes_of(found.tree, node)
    for key in finding.suggestions:
        if node.get(key) is not None:
            continue
        if found.step is not None:
            value = write(_first_text(group, found.step, key), quotes)
            edits = insert_entry(found.tree, node, key, value, NAME)
        else:
            value = _first_section(key, quotes, flow=node.style == "flow" or not node.entries)
            edits = _insert_in_header(found.tree, node, key, value)
        yield from offer(f"Add `{key}`", edits, preferred=len(finding.suggestions) == 1)


def _first_text(group: Group, step: int, key: str) -> str:
    """A name or pipeline for a step that has none."""
    if key == NAME:
        return _name_for(group, step)
    neighbour = next((n for n, other in enumerate(group.steps) if other.pipeline), -1)
    return guess_pipeline(group, neighbour, group.steps[step].name or "todo")


def _name_for(group: Group, step: int) -> str:
    pipeline = group.steps[step].pipeline or "step"
    return free_name(group, pipeline.rpartition(".")[2] or "step")


def _first_section(key: str, quotes: str, *, flow: bool) -> str:
    """A value for a key of the header that is missing."""
    inner = {METADATA: (NAME, write("my_group", quotes)), SPEC: (PIPELINES, "[]")}.get(key)
    if inner is None:
        return write("my_group", quotes) if key == NAME else "[]"
    pair = f"{write(inner[0], quotes)}: {inner[1]}"
    return f"{{{pair}}}" if flow else f"{pair}\n"


def _insert_in_header(tree: Tree, node: Node, key: str, value: str) -> list[Edit] | None:
    """Behind the plain values that the map begins with: what follows may hold the list of steps."""
    source = tree.source
    if node.style == "flow" or not node.entries:
        return insert_entry(tree, node, key, value)
    leading = None
    for entry in node.entries:
        if entry.value.kind != "scalar" or entry.value.is_empty or entry.value.style in ("|", ">"):
            break
        leading = entry.key.text
    if leading is not None:
        return insert_entry(tree, node, key, value, leading)
    start = tree.at(node.entries[0].key.start)
    indent = source[line_start(source, start) : start]
    if indent.strip():
        return None
    eol = line_break(source)
    key = write(key, quotes_of(tree, node))
    if "\n" in value:
        lines = "".join(f"{indent}  {line}{eol}" for line in value.strip("\n").split("\n"))
        return [Edit(start - len(indent), start - len(indent), f"{indent}{key}:{eol}{lines}")]
    return [Edit(start - len(indent), start - len(indent), f"{indent}{key}: {value}{eol}")]


def fix_wrong_type(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Quotes put on or taken off, a list around the value, or no such key: whatever of these is right here."""
    found = locate(trial, group, finding)
    node = found.node if found is not None else None
    if found is None or node is None:
        return
    tree = found.tree
    raw = tree.written(node)
    start, end = tree.at(node.start), tree.at(node.end)
    if node.kind == "scalar" and not node.is_empty and node.style not in ("|", ">") and not node.tag:
        quoted = Edit(start, end, write(node.text, '"'))
        ways = [
            ("Put the value in quotes", quoted, True),
            (f"Write {in_title(node.text)}", Edit(start, end, node.text), True),
            (f"Write {in_title(f'[{raw}]')}", Edit(start, end, f"[{raw}]"), False),
        ]
        for title, edit, sure in ways:
            if edit.text != raw and trial.best(finding, [edit]) is not None:
                yield Fix(title, [edit], preferred=True, safe=sure)
                return
    if (at := found.entry) is not None and (found.step is not None or not _holds_list(group, node)):
        yield from offer(f"Remove the key {in_title(str(found.problem.path[-1]))}", remove_entry(tree, *at))


def fix_bad_value(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """One of the values that are allowed; the nearest one is preferred."""
    old = group.text.source[finding.start : finding.end]
    wrong = old.strip("'\"")
    for wish in finding.suggestions:
        same = letters(wish) == letters(wrong)
        edits = [Edit(finding.start, finding.end, write(wish, old))]
        sure = same or len(finding.suggestions) == 1
        yield from offer(f"Replace with {in_title(wish)}", edits, preferred=sure, safe=same)
    if finding.suggestions:
        return
    found = locate(trial, group, finding)
    if found is not None and found.step is not None and found.problem.path == (NAME,):
        name = _name_for(group, found.step)
        edits = [Edit(finding.start, finding.end, write(name, old))]
        yield from offer(f"Replace with {in_title(name)}", edits, preferred=True)
    elif re.fullmatch(r"[-+.\d]+", old):
        yield from offer("Replace with `1`", [Edit(finding.start, finding.end, "1")], preferred=True)


def fix_duplicate_key(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the second entry; sure where both say the same."""
    step = group.step_at(finding.start)
    in_step = step is not None and group.is_cut
    if in_step and step is not None:
        root, tree = group.node_of(step), tree_of_step(group, step)
    else:
        root, tree = group.header.root, skeleton(group)
    for node, number in trial.keys_at(root, finding.start, tree.at) if root is not None else ():
        key, value = node.entries[number]
        if not in_step and _holds_list(group, value):
            continue
        first = node.get(key.text)
        same = first is not None and tree.written(first) == tree.written(value)
        edits = remove_entry(tree, node, number)
        title = f"Remove the second {in_title(key.text)}"
        yield from offer(title, edits, preferred=same, safe=same)


def _holds_list(group: Group, value: Node) -> bool:
    """Whether the steps that were cut out stand inside this value of the header."""
    return group.is_cut and value.start <= len(group.part.head) <= max(value.end, value.start + 1)
