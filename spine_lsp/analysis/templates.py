"""Templates in texts, ``{{ params.x }}``: where each begins and ends, and the parameters that it refers to.

The one reader of them. What is between the braces is not ours: only references to parameters are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.span import Span
from spine_lsp.cancellation import check_cancelled
from spine_lsp.orchestration.filling import NAME
from spine_lsp.orchestration.vocabulary import DEFAULTS, PARAMS
from spine_lsp.syntax.tree import Node, walk

OPENING, CLOSING = "{{", "}}"
REFERRING = f"{PARAMS}."
"""What stands before the name in a reference to a parameter."""

_NAME = re.compile(NAME)
_REFERENCE = re.compile(rf"(?<![\w.]){PARAMS}\.({_NAME.pattern})")
_BRACES = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}|\{\{(?:(?!\{\{)[^\r\n])*|\}\}", re.DOTALL)
_PAIRED = re.compile(r"\{\{[^{}\r\n]*\}\}")
_BEGUN = re.compile(r"\{\{[ \t]*([\w.-]*)\Z")
_LONGEST_BEGUN = 200  # characters before the cursor that are looked at


class Reference(NamedTuple):
    """One ``params.x`` of a template: its name and where that stands; `span` holds the ``params.`` too."""

    name: str
    name_span: Span
    span: Span


class Template(NamedTuple):
    """What begins with ``{{`` and runs to the next ``}}``; one without it runs to the end of its line."""

    span: Span
    is_closed: bool
    references: tuple[Reference, ...]


def templates(text: str, start: int = 0, end: int | None = None) -> Iterator[Template]:
    """The templates of a text between two offsets, in order; a ``{{`` inside of one begins another."""
    for match in _BRACES.finditer(text, start, len(text) if end is None else end):
        check_cancelled()
        if match.group() != CLOSING:
            references = tuple(_references(text, *match.span()))
            yield Template(Span(*match.span()), match.group().endswith(CLOSING), references)


def _references(text: str, start: int, end: int) -> Iterator[Reference]:
    for match in _REFERENCE.finditer(text, start, end):
        yield Reference(match.group(1), Span(*match.span(1)), Span(*match.span()))


def is_referred_to(text: str, name: str) -> bool:
    """Whether a text says ``params.name`` or ``defaults.name`` anywhere, in a template or not."""
    return re.search(rf"(?<![\w.])(?:{PARAMS}|{DEFAULTS})\.{re.escape(name)}(?!\w|-\w)", text) is not None


def can_be_named(name: str) -> bool:
    """Whether ``params.`` followed by `name` is a reference to that name."""
    return _NAME.fullmatch(name) is not None


def begun_name(text: str) -> str | None:
    """What is typed of a name in a template that a text ends in; None where it ends in none."""
    match = _BEGUN.search(text[-_LONGEST_BEGUN:])
    return match.group(1) if match is not None else None


def has_unpaired_braces(text: str) -> bool:
    """Whether there are braces of templates besides those in pairs."""
    starts, ends = text.count(OPENING), text.count(CLOSING)
    if starts == ends and (not starts or len(_PAIRED.findall(text)) == starts):
        return False
    rest = _PAIRED.sub("", text)
    return OPENING in rest or CLOSING in rest


def unpaired_braces(text: str, root: Node) -> tuple[Span, ...]:
    """Templates below `root` that only begin, and ``}}`` that end none; text with as many `{` as `}` may be JSON."""
    found = []
    for node in walk(root):
        if node.kind != "scalar":
            continue
        raw = text[node.start : node.end]
        if (OPENING not in raw and CLOSING not in raw) or raw.startswith(OPENING):  # bare: a fault of the YAML
            continue
        balanced = raw.count("{") == raw.count("}")
        for match in _BRACES.finditer(raw):
            token = match.group()
            if token == CLOSING and not balanced:
                found.append(Span(*match.span()).moved(node.start))
            elif token != CLOSING and not token.endswith(CLOSING):
                token = token.rstrip("\"' \t") if match.end() >= len(raw) - 1 else token.rstrip()
                found.append(Span(match.start(), match.start() + len(token)).moved(node.start))
    return tuple(found)
