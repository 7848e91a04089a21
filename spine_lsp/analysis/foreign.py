"""Whether a file is surely none of ours: told from the lines at its left edge, piece by piece, without reading it.

Somebody's other YAML is open all day beside the groups, and may be large. It is not read at all while `is_foreign`
holds; where that cannot be told (the file is one of ours, or unusual), the file is read and the reading decides. So
the one thing that must be true: what is foreign here is no group when it is read.

What is looked at in a piece of the text stays with the piece, so a keystroke costs the piece that it is in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spine_lsp.analysis.kept import kept
from spine_lsp.orchestration.kinds import KINDS
from spine_lsp.orchestration.kinds.workflow.vocabulary import (
    CONDITION,
    CONDITION_REF,
    ELSE_STEP,
    HANDLER,
    HANDLER_REF,
    ITERATOR_WORKFLOW,
    OPERATION,
    THEN_STEP,
)
from spine_lsp.orchestration.vocabulary import (
    API_FAMILY,
    DECLARING,
    KIND,
    KIND_KEY,
    LIST_KEYS,
    PIPELINE,
    SPEC,
)
from spine_lsp.syntax.scalars import scalar_value
from spine_lsp.syntax.text import Piece, Text
from spine_lsp.syntax.tree import Node


class _Section(NamedTuple):
    """What is seen in that much of one YAML document as one piece holds."""

    starts: bool  # whether it begins with the `---` of the document
    words: bool  # a word that a group needs: in its apiVersion, its kind, or as the key of a step
    runs: bool  # what may be a key that says what a step does, or meant to be, or an escape that may spell anything
    odd: bool  # a line at the left edge that is no comment, item, or key of the plainest kind
    ours: bool  # an apiVersion or a kind that may be ours
    others: bool  # an apiVersion or a kind that is not, before any quote or bracket of the section
    lists: bool  # a key below which steps may stand
    quoted: bool  # a quote or bracket, in which the left edge means nothing
    indent: int | None  # of the first line with text; None where there is none


_NAMES = frozenset(kind.name for kind in KINDS)
_WORDS = (API_FAMILY, *_NAMES)
_RUNS = re.compile(  # what looks behind stands behind the word, which is quickly looked for
    "|".join(
        rf"""{key}(?<![\w.\-/$@]{key})(?=["']?\s*(?:\#[^\r\n]*\s+)*(?::|\Z))"""
        for key in (
            PIPELINE,
            OPERATION,
            HANDLER,
            HANDLER_REF,
            CONDITION,
            CONDITION_REF,
            THEN_STEP,
            ELSE_STEP,
            ITERATOR_WORKFLOW,
        )
    )
)
_ALMOST_BEGINS = ("pip", "Pip", "PIP", "pie", "pil", "ppi", "ppe")
ALMOST = r"(?!pipelines\b)(?:[pP]ip|PIP|pie|pil|pp[ie])[\w-]{2,9}"
"""What a slip makes of the key `pipeline`, as far as it is looked for where nothing else says that a file is ours."""
_ALMOST_RUNS = re.compile(rf"""(?<![\w.\-/$@]){ALMOST}(?=["']?\s*(?:\#[^\r\n]*\s+)*(?::|\Z))""")
_ESCAPE = re.compile(r"\\[xuU\r\n]")
_FOREIGN_BREAK = re.compile(r"[\x85\u2028\u2029]|\r(?!\n)")
_PLAIN = r"[\w./$()+~^]"
_WATCHED = rf"(?:{'|'.join((*DECLARING, *LIST_KEYS, SPEC))})"
_TELLING = re.compile(
    rf"""^(?![ \r\n\#]  # blank, inside of something, a comment,
           | -[ \r\n]  # an item,
           | (?!{_WATCHED}\b) {_PLAIN} [^\r\n:\#]* :(?:[ \t\r\n]|\Z))  # or a key that says nothing
         [^\r\n]+""",
    re.MULTILINE | re.VERBOSE,
)
_TEXT = re.compile(r"^([ \t]*)(?=[^\s#])", re.MULTILINE)
_MARKER = re.compile(r"---[ \t]*(?:[ \t]#.*)?")
_KEY = re.compile(rf"""(?P<quote>["']?)(?P<key>{_WATCHED})(?P=quote)[ \t]*:(?P<value>(?:[ \t].*)?)""")
_OTHER_KEY = re.compile(rf"""(?:"[^"\\]*"|'[^']*'|{_PLAIN}(?:(?![ \t]\#).)*?)[ \t]*:(?:[ \t].*)?""")
_CLOSING = re.compile(r"[\]}][\]},; \t]*(?:[ \t]#.*)?")
_WORD = re.compile(r"""[ \t]+(?P<quote>["']?)(?P<word>[\w./-]+)(?P=quote)[ \t]*(?:[ \t]#.*)?""")
_COMMENT = re.compile(r"^[ \t]*#.*", re.MULTILINE)
_QUOTES = re.compile(r"""['"{\[]""")


