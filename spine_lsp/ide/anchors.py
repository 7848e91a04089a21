"""Where anchors and their aliases stand in a text: the tree knows them, and not the places of their names."""

from __future__ import annotations

import re

from spine_lsp.analysis.span import Span
from spine_lsp.ide.trees import Tree
from spine_lsp.syntax.tree import Node, walk


def anchor_tokens(text: str, root: Node | None) -> tuple[tuple[str, Span, bool], ...]:
    """The anchors and aliases of a text and its tree: name, span of the bare name, whether it is the anchor."""
    found: list[tuple[str, Span, bool]] = []
    for node in walk(root) if root is not None and ("&" in text or "*" in text) else ():
        if node.anchor and (start := _anchor_before(text, node.start, node.anchor)) is not None:
            found.append((node.anchor, Span(start + 1, start + 1 + len(node.anchor)), True))
        if node.kind == "alias" and text.startswith("*" + node.text, node.start):
            found.append((node.text, Span(node.start + 1, node.start + 1 + len(node.text)), False))
    return tuple(sorted(found, key=lambda token: token[1]))


_FAR = 2000  # between an anchor and its node lie a tag, blanks and comments; no more than this is looked at
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*\n|![^\s]*(?=\s)|-(?=\s))*\Z")


def _anchor_before(text: str, start: int, name: str) -> int | None:
    """Where the ``&name`` of the node that starts at `start` stands."""
    best = None
    at = start
    low = max(start - _FAR, 0)
    while (at := text.rfind("&" + name, low, at)) >= 0:
        behind = at + 1 + len(name)
        if behind > start or _GAP.match(text[behind:start]) is None:
            break
        best = at
    if best is None and text.startswith("&" + name, start):
        return start
    return best


def anchor_at(tree: Tree, relative: int) -> tuple[str, Span] | None:
    """The anchor or alias at an offset of a tree: its name, and the span of that in the tree."""
    for name, span, _ in anchor_tokens(tree.text, tree.root):
        if span.start - 1 <= relative <= span.end:
            return name, span
    return None
