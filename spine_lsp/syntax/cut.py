"""Where a text is cut: into its YAML documents, and each of them into head, items and tail.

The items are those of one block list that the caller names by its path (the steps of a pipeline group, say). They
are found by indentation, without a parser. What cannot be cut is one whole: a document without such a list, with
flow text that runs out of its indentation, or with an alias of another part where that is not plain (`anchors`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import is_
from typing import Generic

from spine_lsp.syntax.anchors import share_anchors
from spine_lsp.syntax.parts import Block, ItemReader, OfItem, OfRest, Part
from spine_lsp.syntax.tree import Path, resolve

DOCUMENT = re.compile(r"^(?:(?:---|\.\.\.)(?=[ \t\r\n\x85\u2028\u2029]|\Z)|%)", re.MULTILINE)
"""What begins or ends a document, or is a directive."""
LONE_RETURN = re.compile(r"\r(?!\n)")
_TAG_HANDLE = re.compile(r"^%TAG", re.MULTILINE)


Paths = Sequence[Path] | Callable[[str], Sequence[Path]]
"""Where the list of items may lie: the same for all documents, or told from the text of each one's head."""


class TooLongError(Exception):
    """A piece that can only be read as one is longer than is read: where it starts in the file, and its length."""

    def __init__(self, at: int, length: int) -> None:
        super().__init__(at, length)
        self.at = at
        self.length = length


class KnownParts(Generic[OfItem, OfRest]):
    """What of a file before can be taken over: blocks by text, and parts by what is outside of their items."""

    def __init__(self, parts: Sequence[Part[OfItem, OfRest]]) -> None:
        self.blocks = {block.text: block for part in parts for block in part.blocks}
        self.parts = {(part.head, part.tail, part.path): part for part in parts}


def document_starts(source: str, start: int) -> list[int]:
    """Where the documents of a file start.

    Comments and directives belong to the document after them, and so does a first `---` with nothing before it.
    Each further `---` starts another one, as does text after `...`.
    """
    starts = [start]
    at = start
    begun = False  # whether the document has a marker or content
    directives: int | None = None  # where those of the next document start
    for match in _document_marks(source, start):
        if not begun or directives is not None:
            empty = is_empty(source[at : match.start()])
            begun, directives = begun or not empty, directives if empty else None
        at = match.end()
        if match.group() == "%":
            at = match.start()
            if begun and directives is None:
                directives = at
        elif match.group() == "---":
            if begun:
                starts.append(match.start() if directives is None else directives)
            begun, directives = True, None
        else:
            at = source.find("\n", at) + 1 or len(source)
            if begun and at < len(source):
                starts.append(at)
            begun, directives = False, None
    return starts


def _document_marks(source: str, start: int) -> Iterator[re.Match[str]]:
    """The matches of `DOCUMENT` from an offset on; in most files none stands behind it, as a glance tells."""
    if any(mark in source for mark in ("\n---", "\n...", "\n%")):
        yield from DOCUMENT.finditer(source, start)
    elif (first := DOCUMENT.match(source, start)) is not None:
        yield first


def is_empty(text: str) -> bool:
    """Whether a text holds no more than comments and directives."""
    return all(not line.strip() or line.lstrip().startswith(("#", "%")) for line in text.splitlines())


def cut(
    text: str,
    start: int,
    paths: Paths,
    known: KnownParts[OfItem, OfRest],
    items: ItemReader[OfItem] | None,
    longest: int,
) -> Part[OfItem, OfRest]:
    """One document, cut where that is possible without changing what it means; arguments as of `parse_file`.

    Raises TooLongError where a piece of it is longer than `longest`.
    """
    whole: Part[OfItem, OfRest] = Part(start, text, [], "", None, 0)
    if (same := known.parts.get((text, "", None))) is not None:
        whole.take_over(same)
        whole._origin = same.origin  # noqa: SLF001 - it is just being made
    if LONE_RETURN.search(text) or ("%" in text and _TAG_HANDLE.search(text)):
        return _not_too_long(whole, longest)
    for path in paths(text) if callable(paths) else paths:
        found = _find_list(text, path)
        if found is None:
            continue
        starts, tail_start, indent = found
        ends = [*starts[1:], tail_start]
        texts = [text[a:b] for a, b in zip(starts, ends, strict=True)]
        blocks = [known.blocks.get(block) or Block(block) for block in texts]
        part: Part[OfItem, OfRest] = Part(start, text[: starts[0]], blocks, text[tail_start:], path, indent)
        if (same := known.parts.get((part.head, part.tail, path))) is not None:
            part.take_over(same)
        if len(text) > longest:
            _not_too_long(part, longest)
        if not _means_the_same(part, text, items):
            return _not_too_long(whole, longest)
        if same is not None and len(same.blocks) == len(blocks) and all(map(is_, same.blocks, part.blocks)):
            part._origin = same.origin  # noqa: SLF001 - as above
        return part
    return _not_too_long(whole, longest)


def _not_too_long(part: Part[OfItem, OfRest], longest: int) -> Part[OfItem, OfRest]:
    """The part itself; TooLongError where what is read as one of it, head with tail or an item, is too long."""
    if (around := len(part.head) + len(part.tail)) > longest:
        raise TooLongError(part.start, around)
    for number, length in enumerate(part.block_lengths):
        if length > longest:
            raise TooLongError(part.block_starts[number], length)
    return part


