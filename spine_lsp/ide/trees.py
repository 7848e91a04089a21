"""The trees of a group, one for each item cut out and the skeleton, each with the way to offsets of the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.schedules.reading import ScheduleList
from spine_lsp.analysis.span import Span
from spine_lsp.cancellation import check_cancelled
from spine_lsp.orchestration.vocabulary import DEFAULTS, PARAMS
from spine_lsp.syntax.tree import Entry, Node, find_anchors, walk


class Tree(NamedTuple):
    """A tree and its text: of the item `block` that was cut out, or where that is None of the skeleton.

    A list of schedules is never cut, so all of it is in the skeleton.
    """

    group: Group | ScheduleList
    block: int | None

    @property
    def text(self) -> str:
        """The text that the tree was read from."""
        part = self.group.part
        return part.head + part.tail if self.block is None else part.blocks[self.block].text

    @property
    def root(self) -> Node | None:
        """The tree; None where nothing is written."""
        part = self.group.part
        return (part.skeleton if self.block is None else part.blocks[self.block].fragment).root

    @property
    def source(self) -> str:
        """The text of the file."""
        return self.group.text.source

    def nodes(self) -> Iterator[Node]:
        """All nodes of the tree."""
        root = self.root
        return walk(root) if root is not None else iter(())

    def anchors(self) -> dict[str, Node]:
        """The anchored nodes by the names of their anchors."""
        root = self.root
        return find_anchors(root) if root is not None else {}

    def at(self, offset: int) -> int:
        """An offset of the tree as an offset of the file; that of the place between head and tail is the tail's."""
        part = self.group.part
        return part.file_offset(offset) if self.block is None else offset + part.block_starts[self.block]

    def moved(self, start: int, end: int) -> Span:
        """A span of the tree as a span of the file; an empty one stays empty."""
        part = self.group.part
        ends_head = self.block is None and end == len(part.head)
        end = part.start + end if ends_head else self.at(end)
        return Span(min(self.at(start), end), end)

    def span(self, node: Node) -> Span:
        """The span of a node as offsets of the file."""
        return self.moved(node.start, node.end)

    def written(self, node: Node) -> str:
        """What a node is written as."""
        return self.source[self.at(node.start) : self.at(node.end)]

    def relative(self, offset: int) -> int | None:
        """An offset of the file as an offset of the tree; None if it lies outside."""
        part = self.group.part
        if self.block is not None:
            return offset - part.block_starts[self.block]
        return part.skeleton_offset(offset)


def tree_at(group: Group, offset: int) -> Tree | None:
    """The tree that holds an offset of the file."""
    part = group.part
    if group.is_cut and (number := part.block_at(offset)) is not None:
        return Tree(group, number)
    return skeleton(group) if part.skeleton_offset(offset) is not None else None


def skeleton(group: Group) -> Tree:
    """The tree of head and tail; of the whole group where it is not cut."""
    return Tree(group, None)


def tree_of_step(group: Group, step: int) -> Tree:
    """The tree in which a step stands."""
    return Tree(group, step if group.is_cut else None)


def tree_of_anchor(group: Group, name: str) -> Tree | None:
    """The tree with the anchor that items have aliases of from elsewhere; None if there is none of that name."""
    part = group.part
    if (shared := part.shared.get(name)) is None:
        return None
    return Tree(group, None if shared.home is None else part.blocks.index(shared.home))


def all_trees(group: Group, containing: str = "") -> Iterator[Tree]:
    """Every tree of the group whose text holds `containing`, the skeleton first."""
    part = group.part
    if containing in part.head or containing in part.tail:
        yield skeleton(group)
    for number, block in enumerate(part.blocks):
        check_cancelled()
        if containing in block.text:
            yield Tree(group, number)


class KnownParams(NamedTuple):
    """The keys and values of a map of parameters, and their tree."""

    tree: Tree
    entries: list[Entry]


def default_entries(group: Group) -> KnownParams:
    """The group's defaults."""
    return KnownParams(skeleton(group), param_entries(group.header.node(*group.header.form.path_of(DEFAULTS))))


def step_param_entries(group: Group, step: int) -> KnownParams:
    """A step's own `params`."""
    node = group.node_of(step)
    return KnownParams(tree_of_step(group, step), param_entries(node.get(PARAMS) if node is not None else None))


def param_entries(node: Node | None) -> list[Entry]:
    """The entries of a map of parameters that have a key one can name."""
    if node is None or node.kind != "map":
        return []
    return [entry for entry in node.entries if entry.key.kind == "scalar" and not entry.key.is_empty]
