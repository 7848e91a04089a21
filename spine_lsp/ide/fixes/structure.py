"""Fixes of structure: keys that are unknown, missing or there twice, and values of the wrong kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.document import Document, Group
from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.rules.places import problem_span
from spine_lsp.ide.fixes.fix import Fix, best_edit, offered
from spine_lsp.ide.fixes.items import free_name, guess_pipeline
from spine_lsp.ide.fixes.surgery import (
    Place,
    header_place,
    insert_entry,
    line_break,
    line_start,
    remove_entry,
    step_place,
    written,
)
from spine_lsp.orchestration.problems import Problem
from spine_lsp.syntax.text import Edit
from spine_lsp.syntax.tree import Node, resolve, walk


class Located(NamedTuple):
    """A problem of structure with the tree that it is of; `step` is None for the header."""

    problem: Problem
    root: Node
    place: Place
    step: int | None

    @property
    def parent(self) -> Node | None:
        """The map or list that holds what the problem is about."""
        found = resolve(self.root, self.problem.path[:-1])
        return found and found.node

    @property
    def entry(self) -> tuple[Node, int] | None:
        """The map and the number of the entry that the problem's path ends with."""
        parent = self.parent
        if parent is None or parent.kind != "map" or not self.problem.path:
            return None
        for number, entry in enumerate(parent.entries):
            if entry.key.kind == "scalar" and entry.key.text == self.problem.path[-1]:
                return parent, number
        return None


def locate(group: Group, finding: Finding) -> Located | None:
    """The problem that a finding was made of."""
    step = group.step_at(finding.start)
    candidates: list[tuple[Problem, Node | None, Place, int | None]] = []
    if step is not None:
        node, place = group.node_of(step), step_place(group, step)
        candidates += [(problem, node, place, step) for problem in group.steps[step].problems]
    place = header_place(group)
    candidates += [(problem, group.header.root, place, None) for problem in group.header.problems]
    for problem, root, place, number in candidates:
        if root is None or problem.code != finding.code or problem.message != finding.message:
            continue
        if place.at(problem_span(root, problem).start) == finding.start:
            return Located(problem, root, place, number)
    return None