def _means_the_same(part: Part[OfItem, OfRest], text: str, items: ItemReader[OfItem] | None) -> bool:
    """Whether the parts of a cut document say what the document says; with the anchors that its items share."""
    assert part.path is not None
    last = part.blocks[-1]
    if items is not None and last.memo is None:
        last.memo = items.read_plain(last.text)
        if last.memo is not None:
            last.note_sound()
    root = part.skeleton.root
    found = resolve(root, part.path) if root is not None else None
    if found is None or not found.node.is_empty or found.key is None or found.node.end > len(part.head):
        return False
    return not part.is_sound_only_joined and share_anchors(part, text, items.placed if items is not None else None)


def _find_list(text: str, path: Path) -> tuple[list[int], int, int] | None:
    """Where the items of the block list at `path` start, where the last one ends, and their indentation."""
    at = 0
    parent_indent = -1
    for depth, name in enumerate(path):
        key = _find_key(text, str(name), 0, at) if depth == 0 else None
        if depth:
            child = _first_child(text, at)
            if child is None or child <= parent_indent:
                return None
            key = _find_key(text, str(name), child, at)
            end = _dedent(child).search(text, at)
            if key is not None and end is not None and end.start() + 1 < key[0]:
                return None
            parent_indent = child
        else:
            parent_indent = 0
        if key is None:
            return None
        at = key[1]
    indent = _first_child(text, at)
    if indent is None or indent < parent_indent:
        return None
    # What stands at the dashes or left of them, but inside the list's key, can only be a slip inside an item.
    end = (_list_end_below(indent) if indent == parent_indent else _dedent(parent_indent + 1)).search(text, at)
    tail_start = end.start() + 1 if end else len(text)
    starts = [match.start() + 1 for match in _item_below(indent).finditer(text, at, tail_start)]
    if not starts or not _only_comments(text[at : starts[0]]):
        return None
    return starts, tail_start, indent


def _only_comments(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def _first_child(text: str, at: int) -> int | None:
    """The indentation of the first line from `at` on that holds more than blanks and a comment."""
    match = _SIGNIFICANT.search(text, at)
    return len(match.group(1)) if match else None


_SIGNIFICANT = re.compile(r"^( *)(?=[^\s#])", re.MULTILINE)


_BEHIND_KEY = re.compile(r"[ \t]*:[ \t]*(?:#.*)?\r?$", re.MULTILINE)


def _find_key(text: str, name: str, indent: int, at: int) -> tuple[int, int] | None:
    """The first line from `at` on that holds a key at an indentation and nothing else: its start, and its end."""
    wanted = " " * indent + name
    at = text.find(wanted, at)
    while at >= 0:
        if not at or text[at - 1] == "\n":
            behind = _BEHIND_KEY.match(text, at + len(wanted))
            if behind is not None:
                return at, behind.end()
        at = text.find(wanted, at + 1)
    return None


@lru_cache(maxsize=64)
def item_start(indent: int) -> re.Pattern[str]:
    """A line that begins an item whose dash stands at `indent`."""
    return re.compile(rf"^{_item(indent)}", re.MULTILINE)


@lru_cache(maxsize=64)
def list_end(indent: int) -> re.Pattern[str]:
    """A line that ends a block list whose dashes stand at `indent`: left of them, or a key beside them.

    What stands beside them and has no colon is no key; it is a slip inside an item. So is a key with its value on its
    line where the next line is an item: no YAML has that.
    """
    return re.compile(rf"^{_list_end(indent)}", re.MULTILINE)


# As these, but with the line break before: what begins with one letter is found many times as fast in a long text.


@lru_cache(maxsize=64)
def _item_below(indent: int) -> re.Pattern[str]:
    return re.compile(rf"\n{_item(indent)}")


@lru_cache(maxsize=64)
def _list_end_below(indent: int) -> re.Pattern[str]:
    return re.compile(rf"\n{_list_end(indent)}")


@lru_cache(maxsize=64)
def _dedent(indent: int) -> re.Pattern[str]:
    """A line that is indented by less than `indent`."""
    return re.compile(rf"\n(?= {{0,{indent - 1}}}[^\s#])" if indent else r"(?!)")


def _item(indent: int) -> str:
    return rf"{' ' * indent}-(?=[ \t\r\n]|\Z)"


_CLOSED = (
    r"""(?:[^\s#|>&!"'\[{][^\n]*|"[^"\\\n]*"|'[^'\n]*'|\[[^\[\]{}\n]*\]|\{[^\[\]{}\n]*\})"""
    r"[ \t]*(?:[ \t]\#[^\n]*)?"
)
"""A value that ends on its line."""


def _list_end(indent: int) -> str:
    key = rf"""[^\s#\-"'\[{{?][^\n:]*:[ \t]+{_CLOSED}\r?\n"""
    slip = rf"{key}(?:[ \t]*(?:\#[^\n]*)?\r?\n)*{' ' * indent}-[ \t\r\n]"
    same = rf" {{{indent}}}(?!{slip})(?=(?:[^\s#-]|-[^ \t\r\n])[^\n]*:|\?[ \t]|\.\.\.|---)"
    less = rf" {{0,{indent - 1}}}(?=[^\s#])|" if indent else ""
    return rf"(?:{less}{same})"
