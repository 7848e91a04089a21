"""The positioned tree of a YAML text: nodes with exact spans, and ways to walk and resolve them.

A span is half open and in code points of the text that was parsed. Nodes hold what was written, not what it
means: that is for `scalars` and `values` to say. Nodes are not changed after parsing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from spine_lsp.cancellation import check_cancelled
from spine_lsp.syntax.scalars import scalar_value

Kind = Literal["scalar", "map", "seq", "alias"]
Style = Literal["plain", "'", '"', "|", ">", "block", "flow"]
Path = tuple[str | int, ...]

MAX_DEPTH = 100
"""How deep a tree may be nested, and the value that it stands for."""

_ALIAS = re.compile(r"\*[^\s,\[\]{}]")
_NONE: list[Any] = []  # of what cannot have any; never added to, so that a scalar needs no lists of its own


class Node:
    """One node: `text` of a scalar (or the name of an alias), `entries` of a map, `items` of a sequence."""

    # `by_key` is made when a large map is first asked for one of its keys, and is not there before.
    __slots__ = ("anchor", "by_key", "end", "entries", "items", "kind", "start", "style", "tag", "text")

    by_key: dict[str | int, Entry]

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


def key_text(key: Node) -> str:
    """A key as a string; keys that are not scalars have a made-up name that no field has."""
    return key.text if key.kind == "scalar" else f"<{key.kind}>"


def find_anchors(root: Node) -> dict[str, Node]:
    """The anchored nodes below `root` by name; of two with one name the last."""
    return {node.anchor: node for node in walk(root) if node.anchor}


_BETWEEN_LOOKS = 0xFF  # nodes, as a mask


def walk(root: Node) -> Iterator[Node]:
    """Every node below and with `root`, keys before values, in the order of the text; aliases are not followed."""
    stack = [root]
    count = 0
    while stack:
        count += 1
        if not count & _BETWEEN_LOOKS:
            check_cancelled()
        node = stack.pop()
        yield node
        if node.kind == "map":
            for entry in reversed(node.entries):
                stack.append(entry.value)
                stack.append(entry.key)
        elif node.kind == "seq":
            stack.extend(reversed(node.items))


def walk_paths(root: Node) -> Iterator[tuple[Path, Node]]:
    """As `walk`, each node with its path; that of a key is the path of its value."""
    stack: list[tuple[Path, Node]] = [((), root)]
    while stack:
        path, node = stack.pop()
        yield path, node
        if node.kind == "map":
            for entry in reversed(node.entries):
                inner = (*path, key_text(entry.key))
                stack.append((inner, entry.value))
                stack.append((inner, entry.key))
        elif node.kind == "seq":
            stack.extend(((*path, number), item) for number, item in reversed([*enumerate(node.items)]))


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
            entry = _entry_at(node, part) or entry_of_value(node, part)
            if entry is None:
                return None
            found = Found(entry.value, entry.key)
        elif node.kind == "seq" and isinstance(part, int) and part < len(node.items):
            found = Found(node.items[part], None)
        else:
            return None
    return found


_FEW = 32  # entries that are quicker looked through than looked up


def _entry_at(node: Node, part: str | int) -> Entry | None:
    """The first entry of a map with this key; thousands of questions of a large map cost no square."""
    if len(node.entries) <= _FEW:
        return next((entry for entry in node.entries if key_text(entry.key) == part), None)
    by_key: dict[str | int, Entry] | None = getattr(node, "by_key", None)
    if by_key is None:
        by_key = node.by_key = {key_text(entry.key): entry for entry in reversed(node.entries)}
    return by_key.get(part)


def entry_of_value(node: Node, part: str | int) -> Entry | None:
    """The entry whose key is no text and, as a value, is written `part`: `True` is the key `on`."""
    scalars = (entry for entry in node.entries if entry.key.kind == "scalar" and entry.key.style == "plain")
    return next((entry for entry in scalars if str(scalar_value(entry.key)) == part), None)


def open_aliases(text: str, root: Node | None) -> frozenset[str]:
    """The aliases of a text and its tree whose anchors are not before them in the same text."""
    if root is None or not _ALIAS.search(text):
        return frozenset()
    anchors: set[str] = set()
    missing: set[str] = set()
    for node in walk(root):
        if node.anchor:
            anchors.add(node.anchor)
        if node.kind == "alias" and node.text not in anchors:
            missing.add(node.text)
    return frozenset(missing)


def written_at(root: Node, path: Path) -> tuple[str | None, str | None]:
    """The texts of the key and of the scalar at a path, as they are written; None for what is none."""
    found = resolve(root, path)
    if found is None:
        return None, None
    node, key = found
    return (
        key.text if key is not None and key.kind == "scalar" else None,
        node.text if node.kind == "scalar" and not node.is_empty else None,
    )


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
