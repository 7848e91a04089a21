"""The name of a step and its uses that are spelled the same, to be edited together while the user types."""

from __future__ import annotations

from dataclasses import dataclass

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, Symbol, symbol_at
from spine_lsp.ide.rename import bound

WORD = r"[^\s,\[\]{}#&*!|>'\"%@`:\\]*"
"""What the name may become before linked editing ends: text that needs no quotes. The syntax is JavaScript's too."""


@dataclass(frozen=True, slots=True)
class LinkedEditing:
    """Spans that hold the same text, the one at the cursor among them."""

    spans: tuple[Span, ...]
    word_pattern: str


def linked_editing(workspace: Workspace, at: At) -> LinkedEditing | None:
    """What changes together when the step's name at a place is edited; None where that is nothing but itself.

    Only from the name itself: who types in a dependency wants to wait for another step, not to rename this one.
    """
    named = symbol_at(workspace, at)
    if named is None or named.kind != "step" or named.step is None:
        return None
    if named.span != named.group.name_span(named.step):
        return None
    spans = _same_text(workspace, named)
    if len(spans) < 2 or not any(span.start <= at.offset <= span.end for span in spans):
        return None
    return LinkedEditing(spans, WORD)


def _same_text(workspace: Workspace, named: Symbol) -> tuple[Span, ...]:
    """The places, inside quotes if there are any, where exactly the name is written; aliases follow by themselves."""
    source = named.document.text.source
    found = (one.name_span for one in bound(workspace, named))
    return tuple(span for span in found if source[span.start : span.end] == named.name)
