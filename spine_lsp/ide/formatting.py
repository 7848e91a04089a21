"""Formatting by the smallest edits: indentation and spacing, and nothing that a reader of the YAML could notice.

Lines keep their order and their words; comments move only sideways, with the line that they belong to. The unit of
indentation and whether lists are indented are those that the file mostly has. What the edits leave is read and
compared before they are given away: a text that would mean anything else is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from spine_lsp.analysis.comments import find_comments
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.symbols import Span
from spine_lsp.ide.formatting_layout import layout_edits
from spine_lsp.ide.formatting_typing import indent_of_new_line
from spine_lsp.syntax.faults import Fault
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.text import Edit, apply_edits
from spine_lsp.syntax.tree import Node

TRIGGER = "\n"
"""The character after which `format_on_type` has something to say."""


def format_document(document: Document) -> list[Edit]:
    """The edits that format the pipeline groups of a file; none for one with a fault in its YAML."""
    edits: list[Edit] = []
    for start, end in _group_spans(document):
        source = document.text.source[start:end]
        root = parse_fragment(source).root
        found = layout_edits(source, root, last=end == len(document.text.source))
        if _harmless(source, root, found):
            edits += [Edit(start + edit.start, start + edit.end, edit.text) for edit in found]
    return edits


def format_range(document: Document, span: Span) -> list[Edit]:
    """The edits for the lines of a span; where these alone would change a meaning, those for the whole steps.

    Where that will not do either, the lines keep their indentation.
    """
    text = document.text
    edits: list[Edit] = []
    for start, end in _group_spans(document):
        source = text.source[start:end]
        root = parse_fragment(source).root
        found = layout_edits(source, root, last=end == len(text.source))
        lines, steps = _lines(document, span), _steps(document, span)
        inside = [edit for edit in found if edit.start and source[edit.start - 1] not in "\r\n"]
        for (low, high), edits_of in ((lines, found), (steps, found), (lines, inside)):
            some = [edit for edit in edits_of if low <= start + edit.start and start + edit.end <= high]
            if _harmless(source, root, some):
                edits += [Edit(start + edit.start, start + edit.end, edit.text) for edit in some]
                break
    return edits


def format_on_type(document: Document, offset: int, typed: str) -> list[Edit]:
    """The indentation of a line that was just begun, from the lines above it."""
    if typed != TRIGGER or not document.is_spine:
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


def _group_spans(document: Document) -> list[Span]:
    """The YAML documents of a file that are groups without a fault; none of a file with merge conflicts."""
    if not document.is_spine or document.file.faults:
        return []
    spans = []
    for group in document.groups:
        part = group.part
        faults = [*part.skeleton.faults, *group.faults_between]
        for number in group.notable_steps:
            if group.steps[number].broken:
                faults += [*group.faults_of(number), *group.steps[number].faults]
        if _only_tabs(faults) and (part.path is not None or _only_tabs(group.header.faults)):
            spans.append(Span(part.start, part.end))
    return spans


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
    return Span(low, high)


def _harmless(source: str, root: Node | None, edits: list[Edit]) -> bool:
    """Whether a text, of this tree, says the same after the edits, in the same words and with the same comments."""
    after = apply_edits(source, edits)
    other = parse_fragment(after)
    if not _only_tabs(other.faults) or [*map(str.split, _comments(source))] != [
        *map(str.split, _comments(after))
    ]:
        return False
    if re.sub(r"\s+", "", source) != re.sub(r"\s+", "", after):
        return False
    return same_tree(root, other.root)


def _only_tabs(faults: Iterable[Fault]) -> bool:
    """Whether nothing is wrong but tabs between the words of a line, which formatting takes out."""
    return all(fault.kind == "inner-tab" for fault in faults)


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