def fix_unknown_key(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """The key that was meant, or no such key."""
    found = locate(group, finding)
    if found is None or (at := found.entry) is None:
        return
    parent, number = at
    key = parent.entries[number].key
    for wish in finding.suggestions:
        sure = len(finding.suggestions) == 1
        same = _letters(wish) == _letters(key.text)
        edits = [Edit(finding.start, finding.end, wish)] if parent.get(wish) is None else None
        yield from offered((f"Rename the key to `{wish}`", edits, sure, sure and same))
    # A section that holds the cut-out list cannot be taken out by its own span.
    if found.step is not None or not _holds_list(group, parent.entries[number].value):
        yield from _move_key(group, finding, found, parent, number)
        edits = remove_entry(found.place, parent, number)
        yield from offered((f"Remove the key `{key.text}`", edits, False, False))


def _move_key(group: Group, finding: Finding, found: Located, parent: Node, number: int) -> Iterator[Fix]:
    """The key in the section that it belongs to, if that is there."""
    belongs = re.search(r"it belongs under `(policy|metadata|spec)`", finding.message)
    key, value = parent.entries[number]
    text = found.place.text(value)
    if belongs is None or not text or "\n" in text or value.kind == "alias" or value.anchor or value.tag:
        return
    section = belongs.group(1)
    target = group.header.node(*(group.header.path_of("policy") if section == "policy" else (section,)))
    removed = remove_entry(found.place, parent, number)
    if target is None or target.kind != "map" or target.get(key.text) is not None or not removed:
        return
    added = _insert_in_header(header_place(group), target, key.text, text)
    if added and not any(a.start <= r.end and r.start <= a.end for a in added for r in removed):
        yield Fix(f"Move `{key.text}` to `{section}`", [*removed, *added], preferred=True)


def fix_missing_key(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """The key with a value that fits."""
    found = locate(group, finding)
    if found is None:
        return
    there = resolve(found.root, found.problem.path)
    if there is None or there.node.kind != "map":
        return
    for key in finding.suggestions:
        if there.node.get(key) is not None:
            continue
        value = _first_value(group, found, there.node, key)
        if found.step is not None:
            edits = insert_entry(found.place, there.node, key, value, "name")
        else:
            edits = _insert_in_header(found.place, there.node, key, value)
        yield from offered((f"Add `{key}`", edits, len(finding.suggestions) == 1, False))


def _first_value(group: Group, found: Located, node: Node, key: str) -> str:
    if found.step is None:
        if key == "metadata":
            return "name: my_group\n"
        return {"name": "my_group", "spec": "pipelines: []\n"}.get(key, "[]")
    if key == "name":
        pipeline = group.steps[found.step].pipeline or "step"
        return written(free_name(group, pipeline.rpartition(".")[2] or "step"))
    name = group.steps[found.step].name or "todo"
    neighbour = next((n for n, step in enumerate(group.steps) if step.pipeline), -1)
    return written(guess_pipeline(group, neighbour, name))


def _insert_in_header(place: Place, node: Node, key: str, value: str) -> list[Edit] | None:
    """Behind the plain values that the map begins with: what follows may hold the list of steps."""
    source = place.source
    if node.style == "flow" or not node.entries:
        return insert_entry(place, node, key, value)
    leading = None
    for entry in node.entries:
        if entry.value.kind != "scalar" or entry.value.is_empty or entry.value.style in ("|", ">"):
            break
        leading = entry.key.text
    if leading is not None:
        return insert_entry(place, node, key, value, leading)
    start = place.at(node.entries[0].key.start)
    indent = source[line_start(source, start) : start]
    if indent.strip():
        return None
    eol = line_break(source)
    if "\n" in value:
        lines = "".join(f"{indent}  {line}{eol}" for line in value.strip("\n").split("\n"))
        return [Edit(start - len(indent), start - len(indent), f"{indent}{key}:{eol}{lines}")]
    return [Edit(start - len(indent), start - len(indent), f"{indent}{key}: {value}{eol}")]


def fix_wrong_type(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """Quotes put on or taken off, a list around the value, or no such key: whatever of these is right here."""
    found = locate(group, finding)
    there = resolve(found.root, found.problem.path) if found is not None else None
    if found is None or there is None:
        return
    place, node = found.place, there.node
    raw = place.text(node)
    start, end = place.at(node.start), place.at(node.end)
    if node.kind == "scalar" and not node.is_empty and node.style not in ("|", ">"):
        quoted = Edit(start, end, json.dumps(node.text, ensure_ascii=False))
        ways = [
            ("Put the value in quotes", quoted, True),
            (f"Write `{node.text}`", Edit(start, end, node.text), True),
            (f"Write `[{raw}]`", Edit(start, end, f"[{raw}]"), False),
        ]
        for title, edit, sure in ways:
            if edit.text != raw and best_edit(document, finding.code, [edit]) is not None:
                yield Fix(title, [edit], preferred=True, safe=sure)
                return
    if (at := found.entry) is not None and (found.step is not None or not _holds_list(group, node)):
        edits = remove_entry(place, *at)
        if edits and best_edit(document, finding.code, edits if len(edits) == 1 else []) is not None:
            yield Fix(f"Remove the key `{found.problem.path[-1]}`", edits, preferred=False)


def fix_bad_value(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """One of the values that are allowed; the nearest one is preferred."""
    wrong = group.text.source[finding.start : finding.end].strip("'\"")
    for wish in finding.suggestions:
        same = _letters(wish) == _letters(wrong)
        edits = [Edit(finding.start, finding.end, wish)]
        yield from offered((f"Replace by `{wish}`", edits, same or len(finding.suggestions) == 1, same))
    if finding.suggestions:
        return
    found = locate(group, finding)
    candidates = [Edit(finding.start, finding.end, "1")]
    if found is not None and found.step is not None and found.problem.path == ("name",):
        pipeline = group.steps[found.step].pipeline or "step"
        name = written(free_name(group, pipeline.rpartition(".")[2] or "step"))
        candidates.insert(0, Edit(finding.start, finding.end, name))
    if re.fullmatch(r"[-+.\d]+|''|\"\"", group.text.source[finding.start : finding.end]):
        edit = best_edit(document, finding.code, candidates)
        if edit is not None:
            yield Fix(f"Replace by `{edit.text}`", [edit], preferred=True)


def fix_duplicate_key(document: Document, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the second entry; sure where both say the same."""
    step = group.step_at(finding.start)
    in_step = step is not None and group.part.path is not None
    if in_step and step is not None:
        root, place = group.node_of(step), step_place(group, step)
    else:
        root, place = group.header.root, header_place(group)
    for node in walk(root) if root is not None else ():
        for number, (key, value) in enumerate(node.entries):
            if place.at(key.start) != finding.start or (not in_step and _holds_list(group, value)):
                continue
            first = node.get(key.text)
            same = first is not None and place.text(first) == place.text(value)
            edits = remove_entry(place, node, number)
            yield from offered((f"Remove the second `{key.text}`", edits, same, same))
            return


def _holds_list(group: Group, value: Node) -> bool:
    """Whether the steps that were cut out stand inside this value of the header."""
    return group.part.path is not None and value.start <= len(group.part.head) <= max(
        value.end, value.start + 1
    )


def _letters(key: str) -> str:
    return re.sub(r"[^0-9a-z]", "", key.lower())
