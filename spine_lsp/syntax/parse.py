"""A text to a positioned tree, whatever the text: what parses is there, what does not has one fault."""

from __future__ import annotations

import re
from typing import NamedTuple

from spine_lsp.syntax.build import read
from spine_lsp.syntax.syntax_errors import FLOW_TOKEN, Fault, explain
from spine_lsp.syntax.tree import MAX_DEPTH, Node

_NEITHER_TEXT_NOR_BREAK = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\ufeff]"
)


class Fragment(NamedTuple):
    """A text read: its tree (None when it holds nothing), and what was wrong with its YAML."""

    root: Node | None
    faults: tuple[Fault, ...]


def parse_fragment(text: str) -> Fragment:
    """Read one YAML document, or an indented part of one. Total: every text has an answer.

    Nothing is kept: a tree takes some fifty times the memory of its text, so whoever needs it again holds it.
    """
    from spine_lsp.syntax.recover import recover  # rare, so not at every start

    clean, control = _without_control_characters(text)
    if (deep := _too_deep(clean)) is not None:
        fault, spans = deep
        around = parse_fragment(_blanked(clean, spans))
        # Brackets around what is not read to its end only seem to be open.
        seeming = "open-bracket" if spans and spans[-1][1] == len(clean) else None
        others = (other for other in around.faults if other.kind != seeming)
        return Fragment(around.root, (*control, fault, *others))
    root, failed, faults = read(clean)
    if failed is not None:
        recovered, faults = recover(clean)
        root = recovered or root
        if not faults:  # every part is fine alone, so the fault is in how they stand together
            faults = [explain(clean, failed)]
    return Fragment(root, (*control, *faults))


def _without_control_characters(text: str) -> tuple[str, list[Fault]]:
    """The text with what YAML refuses to read replaced, character for character, and the first such fault."""
    if (found := _NEITHER_TEXT_NOR_BREAK.search(text)) is None:
        return text, []
    at = found.start()
    message = f"the character U+{ord(found.group()):04X} is not allowed in YAML: remove it"
    return _NEITHER_TEXT_NOR_BREAK.sub("_", text), [Fault(at, at + 1, message, "control")]


def _too_deep(text: str) -> tuple[Fault, list[tuple[int, int]]] | None:
    """Brackets nested too deep, before any parser sees them: both need quadratic time for such text.

    The answer has the fault, and the spans of all that is deeper than half of what is allowed.
    """
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return None
    depth, deepest, start, at = 0, 0, 0, 0
    spans: list[tuple[int, int]] = []
    for match in FLOW_TOKEN.finditer(text):
        token = match.group()
        if token in "[{":
            depth += 1
            if depth == MAX_DEPTH // 2:
                start = match.start()
            if depth > MAX_DEPTH >= deepest:
                at = match.start()
            deepest = max(deepest, depth)
        elif token in "]}":
            if depth == MAX_DEPTH // 2:
                spans.append((start, match.end()))
            depth = max(depth - 1, 0)
    if deepest <= MAX_DEPTH:
        return None
    if depth >= MAX_DEPTH // 2:
        spans.append((start, len(text)))
    return Fault(at, at + 1, f"nested deeper than {MAX_DEPTH} levels, which is not read", "deep"), spans


_TEXT = re.compile(r"[^\r\n\x85\u2028\u2029]")


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with blanks in some spans, lines kept."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], _TEXT.sub(" ", text[start:end])]
        at = end
    return "".join([*parts, text[at:]])
