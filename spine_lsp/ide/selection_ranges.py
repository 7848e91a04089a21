"""What a selection grows to: from the token through value, entry, step and list to the section and the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.schedules.reading import list_at
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At
from spine_lsp.ide.templates import templates_in
from spine_lsp.ide.trees import Tree, skeleton, tree_at
from spine_lsp.syntax.tree import Node, key_text


def selection_ranges(workspace: Workspace, uri: str, offsets: Sequence[int]) -> tuple[tuple[Span, ...], ...]:
    """For each offset the spans around it, the innermost first, each inside the next; the file is always last."""
    document = workspace.documents.get(uri)
    if document is None:
        return tuple((Span(offset, offset),) for offset in offsets)
    whole = Span(0, len(document.text.source))
    chains = []
    for offset in offsets:
        offset = min(max(offset, 0), whole.end)
        group = document.group_at(offset)
        around = list(_around(group, offset)) if group is not None else []
        listed = list_at(document, offset) if group is None else None
        if listed is not None:
            around = [Span(listed.part.start, listed.part.end), *_in_one_tree(Tree(listed, None), offset)]
        chains.append(_nested([Span(offset, offset), *around, whole], offset))
    return tuple(chains)


def selection_at(workspace: Workspace, at: At) -> tuple[Span, ...]:
    """The spans around one place."""
    return selection_ranges(workspace, at.uri, [at.offset])[0]


def _nested(spans: Iterable[Span], offset: int) -> tuple[Span, ...]:
    """Those of the spans that hold the offset, from small to large, each inside the next."""
    chain: list[Span] = []
    for span in sorted({s for s in spans if s.start <= offset <= s.end}, key=lambda s: (s.end - s.start, s)):
        if not chain or (span.start <= chain[-1].start and chain[-1].end <= span.end):
            chain.append(span)
    return tuple(chain[1:]) if len(chain) > 1 and chain[0].start == chain[0].end else tuple(chain)


def _around(group: Group, offset: int) -> Iterator[Span]:
    """Everything of the group that may lie around the offset, in no order."""
    part = group.part
    yield Span(part.start, part.end)
    tree = tree_at(group, offset)
    if tree is not None:
        yield from _in_one_tree(tree, offset)
    top = skeleton(group)
    if part.path is None or not part.blocks or top.root is None:
        return
    items = Span(part.block_starts[0] + part.indent, _end_of_items(group))
    yield items
    node: Node = top.root
    for name in part.path:
        yield _with_items(top, node.start, node.end, items)
        entry = next((e for e in node.entries if key_text(e.key) == name), None)
        if entry is None:
            return
        yield _with_items(top, entry.key.start, entry.value.end, items)
        node = entry.value


def _in_one_tree(tree: Tree, offset: int) -> Iterator[Span]:
    """The nodes, entries and templates of a tree around an offset of the file."""
    relative = tree.relative(offset)
    if relative is not None:
        yield from _in_tree(tree, relative)
    for template in templates_in(tree) if "{{" in tree.text else ():
        yield template.name_span
        yield template.span


def _end_of_items(group: Group) -> int:
    last = len(group.part.blocks) - 1
    return max(group.steps[last].end + group.base_of(last), group.part.block_starts[last])


def _with_items(tree: Tree, start: int, end: int, items: Span) -> Span:
    """A span of the skeleton, stretched over the items where they belong to it."""
    span = tree.moved(start, end)
    return Span(min(span.start, items.start), max(span.end, items.end))


def _in_tree(tree: Tree, relative: int) -> Iterator[Span]:
    """The nodes and entries around an offset, and the inside of quotes and brackets."""
    node: Node | None = tree.root
    while node is not None:
        if tree.block is not None or node is not tree.root:
            yield tree.span(node)
        if node.style in ("'", '"', "flow") and node.end - node.start >= 2:
            yield tree.moved(node.start + 1, node.end - 1)
        inner: Node | None = None
        for key, value in node.entries:
            if key.start <= relative <= max(value.end, key.end):
                yield tree.moved(key.start, max(value.end, key.end))
                inner = key if relative <= key.end else value
        for item in node.items:
            if item.start <= relative <= item.end:
                inner = item
        node = inner
