"""What each token of a group means, for colours that follow the meaning: steps, edges, pipelines, parameters, ...

The tokens of a step follow from the text of its item, so whoever encodes them may keep that for as long as it lives.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.schedules.reading import FILE, RUNS, SCHEDULE, SCHEDULES, WORKFLOW, ScheduleList
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import StepBlock
from spine_lsp.analysis.templates import CLOSING, OPENING, templates
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import while_time_is_left
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


class TokenPiece(NamedTuple):
    """Tokens of a stretch of the text, counted from `start`: those that follow from a block and `what`, or `others`."""

    start: int
    block: StepBlock | None
    what: str = ""
    others: tuple[Token, ...] = ()

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens; for a block its tree is read."""
        if self.block is None:
            return self.others
        root = self.block.fragment.root
        return _tree_tokens(self.block.text, root, self.what) if root is not None else ()


def semantic_tokens(workspace: Workspace, uri: str, within: Span | None = None) -> tuple[Token, ...]:
    """The tokens of a document's groups and schedules (of those that touch `within`), in the order of the text.

    None overlaps another. At most `MOST_TOKENS`, the first ones: an editor that shows more asks for those in
    sight by their range.
    """
    pieces = token_pieces(workspace, uri, within)
    found = (token._replace(start=token.start + piece.start) for piece in pieces for token in piece.tokens)
    return tuple(islice(while_time_is_left(found), MOST_TOKENS))


def token_pieces(workspace: Workspace, uri: str, within: Span | None = None) -> Iterator[TokenPiece]:
    """As `semantic_tokens`, all of them, in pieces: what follows from an item's text may be kept with its block."""
    document = workspace.documents.get(uri)
    if document is None:
        return
    span = within or Span(0, len(document.text))
    read: list[Group | ScheduleList] = [*document.groups, *document.schedules]
    for group in sorted(read, key=lambda each: each.part.start):
        if group.part.start > span.end or span.start > group.part.end:
            continue
        pieces = _list_pieces(group) if isinstance(group, ScheduleList) else _group_pieces(group, span)
        for piece in pieces:
            length = len(piece.block.text) if piece.block is not None else 0
            if within is None or (length and span.start <= piece.start and piece.start + length <= span.end):
                yield piece
                continue
            start, end = span.start - piece.start, span.end - piece.start
            inside = (each for each in piece.tokens if each.start < end and start < each.start + each.length)
            yield TokenPiece(piece.start, None, others=tuple(inside))


def _list_pieces(listed: ScheduleList) -> Iterator[TokenPiece]:
    """The tokens of a list of schedules, which is never cut."""
    root, part = listed.part.skeleton.root, listed.part
    if root is not None and not part.blocks:
        yield TokenPiece(part.start, None, others=_tree_tokens(part.head + part.tail, root, FILE))


def _group_pieces(group: Group, span: Span) -> Iterator[TokenPiece]:
    """The tokens of the skeleton, and of the items near `span` between its head and its tail."""
    part = group.part
    tree = skeleton(group)
    root = tree.root
    around = _tree_tokens(tree.text, root, group.header.form.definition) if root is not None else ()
    if not group.is_cut or root is None:
        yield TokenPiece(part.start, None, others=around)
        return
    in_head = bisect_left(around, len(part.head), key=_start_of) if around else 0
    yield TokenPiece(part.start, None, others=around[:in_head])
    starts = part.block_starts
    what = group.header.kind.definition_at(part.path or (), group.header.form) or STEPS
    for step in group.steps_in(span):
        yield TokenPiece(starts[step], part.blocks[step], what)
    yield TokenPiece(starts[-1] - len(part.head), None, others=around[in_head:])


def _start_of(token: Token) -> int:
    return token.start


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
    (role(SCHEDULE), NAME): ("function", _DECLARATION),
    (role(SCHEDULE), WORKFLOW): ("namespace", 0),
    **{(role(SCHEDULE), key): ("class", 0) for key in RUNS},
}


_LISTS = (STEPS, SCHEDULES)


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
                yield from _lines(text, name.start, name.end, "parameter" if is_param else "property", modifiers)
                inner = definition_below(what, name.text) or ""
                if value.kind in ("scalar", "alias") or (role(what), name.text) in _NAMES:
                    stack.append((value, what, name.text))
                else:
                    stack.append((value, inner, ""))
        elif node.kind == "seq":
            inner = definition_below(what, 0) or "" if role(what) in _LISTS else what if key else ""
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
