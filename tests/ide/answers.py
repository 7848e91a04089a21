"""The features that answer for a cursor or a document, and every span of an answer, for tests of all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from itertools import pairwise

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.call_hierarchy import incoming_calls, outgoing_calls, prepare_call_hierarchy
from spine_lsp.ide.cursor import At
from spine_lsp.ide.definition import definition
from spine_lsp.ide.folding import folding
from spine_lsp.ide.highlight import highlight
from spine_lsp.ide.linked_editing import linked_editing
from spine_lsp.ide.links import links
from spine_lsp.ide.references import references
from spine_lsp.ide.rename import prepare_rename, rename
from spine_lsp.ide.selection_ranges import selection_at
from spine_lsp.ide.semantic_tokens import semantic_tokens
from spine_lsp.ide.symbols import document_symbols, workspace_symbols
from spine_lsp.syntax.text import Edit


def _calls(workspace: Workspace, at: At) -> object:
    item = prepare_call_hierarchy(workspace, at)
    if item is None:
        return None
    key = (item.uri, item.group, item.name)
    return item, incoming_calls(workspace, *key), outgoing_calls(workspace, *key)


def _folds(workspace: Workspace, uri: str) -> object:
    """Folds as spans of their lines."""
    text = workspace.documents[uri].text
    folds = folding(workspace, uri)
    assert all(0 <= fold.start_line < fold.end_line < text.line_count for fold in folds)
    assert len({fold.start_line for fold in folds}) == len(folds)
    return [Span(text.line_start(fold.start_line), text.line_end(fold.end_line)) for fold in folds]


def _tokens(workspace: Workspace, uri: str) -> object:
    """Tokens as spans; they are sorted, apart, and on one line."""
    tokens = semantic_tokens(workspace, uri)
    source = workspace.documents[uri].text.source
    assert all(one.start + one.length <= other.start for one, other in pairwise(tokens))
    for start, length, _, _ in tokens:
        assert length > 0
        assert not {"\n", "\r"} & set(source[start : start + length])
    return [Span(token.start, token.start + token.length) for token in tokens]


CURSOR_FEATURES: tuple[Callable[[Workspace, At], object], ...] = (
    definition,
    highlight,
    lambda workspace, at: references(workspace, at, with_definition=True),
    prepare_rename,
    lambda workspace, at: rename(workspace, at, "new one: x"),
    linked_editing,
    _calls,
    selection_at,
)
DOCUMENT_FEATURES: tuple[Callable[[Workspace, str], object], ...] = (
    document_symbols,
    lambda workspace, uri: workspace_symbols(workspace, "a"),
    links,
    _folds,
    _tokens,
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
