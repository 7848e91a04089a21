"""What a parameter's type lets through, of what a YAML file can hold; of types that are not known, nothing is said."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from spine_lsp.analysis.templates import CLOSING, OPENING
from spine_lsp.syntax.scalars import in_words

_LONGEST = 200  # characters of a type

_KINDS: dict[str, frozenset[str]] = {
    "str": frozenset({"str"}),
    "int": frozenset({"int", "bool"}),  # a bool is an int to Python
    "float": frozenset({"float"}),
    "bool": frozenset({"bool"}),
    "list": frozenset({"list"}),
    "List": frozenset({"list"}),
    "dict": frozenset({"dict"}),
    "Dict": frozenset({"dict"}),
    "Path": frozenset({"str"}),  # the one type that a text is converted to
    "date": frozenset({"date", "datetime"}),
    "datetime": frozenset({"datetime"}),
    "None": frozenset({"null"}),
    "NoneType": frozenset({"null"}),
}
_MODULES = ("", "typing.", "pathlib.", "datetime.", "builtins.", "types.", "t.", "dt.")
_WORDS = {
    "str": "a string",
    "int": "an integer",
    "float": "a float",
    "bool": "true or false",
    "list": "a list",
    "dict": "a map",
    "date": "a date",
    "datetime": "a time",
    "null": "null",
}


@lru_cache(maxsize=512)  # types as a few files write them
def kinds_of(written: str) -> frozenset[str] | None:
    """The kinds of values that a type lets through (`isinstance`, as Spine checks); None where that is not known."""
    import ast

    if not written or len(written) > _LONGEST:
        return None
    try:
        tree = ast.parse(written.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _kinds(tree)


def _kinds(tree: Any) -> frozenset[str] | None:
    import ast

    match tree:
        case ast.Constant(value=None):
            return _KINDS["None"]
        case ast.Constant(value=str(text)):
            return kinds_of(text)
        case ast.Name() | ast.Attribute():
            return _named(ast.unparse(tree))
        case ast.BinOp(op=ast.BitOr()):
            return _any_of([tree.left, tree.right])
        case ast.Tuple():
            return _any_of(tree.elts)
        case ast.Subscript():
            name = ast.unparse(tree.value).removeprefix("typing.")
            if name == "Optional":
                return _any_of([tree.slice, ast.Constant(None)])
            if name == "Union":
                return _any_of(tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice])
            return _kinds(tree.value) if name in ("list", "List", "dict", "Dict") else None
    return None


def _named(name: str) -> frozenset[str] | None:
    module, dot, last = name.rpartition(".")
    return _KINDS.get(last) if module + dot in _MODULES else None


def _any_of(trees: list[Any]) -> frozenset[str] | None:
    kinds: frozenset[str] = frozenset()
    for tree in trees:
        found = _kinds(tree)
        if found is None:
            return None
        kinds |= found
    return kinds


def kind_of(value: object) -> str | None:
    """The kind of a value of a YAML file; None for a rare one of which nothing is said."""
    if value is None:
        return "null"
    if isinstance(value, datetime):  # before `date`, which it is too
        return "datetime"
    if isinstance(value, date):
        return "date"
    kind = type(value).__name__
    return kind if kind in ("str", "int", "float", "bool", "list", "dict") else None


def lets_through(written: str, value: object) -> bool | None:
    """Whether a type lets a value through; None where that cannot be known, as with a template."""
    kinds, kind = kinds_of(written), kind_of(value)
    if kinds is None or kind is None or is_all_template(value):
        return None
    return kind in kinds


def is_all_template(value: object) -> bool:
    """Whether a value is one template and nothing else, which may stand for a value of any kind."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    return text.startswith(OPENING) and text.endswith(CLOSING) and text.count(OPENING) == 1


def type_in_words(written: str) -> str:
    """The kinds that a type lets through, as a message names them; empty where they are not known."""
    kinds = kinds_of(written)
    if not kinds:
        return ""
    shown = kinds - {"bool"} if "int" in kinds and "bool" not in written else kinds
    shown = shown - {"datetime"} if "date" in shown and "datetime" not in written else shown
    words = [word for kind, word in _WORDS.items() if kind in shown]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def value_in_words(value: object) -> str:
    """A value as a message names it, by its kind where it is a list or a map."""
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a map"
    if value is None:
        return "null"
    if isinstance(value, float):
        return f"the float {value}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"the integer {value}"
    return in_words(value)  # type: ignore[arg-type]  # what is left is a scalar
