"""A mapping that never changes: the next one shares all but the few nodes on the way to what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")

_BITS = 4
_WIDE = 1 << _BITS
_FULL = 12  # entries of a leaf that is not parted yet
_DEEPEST = 15  # levels that the bits of a hash suffice for

# A node is a leaf, which is a dict, or a branch, which is a tuple of nodes by the next bits of the hash.
_EMPTY: dict[Any, Any] = {}


class Table(Mapping[K, V], Generic[K, V]):
    """Keys with values, in no order; `with_item` and `without` take time by the logarithm of the size."""

    __slots__ = ("_root", "_size")

    def __init__(self) -> None:
        self._root: Any = _EMPTY
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[K]:
        waiting = [self._root]
        while waiting:
            node = waiting.pop()
            if type(node) is dict:
                yield from node
            else:
                waiting.extend(node)

    def __getitem__(self, key: K) -> V:
        value: V = self._leaf(key)[key]
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._leaf(key)

    def get(self, key: K, default: Any = None) -> Any:
        """The value of a key, or else `default`."""
        return self._leaf(key).get(key, default)

    def with_item(self, key: K, value: V) -> Table[K, V]:
        """The table in which the key has this value."""
        return self._next(_with(self._root, 0, hash(key), key, value), self._size + (key not in self))

    def without(self, key: K) -> Table[K, V]:
        """The table without the key; the same if it has none."""
        if key not in self:
            return self
        return self._next(_without(self._root, 0, hash(key), key), self._size - 1)

    def _leaf(self, key: object) -> dict[Any, Any]:
        node, bits = self._root, hash(key)
        while type(node) is not dict:
            node = node[bits & (_WIDE - 1)]
            bits >>= _BITS
        return node

    def _next(self, root: Any, size: int) -> Table[K, V]:
        table: Table[K, V] = Table()
        table._root, table._size = root, size
        return table


def rekeyed(
    table: Table[K, Table[V, None]], member: V, before: Iterable[K], after: Iterable[K]
) -> Table[K, Table[V, None]]:
    """A table of sets by key, in which `member` is under the keys `after`, and no more under those `before`."""
    before, after = set(before), set(after)
    for key in before - after:
        rest = table[key].without(member)
        table = table.with_item(key, rest) if rest else table.without(key)
    for key in after - before:
        members: Table[V, None] = table.get(key) or Table()
        table = table.with_item(key, members.with_item(member, None))
    return table


def _with(node: Any, depth: int, bits: int, key: object, value: object) -> Any:
    if type(node) is dict:
        if len(node) < _FULL or key in node or depth > _DEEPEST:
            return {**node, key: value}
        parts: list[dict[Any, Any]] = [{} for _ in range(_WIDE)]
        for other, kept in node.items():
            parts[(hash(other) >> (depth * _BITS)) & (_WIDE - 1)][other] = kept
        node = tuple(parts)
    at = bits & (_WIDE - 1)
    return (*node[:at], _with(node[at], depth + 1, bits >> _BITS, key, value), *node[at + 1 :])


def _without(node: Any, depth: int, bits: int, key: object) -> Any:
    if type(node) is dict:
        return {other: kept for other, kept in node.items() if other != key}
    at = bits & (_WIDE - 1)
    node = (*node[:at], _without(node[at], depth + 1, bits >> _BITS, key), *node[at + 1 :])
    if any(type(part) is not dict for part in node) or sum(map(len, node)) > _FULL // 2:
        return node
    return {other: kept for part in node for other, kept in part.items()}
