"""References to parameters in templates: each `params.x` between ``{{`` and ``}}`` inside a scalar, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis import templates as read
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.kept import kept
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import StepBlock
from spine_lsp.analysis.templates import OPENING, REFERRING
from spine_lsp.ide.trees import Tree, skeleton
from spine_lsp.syntax.tree import Node, walk


class ParamReference(NamedTuple):
    """One `params.x`: `name_span` is that of ``x``, `span` runs from ``{{`` to behind ``}}``."""

    name: str
    name_span: Span
    span: Span
    closed: bool  # whether the braces are

    def moved(self, by: int) -> ParamReference:
        """The same template `by` code points further on."""
        return self._replace(name_span=self.name_span.moved(by), span=self.span.moved(by))


def templates(group: Group, name: str = "") -> Iterator[ParamReference]:
    """The templates of a group (those that refer to `name`, if given), as offsets of the file."""
    part = group.part
    if REFERRING in part.head or REFERRING in part.tail:
        yield from (one for one in templates_in(skeleton(group)) if not name or one.name == name)
    for number, block in enumerate(part.blocks):
        if REFERRING in block.text and name in block.text:
            start = part.block_starts[number]
            yield from (one.moved(start) for one in _in_block(block) if not name or one.name == name)


def template_in(tree: Tree, offset: int) -> ParamReference | None:
    """The template of a tree whose name, or whose `params.` before it, holds an offset of the file."""
    if OPENING not in tree.text:
        return None
    reach = len(REFERRING)
    for one in templates_in(tree):
        if one.name_span.start - reach <= offset <= one.name_span.end:
            return one
    return None


def templates_in(tree: Tree) -> Iterator[ParamReference]:
    """The templates of one tree, as offsets of the file, in the order of the text."""
    for one in _found_in(tree.text, tree.root):
        yield one._replace(name_span=tree.moved(*one.name_span), span=tree.moved(*one.span))


@kept
def _in_block(block: StepBlock) -> tuple[ParamReference, ...]:
    """The templates of an item that was cut out; spans are those of its text."""
    return _found_in(block.text, block.fragment.root)


def _found_in(text: str, root: Node | None) -> tuple[ParamReference, ...]:
    """The templates of a text and its tree; spans are its own."""
    return tuple(
        ParamReference(reference.name, reference.name_span, template.span, template.is_closed)
        for node in (walk(root) if root is not None and REFERRING in text else ())
        if node.kind == "scalar" and OPENING in node.text
        for template in read.templates(text, node.start, node.end)
        for reference in template.references
    )
