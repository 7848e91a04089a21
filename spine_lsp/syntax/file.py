"""A text read as a file: cut into its documents and items, so that an edit costs what it changed.

`parse_file` with the previous file and the edits gives what it gives without them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from spine_lsp.syntax.conflicts import mask_conflicts
from spine_lsp.syntax.cut import KnownParts, Paths, TooLongError, cut, document_starts
from spine_lsp.syntax.limits import MAX_SIZE, NO_LIMITS, Limits
from spine_lsp.syntax.parts import File, ItemReader, OfItem, OfRest
from spine_lsp.syntax.splice import splice
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.text import Edit, Text


def parse_file(
    text: Text,
    paths: Paths,
    previous: File[OfItem, OfRest] | None = None,
    edits: Sequence[Edit] | None = None,
    *,
    items: ItemReader[OfItem] | None = None,
    limits: Limits = NO_LIMITS,
) -> File[OfItem, OfRest]:
    """Cut and read a text; `paths` are where the list of items may lie, e.g. ``(("spec", "pipelines"), ("steps",))``.

    A function may tell them from the text of each document: from what stands above the list, and nothing else.

    `items` is what their reader knows of them. Where it is given, items may have aliases of
    anchors in the head and in items before them (`Part.shared`; whoever reads a block needs what they name), unless
    a key that is `placed` stands below one: its place is not in the item.
    `previous` is the file before `edits`, each of which refers to the text that the one before it left. What
    they did not touch is taken over. Of a text beyond the `limits` there is one fault, of the kind "too-large".
    """
    if len(text) > limits.text:
        return _too_large(0, f"the file is too large to be read ({_figures(len(text), limits.text)})")
    if previous is not None and edits is not None:
        edited = edited_file(text, paths, previous, edits, items=items, longest=limits.piece)
        if edited is not None:
            return edited
    try:
        return _read(text, paths, previous, items, limits.piece)
    except TooLongError as exc:
        what = "what begins here can only be read as one, and is too large for that"
        return _too_large(exc.at, f"{what} ({_figures(exc.length, limits.piece)})")


def _too_large(at: int, message: str) -> File[OfItem, OfRest]:
    return File([], (Fault(at, at + 1, message, "too-large"),))


def _figures(length: int, limit: int) -> str:
    return f"{length:,} characters; the limit is {limit:,}"


def edited_file(
    text: Text,
    paths: Paths,
    previous: File[OfItem, OfRest],
    edits: Sequence[Edit],
    *,
    items: ItemReader[OfItem] | None = None,
    longest: int = MAX_SIZE,
    may_cut: Callable[[str], bool] = lambda _: True,
) -> File[OfItem, OfRest] | None:
    """As `parse_file`, where it costs little more than what the edits touched; None for any other text.

    `may_cut` says whether a document of the text before may be cut as a whole, `longest` is the most of a piece.
    """
    try:
        parts = splice(previous, edits, len(text), paths, items, longest, may_cut)
    except TooLongError:
        return None  # of several edits the next may make it short again
    return File(parts, previous.faults) if parts is not None else None


def _read(
    text: Text,
    paths: Paths,
    previous: File[OfItem, OfRest] | None,
    items: ItemReader[OfItem] | None,
    longest: int,
) -> File[OfItem, OfRest]:
    """As `parse_file`; raises TooLongError where a piece is longer than `longest`."""
    masked, faults = mask_conflicts(text.source)
    known = KnownParts(previous.parts if previous is not None else ())
    start = 1 if masked.startswith("\ufeff") else 0
    bounds = [*document_starts(masked, start), len(masked)]
    parts = [cut(masked[a:b], a, paths, known, items, longest) for a, b in pairwise(bounds)]
    return File(parts, tuple(faults))
