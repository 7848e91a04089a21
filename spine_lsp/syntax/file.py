"""A text read as a file: cut into its documents and items, so that an edit costs what it changed.

`parse_file` with the previous file and the edits gives what it gives without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from spine_lsp.syntax.conflicts import mask_conflicts
from spine_lsp.syntax.cut import KnownParts, Paths, cut, document_starts
from spine_lsp.syntax.parts import File, OfItem, OfRest
from spine_lsp.syntax.splice import splice
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.text import Edit, Text

MAX_SIZE = 16_000_000
"""Code points; what is larger is not read."""


def parse_file(
    text: Text,
    paths: Paths,
    previous: File[OfItem, OfRest] | None = None,
    edits: Sequence[Edit] | None = None,
    *,
    placed: frozenset[str] | None = None,
) -> File[OfItem, OfRest]:
    """Cut and read a text; `paths` are where the list of items may lie, e.g. ``(("spec", "pipelines"), ("steps",))``.

    A function may tell them from the text of each document: from what stands above the list, and nothing else.

    `placed` are the keys of items whose places somebody asks for. Where they are given, items may have aliases of
    anchors in the head and in items before them (`Part.shared`; whoever reads a block needs what they name), unless
    such a key stands below one: its place is not in the item.
    `previous` is the file before `edits`, each of which refers to the text that the one before it left. What
    they did not touch is taken over.
    """
    if previous is not None and edits is not None and len(text) <= MAX_SIZE:
        spliced = splice(previous, edits, len(text), paths, placed)
        if spliced is not None:
            return File(spliced, previous.faults)
    if len(text) > MAX_SIZE:
        message = f"the file is too large to be read ({len(text):,} characters; the limit is {MAX_SIZE:,})"
        return File([], (Fault(0, min(len(text), 1), message, "too-large"),))
    masked, faults = mask_conflicts(text.source)
    known = KnownParts(previous.parts if previous is not None else ())
    start = 1 if masked.startswith("\ufeff") else 0
    bounds = [*document_starts(masked, start), len(masked)]
    parts = [cut(masked[a:b], a, paths, known, placed) for a, b in pairwise(bounds)]
    return File(parts, tuple(faults))
