"""YAML events from the best parser there is for a text: libyaml, or ruamel.yaml's own where libyaml may not be used.

libyaml (through PyYAML) is some thirty times faster. It takes U+0085, U+2028 and U+2029 for line breaks, which
neither YAML 1.2 nor the protocol does; a text that holds one goes to the pure parser, as does every text where
the binding is missing. Both give the same events, marks and complaints; `tests/syntax/test_events.py` compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

_FOREIGN_BREAKS = "\x85\u2028\u2029"

# The codes of events, in the order in which the tree builder asks for them.
SCALAR, MAP_START, MAP_END, SEQ_START, SEQ_END, ALIAS, DOCUMENT_START, OTHER = range(8)


class Complaint(Exception):
    """What a parser said before it gave up; offsets are None where it gave none."""

    def __init__(self, context: str, context_at: int | None, problem: str, at: int | None) -> None:
        super().__init__(problem)
        self.context = context
        self.context_at = context_at
        self.problem = problem
        self.at = at


class Source(NamedTuple):
    """A parser: `next_event` gives events until None, `code_of` tells what kind an event's class is."""

    next_event: Callable[[], Any]
    code_of: dict[type, int]
    error: type[Exception]


def open_events(text: str) -> Source:
    """Events of `text`; `next_event` raises `error`, which `complaint` turns into a Complaint."""
    libyaml = _libyaml()
    if libyaml is not None and (text.isascii() or not any(c in text for c in _FOREIGN_BREAKS)):
        parser, codes, error = libyaml
        return Source(parser(text).get_event, codes, error)
    return open_pure_events(text)


def open_pure_events(text: str) -> Source:
    """Events of `text` by the pure Python parser."""
    make, codes, error = _pure()
    events: Iterator[Any] = make(text)
    return Source(lambda: next(events, None), codes, error)


def complaint(error: Exception) -> Complaint:
    """A parser's exception as a Complaint."""
    context_mark = getattr(error, "context_mark", None)
    problem_mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    position = getattr(error, "position", None)
    return Complaint(
        getattr(error, "context", None) or "",
        context_mark.index if context_mark is not None else None,
        str(problem),
        problem_mark.index if problem_mark is not None else position if isinstance(position, int) else None,
    )


def _codes(module: Any) -> dict[type, int]:
    return {
        module.ScalarEvent: SCALAR,
        module.MappingStartEvent: MAP_START,
        module.MappingEndEvent: MAP_END,
        module.SequenceStartEvent: SEQ_START,
        module.SequenceEndEvent: SEQ_END,
        module.AliasEvent: ALIAS,
        module.DocumentStartEvent: DOCUMENT_START,
        module.DocumentEndEvent: OTHER,
        module.StreamStartEvent: OTHER,
        module.StreamEndEvent: OTHER,
    }


@lru_cache(maxsize=1)
def _libyaml() -> tuple[Callable[[str], Any], dict[type, int], type[Exception]] | None:
    try:
        import yaml
        from yaml import cyaml
    except ImportError:  # PyYAML without its C part
        return None
    return cyaml.CParser, _codes(yaml), yaml.YAMLError  # type: ignore[attr-defined]  # the stubs leave it out


@lru_cache(maxsize=1)
def _pure() -> tuple[Callable[[str], Iterator[Any]], dict[type, int], type[Exception]]:
    from ruamel.yaml import YAML, events
    from ruamel.yaml.error import YAMLError

    from spine_lsp.syntax.tabs import TabScanner

    def make(text: str) -> Iterator[Any]:
        yaml = YAML(typ="safe", pure=True)  # a new one each time: a %YAML directive would stay with it
        yaml.Scanner = TabScanner
        parsed: Iterator[Any] = yaml.parse(text)
        return parsed

    return make, _codes(events), YAMLError
