"""What libyaml lets pass and PyYAML's own scanner, by which the run time reads, refuses.

Tabs between tokens, a `?` in a bare text in brackets, a comment glued to the sign of a block text, and a tag with
a comma or bracket right after it; `tests/syntax/test_events.py` looks for more. Ordinary text costs a look for
these signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from spine_lsp.syntax.lines import line_end, line_start
from spine_lsp.syntax.syntax_errors import TAB, Fault
from spine_lsp.syntax.tree import Node

_COMMENT = re.compile(r"(?:(?<=[\s,\[\]{}])|^)#[^\r\n\x85\u2028\u2029]*", re.MULTILINE)
_ODD_HEADER = re.compile(r"[|>][-+0-9]*[#\t]|[|>][-+0-9]* +\t")
_BLANKS = re.compile(r"[ \t]+")
_HEADER = re.compile(r"[|>][-+0-9]*")
_TAG_END = re.compile(r"![^\s,\[\]{}]*(?=[,\[\]{}])")
_MAX_FAULTS = 100


def strict_faults(text: str, root: Node | None) -> list[Fault]:
    """The faults of a text that libyaml read as `root`."""
    has_tab = "\t" in text
    asks = "?" in text and ("[" in text or "{" in text)
    tagged = "!" in text and ("[" in text or "{" in text)
    if root is None or not (has_tab or asks or tagged or _ODD_HEADER.search(text)):
        if has_tab and root is None:
            return list(_tabs_in(text, 0, len(text)))[:_MAX_FAULTS]
        return []
    faults: list[Fault] = []
    at = 0
    for node, in_flow in _scalars(root):
        quoted = node.style in ('"', "'") and text[node.start : node.start + 1] in ('"', "'")
        block = node.style in ("|", ">")
        if quoted or block:
            if has_tab:
                faults += _tabs_in(text, at, node.start)
            at = node.end
            if block:
                faults += _header(text, node)
        elif in_flow and asks and node.style == "plain" and "?" in node.text:
            place = text.index("?", node.start) if "?" in text[node.start : node.end] else node.start
            message = "a text with a `?` in it must be quoted inside of brackets"
            faults.append(Fault(node.start, max(node.end, place + 1), message, "character"))
        if tagged and node.tag is not None:
            faults += _glued_tag(text, node)
        if len(faults) >= _MAX_FAULTS:
            return faults[:_MAX_FAULTS]
    if has_tab:
        faults += _tabs_in(text, at, len(text))
    return faults[:_MAX_FAULTS]


def _scalars(root: Node) -> Iterator[tuple[Node, bool]]:
    """Every node in the order of the text that is no collection or has a tag, and whether it stands in brackets."""
    stack = [(root, False)]
    while stack:
        node, in_flow = stack.pop()
        if node.kind in ("scalar", "alias"):
            yield node, in_flow
            continue
        if node.tag is not None:
            yield node, in_flow
        inside = in_flow or node.style == "flow"
        if node.kind == "map":
            for entry in reversed(node.entries):
                stack.append((entry.value, inside))
                stack.append((entry.key, inside))
        else:
            stack.extend((item, inside) for item in reversed(node.items))


def _tabs_in(text: str, start: int, end: int) -> Iterator[Fault]:
    """The first tab of each line of text[start:end] that is in no comment."""
    at = text.find("\t", start, end)
    while at >= 0:
        line = line_start(text, at)
        stop = min(line_end(text, at), end)
        comment = _COMMENT.search(text, max(line, start), stop)
        if comment is None or at < comment.start():
            blanks = _BLANKS.match(text, at, stop)
            yield Fault(at, blanks.end() if blanks else at + 1, TAB, "inner-tab")
        at = text.find("\t", stop, end)


def _header(text: str, node: Node) -> Iterator[Fault]:
    """What stands wrongly after the `|` or `>` of a block text."""
    match = _HEADER.match(text, node.start)
    if match is None:
        return
    at = match.end()
    if text[at : at + 1] == "#":
        message = f"a space is missing between `{match.group()}` and the comment"
        yield Fault(node.start, at + 1, message, "character")
        return
    at += len(text[at:]) - len(text[at:].lstrip(" "))
    if text[at : at + 1] == "\t":
        yield Fault(at, at + 1, TAB, "inner-tab")


def _glued_tag(text: str, node: Node) -> Iterator[Fault]:
    """A tag that ends at a comma or bracket, which PyYAML takes for a part of it."""
    start = text.rfind("!", 0, max(node.start, 1) + 1)
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in "[]{},":
        start -= 1
    match = _TAG_END.match(text, start) if start >= 0 else None
    if match is not None:
        yield Fault(start, match.end(), f"a space is missing after the tag `{match.group()}`", "tag")
