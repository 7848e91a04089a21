"""YAML events from libyaml, or from PyYAML's own scanner where libyaml is missing or would refuse too much.

The run time reads files with PyYAML's own scanner (`yaml.safe_load`), so that is who is right. libyaml is some
thirty times faster and reads nearly every text alike, marks and complaints included; `strict` finds what it lets
pass, `only_libyaml_refuses` tells when to ask the other. `tests/syntax/test_events.py` compares them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

# The codes of events, in the order in which the tree builder asks for them.
SCALAR, MAP_START, MAP_END, SEQ_START, SEQ_END, ALIAS, DOCUMENT_START, OTHER = range(8)

_MAX_SECOND_READING = 50_000  # code points; of a larger text that libyaml refuses, nobody else is asked
_REFUSED_BY_LIBYAML = re.compile(r"\t|:[,\]}]|^%", re.MULTILINE)


class Complaint(Exception):  # noqa: N818 - what a parser complains of becomes a fault
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
    if libyaml is None:
        return open_pure_events(text)
    parser, codes, error = libyaml
    return Source(parser(text).get_event, codes, error)


def open_pure_events(text: str) -> Source:
    """Events of `text` by PyYAML's own scanner."""
    import yaml

    loader = yaml.SafeLoader(text)

    def next_event() -> Any:
        return loader.get_event() if loader.check_event() else None  # type: ignore[no-untyped-call]  # the stubs leave it so

    return Source(next_event, _codes(), yaml.YAMLError)


def only_libyaml_refuses(text: str) -> bool:
    """Whether PyYAML's own scanner may read a text that libyaml refused.

    It takes tabs at the beginning of a block text, a key without a value before a comma or bracket, and directives
    that it does not know. (It takes `key:[value]` in brackets as well, which everybody else reads as a slip.)
    """
    return len(text) <= _MAX_SECOND_READING and _REFUSED_BY_LIBYAML.search(text) is not None


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


@lru_cache(maxsize=1)
def _codes() -> dict[type, int]:
    import yaml

    return {
        yaml.ScalarEvent: SCALAR,
        yaml.MappingStartEvent: MAP_START,
        yaml.MappingEndEvent: MAP_END,
        yaml.SequenceStartEvent: SEQ_START,
        yaml.SequenceEndEvent: SEQ_END,
        yaml.AliasEvent: ALIAS,
        yaml.DocumentStartEvent: DOCUMENT_START,
        yaml.DocumentEndEvent: OTHER,
        yaml.StreamStartEvent: OTHER,
        yaml.StreamEndEvent: OTHER,
    }


@lru_cache(maxsize=1)
def _libyaml() -> tuple[Callable[[str], Any], dict[type, int], type[Exception]] | None:
    import yaml

    try:
        from yaml import cyaml
    except ImportError:  # PyYAML without its C part
        return None
    return cyaml.CParser, _codes(), yaml.YAMLError  # type: ignore[attr-defined]  # the stubs leave it out
