"""References to parameters in templates: each `params.x` between ``{{`` and ``}}`` inside a scalar, with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.document import Group
from spine_lsp.analysis.kept import kept
from spine_lsp.analysis.symbols import Span, StepBlock
from spine_lsp.ide.trees import Tree, skeleton
from spine_lsp.syntax.tree import Node, walk


class Template(NamedTuple):
    """One `params.x`: `name_span` is that of ``x``, `span` runs from ``{{`` to behind ``}}``."""

    name: str
    name_span: Span
    span: Span
    closed: bool  # whether the braces are

    def moved(self, by: int) -> Template:
        """The same template `by` code points further on."""
        return self._replace(name_span=self.name_span.moved(by), span=self.span.moved(by))


def templates(group: Group, name: str = "") -> Iterator[Template]:
    """The templates of a group (those that refer to `name`, if given), as offsets of the file."""
    part = group.part
    if "params." in part.head or "params." in part.tail:
        yield from (one for one in templates_in(skeleton(group)) if not name or one.name == name)
    for number, block in enumerate(part.blocks):
        if "params." in block.text and name in block.text:
            start = part.block_starts[number]
            yield from (one.moved(start) for one in _in_block(block) if not name or one.name == name)


def template_in(tree: Tree, offset: int) -> Template | None:
    """The template of a tree whose name, or whose `params.` before it, holds an offset of the file."""
    if "{{" not in tree.text:
        return None
    reach = len("params.")
    for one in templates_in(tree):
        if one.name_span.start - reach <= offset <= one.name_span.end:
            return one
    return None


def templates_in(tree: Tree) -> Iterator[Template]:
    """The templates of one tree, as offsets of the file, in the order of the text."""
    for one in _found_in(tree.text, tree.root):
        yield one._replace(name_span=tree.moved(*one.name_span), span=tree.moved(*one.span))


def can_be_named(name: str) -> bool:
    """Whether `params.` followed by `name` is a reference to that name."""
    return _NAME.fullmatch(name) is not None


_NAME = re.compile(r"[^\W\d]\w*(?:-\w+)*")
_REFERENCE = re.compile(rf"(?<![\w.])params\.({_NAME.pattern})")
_BRACES = re.compile(r"\{\{(.*?)(\}\}|\Z)", re.DOTALL)


@kept
def _in_block(block: StepBlock) -> tuple[Template, ...]:
    """The templates of an item that was cut out; spans are those of its text."""
    return _found_in(block.text, block.fragment.root)


def _found_in(text: str, root: Node | None) -> tuple[Template, ...]:
    """The templates of a text and its tree; spans are its own."""
    found: list[Template] = []
    for node in walk(root) if root is not None and "params." in text else ():
        if node.kind != "scalar" or "{{" not in node.text:
            continue
        for braces in _BRACES.finditer(text, node.start, node.end):
            closed = bool(braces.group(2))
            found += [
                Template(match.group(1), Span(*match.span(1)), Span(*braces.span()), closed)
                for match in _REFERENCE.finditer(text, braces.start(1), braces.end(1))
            ]
    return tuple(sorted(found, key=lambda one: one.name_span))
