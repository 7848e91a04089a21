"""Groups that are built in Python as the document of YAML that says the same, with the way back to their places."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.orchestration.vocabulary import API_VERSION, API_VERSION_KEY, KIND_KEY
from spine_lsp.pysource.declarations import PythonGroup
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.pysource.targets import Spot
from spine_lsp.syntax.scalars import is_plain, write_float
from spine_lsp.syntax.text import Text

BESIDE_THE_POINT = ("several-documents", "overlooked-file", "misleading-value")
"""Rules that look at how a file is written, which is not for people here."""


class _Mark(NamedTuple):
    """A stretch of the YAML, and the place in Python that it stands for."""

    span: Span
    place: SourcePlace


class PythonView:
    """The groups of a Python file, each of which is known whole, as the documents of one YAML text."""

    def __init__(self, uri: str, version: int | None, groups: Sequence[PythonGroup]) -> None:
        writer = _Writer(path_of(uri) or "")
        for group in groups:
            writer.group(group)
        self.groups = groups
        self.document = Document.standing_for(uri, version, Text(writer.text))
        self._marks = writer.marks

    def place(self, span: Span) -> SourcePlace:
        """The place in the Python file of a span of the YAML: the narrowest that is known."""
        around = [mark for mark in self._marks if _holds(mark.span, span)] or self._marks[:1]
        return min(around, key=lambda mark: mark.span.end - mark.span.start).place

    def offset(self, offset: int) -> int | None:
        """The offset in the YAML of one in the Python file; None for what belongs to no group."""
        around = [mark for mark in self._marks if mark.place.start <= offset <= mark.place.end]
        if not around:
            return None
        mark = min(around, key=lambda mark: (mark.place.end - mark.place.start, mark.span.end - mark.span.start))
        return mark.span.start + 1 if mark.span.end - mark.span.start > 1 else mark.span.start

    def span(self, span: Span) -> Span:
        """As `place`, in offsets of the Python file."""
        place = self.place(span)
        return Span(place.start, place.end)

    def within(self, workspace: Workspace) -> Workspace:
        """The workspace in which the file is the YAML."""
        uri, config_of = self.document.uri, workspace.config_of

        def config(asked: str) -> Config:
            known = config_of(asked)
            if asked != uri:
                return known
            return replace(known, levels={**known.levels, **dict.fromkeys(BESIDE_THE_POINT)})

        documents = MappingProxyType({**workspace.documents, uri: self.document})
        return replace(workspace, documents=documents, config_of=config)


def is_whole(group: PythonGroup) -> bool:
    """Whether all of a group is known, but for the values of parameters."""
    return not group.gaps and bool(group.data)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


class _Writer:
    """Writes groups in YAML, and notes where each part of them went."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._pieces: list[str] = []
        self._length = 0
        self._group: PythonGroup | None = None
        self.marks: list[_Mark] = []

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(self._pieces)

    def group(self, group: PythonGroup) -> None:
        """A group as a document of its own."""
        if self._pieces:
            self._put("---\n")
        self._group = group
        start = self._length
        self._map({API_VERSION_KEY: API_VERSION, KIND_KEY: group.kind, **group.data}, (), "")
        self._mark(start, group.spot)

    def _put(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _mark(self, start: int, spot: Spot | None) -> None:
        if spot is not None and spot.path == self._path:
            self.marks.append(_Mark(Span(start, self._length), spot.place))

    def _map(self, data: Mapping[Any, Any], path: tuple[str | int, ...], indent: str) -> None:
        """A map of whole lines; the first is written where the last text ended."""
        for number, (key, value) in enumerate(data.items()):
            self._put(indent if number else "")
            self._key(key, (*path, key))
            items = value if isinstance(value, list) else ()
            if items and all(isinstance(item, dict) and item for item in items):
                start = self._length
                self._put("\n")
                for at, item in enumerate(items):
                    self._put(f"{indent}- ")
                    begun = self._length
                    self._map(item, (*path, key, at), f"{indent}  ")
                    self._mark(begun, self._spot((*path, key, at)))
                self._mark(start, self._spot((*path, key)))
            else:
                self._put(" ")
                self._flow(value, (*path, key))
                self._put("\n")

    def _key(self, key: object, path: tuple[Any, ...]) -> None:
        start = self._length
        plain = isinstance(key, str) and key.isidentifier() and len(path) < 4 and is_plain(key)
        self._put(str(key) if plain else _scalar(key))
        self._mark(start, self._group.keys.get(path) if self._group is not None else None)
        self._put(":")

    def _flow(self, value: object, path: tuple[Any, ...]) -> None:
        """A value in one line."""
        start = self._length
        if isinstance(value, dict):
            self._put("{")
            for number, (key, inner) in enumerate(value.items()):
                self._put(", " if number else "")
                self._key(key, (*path, key))
                self._put(" ")
                self._flow(inner, (*path, key))
            self._put("}")
        elif isinstance(value, (list, tuple)):
            self._put("[")
            for number, inner in enumerate(value):
                self._put(", " if number else "")
                self._flow(inner, (*path, number))
            self._put("]")
        else:
            self._put(_scalar(value))
        self._mark(start, self._spot(path))

    def _spot(self, path: tuple[Any, ...]) -> Spot | None:
        return self._group.places.get(path) if self._group is not None else None


def _scalar(value: object) -> str:
    """A scalar as JSON has it, which YAML reads alike, but for floats."""
    if isinstance(value, float):
        return write_float(value)
    if value is None or isinstance(value, (str, bool, int)):
        return json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else _quoted(value)
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """A text in double quotes; what YAML lets no file hold is escaped."""
    return "".join(_escaped(json.dumps(text, ensure_ascii=False)))


def _escaped(text: str) -> Iterator[str]:
    for char in text:
        plain = char.isprintable() or char == " "
        yield char if plain else f"\\U{ord(char):08x}"
