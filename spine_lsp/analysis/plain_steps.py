"""Steps of the plainest shape, which nearly all have, read by patterns: some five times as fast as by a parser.

    - name: a
      pipeline: p
      depends_on: [b, c]
      params: {n: 1, day: "{{ params.day }}"}

The list and the map may also stand on lines of their own. Whatever is different (another order, other keys, escapes,
text outside of ASCII, a name that YAML takes for something else) is left to the parser; what is read here is what the
parser would read, which a property test holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import DIRECTIVE, Step, shared_keys
from spine_lsp.analysis.templates import has_unpaired_braces
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, NAME, PARAMS, PIPELINE
from spine_lsp.syntax.scalars import BEGINS_TEXT, UnreadableScalar, misleading, resolve_plain

_MOST_INDENT = 8
_SHORT = 1000  # characters of an item
_LONGEST = 20_000  # characters; a longer match would hold up every thread, the parser lets others go on
_NAME = r"[A-Za-z_][A-Za-z0-9_./-]*"
_VALUE = (
    r"(?:(?:[A-Za-z0-9_./+]|-[A-Za-z0-9.])[A-Za-z0-9_./+-]*"
    r'|"[ !#-\[\]-~]*"'
    r"|'[ -&(-~]*')"
)
_END = r"(?:[ ]*|[ ]+\#[\t -~]*)(?:\r?\n|\Z)"  # of a line, with a comment
_BARE_END = r"[ ]*(?:\r?\n|\Z)"
_EACH_NAME = re.compile(_NAME)
_EACH_ENTRY = re.compile(rf"({_NAME}):[ ]+({_VALUE})")
_REST = re.compile(r"(?:[ ]*(?:\#[\t -~]*)?\r?\n)*[ ]*(?:\#[\t -~]*)?\Z")


class _Shape(NamedTuple):
    """What the lines of a step match whose dash stands at some indentation."""

    head: re.Pattern[str]
    edges: re.Pattern[str]
    params: re.Pattern[str]


@lru_cache(maxsize=_MOST_INDENT + 1)  # one for each indentation
def _shape(indent: int) -> _Shape:
    at = f"[ ]{{{indent}}}"
    key, item = f"[ ]{{{indent + 2}}}", f"[ ]{{{indent + 4}}}"
    names = rf"{_NAME}(?:[ ]*,[ ]*{_NAME})*"
    entry = rf"{_NAME}:[ ]+{_VALUE}"
    return _Shape(
        re.compile(rf"{at}-[ ]{NAME}:[ ]+({_NAME}){_END}{key}{PIPELINE}:[ ]+({_NAME}){_END}"),
        re.compile(
            rf"{key}{DEPENDS_ON}:(?:[ ]+(\[[ ]*(?:{names})?[ ]*\]|{_NAME}){_END}"
            rf"|{_BARE_END}((?:{key}-[ ]+{_NAME}{_BARE_END})+|(?:{item}-[ ]+{_NAME}{_BARE_END})+))"
        ),
        re.compile(
            rf"{key}{PARAMS}:(?:[ ]+(\{{[ ]*(?:{entry}(?:[ ]*,[ ]*{entry})*)?[ ]*\}}){_END}"
            rf"|{_BARE_END}((?:{item}{entry}{_BARE_END})+))"
        ),
    )


def read_plain(text: str) -> Step | None:
    """The step that the text of an item says; None where it has another shape than the plainest."""
    indent = text.find("-")
    if not 0 <= indent <= _MOST_INDENT or len(text) > _LONGEST:
        return None
    shape = _shape(indent)
    head = shape.head.match(text)
    if head is None:
        return None
    step = Step()
    name, pipeline = head.groups()
    if not _are_texts((name, pipeline)):
        return None
    step.name, step.pipeline, step.has_pipeline = intern(name), intern(pipeline), True
    step.name_span, step.pipeline_span = _span(head.span(1)), _span(head.span(2))
    step.node_start = indent + 2
    step.end = head.end(2)
    at = head.end()
    edges = shape.edges.match(text, at)
    if edges is not None:
        found = list(_EACH_NAME.finditer(text, *edges.span(edges.lastindex or 0)))
        names = [match.group() for match in found]
        if not _are_texts(names):
            return None
        step.depends_on = tuple(map(intern, names))
        step.edge_spans = tuple([_span(match.span()) for match in found])
        step.repeats = len(set(names)) != len(names)
        step.end = edges.end(1) if edges.lastindex == 1 else found[-1].end()
        at = edges.end()
    params = shape.params.match(text, at)
    if params is not None:
        entries = list(_EACH_ENTRY.finditer(text, *params.span(params.lastindex or 0)))
        try:
            values: dict[Any, object] = {intern(match.group(1)): _value(match.group(2)) for match in entries}
            if any(_misleads(match.group(2)) for match in entries):
                return None
        except UnreadableScalar:
            return None
        if len(values) != len(entries) or not _are_texts(values):
            return None
        if values:
            step.params = values
            step.param_keys = shared_keys(tuple(values)) if len(text) < _SHORT else frozenset(values)
        step.end = params.end(1) if params.lastindex == 1 else entries[-1].end()
        at = params.end()
    if _REST.match(text, at) is None or has_unpaired_braces(text):
        return None
    step.has_directive = DIRECTIVE in text
    step.needs_attention = step.has_directive or step.repeats
    return step


def _span(found: tuple[int, int], new: Callable[..., Span] = tuple.__new__) -> Span:
    return new(Span, found)  # what `Span(*found)` does, without a call of Python's


def _are_texts(words: Iterable[str]) -> bool:
    """Whether words that begin with a letter are texts as plain scalars."""
    return all(word[0] in BEGINS_TEXT or isinstance(resolve_plain(word), str) for word in words)


def _misleads(written: str) -> bool:
    return written[0] not in "\"'" and misleading(written) is not None


def _value(written: str) -> object:
    if written[0] in "\"'":
        return written[1:-1]
    return written if written[0] in BEGINS_TEXT else resolve_plain(written)
