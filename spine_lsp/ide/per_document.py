"""Questions to all documents: a file in which one fails costs the others nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import check_cancelled

log = logging.getLogger(__name__)

T = TypeVar("T")


def from_each(workspace: Workspace, read: Callable[[Document], Iterable[T]]) -> Iterator[T]:
    """What `read` finds in each document, by uri; a fault in one (a text of absurd depth, say) is logged."""
    for uri in sorted(workspace.documents):
        check_cancelled()
        try:
            found = list(read(workspace.documents[uri]))
        except Exception:
            log.exception("%s cannot be read, and is left out", uri)
            continue
        yield from found
