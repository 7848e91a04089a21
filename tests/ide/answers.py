"""The features that answer for a cursor or a document, and every span of an answer, for tests of all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from spine_lsp.analysis.symbols import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.definition import definition
from spine_lsp.ide.highlight import highlight
from spine_lsp.ide.references import references
from spine_lsp.ide.rename import prepare_rename, rename
from spine_lsp.ide.spot import At
from spine_lsp.ide.symbols import document_symbols, workspace_symbols
from spine_lsp.syntax.text import Edit

CURSOR_FEATURES: tuple[Callable[[Workspace, At], object], ...] = (
    definition,
    highlight,
    lambda workspace, at: references(workspace, at, with_definition=True),
    prepare_rename,
    lambda workspace, at: rename(workspace, at, "new one: x"),
)
DOCUMENT_FEATURES: tuple[Callable[[Workspace, str], object], ...] = (
    document_symbols,
    lambda workspace, uri: workspace_symbols(workspace, "a"),
)


def spans_of(answer: object) -> Iterator[Span]:
    """Every span in an answer, however deep."""
    if isinstance(answer, (Span, Edit)):
        yield Span(answer.start, answer.end)
    elif isinstance(answer, (tuple, list)):
        for one in answer:
            yield from spans_of(one)
    elif dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        for field in dataclasses.fields(answer):
            yield from spans_of(getattr(answer, field.name))
