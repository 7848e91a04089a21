"""A tree as plain values, the one way there is: aliases and merge keys followed, every refusal of the run time found.

The values are those of PyYAML's safe loader. What an alias stands for is made once, and its size is known before
it is used again, so that no text can stand for more than `MAX_SHARED` values; where it would, that is a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from spine_lsp.cancellation import check_cancelled
from spine_lsp.syntax.scalars import (
    BEGINS_TEXT,
    TAG,
    UnreadableScalar,
    is_merge_key,
    is_value_key,
    misleading,
    resolve,
    unknown_tag,
)
from spine_lsp.syntax.syntax_errors import Fault, FaultKind
from spine_lsp.syntax.tree import MAX_DEPTH, Entry, Node, Path

MAX_SHARED = 2_000_000
"""How many values the aliases of a text may stand for."""

_MAX_FAULTS = 100
_KNOWN_TAGS = frozenset(
    ("str", "int", "float", "bool", "null", "timestamp", "binary", "seq", "map", "set", "omap", "pairs")
)


class Anchored(NamedTuple):
    """What an anchor names: its node, the value of that, how many values it holds, and how deep they are nested."""

    node: Node
    value: object
    size: int
    height: int = 0


class Reading(NamedTuple):
    """The value of a tree, the faults that came up, and the keys that a map has twice (the first, and the other).

    `shared` counts the values that its aliases stand for, `anchors` holds what its anchors name, `misleading` the
    scalars that are not what they look like, with what to say.
    """

    value: object
    faults: tuple[Fault, ...] = ()
    duplicate_keys: tuple[tuple[Node, Node], ...] = ()
    shared: int = 0
    anchors: Mapping[str, Anchored] = {}
    misleading: tuple[tuple[int, int, str], ...] = ()


def read_values(root: Node, text: str = "", known: Mapping[str, Anchored] | None = None) -> Reading:
    """The value of `root` with everything that is wrong with it; never raises.

    `text` is what the tree was read from: with it, the fault of a tag or an anchor lies on that. `known` are the
    anchors that stand before the tree.
    """
    reader = _Reader(text, known or {})
    value = reader.value(root)
    return Reading(
        value,
        tuple(reader.faults),
        tuple(reader.duplicates),
        reader.shared,
        {**reader.anchors},
        tuple(reader.misleading),
    )


def node_value(root: Node, known: Mapping[str, Anchored] | None = None) -> Any:
    """The value of `root` as far as it can be read: dict, list, scalar; what is refused is the text as written."""
    return read_values(root, known=known).value


def follow(root: Node, path: Path, anchors: Mapping[str, Anchored]) -> Node | None:
    """The node that the value at `path` is read from: through aliases and merge keys, wherever it is written."""
    node: Node | None = _target(root, anchors)
    for part in path:
        if node is None:
            return None
        if node.kind == "seq":
            node = node.items[part] if isinstance(part, int) and part < len(node.items) else None
        else:
            node = _value_of_key(node, part, anchors)
        node = _target(node, anchors) if node is not None else None
    return node


def _target(node: Node, anchors: Mapping[str, Anchored]) -> Node:
    found = anchors.get(node.text) if node.kind == "alias" else None
    return found.node if found is not None else node


def _value_of_key(node: Node, key: object, anchors: Mapping[str, Anchored]) -> Node | None:
    return next((value for name, value in entries_of(node, anchors) if name == key), None)


def entries_of(node: Node, anchors: Mapping[str, Anchored]) -> Iterator[tuple[str, Node]]:
    """The keys (as written) and values of a map: its own, then those of merged maps, each map once.

    Of two entries of one key the first counts. Nothing for anything but a map and the alias of one.
    """
    seen: set[int] = set()
    first = _target(node, anchors)
    waiting = [first]
    while waiting:
        source = waiting.pop()
        if id(source) in seen:
            continue
        seen.add(id(source))
        if source.kind == "seq" and source is not first:  # of maps that are merged
            waiting += [_target(item, anchors) for item in reversed(source.items)]
            continue
        merged: list[Node] = []
        for key, value in source.entries:
            if key.kind != "scalar":
                continue
            if is_merge_key(key):
                merged.append(_target(value, anchors))
            else:
                yield key.text, value
        waiting += merged  # of two merge keys the later one counts, so it is looked at first


def anchor_span(node: Node, text: str) -> tuple[int, int]:
    """Where the anchor of a node stands, with its sign."""
    at = text.rfind(f"&{node.anchor}", 0, node.start)
    return (at, at + 1 + len(node.anchor or "")) if at >= 0 else (node.start, node.end)


def repeated_anchor(name: str) -> str:
    """The sentence for an anchor of a name that another has."""
    return f"the anchor `&{name}` stands in this document already: give this one another name"


def too_much_shared() -> str:
    """The sentence for aliases that stand for too much."""
    return f"here the aliases stand for more than {MAX_SHARED:,} values, which is not read"


_OPEN = -1  # the size of what is not read to its end


class _Reader:
    """Reads the nodes of one tree in the order of the text."""

    __slots__ = (
        "anchors",
        "count",
        "deepest",
        "depth",
        "duplicates",
        "faults",
        "misleading",
        "shared",
        "text",
    )

    def __init__(self, text: str, known: Mapping[str, Anchored]) -> None:
        self.text = text
        self.anchors = dict(known)
        self.count = 1  # the values so far, with every alias written out
        self.depth = 0
        self.deepest = 0  # since the innermost open anchor
        self.shared = 0  # those of them that aliases stand for
        self.faults: list[Fault] = []
        self.duplicates: list[tuple[Node, Node]] = []
        self.misleading: list[tuple[int, int, str]] = []

    def value(self, node: Node) -> Any:
        if node.kind == "alias":
            return self._alias(node)
        if node.anchor is not None:
            return self._anchored(node)
        return self._plain(node)

    def _plain(self, node: Node) -> Any:
        """The value of a node that is no alias, whatever its anchor."""
        if node.kind == "scalar":
            return self._scalar(node)
        check_cancelled()
        self.depth += 1
        if self.depth > self.deepest:
            self.deepest = self.depth
        if node.tag is not None and node.tag != "!":
            value = self._tagged(node)
        else:
            value = self._list(node) if node.kind == "seq" else self._map(node)
        self.depth -= 1
        return value

    def _scalar(self, node: Node) -> Any:
        text = node.text
        if node.tag is None and (node.style != "plain" or text[:1] in BEGINS_TEXT):
            return text
        try:
            value = resolve(node)
            if node.tag is None and len(self.misleading) < _MAX_FAULTS and (message := misleading(text)):
                self.misleading.append((node.start, node.end, message))
            return value
        except UnreadableScalar as error:
            if node.tag is not None and (error.is_tag or node.is_empty):
                self._tag_fault(node, str(error))
            else:
                self._fault(node, str(error), "value")
            return node.text

    def _list(self, node: Node) -> list[Any]:
        self.count += len(node.items)
        return [
            self._scalar(item) if item.kind == "scalar" and item.anchor is None else self.value(item)
            for item in node.items
        ]

    def _map(self, node: Node) -> dict[Any, Any]:
        self.count += 2 * len(node.entries)
        out: dict[Any, Any] = {}
        merged: dict[Any, Any] | None = None
        for entry in node.entries:
            key, value = entry
            if (
                key.kind == "scalar"
                and key.tag is None
                and key.anchor is None
                and (key.style != "plain" or key.text[:1] in BEGINS_TEXT)
            ):
                name: Any = key.text
            elif is_merge_key(key):
                merged = self._merged(value, merged)
                continue
            else:
                name = self._key(key)
            got = self._scalar(value) if value.kind == "scalar" and value.anchor is None else self.value(value)
            if name in out:
                self._duplicate(node, entry, name)
            else:
                out[name] = got
        if merged is None:
            return out
        return {**merged, **out}

    def _key(self, key: Node) -> Any:
        if is_value_key(key):
            return "="
        name = self.value(key)
        if isinstance(name, (list, dict, set)):
            word = "list" if isinstance(name, list) else "map"
            self._fault(key, f"a {word} cannot be the name of a key: quote it if it is meant as a string", "key")
            return f"<{key.kind} {key.start}>"  # a name that no field has
        return name

    def _duplicate(self, node: Node, entry: Entry, name: object) -> None:
        if len(self.duplicates) >= _MAX_FAULTS:
            return
        for first, _ in node.entries:
            if first is entry.key:
                return
            if not is_merge_key(first) and self._same_key(first, name):
                self.duplicates.append((first, entry.key))
                return

    def _same_key(self, key: Node, name: object) -> bool:
        if is_value_key(key):
            return name == "="
        if key.kind == "scalar":
            try:
                return resolve(key) == name
            except UnreadableScalar:
                return key.text == name
        target = self.anchors.get(key.text) if key.kind == "alias" else None
        return target is not None and target.value == name

    def _merged(self, node: Node, before: dict[Any, Any] | None) -> dict[Any, Any]:
        """What a merge key brings, over what those before it brought; in a list, the first map wins."""
        faults = len(self.faults)
        value = self.value(node)
        sources = node.items if node.kind == "seq" else [node]
        target = self.anchors.get(node.text) if node.kind == "alias" else None
        if target is not None and target.node.kind == "seq":
            sources = target.node.items
        out: dict[Any, Any] = before if before is not None else {}
        values = value if isinstance(value, list) and node.kind != "scalar" else [value]
        for source, got in zip(reversed(sources), reversed(values), strict=False):
            if isinstance(got, dict):
                out.update(got)
            elif len(self.faults) == faults and self.shared <= MAX_SHARED:  # else it is said what is wrong
                at = source if node.kind == "seq" else node
                self._fault(at, "`<<` takes in the keys of a map, and this is none", "merge")
        return out

    def _anchored(self, node: Node) -> Any:
        name = node.anchor
        assert name is not None
        if name in self.anchors:
            self._fault_at(*anchor_span(node, self.text), repeated_anchor(name), "anchor")
        self.anchors[name] = Anchored(node, None, _OPEN)
        count, deepest = self.count, self.deepest
        self.deepest = self.depth
        value = self._plain(node)
        size = min(1 + self.count - count, MAX_SHARED + 1)
        self.anchors[name] = Anchored(node, value, size, self.deepest - self.depth)
        self.deepest = max(deepest, self.deepest)
        return value

    def _alias(self, node: Node) -> Any:
        target = self.anchors.get(node.text)
        if target is None:
            message = f"no anchor `&{node.text}` stands before this alias; quote the text if it is meant literally"
            self._fault(node, message, "open-alias")
            return None
        if target.size == _OPEN:
            message = f"this alias stands inside of what it means: `&{node.text}` would contain itself"
            self._fault(node, message, "recursion")
            return None
        if self.depth + target.height > MAX_DEPTH:
            self._fault(node, f"nested deeper than {MAX_DEPTH} levels by its aliases, which is not read", "deep")
            return None
        self.deepest = max(self.deepest, self.depth + target.height)
        if self.shared + target.size > MAX_SHARED:
            if self.shared <= MAX_SHARED:
                self._fault(node, too_much_shared(), "shared")
            self.shared = MAX_SHARED + 1
            return None
        self.shared += target.size
        self.count += target.size - 1
        return target.value

    def _tagged(self, node: Node) -> Any:
        """The value of a map or list with a tag."""
        tag = node.tag or ""
        name = tag.removeprefix(TAG) if tag.startswith(TAG) else ""
        plain = self._list(node) if node.kind == "seq" else None
        if name == "seq" and plain is not None:
            return plain
        if name in ("omap", "pairs") and node.kind == "seq":
            pairs = [self._pair(item, got) for item, got in zip(node.items, plain or (), strict=True)]
            if None in pairs:
                message = f"`!!{name}` is a list of maps with one key each, and this is none"
                self._tag_fault(node, message)
            return [pair for pair in pairs if pair is not None]
        if node.kind == "map":
            read = self._map(node)
            if name == "map":
                return read
            if name == "set":
                return set(read)
            plain_value: Any = read
        else:
            plain_value = plain
        known = name in _KNOWN_TAGS
        what = "list" if node.kind == "seq" else "map"
        message = f"the tag `!!{name}` cannot stand before a {what}" if known else unknown_tag(tag)
        self._tag_fault(node, message)
        return plain_value

    def _pair(self, item: Node, got: Any) -> tuple[Any, Any] | None:
        target = self.anchors[item.text].node if item.kind == "alias" and item.text in self.anchors else item
        if target.kind != "map" or not isinstance(got, dict) or len(got) != 1 or len(target.entries) != 1:
            return None
        pair: tuple[Any, Any] = next(iter(got.items()))
        return pair

    def _fault(self, node: Node, message: str, kind: FaultKind) -> None:
        end = node.end
        if node.style == "block" and node.kind != "scalar":
            end = min(end, node.start + 1)
        self._fault_at(node.start, max(end, node.start), message, kind)

    def _tag_fault(self, node: Node, message: str) -> None:
        """A fault of the tag of a node, which stands before it."""
        text = self.text
        start = end = text.rfind("!", 0, node.start) if text else -1
        if start < 0:
            self._fault(node, message, "tag")
            return
        while start and not text[start - 1].isspace() and text[start - 1] not in "[]{},":
            start -= 1
        while end < len(text) and not text[end].isspace() and text[end] not in "[]{},":
            end += 1
        self._fault_at(start, end, message, "tag")

    def _fault_at(self, start: int, end: int, message: str, kind: FaultKind) -> None:
        if len(self.faults) < _MAX_FAULTS:
            self.faults.append(Fault(start, end, message, kind))
