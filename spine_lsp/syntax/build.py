"""Events to a positioned tree: what had come before a complaint is kept.

The builder keeps a stack of its own, so depth costs no recursion; spans of block collections end with their last
child (parsers let them run to the next token), and an empty value lies right after its colon or dash.
"""

from __future__ import annotations

import re
from typing import Any

from spine_lsp.cancellation import check_cancelled
from spine_lsp.syntax.events import (
    ALIAS,
    DOCUMENT_START,
    MAP_END,
    MAP_START,
    SCALAR,
    SEQ_END,
    SEQ_START,
    Complaint,
    Source,
    complaint,
    only_libyaml_refuses,
    open_events,
    open_pure_events,
)
from spine_lsp.syntax.strict import strict_faults
from spine_lsp.syntax.syntax_errors import Fault, template_fault
from spine_lsp.syntax.tree import MAX_DEPTH, Entry, Kind, Node, Style

_BETWEEN_LOOKS = 0xFF  # events, as a mask: a tenth of a millisecond
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:[ \t]+|(?:[ \t]*(?:#[^\n]*)?\r?\n[ ]*)+|$))+")
_BLANK = re.compile(r"(?:[ \t\r\n]|(?:(?<=[\s])|^)#[^\r\n]*)*")


def read(text: str) -> tuple[Node | None, Complaint | None, list[Fault]]:
    """The tree of a text, the complaint that ended it early, and what else the run time would refuse."""
    root, failed, templates = build(text, open_events(text))
    if failed is None:
        return root, None, [template_fault(text, at) for at in templates] + strict_faults(text, root)
    if only_libyaml_refuses(text):
        root, failed, templates = build(text, open_pure_events(text))
    return root, failed, [template_fault(text, at) for at in templates]


def build(text: str, source: Source) -> tuple[Node | None, Complaint | None, list[int]]:
    """The tree of the first document in `text`, the complaint that ended it early, and where bare templates start."""
    builder = _TreeBuilder(text)
    builder.take_all(source)
    return builder.root, builder.failed, builder.templates


class _TreeBuilder:
    """The tree of the first document of a text, as far as its events have come.

    A flow map that starts with ``{{`` is a template that somebody forgot to quote: it becomes a scalar.
    """

    def __init__(self, text: str) -> None:
        self.root: Node | None = None
        self.failed: Complaint | None = None
        self.templates: list[int] = []
        self._text = text
        self._parent: Node | None = None  # the innermost open collection
        self._key: Node | None = None  # of that, where its value is still to come
        self._around: list[tuple[Node | None, Node | None]] = []  # the parents and keys around it

    def take_all(self, source: Source) -> None:
        """Take events until the document ends, or something keeps it from being read to its end."""
        next_event, code_of, error = source
        handlers = {
            SCALAR: self._on_scalar,
            MAP_START: self._on_map_start,
            SEQ_START: self._on_seq_start,
            MAP_END: self._on_end,
            SEQ_END: self._on_end,
            ALIAS: self._on_alias,
            DOCUMENT_START: self._on_document,
        }
        handler_of = handlers.get
        look = 0
        try:
            while self.failed is None and (event := next_event()) is not None:
                look += 1
                if not look & _BETWEEN_LOOKS:
                    check_cancelled()
                handler = handler_of(code_of[type(event)])
                if handler is not None:
                    handler(event)
        except error as exc:
            self.failed = complaint(exc)
        except (RecursionError, ValueError, IndexError, AttributeError, NotImplementedError) as exc:
            self.failed = Complaint("", None, f"the parser gave up ({type(exc).__name__})", len(self._text))
        while self._parent is not None and self.failed is not None:
            node = self._closed(None)
            if self._parent is None or self._parent.kind == "seq" or self._key is not None:
                self._add(node)

    def _on_scalar(self, event: Any) -> None:
        text = self._text
        start, end, style = event.start_mark.index, event.end_mark.index, event.style
        if event.anchor is not None or event.tag is not None:
            start = min(_after_properties(text, start), end)
        if not style:
            style = "plain"
            if start == end:
                start = end = _empty_at(text, self._parent, self._key, start)
        else:
            if style in "|>":
                end = start + len(text[start:end].rstrip())
            end = min(end, len(text))
        self._add(Node("scalar", start, end, style, event.value, event.anchor, event.tag))

    def _on_map_start(self, event: Any) -> None:
        self._open("map", event)

    def _on_seq_start(self, event: Any) -> None:
        self._open("seq", event)

    def _open(self, kind: Kind, event: Any) -> None:
        start = event.start_mark.index
        if event.anchor is not None or event.tag is not None:
            start = _after_properties(self._text, start)
        if len(self._around) >= MAX_DEPTH:
            self.failed = Complaint("", None, f"nested deeper than {MAX_DEPTH} levels, which is not read", start)
            return
        self._around.append((self._parent, self._key))
        style: Style = "flow" if event.flow_style else "block"
        self._parent = Node(kind, start, start, style, "", event.anchor, event.tag)
        self._key = None

    def _on_end(self, event: Any) -> None:
        if self._parent is None:
            return
        node = self._closed(event.end_mark.index if self._parent.style == "flow" else None)
        if node.style == "flow" and node.kind == "map" and self._text.startswith("{{", node.start):
            self.templates.append(_as_template(node, self._text))
        self._add(node)

    def _on_alias(self, event: Any) -> None:
        self._add(Node("alias", event.start_mark.index, event.end_mark.index, "plain", event.anchor))

    def _on_document(self, event: Any) -> None:
        if self.root is not None:  # one document is all there is to read
            self.failed = Complaint("", None, "another document starts here", event.start_mark.index)

    def _closed(self, end: int | None) -> Node:
        """The innermost open collection, closed; the one around it is open again."""
        node = self._parent
        assert node is not None
        _close(node, self._key, end, self._text)
        self._parent, self._key = self._around.pop()
        return node

    def _add(self, node: Node) -> None:
        """Put a finished node where it belongs: the root, an item, a key or a value."""
        parent, key = self._parent, self._key
        if parent is None:
            self.root = node
        elif parent.kind == "seq":
            parent.items.append(node)
        elif key is None:
            self._key = node
        else:
            parent.entries.append(Entry(key, node))
            self._key = None


def _close(node: Node, key: Node | None, end: int | None, text: str) -> None:
    """Give `node` its end; a key that waits for its value gets an empty one."""
    if key is not None:
        at = _empty_at(text, node, key, key.end)
        node.entries.append(Entry(key, Node("scalar", at, at, "plain")))
    if node.kind == "map" and node.style == "block" and node.entries:
        node.start = min(node.entries[0].key.start, node.entries[0].value.start)
    if end is not None:
        node.end = end
    elif node.kind == "map":
        node.end = node.entries[-1].value.end if node.entries else node.start
    else:
        node.end = node.items[-1].end if node.items else node.start


def _as_template(node: Node, text: str) -> int:
    node.kind = "scalar"
    node.style = '"'
    node.entries = []
    node.text = text[node.start : node.end]
    return node.start


def _empty_at(text: str, parent: Node | None, key: Node | None, mark: int) -> int:
    """Where an empty value lies: after the colon of its key, or after its dash."""
    if parent is None:
        return mark
    if parent.kind == "map":
        if key is None:
            return mark
        at = key.end
        while text[at : at + 1] in (" ", "\t") and text[at : at + 1]:
            at += 1
        return at + 1 if text[at : at + 1] == ":" else key.end
    at = parent.items[-1].end if parent.items else parent.start
    blank = _BLANK.match(text, at)
    at = blank.end() if blank else at
    return at + 1 if text[at : at + 1] == "-" else mark


def _after_properties(text: str, at: int) -> int:
    """The offset after the anchor and tag that start at `at`."""
    match = _PROPERTIES.match(text, at)
    if match is None:
        return at
    blank = _BLANK.match(text, match.end())
    return blank.end() if blank else match.end()
