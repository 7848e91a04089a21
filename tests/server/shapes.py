"""Types of TypeScript, as far as docs/commands.md writes them, and whether a value has one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

Check = Callable[[object, str], Iterator[str]]
"""Yields what is wrong with a value; the text says where it stands."""

_TOKEN = re.compile(r'\s*("[^"]*"|\w+\??|\[\]|[{}<>|:,])')
_BASIC: dict[str, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "Json": lambda value: True,
    "Range": lambda value: (
        isinstance(value, dict)
        and value.keys() == {"start", "end"}
        and all(position.keys() == {"line", "character"} for position in value.values())
    ),
}


def read_shape(source: str, names: Mapping[str, Check] | None = None) -> Check:
    """The check of a type; `names` are types that it may name."""
    shape = _Reader(source, names or {})
    check = shape.union()
    assert shape.rest == [], f"not read: {shape.rest}"
    return check


class _Reader:
    def __init__(self, source: str, names: Mapping[str, Check]) -> None:
        self.names = names
        self.rest = _TOKEN.findall(source)
        assert "".join(self.rest) == re.sub(r"\s", "", source), "a token is not known"

    def take(self, *expected: str) -> str:
        token = self.rest.pop(0)
        assert not expected or token in expected, f"{token} where {expected} was expected"
        return str(token)

    def union(self) -> Check:
        choices = [self.array()]
        while self.rest[:1] == ["|"]:
            self.take("|")
            choices.append(self.array())

        def check(value: object, where: str) -> Iterator[str]:
            faults = [list(choice(value, where)) for choice in choices]
            if all(faults):
                yield from min(faults, key=len)

        return check

    def array(self) -> Check:
        check = self.single()
        while self.rest[:1] == ["[]"]:
            self.take("[]")
            check = _array_of(check)
        return check

    def single(self) -> Check:
        token = self.take()
        if token == "{":
            return self.fields()
        if token == "Record":
            self.take("<")
            inner = self.union()
            self.take(">")
            return _record_of(inner)
        if token in self.names:
            return self.names[token]
        if token.startswith('"'):
            return _simple(token, lambda value: value == json.loads(token))
        return _simple(token, _BASIC[token])

    def fields(self) -> Check:
        wanted: dict[str, Check] = {}
        optional: set[str] = set()
        while True:
            key = self.take()
            self.take(":")
            wanted[key.rstrip("?")] = self.union()
            if key.endswith("?"):
                optional.add(key.rstrip("?"))
            if self.take(",", "}") == "}":
                return _fields(wanted, optional)


def _simple(name: str, holds: Callable[[object], bool]) -> Check:
    def check(value: object, where: str) -> Iterator[str]:
        if not holds(value):
            yield f"{where} is {value!r}, not {name}"

    return check


def _array_of(inner: Check) -> Check:
    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        for number, item in enumerate(value):
            yield from inner(item, f"{where}[{number}]")

    return check


def _record_of(inner: Check) -> Check:
    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where} is no object"
            return
        for key, item in value.items():
            yield from inner(item, f"{where}.{key}")

    return check


def _fields(wanted: Mapping[str, Check], optional: set[str]) -> Check:
    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where} is no object"
            return
        yield from (f"{where}.{key} is missing" for key in wanted if key not in value and key not in optional)
        yield from (f"{where}.{key} is not documented" for key in value if key not in wanted)
        for key, inner in wanted.items():
            if key in value:
                yield from inner(value[key], f"{where}.{key}")

    return check
