"""The trees of a group, one for each item cut out and the skeleton, each with the way to offsets of the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.cancellation import check_cancelled
from spine_lsp.analysis.document import Group
from spine_lsp.analysis.symbols import Span
from spine_lsp.syntax.tree import Entry, Node


class Tree(NamedTuple):
    """A tree and its text. `block` is the number of the item it was read from, None for the skeleton."""

    group: Group
    block: int | None
    text: str
    root: Node

    def start(self, offset: int) -> int:
        """An offset of the tree, at which something starts, as an offset of the file."""
        part = self.group.part
        if self.block is not None:
            return offset + part.block_starts[self.block]
        if part.path is not None and offset >= len(part.head):
            return offset - len(part.head) + part.block_starts[-1]
        return part.start + offset

    def end(self, offset: int) -> int:
        """An offset of the tree, at which something ends, as an offset of the file."""
        if self.block is None and offset == len(self.group.part.head):
            return self.group.part.start + offset
        return self.start(offset)

    def moved(self, start: int, end: int) -> Span:
        """A span of the tree as a span of the file; an empty one stays empty."""
        end = self.end(end)
        return Span(min(self.start(start), end), end)

    def span(self, node: Node) -> Span:
        """The span of a node as offsets of the file."""
        return self.moved(node.start, node.end)

    def relative(self, offset: int) -> int | None:
        """An offset of the file as an offset of the tree; None if it lies outside."""
        part = self.group.part
        if self.block is not None:
            return offset - part.block_starts[self.block]
        return part.skeleton_offset(offset)


def tree_at(group: Group, offset: int) -> Tree | None:
    """The tree that holds an offset of the file."""
    part = group.part
    if part.path is not None and (number := part.block_at(offset)) is not None:
        return tree_of_block(group, number)
    return skeleton(group) if part.skeleton_offset(offset) is not None else None


def skeleton(group: Group) -> Tree | None:
    """The tree of head and tail; of the whole group where it is not cut."""
    part = group.part
    root = part.skeleton.root
    return Tree(group, None, part.head + part.tail, root) if root is not None else None


def tree_of_block(group: Group, number: int) -> Tree | None:
    """The tree of one item that was cut out."""
    block = group.part.blocks[number]
    root = block.fragment.root
    return Tree(group, number, block.text, root) if root is not None else None


def tree_of_step(group: Group, step: int) -> Tree | None:
    """The tree in which a step stands."""
    return skeleton(group) if group.part.path is None else tree_of_block(group, step)


def tree_of_anchor(group: Group, name: str) -> Tree | None:
    """The tree with the anchor that items have aliases of from elsewhere; None if there is none of that name."""
    part = group.part
    if (shared := part.shared.get(name)) is None:
        return None
    return skeleton(group) if shared.home is None else tree_of_block(group, part.blocks.index(shared.home))


def all_trees(group: Group, containing: str = "") -> Iterator[Tree]:
    """Every tree of the group whose text holds `containing`, the skeleton first."""
    part = group.part
    if (containing in part.head or containing in part.tail) and (whole := skeleton(group)) is not None:
        yield whole
    for number, block in enumerate(part.blocks):
        check_cancelled()
        if containing in block.text and (tree := tree_of_block(group, number)) is not None:
            yield tree


def param_entries(node: Node | None) -> list[Entry]:
    """The entries of a map of parameters that have a key one can name."""
    if node is None or node.kind != "map":
        return []
    return [entry for entry in node.entries if entry.key.kind == "scalar" and not entry.key.is_empty]
