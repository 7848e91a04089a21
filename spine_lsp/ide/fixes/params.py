"""Fixes of policy, defaults, parameters and templates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.group import Group
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.edits.yaml_edits import remove_entry
from spine_lsp.ide.fixes.fix import Fix, in_title, offer
from spine_lsp.ide.trees import skeleton, tree_of_step
from spine_lsp.orchestration.vocabulary import DEFAULTS, MAX_CONCURRENCY, PARAMS, POLICY
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit
from spine_lsp.syntax.tree import Node


def fix_useless_parallel(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """`sequential`, and no limit that counts only beside `parallel`."""
    old = group.text.source[finding.start : finding.end]
    edits = [Edit(finding.start, finding.end, write("sequential", old))]
    edits += without_policy_key(group, MAX_CONCURRENCY) or []
    yield from offer("Use `execution: sequential`", edits, preferred=True)


def fix_unused_concurrency(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """No limit, or one that can be reached."""
    for wish in finding.suggestions:
        yield from offer(f"Lower it to {wish}", [Edit(finding.start, finding.end, wish)])
    edits = without_policy_key(group, MAX_CONCURRENCY)
    wide = finding.kind == "wide"  # without the key the limit is the default, which may be lower
    if not wide:
        yield from offer("Remove `max_concurrency`", edits, preferred=True)


def fix_unused_default(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the default."""
    edits = _without_header_key(group, group.header.form.path_of(DEFAULTS), finding.start)
    yield from offer("Remove the default", edits)


def fix_repeated_default(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the parameter; not sure, for a run can override the default and not the parameter."""
    step = group.step_at(finding.start)
    node = group.node_of(step) if step is not None else None
    if step is None or node is None:
        return
    tree = tree_of_step(group, step)
    for number, (key, params) in enumerate(node.entries):
        if key.kind != "scalar" or key.text != PARAMS or params.kind != "map":
            continue
        for inner, (name, _) in enumerate(params.entries):
            if tree.at(name.start) == finding.start:
                alone = len(params.entries) == 1
                edits = remove_entry(tree, node, number) if alone else remove_entry(tree, params, inner)
                yield from offer(f"Remove {in_title(name.text)} and follow the default", edits)
                return


def fix_misleading_value(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Quotes around what is meant as a text."""
    text = group.text.source[finding.start : finding.end]
    yield from offer("Put the value in quotes", [Edit(finding.start, finding.end, write(text, '"'))], preferred=True)


def fix_unclosed_template(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """The braces that are missing."""
    source = group.text.source
    text = source[finding.start : finding.end]
    if finding.kind == "open":
        inner = text.rstrip("} ")
        edit = Edit(finding.start + len(inner), finding.end, " }}")
        yield from offer("Close the template with `}}`", [edit], preferred=True)
        return
    word = re.search(r"[\w.]+[ \t]*\Z", source[max(finding.start - 200, 0) : finding.start])
    if word:
        at = finding.start - len(word.group())
        edit = Edit(at, at, "{{ ")
        yield from offer("Open the template with `{{`", [edit], preferred=True)


def without_policy_key(group: Group, key: str) -> list[Edit] | None:
    """The policy without a key; with the last one the policy itself goes."""
    path = group.header.form.path_of(POLICY)
    node = group.header.node(*path)
    for entry in node.entries if node is not None else ():
        if entry.key.text == key:
            return _without_header_key(group, path, group.part.file_offset(entry.key.start))
    return None


def _without_header_key(group: Group, path: tuple[str, ...], start: int) -> list[Edit] | None:
    """Without the entry whose key starts there; with the last one the map itself goes."""
    tree = skeleton(group)
    node = group.header.node(*path)
    parent: Node | None = group.header.node(*path[:-1]) if len(path) > 1 else group.header.root
    if node is None or parent is None:
        return None
    for number, (key, _) in enumerate(node.entries):
        if tree.at(key.start) != start:
            continue
        if len(node.entries) > 1:
            return remove_entry(tree, node, number)
        outer = next(n for n, entry in enumerate(parent.entries) if entry.value is node)
        return remove_entry(tree, parent, outer)
    return None
