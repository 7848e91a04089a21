"""A text to a positioned tree, whatever the text: what parses is there, what does not has one fault.

The builder reads events and keeps a stack of its own, so depth costs no recursion; spans of block collections
end with their last child (parsers let them run to the next token), and an empty value lies right behind its
colon or dash.
"""

from __future__ import annotations

import re
from typing import NamedTuple

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
from spine_lsp.syntax.faults import Fault, explain, template_fault
from spine_lsp.syntax.strict import strict_faults
from spine_lsp.syntax.tree import MAX_DEPTH, Entry, Node, Style

_NEITHER_TEXT_NOR_BREAK = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\ufeff]"
)
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:[ \t]+|(?:[ \t]*(?:#[^\n]*)?\r?\n[ ]*)+|$))+")
_BLANK = re.compile(r"(?:[ \t\r\n]|(?:(?<=[\s])|^)#[^\r\n]*)*")
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|(?<=\s)#[^\r\n]*|[\[\]{}]')


class Fragment(NamedTuple):
    """A text read: its tree (None when it holds nothing), and what was wrong with its YAML."""

    root: Node | None
    faults: tuple[Fault, ...]


def parse_fragment(text: str) -> Fragment:
    """Read one YAML document, or an indented part of one. Total: every text has an answer.

    Nothing is kept: a tree takes some fifty times the memory of its text, so whoever needs it again holds it.
    """
    from spine_lsp.syntax.recover import recover  # it parses parts by this very module

    clean, control = _without_control_characters(text)
    if (deep := _too_deep(clean)) is not None:
        fault, spans = deep
        around = parse_fragment(_blanked(clean, spans))
        # Brackets around what is not read to its end only seem to be open.
        seeming = "open-bracket" if spans and spans[-1][1] == len(clean) else None
        others = (other for other in around.faults if other.kind != seeming)
        return Fragment(around.root, (*control, fault, *others))
    root, failed, faults = read(clean)
    if failed is not None:
        recovered, faults = recover(clean)
        root = recovered or root
        if not faults:  # every part is fine alone, so the fault is in how they stand together
            faults = [explain(clean, failed)]
    return Fragment(root, (*control, *faults))


def read(text: str) -> tuple[Node | None, Complaint | None, list[Fault]]:
    """The tree of a text, the complaint that ended it early, and what else the run time would refuse."""
    root, failed, templates = build(text, open_events(text))
    if failed is None:
        return root, None, [template_fault(text, at) for at in templates] + strict_faults(text, root)
    if only_libyaml_refuses(text):
        root, failed, templates = build(text, open_pure_events(text))
    return root, failed, [template_fault(text, at) for at in templates]


def build(text: str, source: Source) -> tuple[Node | None, Complaint | None, list[int]]:  # noqa: C901 - a branch for each event
    """The tree of the first document in `text`, the complaint that ended it early, and where bare templates start.

    After a complaint the tree holds what had come by then. A flow map that starts with ``{{`` is a template
    that somebody forgot to quote: it becomes a scalar.
    """
    next_event, code_of, error = source
    root: Node | None = None
    stack: list[
        tuple[Node, Node | None]
    ] = []  # the open collections around `parent`, each with its pending key
    parent: Node | None = None
    key: Node | None = None
    templates: list[int] = []
    failed: Complaint | None = None
    length = len(text)
    try:
        while (event := next_event()) is not None:
            code = code_of[type(event)]
            if code == SCALAR:
                start: int = event.start_mark.index
                end: int = event.end_mark.index
                style = event.style
                if event.anchor is not None or event.tag is not None:
                    start = min(_after_properties(text, start), end)
                if not style:
                    if start == end:
                        start = end = _empty_at(text, parent, key, start)
                    node = Node("scalar", start, end, "plain", event.value, event.anchor, event.tag)
                else:
                    if style in "|>":
                        end = start + len(text[start:end].rstrip())
                    node = Node(
                        "scalar", start, min(end, length), style, event.value, event.anchor, event.tag
                    )
            elif code in (MAP_START, SEQ_START):
                style_of: Style = "flow" if event.flow_style else "block"
                start = event.start_mark.index
                if event.anchor is not None or event.tag is not None:
                    start = _after_properties(text, start)
                node = Node(
                    "map" if code == MAP_START else "seq", start, start, style_of, "", event.anchor, event.tag
                )
                if len(stack) >= MAX_DEPTH:
                    failed = Complaint(
                        "", None, f"nested deeper than {MAX_DEPTH} levels, which is not read", start
                    )
                    break
                stack.append((parent, key) if parent is not None else _NOTHING)
                parent = node
                key = None
                continue
            elif code in (MAP_END, SEQ_END):
                if parent is None:
                    continue
                node = parent
                _close(node, key, event.end_mark.index if node.style == "flow" else None, text)
                opened = stack.pop()
                parent, key = (None, None) if opened is _NOTHING else opened
                if node.style == "flow" and node.kind == "map" and text.startswith("{{", node.start):
                    templates.append(_as_template(node, text))
            elif code == ALIAS:
                start = event.start_mark.index
                node = Node("alias", start, event.end_mark.index, "plain", event.anchor)
            else:
                if code == DOCUMENT_START and root is not None:
                    at = event.start_mark.index
                    failed = Complaint("", None, "another document starts here", at)
                    break  # one document is all there is to read
                continue
            if parent is None:
                root = node
            elif parent.kind == "seq":
                parent.items.append(node)
            elif key is None:
                key = node
            else:
                parent.entries.append(Entry(key, node))
                key = None
    except error as exc:
        failed = complaint(exc)
    except (RecursionError, ValueError, IndexError, AttributeError, NotImplementedError) as exc:
        failed = Complaint("", None, f"the parser gave up ({type(exc).__name__})", length)
    if failed is not None:
        while parent is not None:
            _close(parent, key, None, text)
            node = parent
            opened = stack.pop()
            parent, key = (None, None) if opened is _NOTHING else opened
            if parent is None:
                root = node
            elif parent.kind == "seq":
                parent.items.append(node)
            elif key is not None:
                parent.entries.append(Entry(key, node))
                key = None
    return root, failed, templates


_NOTHING: tuple[Node, Node | None] = (Node("scalar", 0, 0, "plain"), None)  # what lies around the root


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
    """Where an empty value lies: behind the colon of its key, or behind its dash."""
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
    """The offset behind the anchor and tag that start at `at`."""
    match = _PROPERTIES.match(text, at)
    if match is None:
        return at
    blank = _BLANK.match(text, match.end())
    return blank.end() if blank else match.end()


def _without_control_characters(text: str) -> tuple[str, list[Fault]]:
    """The text with what YAML refuses to read replaced, character for character, and the first such fault."""
    if (found := _NEITHER_TEXT_NOR_BREAK.search(text)) is None:
        return text, []
    at = found.start()
    message = f"the character U+{ord(found.group()):04X} is not allowed in YAML: remove it"
    return _NEITHER_TEXT_NOR_BREAK.sub("_", text), [Fault(at, at + 1, message, "control")]


def _too_deep(text: str) -> tuple[Fault, list[tuple[int, int]]] | None:
    """Brackets nested too deep, before any parser sees them: both need quadratic time for such text.

    The answer has the fault, and the spans of all that is deeper than half of what is allowed.
    """
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return None
    depth, deepest, start, at = 0, 0, 0, 0
    spans: list[tuple[int, int]] = []
    for match in _BRACKET.finditer(text):
        token = match.group()
        if token in "[{":
            depth += 1
            if depth == MAX_DEPTH // 2:
                start = match.start()
            if depth > MAX_DEPTH >= deepest:
                at = match.start()
            deepest = max(deepest, depth)
        elif token in "]}":
            if depth == MAX_DEPTH // 2:
                spans.append((start, match.end()))
            depth = max(depth - 1, 0)
    if deepest <= MAX_DEPTH:
        return None
    if depth >= MAX_DEPTH // 2:
        spans.append((start, len(text)))
    return Fault(at, at + 1, f"nested deeper than {MAX_DEPTH} levels, which is not read", "deep"), spans


_TEXT = re.compile(r"[^\r\n\x85\u2028\u2029]")


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with blanks in some spans, lines kept."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], _TEXT.sub(" ", text[start:end])]
        at = end
    return "".join([*parts, text[at:]])
