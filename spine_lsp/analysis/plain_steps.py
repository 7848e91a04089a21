"""Steps of the plainest shape, which nearly all have, read by one pattern: some ten times as fast as by a parser.

    - name: a
      pipeline: p
      depends_on: [b, c]
      params: {n: 1, day: "{{ params.day }}"}

The list and the map may also stand on lines of their own; which keys there are is told by the kind of the document
(`Kind.plain`). Whatever is different (another order, other keys, escapes, text outside of ASCII, a name that YAML
takes for something else) is left to the parser; what is read here is what the parser would read, which a property
test holds. Names and edges are read at once, places and values when somebody asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from spine_lsp.analysis.lazy import lazy
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import DIRECTIVE, NO_FIELDS, NO_PARAMS, Branch, Field, Step, shared_keys
from spine_lsp.analysis.templates import has_unpaired_braces
from spine_lsp.orchestration.kinds import GROUP, Kind
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, NAME, PIPELINE
from spine_lsp.syntax.scalars import MISLEADING_WORDS, NO_TEXTS, resolve_plain

_MOST_INDENT = 8
_SHORT = 1000  # characters of an item
_LONGEST = 20_000  # characters; a longer match would hold up every thread, the parser lets others go on


def _none_of(words: Iterable[str]) -> str:
    return rf"(?!(?:{'|'.join(words)})(?![A-Za-z0-9_./+-]))"


_NAME = rf"{_none_of(NO_TEXTS)}[A-Za-z_][A-Za-z0-9_./-]*"
_TEXT = rf"{_NAME}(?::[A-Za-z0-9_./-]+)*"  # with a colon in it, as references to functions have
_VALUE = (
    rf"(?:{_none_of(MISLEADING_WORDS)}[A-Za-z_/][A-Za-z0-9_./+-]*"
    r"|-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?"
    r'|"[ !#-\[\]-~]*"'
    r"|'[ -&(-~]*')"
)
_NUMBER = r"[1-9][0-9]{0,8}"
_END = r"(?:[ ]*|[ ]+\#[\t -~]*)(?:\r?\n|\Z)"  # of a line, with a comment
_BARE_END = r"[ ]*(?:\r?\n|\Z)"
_REST = r"(?:[ ]*(?:\#[\t -~]*)?\r?\n)*[ ]*(?:\#[\t -~]*)?\Z"
_EACH_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_EACH_KEY = re.compile(rf"({_NAME}):[ ]+{_VALUE}")
_EACH_ENTRY = re.compile(rf"({_NAME}):[ ]+({_VALUE})")


class _Shape(NamedTuple):
    """What a step of a kind matches whose dash stands at some indentation, and the numbers of the groups in it."""

    pattern: re.Pattern[str]
    keys: tuple[tuple[str, int], ...]
    runs: tuple[tuple[str, int], ...]
    edges: int  # on the line of the key; the next group is that of the lines below
    params: int  # the key; the next groups are its value on its line, and on the lines below


@lru_cache(maxsize=4 * (_MOST_INDENT + 1))  # of a few kinds, one for each indentation
def _shape(kind: Kind, indent: int) -> _Shape:
    plain = kind.plain
    key, item = f"[ ]{{{indent + 2}}}", f"[ ]{{{indent + 4}}}"
    names = rf"{_NAME}(?:[ ]*,[ ]*{_NAME})*"
    entry = rf"{_NAME}:[ ]+{_VALUE}"
    lines = [rf"[ ]{{{indent}}}-[ ]{NAME}:[ ]+({_NAME}){_END}"]
    for each in plain.keys:
        words = "|".join(sorted(plain.words.get(each, ())))
        value = rf"(?:{words})" if words else _NUMBER if each in plain.numbers else _TEXT
        line = rf"{key}{each}:[ ]+({value}){_END}"
        lines.append(line if each in plain.needed else rf"(?:{line})?")
    edges, params = 2 + len(plain.keys), 4 + len(plain.keys)
    lone = rf"|{_NAME}" if plain.lone_dependency else ""
    lines.append(
        rf"(?:{key}{DEPENDS_ON}:(?:[ ]+(\[[ ]*(?:{names})?[ ]*\]{lone}){_END}"
        rf"|{_BARE_END}((?:{key}-[ ]+{_NAME}{_BARE_END})+|(?:{item}-[ ]+{_NAME}{_BARE_END})+)))?"
    )
    lines.append(
        rf"(?:{key}({'|'.join(kind.parameters)}):(?:[ ]+(\{{[ ]*(?:{entry}(?:[ ]*,[ ]*{entry})*)?[ ]*\}}){_END}"
        rf"|{_BARE_END}((?:{item}{entry}{_BARE_END})+)))?"
    )
    places = tuple((each, number) for number, each in enumerate(plain.keys, 2))
    runs = tuple((each, number) for each, number in places if each in kind.runs)
    return _Shape(re.compile("".join(lines) + _REST), places, runs, edges, params)


class PlainStep(Step):
    """A step that was read by a pattern; places, values and fields are worked out from what it matched."""

    __slots__ = ("__dict__", "_kind", "_match", "_shape")

    # What is the same for all of them; the few others have it in their `__dict__`.
    broken = False
    form = None
    faults = ()
    duplicate_keys = ()
    anchors = ()
    misleading = ()
    shared = 0
    problems = ()
    open_braces = ()
    has_text_faults = False
    has_directive = False
    repeats = False
    needs_attention = False

    def __init__(self, match: re.Match[str], shape: _Shape, kind: Kind) -> None:
        self._match = match
        self._shape = shape
        self._kind = kind
        self.name = intern(match[1])
        self.pipeline = None
        self.depends_on = ()
        self.param_keys = _NO_KEYS
        self.said = None
        for _, number in shape.runs:
            if (written := match[number]) is not None:
                self.pipeline = intern(written)
                break

    @property
    def has_pipeline(self) -> bool:  # type: ignore[override]  # it is never set
        """Whether the key is there."""
        return self.pipeline is not None

    @property
    def runs_by(self) -> str:  # type: ignore[override]  # as above
        """The key that says what it runs."""
        return self._run[0]

    @property
    def _run(self) -> tuple[str, int]:
        match = self._match
        return next((run for run in self._shape.runs if match[run[1]] is not None), (PIPELINE, 0))

    @property
    def name_span(self) -> Span:  # type: ignore[override]  # as above
        """Where its name stands."""
        return Span(*self._match.span(1))

    @property
    def pipeline_span(self) -> Span | None:  # type: ignore[override]  # as above
        """Where the name of what it runs stands."""
        number = self._run[1]
        return Span(*self._match.span(number)) if number else None

    @property
    def node_start(self) -> int:  # type: ignore[override]  # as above
        """Where its first key stands."""
        return self._match.string.find("-") + 2

    @property
    def end(self) -> int:  # type: ignore[override]  # as above
        """Where its last value ends."""
        shape, last = self._shape, self._match.lastindex or 1
        if last in (shape.edges + 1, shape.params + 2):
            return self._lines_span(last).end
        return self._match.end(last)

    def _lines_span(self, number: int) -> Span:
        """From the first item or key to the end of the last, of a value on lines of its own."""
        text, (start, end) = self._match.string, self._match.span(number)
        lines = text[start:end]
        return Span(start + len(lines) - len(lines.lstrip(" ")), start + len(lines.rstrip()))

    def _value_span(self, number: int) -> Span:
        """Where the value of a key is: on its line, or on those below."""
        match = self._match
        return Span(*match.span(number)) if match[number] is not None else self._lines_span(number + 1)

    @lazy
    def edge_spans(self) -> tuple[Span, ...]:
        """Where the names that it waits for stand."""
        if not self.depends_on:
            return ()
        match, edges = self._match, self._shape.edges
        region = match.span(edges if match[edges] is not None else edges + 1)
        return tuple([Span(*each.span()) for each in _EACH_NAME.finditer(match.string, *region)])

    @lazy
    def params(self) -> Mapping[object, object]:
        """Its parameters as plain values."""
        if not self.param_keys:
            return NO_PARAMS
        match, params = self._match, self._shape.params
        region = match.span(params + 1 if match[params + 1] is not None else params + 2)
        return {intern(key): _value(written) for key, written in _EACH_ENTRY.findall(match.string, *region)}

    @lazy
    def fields(self) -> Mapping[str, Field]:
        """All its keys, where its kind asks for them."""
        if not self._kind.keeps_fields:
            return NO_FIELDS
        match, shape = self._match, self._shape
        values: list[tuple[str, object, Span]] = [(NAME, self.name, self.name_span)]
        for key, number in shape.keys:
            if (written := match[number]) is not None:
                value = int(written) if key in self._kind.plain.numbers else written
                values.append((key, value, Span(*match.span(number))))
        if match[shape.edges] is not None or match[shape.edges + 1] is not None:
            is_lone = (match[shape.edges] or "[")[0] != "["
            named = self.depends_on[0] if is_lone else list(self.depends_on)
            values.append((DEPENDS_ON, named, self._value_span(shape.edges)))
        if (key := match[shape.params]) is not None:
            values.append((key, dict(self.params), self._value_span(shape.params + 1)))
        found: dict[str, Field] = {}
        at = self.node_start
        for key, value, span in values:
            at = match.string.index(f"{key}:", at)
            found[key] = Field(value, Span(at, at + len(key)), span)
            at = span.end
        return found

    @lazy
    def branches(self) -> tuple[Branch, ...]:
        """The steps to go on with."""
        fields = self.fields
        named = ((key, fields[key]) for key in self._kind.branches if key in fields)
        return tuple(Branch(key, field.text, field.span) for key, field in named if field.text)


_NO_KEYS: frozenset[object] = frozenset()


def read_plain(text: str, kind: Kind = GROUP) -> Step | None:
    """The step that the text of an item says; None where it has another shape than the plainest of its kind."""
    indent = text.find("-")
    if not 0 <= indent <= _MOST_INDENT or len(text) > _LONGEST:
        return None
    shape = _shape(kind, indent)
    match = shape.pattern.match(text)
    if match is None or has_unpaired_braces(text):
        return None
    step = PlainStep(match, shape, kind)
    start, end = match.span(shape.edges)
    if start < 0:
        start, end = match.span(shape.edges + 1)
    if start >= 0:
        names = step.depends_on = tuple(map(intern, _EACH_NAME.findall(text, start, end)))
        if len(names) > 1 and len(set(names)) != len(names):
            step.repeats = step.needs_attention = True
    if match[shape.params] is not None:
        start, end = match.span(shape.params + 1)
        if start < 0:
            start, end = match.span(shape.params + 2)
        keys = tuple(_EACH_KEY.findall(text, start, end))
        if keys:
            step.param_keys = shared_keys(keys) if len(text) < _SHORT else frozenset(keys)
            if len(step.param_keys) != len(keys):
                return None
    if DIRECTIVE in text:
        step.has_directive = step.needs_attention = True
    return step


def _value(written: str) -> Any:
    return written[1:-1] if written[0] in "\"'" else resolve_plain(written)
