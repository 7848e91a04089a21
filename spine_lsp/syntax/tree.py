"""The positioned tree of a YAML text: nodes with exact spans, and ways to walk and resolve them.

A span is half open and in code points of the text that was parsed. Nodes hold what was written, not what it
means: `scalar_value` resolves a scalar by the YAML 1.2 core schema when somebody asks. Nodes are not changed
after parsing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

Kind = Literal["scalar", "map", "seq", "alias"]
Style = Literal["plain", "'", '"', "|", ">", "block", "flow"]
Path = tuple[str | int, ...]


_NONE: list[Any] = []  # of what cannot have any; never added to, so that a scalar needs no lists of its own


class Node:
    """One node: `text` of a scalar (or the name of an alias), `entries` of a map, `items` of a sequence."""

    __slots__ = ("anchor", "end", "entries", "items", "kind", "start", "style", "tag", "text")

    def __init__(
        self,
        kind: Kind,
        start: int,
        end: int,
        style: Style,
        text: str = "",
        anchor: str | None = None,
        tag: str | None = None,
    ) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.style = style
        self.text = text
        self.anchor = anchor
        self.tag = tag
        self.entries: list[Entry] = [] if kind == "map" else _NONE
        self.items: list[Node] = [] if kind == "seq" else _NONE

    def __repr__(self) -> str:
        inside = {"map": self.entries, "seq": self.items}.get(self.kind, self.text)
        return f"{self.kind}[{self.start}:{self.end}]({inside!r})"

    def get(self, key: str) -> Node | None:
        """The value of the first entry whose key is the scalar `key`; None in anything but a map."""
        entry = self.entry(key)
        return entry and entry.value

    def entry(self, key: str) -> Entry | None:
        """The first entry whose key is the scalar `key`."""
        for entry in self.entries:
            if entry.key.kind == "scalar" and entry.key.text == key:
                return entry
        return None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written here, as after `key:`."""
        return self.kind == "scalar" and self.start == self.end


class Entry(NamedTuple):
    """One `key: value` of a map."""

    key: Node
    value: Node


_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_BEGINS_TEXT = frozenset(
    "abcdeghijklmopqrsuvwxyzABCDEGHIJKLMOPQRSUVWXYZ_"
)  # all but those of null, true, false
_LONG_NUMBER = 4000  # beyond it, int() refuses or takes quadratic time


def scalar_value(node: Node) -> bool | int | float | str | None:
    """What a scalar means by the YAML 1.2 core schema (chapter 10.3.2); quoted and block text is a string."""
    text = node.text
    if node.style != "plain" or node.tag is not None:
        return text
    first = text[:1]
    if first in _BEGINS_TEXT:
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if (first.isdigit() or first in "+-.") and len(text) < _LONG_NUMBER:
        if _INT.match(text):
            return int(text)
        if _FLOAT.match(text):
            return float(text)
        if _OCTAL.match(text):
            return int(text[2:], 8)
        if _HEX.match(text):
            return int(text[2:], 16)
        if _SPECIAL.match(text):
            return float(text.replace(".", "", 1))
    return text


def node_value(node: Node, anchors: dict[str, Node] | None = None, budget: int = 100_000) -> object:
    """The plain value of `node`: dict, list, str, int, float, bool or None.

    Keys become strings. An alias becomes the value of its anchor (None if unknown or cyclic). A merge key
    ``<<`` is applied as YAML 1.1 has it: what the map says itself wins. `budget` bounds the nodes that are
    visited through aliases, so that nested anchors cannot blow up; past it values are None.
    """
    left = [budget]
    return _value(node, anchors or {}, frozenset(), left)


def _value(node: Node, anchors: dict[str, Node], open_anchors: frozenset[str], left: list[int]) -> object:
    left[0] -= 1
    if left[0] < 0:
        return None
    if node.kind == "scalar":
        return scalar_value(node)
    if node.kind == "alias":
        target = anchors.get(node.text)
        if target is None or node.text in open_anchors:
            return None
        return _value(target, anchors, open_anchors | {node.text}, left)
    if node.kind == "seq":
        return [
            scalar_value(item) if item.kind == "scalar" else _value(item, anchors, open_anchors, left)
            for item in node.items
        ]
    out: dict[str, object] = {}
    merged: dict[str, object] = {}
    for key, value in node.entries:
        got = scalar_value(value) if value.kind == "scalar" else _value(value, anchors, open_anchors, left)
        if key.kind == "scalar" and key.text == "<<" and key.style == "plain":
            for source in got if isinstance(got, list) else [got]:
                if isinstance(source, dict):
                    merged = {**source, **merged}
        else:
            out.setdefault(key_text(key), got)
    return {**merged, **out} if merged else out


def key_text(key: Node) -> str:
    """A key as a string; keys that are not scalars have a made-up name that no field has."""
    return key.text if key.kind == "scalar" else f"<{key.kind}>"


def find_anchors(root: Node) -> dict[str, Node]:
    """The anchored nodes below `root` by name; of two with one name the last (YAML 1.2 §3.2.2.2 lets both be)."""
    return {node.anchor: node for node in walk(root) if node.anchor}


def walk(root: Node) -> Iterator[Node]:
    """Every node below and with `root`, keys before values, in the order of the text; aliases are not followed."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if node.kind == "map":
            for entry in reversed(node.entries):
                stack.append(entry.value)
                stack.append(entry.key)
        elif node.kind == "seq":
            stack.extend(reversed(node.items))


class Found(NamedTuple):
    """Where a path leads: the node, and its key if it is the value of a map's entry."""

    node: Node
    key: Node | None


def resolve(root: Node, path: Path) -> Found | None:
    """The node at `path`, or None; follows no alias."""
    found = Found(root, None)
    for part in path:
        node = found.node
        if node.kind == "map":
            entry = next((e for e in node.entries if key_text(e.key) == part), None)
            if entry is None:
                return None
            found = Found(entry.value, entry.key)
        elif node.kind == "seq" and isinstance(part, int) and part < len(node.items):
            found = Found(node.items[part], None)
        else:
            return None
    return found


def path_at(root: Node, offset: int) -> tuple[Path, list[Node]]:
    """The path to the innermost node that holds `offset` (its end counts), and the nodes on the way.

    In a map the offset may also lie on a key: the path then ends with that key's name and the last node is
    the key itself.
    """
    path: list[str | int] = []
    nodes = [root]
    node = root
    while True:
        if node.kind == "map":
            for key, value in node.entries:
                if key.start <= offset <= key.end:
                    return (*path, key_text(key)), [*nodes, key]
                if value.start <= offset <= value.end and not value.is_empty:
                    path.append(key_text(key))
                    node = value
                    break
            else:
                return tuple(path), nodes
        elif node.kind == "seq":
            for index, item in enumerate(node.items):
                if item.start <= offset <= item.end and not item.is_empty:
                    path.append(index)
                    node = item
                    break
            else:
                return tuple(path), nodes
        else:
            return tuple(path), nodes
        nodes.append(node)
