"""What was read of files as lines of JSON, and back: for what is kept on the disk, and made when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from typing import Any

from spine_lsp.pysource import declarations, expressions, facts, targets
from spine_lsp.pysource.places import SourcePlace

_CLASSES: dict[str, type] = {
    each.__name__: each
    for module in (expressions, facts, targets, declarations)
    for each in vars(module).values()
    if isinstance(each, type) and each.__module__ == module.__name__ and hasattr(each, "__dataclass_fields__")
}
_PLACES = ("SourcePlace", "SourcePlace | None")
_PLAIN = frozenset({str, int, float, bool, type(None)})
# What stands for a list, a mapping and a set: no class is called so.
_LIST, _MAPPING, _SET = "l", "d", "s"


class UnpackableError(Exception):
    """A value that cannot be kept."""


class _Meant:
    """A list that is to stay one."""

    __slots__ = ("items",)

    def __init__(self, items: list[Any]) -> None:
        self.items = items


def packed(value: object) -> bytes:
    """A value of this package as one line. Raises UnpackableError for what is none."""
    try:
        return json.dumps(value, default=_tagged, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as exc:
        raise UnpackableError(str(exc)) from exc


def unpacked(data: bytes) -> Any:
    """The value of a line that `packed` wrote. Raises ValueError, TypeError, KeyError for any other."""
    return _frozen(json.loads(data, object_pairs_hook=_made))


def _tagged(value: object) -> object:
    """A value that JSON has no form for, as an object of one key."""
    name = type(value).__name__
    if isinstance(value, frozenset):
        return {_SET: sorted(value)}
    if _CLASSES.get(name) is not type(value):
        raise TypeError(f"no {name} is kept")
    kind: Any = type(value)
    names, _ = _shape(kind)
    return {name: [_wrapped(getattr(value, each)) for each in names]}


def _wrapped(value: Any) -> Any:
    """A value in which lists and mappings are told from tuples and classes."""
    kind = type(value)
    if kind in _PLAIN or kind is SourcePlace:
        return value
    if kind is tuple:
        return [_wrapped(each) for each in value]
    if kind is list:
        return {_LIST: [_wrapped(each) for each in value]}
    if kind is dict:
        return {_MAPPING: [[_wrapped(key), _wrapped(each)] for key, each in value.items()]}
    return value


def _made(pairs: list[tuple[str, Any]]) -> Any:
    """The value that an object of one key stands for."""
    ((name, content),) = pairs
    if name == _LIST:
        return _Meant([_frozen(each) for each in content])
    if name == _MAPPING:
        return {_frozen(key): _frozen(each) for key, each in content}
    if name == _SET:
        return frozenset(map(_frozen, content))
    kind = _CLASSES[name]
    _, places = _shape(kind)
    return kind(
        *[
            SourcePlace.of_kept(each) if is_place else _frozen(each)
            for each, is_place in zip(content, places, strict=True)
        ]
    )


def _frozen(value: Any) -> Any:
    """A list of JSON as the tuple that it was, once its items are made."""
    if type(value) is list:
        return tuple(map(_frozen, value))
    return value.items if type(value) is _Meant else value


@cache
def _shape(kind: Any) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """The fields of a class, and which of them are places."""
    every: Iterable[Any] = fields(kind)
    return tuple(each.name for each in every), tuple(each.type in _PLACES for each in every)
