"""The facts of a file as plain JSON and back, so that they can be kept."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from spine_lsp.pysource import expressions, facts
from spine_lsp.pysource.facts import Module
from spine_lsp.pysource.places import SourcePlace

VERSION = 4
"""Of this form; it goes up whenever other facts are kept, or the same ones otherwise."""

_NODES: dict[str, type[Any]] = {
    "literal": expressions.Literal,
    "name": expressions.Name,
    "attribute": expressions.Attribute,
    "subscript": expressions.Subscript,
    "join": expressions.Join,
    "items": expressions.Items,
    "pairs": expressions.Pairs,
    "call": expressions.Call,
    "opaque": expressions.Opaque,
    "imported": facts.Imported,
    "class-at": facts.ClassAt,
    "function-at": facts.FunctionAt,
    "parameter": facts.Parameter,
    "each": facts.Each,
    "scope": facts.Scope,
    "read": facts.Read,
    "method": facts.Method,
    "function": facts.Function,
    "class": facts.Class,
    "site": facts.Site,
    "unread": facts.UnreadPart,
    "directive": facts.Directive,
    "module": facts.Module,
}
_TAGS = {node: tag for tag, node in _NODES.items()}
_FIELDS = {node: tuple(field.name for field in fields(node)) for node in _NODES.values()}


class OtherFormError(ValueError):
    """What is no facts of a file, or those of another version."""


def to_json(module: Module) -> dict[str, Any]:
    """The facts as values that JSON has. A node is a list of its tag and its fields, a place of its numbers."""
    return {"version": VERSION, "module": _plain(module)}


def from_json(value: object) -> Module:
    """The facts that `to_json` made a value of. Raises OtherFormError for any other value."""
    if not isinstance(value, dict) or value.get("version") != VERSION:
        raise OtherFormError(f"not the facts of a file in version {VERSION}")
    try:
        module = _node(value["module"])
    except (KeyError, TypeError, ValueError, IndexError, RecursionError):
        raise OtherFormError("not the facts of a file") from None
    if not isinstance(module, Module):
        raise OtherFormError("not the facts of a file")
    return module


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is SourcePlace:
        numbers = list(value[:6])
        return ["at", *numbers, *value.wide]
    if kind in _TAGS:
        return [_TAGS[kind], *(_plain(getattr(value, name)) for name in _FIELDS[kind])]
    if kind is tuple:
        return ["tuple", *map(_plain, value)]
    if kind is frozenset:
        return ["set", *sorted(value)]
    if kind is dict:
        return {key: _plain(each) for key, each in value.items()}
    return value


def _node(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _node(each) for key, each in value.items()}
    if not isinstance(value, list):
        return value
    tag, *rest = value
    if tag == "at":
        if not all(type(number) is int for number in rest) or len(rest) not in (6, 10):
            raise ValueError
        start, end, line, column, end_line, end_column, *wide = rest
        return SourcePlace(start, end, line, column, end_line, end_column, tuple(wide))
    if tag == "tuple":
        return tuple(map(_node, rest))
    if tag == "set":
        return frozenset(rest)
    return _NODES[tag](*map(_node, rest))
