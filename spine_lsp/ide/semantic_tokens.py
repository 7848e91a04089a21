"""What each token of a group means, for colours that follow the meaning: steps, edges, pipelines, parameters, ...

The tokens of a step follow from the text of its item, so they are kept for as long as that lives.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.kept import kept
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import StepBlock
from spine_lsp.analysis.templates import CLOSING, OPENING, templates
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import check_cancelled, while_time_is_left
from spine_lsp.ide.anchors import anchor_tokens
from spine_lsp.ide.offer import TOKEN_TYPES
from spine_lsp.ide.trees import skeleton
from spine_lsp.orchestration.kinds import GROUP, KINDS
from spine_lsp.orchestration.schema import definition_below, field_doc, role
from spine_lsp.orchestration.vocabulary import (
    DEFAULTS,
    DEPENDS_ON,
    FREE,
    METADATA,
    NAME,
    PARAMS,
    STEP,
    STEPS,
)
from spine_lsp.syntax.scalars import scalar_value
from spine_lsp.syntax.tree import Node

MOST_TOKENS = 60_000

_TYPE = {name: number for number, name in enumerate(TOKEN_TYPES)}
_DECLARATION = 1


class Token(NamedTuple):
    """A token on one line; `type` is an index of TOKEN_TYPES, bit i of `modifiers` means TOKEN_MODIFIERS[i]."""

    start: int
    length: int
    type: int
    modifiers: int


def semantic_tokens(workspace: Workspace, uri: str, within: Span | None = None) -> tuple[Token, ...]:
    """The tokens of a document's groups (of those that touch `within`), in the order of the text, never overlapping.

    At most `MOST_TOKENS`, the first ones: an editor that shows more asks for those in sight by their range.
    """
    document = workspace.documents.get(uri)
    if document is None:
        return ()
    span = within or Span(0, len(document.text.source))
    found = (
        token
        for group in document.groups
        if group.part.start <= span.end and span.start <= group.part.end
        for token in _group_tokens(group, span)
        if within is None or (token.start < span.end and span.start < token.start + token.length)
    )
    return tuple(islice(while_time_is_left(found), MOST_TOKENS))


def _group_tokens(group: Group, span: Span) -> Iterator[Token]:
    """The tokens of the skeleton, and of the items near `span` between its head and its tail."""
    part = group.part
    tree = skeleton(group)
    root = tree.root
    around = _tree_tokens(tree.text, root, group.header.form.definition) if root is not None else ()
    if not group.is_cut or root is None:
        yield from _moved(around, part.start)
        return
    in_head = bisect_left(around, len(part.head), key=_start_of) if around else 0
    yield from _moved(around[:in_head], part.start)
    starts = part.block_starts
    what = group.header.kind.definition_at(part.path or (), group.header.form) or STEPS
    for step in group.steps_in(span):
        check_cancelled()
        for start, length, kind, modifiers in _item_tokens(part.blocks[step], what):
            yield Token(start + starts[step], length, kind, modifiers)
    yield from _moved(around[in_head:], starts[-1] - len(part.head))


def _start_of(token: Token) -> int:
    return token.start


def _moved(tokens: Iterable[Token], by: int) -> Iterator[Token]:
    for start, length, kind, modifiers in tokens:
        yield Token(start + by, length, kind, modifiers)


@kept
def _of_item(_block: StepBlock) -> dict[str, tuple[Token, ...]]:
    return {}


def _item_tokens(block: StepBlock, what: str) -> tuple[Token, ...]:
    """The tokens of an item that was cut out of a list of this definition."""
    known = _of_item(block)
    if what not in known:
        root = block.fragment.root
        known[what] = _tree_tokens(block.text, root, what) if root is not None else ()
    return known[what]


def _tree_tokens(text: str, root: Node, what: str) -> tuple[Token, ...]:
    return _settled(text, [*_tokens(text, root, what), *_anchors(text, root)])


def _settled(text: str, tokens: list[Token]) -> tuple[Token, ...]:
    """The tokens in order, without what overlaps an earlier one (trees of broken text may) or has no text."""
    settled: list[Token] = []
    end = 0
    for token in sorted(tokens):
        if token.start >= end and 0 < token.length <= len(text) - token.start:
            settled.append(token)
            end = token.start + token.length
    return tuple(settled)


_NAMES = {
    (STEP, NAME): ("function", _DECLARATION),
    (STEP, DEPENDS_ON): ("function", 0),
    (METADATA, NAME): ("namespace", _DECLARATION),
    (GROUP.flat.definition, NAME): ("namespace", _DECLARATION),
    **{(STEP, key): ("class", 0) for kind in KINDS for key in kind.runs},
    **{(STEP, key): ("function", 0) for kind in KINDS for key in kind.branches},
}


def _tokens(text: str, root: Node, what: str) -> Iterator[Token]:
    """The tokens of a tree; `what` is a definition of the schema."""
    stack: list[tuple[Node, str, str]] = [(root, what, "")]  # a node, what it is, and the key it stands under
    while stack:
        node, what, key = stack.pop()
        if node.kind == "map":
            for name, value in node.entries:
                if name.kind != "scalar":
                    stack.append((name, "", ""))
                    stack.append((value, "", ""))
                    continue
                is_param = role(what) in FREE
                modifiers = _DECLARATION if role(what) == DEFAULTS else 0
                yield from _lines(
                    text, name.start, name.end, "parameter" if is_param else "property", modifiers
                )
                inner = definition_below(what, name.text) or ""
                if value.kind in ("scalar", "alias") or (role(what), name.text) in _NAMES:
                    stack.append((value, what, name.text))
                else:
                    stack.append((value, inner, ""))
        elif node.kind == "seq":
            inner = definition_below(what, 0) or "" if role(what) == STEPS else what if key else ""
            stack += [(item, inner, key) for item in node.items]
        elif not node.is_empty:
            yield from _scalar(text, node, what, key)


def _scalar(text: str, node: Node, what: str, key: str) -> Iterator[Token]:
    named = _NAMES.get((role(what), key))
    if named is not None:
        yield from _lines(text, node.start, node.end, *named)
        return
    if node.kind == "alias":
        yield from _lines(text, node.start, node.end, "variable", 0)
        return
    if OPENING in node.text:
        yield from _with_templates(text, node)
        return
    if node.style in ("|", ">"):
        return  # a text of many lines has the editor's own colours, which may be those of its language
    value = scalar_value(node)
    if what and key and _is_enum_value(what, key, node.text):
        kind = "enumMember"
    elif value is None or isinstance(value, bool):
        kind = "keyword"
    else:
        kind = "string" if isinstance(value, str) else "number"
    yield from _lines(text, node.start, node.end, kind, 0)


def _is_enum_value(definition: str, key: str, value: str) -> bool:
    doc = field_doc(definition, key)
    return doc is not None and any(value == one for one, _ in doc.values)


def _with_templates(text: str, node: Node) -> Iterator[Token]:
    """A scalar in pieces: the text around its templates, their braces, and the parameters they refer to."""
    is_text = node.style not in ("|", ">")
    at = node.start
    for template in templates(text, node.start, node.end):
        if not template.is_closed:
            continue
        start, end = template.span
        if is_text:
            yield from _lines(text, at, start, "string", 0)
        yield Token(start, len(OPENING), _TYPE["operator"], 0)
        for reference in template.references:
            yield Token(reference.span.start, len(PARAMS), _TYPE["variable"], 0)
            yield Token(reference.name_span.start, len(reference.name), _TYPE["parameter"], 0)
        yield Token(end - len(CLOSING), len(CLOSING), _TYPE["operator"], 0)
        at = end
    if is_text:
        yield from _lines(text, at, node.end, "string", 0)


def _anchors(text: str, root: Node) -> Iterator[Token]:
    for name, span, is_anchor in anchor_tokens(text, root):
        if is_anchor:
            yield Token(span.start - 1, len(name) + 1, _TYPE["variable"], _DECLARATION)


_LINE = re.compile(r"[^\s](?:[^\r\n]*[^\s])?")


def _lines(text: str, start: int, end: int, kind: str, modifiers: int) -> Iterator[Token]:
    """A token for each line of text[start:end], without the blanks around it."""
    if "\n" not in text[start:end] and "\r" not in text[start:end]:
        if end > start:
            yield Token(start, end - start, _TYPE[kind], modifiers)
        return
    for line in _LINE.finditer(text, start, end):
        yield Token(line.start(), line.end() - line.start(), _TYPE[kind], modifiers)
