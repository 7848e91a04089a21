"""A mapping that never changes: the next one shares all but the few nodes on the way to what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


class Stored(Generic[V]):
    """A value that is made when it is asked for, out of how it is kept: a line, say."""

    __slots__ = ("_make", "_value", "data")

    def __init__(self, data: Any, make: Callable[[Any], V]) -> None:
        self.data = data
        self._make = make
        self._value: V | None = None  # until it is made: it is never None itself

    def value(self) -> V:
        """The value; of one of these always the same object once it is made."""
        if self._value is None:
            self._value = self._make(self.data)  # two threads may both make it: the values are equal
        return self._value


class Table(Mapping[K, V], Generic[K, V]):
    """Keys with values, in no order; `with_item` and `without` take time by the logarithm of the size.

    A value may be put in as it is stored, and is made when it is looked up.
    """

    __slots__ = ("_root", "_size")

    def __init__(self) -> None:
        self._root: Any = _EMPTY
        self._size = 0

    @classmethod
    def of(cls, items: Mapping[K, V | Stored[V]]) -> Table[K, V]:
        """The table of many items at once."""
        table: Table[K, V] = cls()
        table._root, table._size = _rooted(dict(items), 0), len(items)
        return table

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
        value = self._leaf(key)[key]
        made: V = value.value() if type(value) is Stored else value
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._leaf(key)

    def get(self, key: K, default: Any = None) -> Any:
        """The value of a key, or else `default`."""
        value = self._leaf(key).get(key, default)
        return value.value() if type(value) is Stored else value

    def as_stored(self, key: K) -> V | Stored[V]:
        """The value of a key as it was put in."""
        value: V | Stored[V] = self._leaf(key)[key]
        return value

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


def sets_of(keys: Mapping[K, Iterable[int]], members: Sequence[V]) -> Table[K, Table[V, None]]:
    """A table of sets by key, of the numbers of their members; a set is made when it is asked for."""

    def made(numbers: Iterable[int]) -> Table[V, None]:
        return Table.of(dict.fromkeys([members[number] for number in numbers]))

    return Table.of({key: Stored(numbers, made) for key, numbers in keys.items()})


def _rooted(items: dict[Any, Any], depth: int) -> Any:
    """The node of many items."""
    if len(items) <= _FULL or depth > _DEEPEST:
        return items
    parts: list[dict[Any, Any]] = [{} for _ in range(_WIDE)]
    for key, value in items.items():
        parts[(hash(key) >> (depth * _BITS)) & (_WIDE - 1)][key] = value
    return tuple([_rooted(part, depth + 1) for part in parts])


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
