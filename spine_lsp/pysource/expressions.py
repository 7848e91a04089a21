"""The expressions that are kept of a file: what can be worked out without running it, and why the rest cannot."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from string import Formatter
from typing import Any

from spine_lsp.pysource.places import Places, SourcePlace

Scalar = str | int | float | bool | None

_DEEPEST = 60
_MOST_ITEMS = 2_000
_LONGEST_TEXT = 20_000
_LARGEST = 1 << 63
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands there; the place of a string is what is between its quotes, if that is its value."""

    value: Scalar
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class Name:
    """A name by itself."""

    id: str
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class Attribute:
    """`base.name`."""

    base: Expr
    name: str
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class Subscript:
    """`base[key]`."""

    base: Expr
    key: Expr
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class Join:
    """Texts or lists put together, by `+` or in an f-string; `formatted`: each part becomes a text."""

    parts: tuple[Expr, ...]
    formatted: bool
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or set; `spread` are the numbers of the items that are written with a star."""

    items: tuple[Expr, ...]
    spread: tuple[int, ...]
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class Pairs:
    """A dict; a pair without a key is a dict that is unpacked, by `**` or by `|`."""

    pairs: tuple[tuple[Expr | None, Expr], ...]
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class Call:
    """A call; an argument without a name behind the positional ones is a dict that is unpacked."""

    func: Expr
    args: tuple[Expr, ...]
    keywords: tuple[tuple[str | None, Expr], ...]
    place: SourcePlace

    def keyword(self, name: str) -> Expr | None:
        """The argument of that name."""
        return next((value for key, value in self.keywords if key == name), None)

    @property
    def spreads(self) -> bool:
        """Whether arguments are unpacked, so that what is not seen may be given all the same."""
        return any(key is None for key, _ in self.keywords) or any(
            isinstance(arg, Opaque) and arg.reason == STARRED for arg in self.args
        )


@dataclass(frozen=True, slots=True)
class Opaque:
    """What is not worked out: `reason` completes "it is ...", `text` is how it begins in the file."""

    reason: str
    text: str
    place: SourcePlace


Expr = Literal | Name | Attribute | Subscript | Join | Items | Pairs | Call | Opaque
_KINDS = (Literal, Name, Attribute, Subscript, Join, Items, Pairs, Call, Opaque)

STARRED = "unpacked arguments"
LAMBDA = "a lambda"
_REASONS: dict[type[ast.expr], str] = {
    ast.Lambda: LAMBDA,
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a generator",
    ast.IfExp: "one of two values",
    ast.BoolOp: "one of several values",
    ast.Await: "awaited",
    ast.NamedExpr: "assigned on the way",
    ast.Starred: STARRED,
}


class Reader:
    """Turns the expressions of one tree into ours."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._inside: SourcePlace | None = None  # of the f-string that is read: before 3.12 its parts have no places

    def read(self, node: ast.expr, depth: int = 0) -> Expr:
        """An expression of any kind."""
        if depth > _DEEPEST:
            return self.opaque(node, "nested too deeply")
        place = self.place(node)
        if isinstance(node, ast.Constant):
            return self._constant(node, place)
        if isinstance(node, ast.Name):
            return Name(node.id, place)
        if isinstance(node, ast.Attribute):
            return Attribute(self.read(node.value, depth + 1), node.attr, place)
        if isinstance(node, ast.Subscript):
            return Subscript(self.read(node.value, depth + 1), self.read(node.slice, depth + 1), place)
        if isinstance(node, ast.JoinedStr):
            return self._f_string(node, place, depth)
        if isinstance(node, ast.BinOp):
            return self._operation(node, place, depth)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            if len(node.elts) > _MOST_ITEMS:
                return self.opaque(node, f"longer than {_MOST_ITEMS:,} items")
            spread = tuple(at for at, item in enumerate(node.elts) if isinstance(item, ast.Starred))
            items = [item.value if isinstance(item, ast.Starred) else item for item in node.elts]
            return Items(self._all(items, depth), spread, place)
        if isinstance(node, ast.Dict):
            if len(node.keys) > _MOST_ITEMS:
                return self.opaque(node, f"longer than {_MOST_ITEMS:,} items")
            pairs = tuple(
                (None if key is None else self.read(key, depth + 1), self.read(value, depth + 1))
                for key, value in zip(node.keys, node.values, strict=True)
            )
            return Pairs(pairs, place)
        if isinstance(node, ast.Call):
            if (filled := self._format(node, place, depth)) is not None:
                return filled
            keywords = tuple((each.arg, self.read(each.value, depth + 1)) for each in node.keywords)
            return Call(self.read(node.func, depth + 1), self._all(node.args, depth), keywords, place)
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            return self._signed(node, node.operand, place)
        return self.opaque(node, _REASONS.get(type(node), "worked out when the program runs"))

    def place(self, node: ast.expr) -> SourcePlace:
        """Where an expression stands."""
        return self._inside or self._places.of(node)

    def string_place(self, node: ast.Constant, inside: ast.JoinedStr | None) -> SourcePlace:
        """The place of a string; in an f-string, whose parts have wrong places before 3.12, that of the whole."""
        try:
            place = self._places.of_string(node)
        except IndexError:
            place = None
        if inside is None and place is not None:
            return place
        if place is not None and self._places.source[place.start : place.end] == node.value:
            return place
        return self._places.of(inside or node)

    def opaque(self, node: ast.expr, reason: str) -> Opaque:
        """An expression that is not worked out."""
        place = self.place(node)
        text = self._places.source[place.start : min(place.end, place.start + 4 * _SHOWN)]
        text = " ".join(text.split())
        return Opaque(reason, text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…", place)

    def _all(self, nodes: Sequence[ast.expr], depth: int) -> tuple[Expr, ...]:
        return tuple([self.read(node, depth + 1) for node in nodes])

    def _constant(self, node: ast.Constant, place: SourcePlace) -> Expr:
        value = node.value
        if isinstance(value, str):
            if len(value) > _LONGEST_TEXT:
                return self.opaque(node, f"longer than {_LONGEST_TEXT:,} characters")
            return Literal(value, self._inside or self._places.of_string(node))
        return self._number(node, value, place)

    def _number(self, node: ast.expr, value: object, place: SourcePlace) -> Expr:
        if value is None or isinstance(value, bool):
            return Literal(value, place)
        if isinstance(value, int) and -_LARGEST <= value < _LARGEST:
            return Literal(value, place)
        if isinstance(value, float) and abs(value) < float("inf"):
            return Literal(value, place)
        return self.opaque(node, "no value that a file of groups can hold")

    def _signed(self, node: ast.UnaryOp, operand: ast.Constant, place: SourcePlace) -> Expr:
        value = operand.value
        if isinstance(node.op, ast.USub) and isinstance(value, (int, float)) and not isinstance(value, bool):
            return self._number(node, -value, place)
        if isinstance(node.op, ast.Not) and (value is None or isinstance(value, (str, int, float))):
            return Literal(not value, place)
        return self.opaque(node, "worked out when the program runs")

    def _f_string(self, node: ast.JoinedStr, place: SourcePlace, depth: int) -> Expr:
        outer, self._inside = self._inside, place
        try:
            parts: list[Expr] = []
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    if part.conversion not in (-1, ord("s")) or part.format_spec is not None:
                        return self.opaque(node, "formatted when the program runs")
                    parts.append(self.read(part.value, depth + 1))
                else:
                    parts.append(self.read(part, depth + 1))
            return Join(tuple(parts), True, place)
        finally:
            self._inside = outer

    def _filled(self, node: ast.BinOp, template: ast.Constant, place: SourcePlace, depth: int) -> Expr:
        """`"%s.x" % value`, as the f-string that it equals; with nothing but `%s`."""
        text = template.value if isinstance(template.value, str) else ""
        texts = text.split("%s")
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        if any("%" in part for part in texts) or len(texts) != len(values) + 1 or len(text) > _LONGEST_TEXT:
            return self.opaque(node, "worked out when the program runs")
        return _interleaved(texts, [self.read(value, depth + 1) for value in values], place)

    def _format(self, node: ast.Call, place: SourcePlace, depth: int) -> Expr | None:
        """`"{}.x".format(value)`, as the f-string that it equals; None for any other call."""
        func = node.func
        if not (isinstance(func, ast.Attribute) and func.attr == "format" and isinstance(func.value, ast.Constant)):
            return None
        text = func.value.value
        if (
            not isinstance(text, str)
            or len(text) > _LONGEST_TEXT
            or any(isinstance(each, ast.Starred) for each in node.args)
        ):
            return None
        given = {str(number): value for number, value in enumerate(node.args)}
        given.update((each.arg, each.value) for each in node.keywords if each.arg is not None)
        texts, values, counted = [""], list[Expr](), 0
        try:
            for literal, field, spec, conversion in Formatter().parse(text):
                texts[-1] += literal
                if field is None:
                    continue
                name = field or str(counted)
                counted += not field
                if spec or conversion not in (None, "s") or name not in given:
                    return None
                values.append(self.read(given[name], depth + 1))
                texts.append("")
        except ValueError:
            return None
        return _interleaved(texts, values, place)

    def _operation(self, node: ast.BinOp, place: SourcePlace, depth: int) -> Expr:
        if isinstance(node.op, ast.BitOr):
            left, right = self.read(node.left, depth + 1), self.read(node.right, depth + 1)
            return Pairs(((None, left), (None, right)), place)  # of dicts; of anything else it has no value
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
            return self._filled(node, node.left, place, depth)
        if not isinstance(node.op, ast.Add):
            return self.opaque(node, "worked out when the program runs")
        nodes: list[ast.expr] = [node.right]  # a chain of sums is deep, so it is walked
        at = node.left
        while isinstance(at, ast.BinOp) and isinstance(at.op, ast.Add) and len(nodes) < _MOST_ITEMS:
            nodes.append(at.right)
            at = at.left
        if isinstance(at, ast.BinOp) and isinstance(at.op, ast.Add):
            return self.opaque(node, "a sum of too many parts")
        nodes.append(at)
        return Join(self._all(nodes[::-1], depth), False, place)


def _interleaved(texts: Sequence[str], values: Sequence[Expr], place: SourcePlace) -> Join:
    """Texts with a value between each two of them, as an f-string."""
    parts: list[Expr] = []
    for number, text in enumerate(texts):
        if number:
            parts.append(values[number - 1])
        if text:
            parts.append(Literal(text, place))
    return Join(tuple(parts), True, place)


def arguments(call: Call, names: tuple[str, ...]) -> dict[str, Expr]:
    """The arguments of a call by name, positional ones by their order; what is unpacked is left out."""
    given: dict[str, Expr] = {}
    for name, arg in zip(names, call.args, strict=False):
        if isinstance(arg, Opaque) and arg.reason == STARRED:
            break  # nobody knows how many it stands for
        given[name] = arg
    given.update((key, value) for key, value in call.keywords if key is not None)
    return given


def with_values(expr: Expr, values: Mapping[str, object]) -> Expr | None:
    """An expression in which these names have values; None where there is one that is no text or number.

    A text is no literal of its place there: whoever looks for where it is written does not find the name.
    """
    if not values:
        return expr
    if isinstance(expr, Name):
        if expr.id not in values:
            return expr
        value = values[expr.id]
        if isinstance(value, str):
            return Join((Literal(value, expr.place),), False, expr.place)
        return Literal(value, expr.place) if value is None or isinstance(value, (int, float)) else None
    changed: dict[str, Any] = {}
    for field in fields(expr):
        before = getattr(expr, field.name)
        after = _each_with_values(before, values)
        if after is None and before is not None:
            return None
        if after is not before:
            changed[field.name] = after
    return replace(expr, **changed) if changed else expr


def _each_with_values(part: Any, values: Mapping[str, object]) -> Any:
    """The same of a field of an expression: expressions, in tuples too, and all else as it is."""
    if isinstance(part, tuple) and not isinstance(part, SourcePlace):
        found = tuple([_each_with_values(each, values) for each in part])
        lost = any(after is None and before is not None for before, after in zip(part, found, strict=True))
        return None if lost else found
    return with_values(part, values) if isinstance(part, _KINDS) else part


def source_text(expr: Expr) -> str:
    """How an expression is written, shortened; for messages and for types."""
    if isinstance(expr, Name):
        return expr.id
    if isinstance(expr, Attribute):
        return f"{source_text(expr.base)}.{expr.name}"
    if isinstance(expr, Subscript):
        return f"{source_text(expr.base)}[{source_text(expr.key)}]"
    if isinstance(expr, Call):
        return f"{source_text(expr.func)}({'…' if expr.args or expr.keywords else ''})"
    if isinstance(expr, Literal):
        return repr(expr.value)
    if isinstance(expr, Items):
        return ", ".join(source_text(item) for item in expr.items[:5])
    if isinstance(expr, Pairs):
        return " | ".join(source_text(value) for _, value in expr.pairs[:5])
    return expr.text if isinstance(expr, Opaque) else "…"
