"""What a rewriting is, and the check that each has to pass before its edits are given away."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.ide.fixes.fix import edited, errors_of
from spine_lsp.syntax.text import Edit

REWRITE = "refactor.rewrite"
SORT_STEPS = "source.sortSteps.spine"


class Rewriting(NamedTuple):
    """One rewriting of a file: the words, the kind, and how its edits are made (None if they cannot be)."""

    title: str
    kind: str
    make: Callable[[], list[Edit] | None]


def rewriting(
    document: Document, title: str, make: Callable[[], list[Edit] | None], kind: str = REWRITE
) -> Rewriting:
    """A rewriting that gives no edits where they would leave the file with a fault that it does not have now."""

    def checked() -> list[Edit] | None:
        edits = make()
        if not edits:
            return None
        before, after = errors_of(document), errors_of(edited(document, edits))
        return None if after - before else edits

    return Rewriting(title, kind, checked)
