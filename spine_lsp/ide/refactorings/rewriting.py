"""What a rewriting is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from spine_lsp.ide.offer import REWRITE
from spine_lsp.syntax.text import Edit


class Rewriting(NamedTuple):
    """One rewriting of a file: the words, how its edits are made (None if they cannot be), and the kind."""

    title: str
    make: Callable[[], list[Edit] | None]
    kind: str = REWRITE
