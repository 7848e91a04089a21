"""Where the keys and values of a TOML text stand, which the reader of the standard library does not tell."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from spine_lsp.analysis.span import Span

Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t]*")
_BETWEEN = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n\r]+")


class KeyPlace(NamedTuple):
    """A key and its value; of a table that a header opens both are the key."""

    key: Span
    value: Span


def places_of(text: str) -> dict[Path, KeyPlace]:
    """The places of all keys and items of a valid TOML 1.0 text, by path; of any other text, those up to a fault."""
    reader = _TomlReader(text)
    with suppress(_NotTomlError, RecursionError):
        reader.read()
    return reader.places


class _NotTomlError(Exception):
    """The text is none that the reader of TOML takes."""


class _TomlReader:
    def __init__(self, text: str) -> None:
        self.places: dict[Path, KeyPlace] = {}
        self._text = text
        self._at = int(text.startswith("\ufeff"))
        self._tables: dict[Path, int] = {}  # the number of the last table of each array of tables

    def read(self) -> None:
        table: Path = ()
        while True:
            self._skip(_BETWEEN)
            if self._at >= len(self._text):
                return
            if self._sees("["):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        many = self._sees("[[")
        self._at += 2 if many else 1
        keys = self._keys()
        path: Path = ()
        for number, (name, span) in enumerate(keys):
            path = (*path, name)
            last = number == len(keys) - 1
            self.places.setdefault(path, KeyPlace(span, span))
            if last and many:
                self._tables[path] = self._tables.get(path, -1) + 1
            if path in self._tables:
                path = (*path, self._tables[path])
        self._expect("]]" if many else "]")
        return path

    def _pair(self, table: Path) -> None:
        path = table
        keys = self._keys()
        for name, span in keys:
            path = (*path, name)
            self.places.setdefault(path, KeyPlace(span, span))
        self._expect("=")
        self._skip(_BLANK)
        self.places[path] = KeyPlace(keys[-1][1], self._value(path))

    def _keys(self) -> list[tuple[str, Span]]:
        found = []
        while True:
            self._skip(_BLANK)
            start = self._at
            if (bare := _BARE.match(self._text, start)) is not None:
                name, self._at = bare.group(), bare.end()
            elif (string := _STRINGS.match(self._text, start)) is not None:
                name, self._at = _decoded(string.group()), string.end()
            else:
                raise _NotTomlError
            found.append((name, Span(start, self._at)))
            self._skip(_BLANK)
            if not self._sees("."):
                return found
            self._at += 1

    def _value(self, path: Path) -> Span:
        start = self._at
        if (string := _STRINGS.match(self._text, start)) is not None:
            self._at = string.end()
        elif self._sees("["):
            self._items(path)
        elif self._sees("{"):
            self._inline(path)
        elif (scalar := _SCALAR.match(self._text, start)) is not None:
            self._at = start + len(scalar.group().rstrip())
        else:
            raise _NotTomlError
        return Span(start, self._at)

    def _items(self, path: Path) -> None:
        self._at += 1
        number = 0
        while True:
            self._skip(_BETWEEN)
            if self._sees("]"):
                self._at += 1
                return
            start = self._at
            inner = (*path, number)
            value = self._value(inner)
            self.places[inner] = KeyPlace(Span(start, value.end), value)
            number += 1
            self._skip(_BETWEEN)
            if self._sees(","):
                self._at += 1
            elif not self._sees("]"):
                raise _NotTomlError

    def _inline(self, path: Path) -> None:
        self._at += 1
        while True:
            self._skip(_BETWEEN)  # newlines and a comma at the end are of TOML 1.1
            if self._sees("}"):
                self._at += 1
                return
            self._pair(path)
            self._skip(_BETWEEN)
            if self._sees(","):
                self._at += 1
            elif not self._sees("}"):
                raise _NotTomlError

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()

    def _sees(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _expect(self, text: str) -> None:
        self._skip(_BLANK)
        if not self._sees(text):
            raise _NotTomlError
        self._at += len(text)


def _decoded(string: str) -> str:
    from spine_lsp.configuration.toml import TomlFault, load

    found = load(f"key = {string}")
    if isinstance(found, TomlFault) or not isinstance(found["key"], str):
        raise _NotTomlError
    return found["key"]
