"""What a completion answers: items, their order and their bound, and names written so that YAML reads them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from spine_lsp.analysis.span import Span
from spine_lsp.ide.completion.context import Context
from spine_lsp.syntax.scalars import escape, write

ItemKind = Literal["step", "key", "value", "pipeline", "parameter", "snippet"]


@dataclass(frozen=True, slots=True)
class CompletionItem:
    """One thing to write. `insert` replaces `span`; lines after its first are indented as the line it goes into.

    `note` is shown beside the label, `detail` when the item is looked at, and `data` is what `resolve` makes the
    documentation of. `retrigger` asks the client to complete once more behind what was inserted.
    """

    label: str
    kind: ItemKind
    span: Span
    insert: str
    sort_text: str
    filter_text: str
    detail: str = ""
    note: str = ""
    is_snippet: bool = False
    retrigger: bool = False
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompletionList:
    """Items, best first; `incomplete` says that there are others, which more typing may bring."""

    items: tuple[CompletionItem, ...] = ()
    incomplete: bool = False


def sort_key(place: int) -> str:
    """The place of an item in its list as a text that sorts so."""
    return f"{place:05d}"


def written(name: str, context: Context) -> str:
    """A name as it has to be written at the context: inside quotes that are there, or as its neighbours are."""
    if context.quote:
        return escape(name, context.quote) + context.closing_quote
    return write(name, context.style)


def key_edit(key: str, rest: str, context: Context) -> tuple[Span, str]:
    """What is replaced by a key and what follows it: the colon comes behind the closing quote.

    Nothing follows a key that has its colon.
    """
    if context.has_colon:
        return context.span, written(key, context)
    if not context.quote:
        return context.span, written(key, context) + rest
    closed = not context.closing_quote  # else the quote is open, and what is written closes it
    span = context.span._replace(end=context.span.end + 1) if closed else context.span
    return span, escape(key, context.quote) + context.quote + rest


def shifted(text: str, by: int) -> str:
    """A text of several lines with those after the first indented by `by` more."""
    return text.replace("\n", "\n" + " " * by)
