"""Walks through Python's trees: as `ast` has it, but past the nodes that say nothing, and several times as fast."""

from __future__ import annotations

import ast
from functools import cache
from typing import Any

_SAYING_NOTHING = (
    ast.expr_context,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
    ast.alias,
    ast.type_ignore,
)
# Fields that never hold a node of another kind than these.
_WITHOUT = {
    "ctx",
    "op",
    "ops",
    "id",
    "attr",
    "arg",
    "asname",
    "module",
    "level",
    "names",
    "kind",
    "conversion",
} | {
    "is_async",
    "simple",
    "type_comment",
    "type_ignores",
}


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, in the order of `ast`; contexts, operators and imported names are left out."""
    found: list[ast.AST] = []
    kind: Any = type(node)
    for name in _fields(kind):
        value = getattr(node, name, None)
        if type(value) is list:
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(node: ast.AST) -> list[ast.AST]:
    """A node and all below it, level by level as `ast.walk` goes; what `children` leaves out is left out."""
    found = [node]
    for each in found:  # which grows meanwhile
        found += children(each)
    return found


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    """The fields of a kind of node that may hold others."""
    if kind is ast.Constant or issubclass(kind, _SAYING_NOTHING):
        return ()
    return tuple(name for name in kind._fields if name not in _WITHOUT)