def is_foreign(text: Text) -> bool:
    """Whether no YAML document of a text can be a pipeline group."""
    words = runs = odd = ours = others = lists = quoted = False
    indent: int | None = None
    for number, piece in enumerate(text.pieces):
        if number and piece.text.startswith("\ufeff"):
            odd = True
        for section in _sections(piece):
            if section.starts:
                if _may_be_ours(words=words, runs=runs, odd=odd, ours=ours, others=others, lists=lists, indent=indent):
                    return False
                words = runs = odd = ours = others = lists = quoted = False
                indent = None
            words, runs, odd = words or section.words, runs or section.runs, odd or section.odd
            ours, lists = ours or section.ours, lists or section.lists
            others = others or (section.others and not quoted)
            quoted = quoted or section.quoted
            if indent is None:
                indent = section.indent
            if ours and (words or runs):
                return False
    return not _may_be_ours(words=words, runs=runs, odd=odd, ours=ours, others=others, lists=lists, indent=indent)


def _may_be_ours(
    *, words: bool, runs: bool, odd: bool, ours: bool, others: bool, lists: bool, indent: int | None
) -> bool:
    if not words and not runs:
        return False  # nothing that could make it a group, whatever else it says
    if odd or indent:
        return True  # the left edge does not tell where its keys are
    if ours:
        return True
    return runs and lists and not others


@kept
def _sections(piece: Piece) -> tuple[_Section, ...]:
    return tuple(_look(piece.text.removeprefix("\ufeff")))


def _look(text: str) -> Iterator[_Section]:
    """The sections of a piece; all that is told of one is told of its text alone."""
    broken = ("\r" in text or not text.isascii()) and _FOREIGN_BREAK.search(text) is not None
    start, starts = 0, False
    odd = ours = others = lists = False
    for line in _TELLING.finditer(text):
        content = line.group()
        if content.startswith("---") and (len(content) == 3 or content[3] in " \t"):
            piece = text[start : line.start()]
            yield _section(piece, starts=starts, odd=odd or broken, ours=ours, others=others, lists=lists)
            start, starts = line.start() + 3, True
            odd, ours, others, lists = _MARKER.fullmatch(content) is None, False, False, False
            continue
        key = _KEY.fullmatch(content)
        if key is None:
            odd = odd or not (_OTHER_KEY.fullmatch(content) or _CLOSING.fullmatch(content))
        elif key.group("key") in DECLARING:
            says_another = _says_another(key.group("key"), key.group("value"))
            if not says_another and not (others and _is_shared(key.group("value"))):
                ours = True
            elif says_another and not _is_quoted(text[start : line.start()]):
                others = True
        else:
            lists = True
    yield _section(text[start:], starts=starts, odd=odd or broken, ours=ours, others=others, lists=lists)


def _section(text: str, *, starts: bool, odd: bool, ours: bool, others: bool, lists: bool) -> _Section:
    first = _TEXT.search(text)
    return _Section(
        starts,
        any(word in text for word in _WORDS),
        _may_run(text),
        odd,
        ours,
        others,
        lists,
        _is_quoted(text),
        len(first.group(1)) if first is not None else None,
    )


def _may_run(text: str) -> bool:
    if _RUNS.search(text) is not None or _ESCAPE.search(text) is not None:
        return True
    begins = any(begin in text for begin in _ALMOST_BEGINS)  # found quickly, where the pattern is slow
    return begins and _ALMOST_RUNS.search(text) is not None


def _says_another(key: str, value: str) -> bool:
    """Whether the value of an apiVersion or a kind is a single word, a text, and not one of ours."""
    match = _WORD.fullmatch(value)
    if match is None:
        return False
    word = match.group("word")
    if not match.group("quote") and not isinstance(scalar_value(Node("scalar", 0, 1, "plain", word)), str):
        return False  # a number, say: then it declares nothing
    return word not in _NAMES if key == KIND_KEY else not word.startswith(API_FAMILY)


def _is_shared(value: str) -> bool:
    """Whether the value of a kind is one that other formats have too, so that another apiVersion says it all."""
    match = _WORD.fullmatch(value)
    return match is not None and match.group("word") in _NAMES - {KIND}


def _is_quoted(text: str) -> bool:
    if _QUOTES.search(text) is None:
        return False
    return "#" not in text or _QUOTES.search(_COMMENT.sub("", text)) is not None
