"""`depends_on` written in another form: single name, flow list, block list."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from spine_lsp.analysis.group import Group
from spine_lsp.ide.edits.depends_on import DependsOn, find_depends_on
from spine_lsp.ide.edits.yaml_edits import comments_in, insert_line_after, node_column
from spine_lsp.ide.refactorings.rewriting import Rewriting
from spine_lsp.syntax.lines import line_break
from spine_lsp.syntax.text import Edit


def form_rewritings(group: Group, step: int) -> Iterator[Rewriting]:
    """The forms that the `depends_on` of a step does not have and could have."""
    found = find_depends_on(group, step)
    if found is None or found.value.is_empty or found.value.anchor or found.value.tag:
        return
    value, source = found.value, found.tree.source
    items = value.items if value.kind == "seq" else [value]
    start, end = found.tree.at(found.step.entries[found.number].key.end), found.tree.at(value.end)
    if not items or any(item.anchor or item.tag or item.kind == "seq" for item in items):
        return
    if comments_in(source, start, end) or any("\n" in found.tree.written(item) for item in items):
        return  # there is no place for these comments in the other form
    if len(items) == 1 and value.kind == "seq":
        yield Rewriting("Write `depends_on` as a single name", partial(_as_single, found))
    if value.kind == "scalar" or value.style == "block":
        yield Rewriting("Write `depends_on` as a list in brackets", partial(_as_flow, found))
    if value.style != "block" and found.step.style == "block":
        yield Rewriting("Write `depends_on` as a list of lines", partial(_as_block, found))


def _texts(found: DependsOn) -> list[str]:
    items = found.value.items if found.value.kind == "seq" else [found.value]
    return [found.tree.written(item) for item in items]


def _as_single(found: DependsOn) -> list[Edit]:
    return _on_line(found, _texts(found)[0])


def _as_flow(found: DependsOn) -> list[Edit]:
    return _on_line(found, f"[{', '.join(_texts(found))}]")


def _on_line(found: DependsOn, text: str) -> list[Edit]:
    tree = found.tree
    colon = tree.source.index(":", tree.at(found.step.entries[found.number].key.end))
    return [Edit(colon + 1, tree.at(found.value.end), f" {text}")]


def _as_block(found: DependsOn) -> list[Edit]:
    """The items on lines of their own; a comment behind the list stays behind the key."""
    tree = found.tree
    key = found.step.entries[found.number].key
    colon = tree.source.index(":", tree.at(key.end))
    end = tree.at(found.value.end)
    indent = " " * (node_column(tree, key) + 2)
    lines = line_break(tree.source).join(f"{indent}- {text}" for text in _texts(found))
    return [Edit(colon + 1, end, ""), insert_line_after(tree.source, end, lines)]
