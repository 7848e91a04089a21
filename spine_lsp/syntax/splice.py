"""A file after edits: only what they touched is cut anew, and the answer is that of the whole text cut from nothing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from spine_lsp.syntax.anchors import env_of
from spine_lsp.syntax.cut import DOCUMENT, LONE_RETURN, KnownParts, Paths, cut, is_empty, item_start, list_end
from spine_lsp.syntax.parts import Block, File, ItemReader, OfItem, OfRest, Part
from spine_lsp.syntax.text import Edit

MAX_SPLICES = 32
"""More edits at once are cheaper cut anew."""


def splice(
    previous: File[OfItem, OfRest],
    edits: Sequence[Edit],
    length: int,
    paths: Paths,
    items: ItemReader[OfItem] | None,
    longest: int,
    may_cut: Callable[[str], bool],
) -> list[Part[OfItem, OfRest]] | None:
    """The documents of `previous` after `edits`, if each of these lies inside one; else None.

    None too where a document would have to be cut as a whole, and `may_cut` says no to its text. Raises TooLongError
    where an edit leaves a piece that is longer than `longest`.
    """
    if not previous.parts or previous.faults or len(edits) > MAX_SPLICES:
        return None
    parts = previous.parts
    for edit in edits:
        number = bisect_right(parts, edit.start, key=_start_of) - 1
        if number < 0 or edit.end > parts[number].end:
            return None
        last = number == len(parts) - 1
        after = _splice_part(parts[number], edit, longest, last=last)
        if after is None:
            after = _cut_again(parts[number], edit, paths, items, longest, may_cut, last=last)
        if after is None:
            return None
        by = len(edit.text) - (edit.end - edit.start)
        parts = [*parts[:number], after, *(part.moved(by) for part in parts[number + 1 :])]
    return parts if parts[-1].end == length else None


def _start_of(part: Part[OfItem, OfRest]) -> int:
    return part.start


_STRUCTURE = re.compile(r"^(?:---|\.\.\.|%|<<<<<<<)", re.MULTILINE)


def _cut_again(
    part: Part[OfItem, OfRest],
    edit: Edit,
    paths: Paths,
    items: ItemReader[OfItem] | None,
    longest: int,
    may_cut: Callable[[str], bool],
    *,
    last: bool,
) -> Part[OfItem, OfRest] | None:
    """`part` after one edit, cut as a whole; None if the edit may change where the documents of the file are."""
    old = part.text
    if not may_cut(old):
        return None
    start, end = edit.start - part.start, edit.end - part.start
    new = old[:start] + edit.text + old[end:]
    line_start = old.rfind("\n", 0, start) + 1
    line_end = old.find("\n", end)
    line_end = len(old) if line_end < 0 else line_end
    if _STRUCTURE.search(old[line_start:line_end]):
        return None
    if _STRUCTURE.search(new[line_start : len(new) - len(old) + line_end]):
        return None
    if not last and not new.endswith("\n"):
        return None
    # What precedes the marker of a document, if that is nothing, is of one document with what follows.
    markers = [*DOCUMENT.finditer(new)]
    if any(match.group() == "..." for match in markers):
        return None  # what stands behind it is of another document
    if start < markers[-1].end() if markers else not last and is_empty(new):
        return None
    return cut(new, part.start, paths, KnownParts([part]), items, longest)


def _splice_part(  # noqa: C901 - each way out has its reason
    part: Part[OfItem, OfRest], edit: Edit, longest: int, *, last: bool
) -> Part[OfItem, OfRest] | None:
    """`part` after one edit, cut anew only where it touched; None if that cannot be told from the items alone.

    `last`: no other document follows it in the file.
    """
    if part.path is None:
        return None
    starts = part.block_starts
    count = len(part.blocks)
    first = bisect_right(starts, edit.start) - 1
    if first < 0 or first >= count or edit.end > starts[-1]:
        return None
    if edit.start <= starts[first] + part.indent + 1:  # it touches the dash: the item may join the one before
        first -= 1
        if first < 0:
            return None
    final = min(max(bisect_right(starts, edit.end) - 1, first), count - 1)
    if edit.end >= starts[final + 1] - 1:  # it touches the last line break: the item may join the next
        final += 1
        if final >= count:
            if part.tail or edit.end > starts[-1]:
                return None
            final = count - 1
    base = starts[first]
    old = "".join(block.text for block in part.blocks[first : final + 1])
    region = old[: edit.start - base] + edit.text + old[edit.end - base :]
    if len(region) > 2 * longest:
        return None  # before its lines are looked at
    if "\r" in edit.text or "<<<<<<<" in region or "&" in region or "&" in old or LONE_RETURN.search(region):
        return None
    at_end = final == count - 1 and not part.tail and last
    if not at_end and not region.endswith("\n"):
        return None
    if list_end(part.indent).search(region):
        return None
    cuts = [match.start() for match in item_start(part.indent).finditer(region)]
    if not cuts or cuts[0] != 0:
        return None
    known = {block.text: block for block in part.blocks[first : final + 1]}
    texts = [region[a:b] for a, b in zip(cuts, [*cuts[1:], len(region)], strict=True)]
    if max(map(len, texts)) > longest:
        return None
    blocks = [known.get(text) or Block(text) for text in texts]
    aliased = any("*" in text for text in texts)
    homes = {name: meant.home for name, meant in part.shared.items() if meant.home and aliased}
    places = {name: part.blocks.index(home) for name, home in homes.items()}
    behind = {name: len(part.blocks) + len(blocks) for name, place in places.items() if place > final}
    for number, block in enumerate(blocks, first) if aliased else ():
        if not block.open_aliases <= part.shared.keys():
            return None
        if (env := env_of(part.shared, {**places, **behind}, number, block)) is None:
            return None
        block.env = env
    merged = [*part.blocks[:first], *blocks, *part.blocks[final + 1 :]]
    after: Part[OfItem, OfRest] = Part(part.start, part.head, merged, part.tail, part.path, part.indent)
    after.take_over(part)
    after.shared = part.shared
    lengths = part.block_lengths
    after._lengths = [*lengths[:first], *map(len, texts), *lengths[final + 1 :]]  # noqa: SLF001 - it is just being made
    return None if after.is_sound_only_joined else after
