"""Formatting by the smallest edits: indentation and spacing, and nothing that a reader of the YAML could notice.

Lines keep their order and their words; comments move only sideways, with the line that they belong to. The unit of
indentation and whether lists are indented are those that the file mostly has, or else the editor's. What the edits
leave is read and compared before they are given away: a text that would mean anything else is left as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.header import GroupPart
from spine_lsp.analysis.schedules.reading import schedule_at
from spine_lsp.analysis.span import Span
from spine_lsp.cancellation import check_cancelled
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.formatting.layout import Manner, layout_edits, manner_of
from spine_lsp.ide.formatting.on_type import indent_of_new_line
from spine_lsp.ide.offer import FORMATTING_TRIGGER
from spine_lsp.syntax.comments import find_comments
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.text import Edit, Text, apply_edits
from spine_lsp.syntax.tree import Node

MOST_AT_ONCE = 300_000
"""Characters of a group that is formatted as a whole: what is larger would take longer than a second."""
_SAMPLE = 200  # steps of a longer one, whose manner is taken for that of all


class _Piece(NamedTuple):
    """A text that is formatted for itself: where it starts in the file, its tree, and the edits that lay it out."""

    start: int
    source: str
    root: Node
    edits: list[Edit]


def format_document(document: Document, tab_size: int = 2) -> list[Edit]:
    """The edits that format what a file holds of ours; of a group with faults in its YAML, the steps without."""
    edits = [
        Edit(piece.start + edit.start, piece.start + edit.end, edit.text)
        for piece in _pieces(document, tab_size, Span(0, len(document.text)))
        if _harmless(piece.source, piece.root, piece.edits)
        for edit in piece.edits
    ]
    return edits if _uncovers_little(document, edits) else []


def format_range(document: Document, span: Span, tab_size: int = 2) -> list[Edit]:
    """The edits for the lines of a span; where these alone would change a meaning, those for the whole steps.

    Where that will not do either, the lines keep their indentation.
    """
    edits: list[Edit] = []
    lines, steps = _lines(document, span), _steps(document, span)
    for start, source, root, found in _pieces(document, tab_size, steps):
        inside = [edit for edit in found if edit.start and source[edit.start - 1] not in "\r\n"]
        for (low, high), edits_of in ((lines, found), (steps, found), (lines, inside)):
            some = [edit for edit in edits_of if low <= start + edit.start and start + edit.end <= high]
            if _harmless(source, root, some):
                edits += [Edit(start + edit.start, start + edit.end, edit.text) for edit in some]
                break
    return edits if _uncovers_little(document, edits) else []


def unformatted(document: Document) -> str | None:
    """Why something of a file is not formatted, in a sentence; None if all of it is."""
    if any(_is_long(group.part) for group in document.groups):
        return f"a group of more than {MOST_AT_ONCE:,} characters is formatted in parts: select some of its steps"
    faults = [fault.start for fault in document.file.faults]
    for group in document.groups:
        part = group.part
        faults += [part.file_offset(fault.start) for fault in part.skeleton.faults]
        faults += [group.name_span(number).start for number in group.steps_with_faults if group.steps[number].broken]
    faults += [
        listed.part.file_offset(fault.start) for listed in document.schedules for fault in listed.part.skeleton.faults
    ]
    if not faults or not document.is_served:
        return None
    line = document.text.line_of(min(faults)) + 1
    return f"line {line} has a fault in its YAML: what cannot be read is not formatted"


def unselected(document: Document, span: Span) -> str | None:
    """Why a selection is too much to be formatted, in a sentence; None if it is not."""
    if span.end - span.start <= MOST_AT_ONCE or not any(_is_long(group.part) for group in document.groups):
        return None
    return f"a selection of more than {MOST_AT_ONCE:,} characters is not formatted: select fewer steps"


def format_on_type(document: Document, offset: int, typed: str) -> list[Edit]:
    """The indentation of a line that was just begun, from the lines above it."""
    if typed != FORMATTING_TRIGGER or not document.is_served:
        return []
    source = document.text.source
    line = document.text.line_of(offset)
    start, end = document.text.line_start(line), document.text.line_end(line)
    if line == 0 or source[start:end].strip():
        return []
    indent = indent_of_new_line(source[:start])
    if indent is None or source[start:end] == " " * indent:
        return []
    return [Edit(start, end, " " * indent)]


def _is_long(part: GroupPart) -> bool:
    return part.end - part.start > MOST_AT_ONCE


def _pieces(document: Document, tab_size: int, span: Span) -> Iterator[_Piece]:
    """The groups of a file, those with a fault step by step as far as they are sound; none of a file with conflicts.

    Of a long group only the steps in `span`, if that is not long itself.
    """
    source = document.text.source
    for group in document.groups if not document.file.faults else ():
        part = group.part
        check_cancelled()
        if _is_long(part):
            if group.is_cut and span.end - span.start <= MOST_AT_ONCE:
                low, high = (min(bisect_left(part.block_starts, end), len(part.blocks)) for end in span)
                sound = [n for n in range(low, high) if _only_tabs(_faults_of(group, n))]
                yield from _sound_steps(part, sound, _manner_of(part, range(min(_SAMPLE, len(part.blocks))), tab_size))
            continue
        broken = {number for number in group.steps_with_faults if not _only_tabs(_faults_of(group, number))}
        around = [*part.skeleton.faults, *group.faults_between]
        if not group.is_cut:
            around += group.header.faults
        if not broken and _only_tabs(around):
            yield from _whole(source, part, tab_size)
        elif group.is_cut:
            sound = [number for number in range(len(part.blocks)) if number not in broken]
            yield from _sound_steps(part, sound, _manner_of(part, sound, tab_size))
    for listed in document.schedules if not document.file.faults else ():
        if not _is_long(listed.part) and _only_tabs(listed.part.skeleton.faults):
            yield from _whole(source, listed.part, tab_size)


def _whole(source: str, part: GroupPart, tab_size: int) -> Iterator[_Piece]:
    """A document as one piece."""
    text = source[part.start : part.end]
    if (root := parse_fragment(text).root) is not None:
        manner = manner_of([(text, root)], tab_size)
        yield _Piece(part.start, text, root, layout_edits(text, root, manner, last=part.end == len(source)))


def _faults_of(group: Group, step: int) -> list[Fault]:
    return [*group.faults_of(step), *group.steps[step].faults] if group.steps[step].broken else []


def _manner_of(part: GroupPart, numbers: Collection[int], tab_size: int) -> Manner:
    """The manner that most of some steps have."""
    blocks = (part.blocks[number] for number in numbers)
    return manner_of(((block.text, root) for block in blocks if (root := block.fragment.root)), tab_size)


def _sound_steps(part: GroupPart, numbers: Iterable[int], manner: Manner) -> Iterator[_Piece]:
    """Sound steps of a group, each for itself; their dashes stay where they are."""
    for number in numbers:
        check_cancelled()
        start, text, root = (
            part.block_starts[number],
            part.blocks[number].text,
            part.blocks[number].fragment.root,
        )
        if root is None:
            continue
        lines = Text(text)
        end = lines.line_end(lines.line_of(root.end))  # the comments below may be the next step's
        edits = [edit for edit in layout_edits(text, root, manner, last=False) if edit.end <= end]
        yield _Piece(start, text, root, edits)


def _lines(document: Document, span: Span) -> Span:
    text = document.text
    return Span(text.line_start(text.line_of(span.start)), text.line_end(text.line_of(span.end)))


def _steps(document: Document, span: Span) -> Span:
    """The whole lines of the steps that a span touches."""
    low, high = _lines(document, span)
    for group in document.groups:
        for offset in (span.start, span.end):
            step = group.step_at(offset)
            if step is not None:
                item = group.item_span(step)
                low, high = min(low, item.start), max(high, item.end)
    for offset in (span.start, span.end):
        schedule = schedule_at(document, offset)
        if schedule is not None:
            lines = _lines(document, schedule.span)
            low, high = min(low, lines.start), max(high, lines.end)
    return Span(low, high)


def _harmless(source: str, root: Node, edits: list[Edit]) -> bool:
    """Whether a text, of this tree, says the same after the edits, in the same words and with the same comments."""
    if not edits:
        return True
    after = apply_edits(source, edits)
    other = parse_fragment(after)
    if not _only_tabs(other.faults) or [*map(str.split, _comments(source))] != [*map(str.split, _comments(after))]:
        return False
    if re.sub(r"\s+", "", source) != re.sub(r"\s+", "", after):
        return False
    return same_tree(root, other.root)


def _only_tabs(faults: Iterable[Fault]) -> bool:
    """Whether nothing is wrong but tabs between the words of a line, which formatting takes out."""
    return all(fault.kind == "inner-tab" for fault in faults)


def _uncovers_little(document: Document, edits: list[Edit]) -> bool:
    """Whether no more errors show than there were, where edits take out tabs that are faults and may hide others."""
    if not any("\t" in document.text.source[edit.start : edit.end] for edit in edits):
        return True
    trial = Trial(document)
    tab = next((finding for finding in trial.findings if finding.kind == "inner-tab"), None)
    return tab is None or not trial.can_try(edits) or trial.permits(edits, tab)


def _comments(source: str) -> list[str]:
    return [source[comment.start : comment.end] for comment in find_comments(source)]


def same_tree(one: Node | None, other: Node | None) -> bool:
    """Whether two trees are the same but for places."""
    pairs = [(one, other)]
    while pairs:
        a, b = pairs.pop()
        if a is None or b is None:
            if a is not b:
                return False
            continue
        if (a.kind, a.style, a.text, a.tag, a.anchor) != (b.kind, b.style, b.text, b.tag, b.anchor):
            return False
        if len(a.items) != len(b.items) or len(a.entries) != len(b.entries):
            return False
        pairs += zip(a.items, b.items, strict=True)
        for (key, value), (other_key, other_value) in zip(a.entries, b.entries, strict=True):
            pairs += [(key, other_key), (value, other_value)]
    return True
