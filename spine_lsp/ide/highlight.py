"""The places of the name at the cursor in its own document: written where it is defined, read where it is used."""

from __future__ import annotations

from itertools import islice
from typing import Literal, NamedTuple

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At, symbol_at
from spine_lsp.ide.occurrences import occurrences

MOST = 5_000


class Highlight(NamedTuple):
    """A place to be marked."""

    span: Span
    kind: Literal["write", "read"]


def highlight(workspace: Workspace, at: At) -> tuple[Highlight, ...]:
    """What to mark when the cursor is at a place, the first `MOST` of it; nothing where nothing is named."""
    named = symbol_at(workspace, at)
    if named is None:
        return ()
    marked = (
        Highlight(one.span, "write" if one.is_definition else "read")
        for one in occurrences(workspace, named)
        if one.uri == at.uri
    )
    return tuple(islice(marked, MOST))
