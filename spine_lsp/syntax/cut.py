"""A file cut into its documents, and each document into head, items and tail, so that an edit costs what it changed.

The items are those of one block list that the caller names by its path (the steps of a pipeline group, say).
An item is a `Block`: a text, whose tree depends on nothing else and is therefore kept for as long as the text
is. Head and tail are read together as the *skeleton*, in which the list is empty. What cannot be cut is one
whole: a document without such a list, with flow text that runs out of its indentation, or with an alias whose
anchor lies in another block (in the head it may lie, where the caller says so).

`parse_file` with the previous file and the edits gives what it gives without them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import is_
from threading import Lock
from typing import NamedTuple
from weakref import ref

from spine_lsp.syntax.conflicts import mask_conflicts
from spine_lsp.syntax.faults import Fault
from spine_lsp.syntax.parse import Fragment, parse_fragment
from spine_lsp.syntax.text import Edit, Text
from spine_lsp.syntax.tree import Node, Path, resolve, walk

MAX_SIZE = 16_000_000  # code points; what is larger is not read
MAX_SPLICES = 32  # more edits at once are cheaper cut anew

_DOCUMENT = re.compile(r"^(?:(?:---|\.\.\.)(?=[ \t\r\n\x85\u2028\u2029]|\Z)|%)", re.MULTILINE)
_TAG_HANDLE = re.compile(r"^%TAG", re.MULTILINE)
_LONE_RETURN = re.compile(r"\r(?!\n)")
_ALIAS = re.compile(r"\*[^\s,\[\]{}]")


Env = tuple[tuple[str, str], ...]
"""Anchors and the texts that they name."""


class Block:
    """One item of the list, with its line breaks and the comments behind it."""

    __slots__ = ("__weakref__", "_fragment", "_open", "env", "memo", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.env: Env = ()  # what the anchors of the head are, where it has aliases of them
        self.memo: object = None  # for what a reader derives from the text and `env` alone
        self._fragment: Fragment | None = None
        self._open: frozenset[str] | None = None

    @property
    def fragment(self) -> Fragment:
        """The block read: a list with one item."""
        fragment = self._fragment
        if fragment is None:
            fragment = self._fragment = parse_fragment(self.text)
            _TREES.note(self)
        return fragment

    @property
    def open_aliases(self) -> frozenset[str]:
        """The aliases whose anchors are not before them in the block."""
        if self._open is None:
            self._open = _open_aliases(self.text, self.fragment.root) if "*" in self.text else frozenset()
        return self._open


class _Trees:
    """Which blocks hold their trees: those read last, so that what many features ask for is read once.

    The trees of a large file take more memory than is worth it. A block that goes takes its tree along.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit  # characters of text
        self._size = 0
        self._blocks: deque[tuple[ref[Block], int]] = deque()
        self._lock = Lock()

    def note(self, block: Block) -> None:
        """The block was read just now; the one that was read first lets its tree go when there are too many."""
        with self._lock:
            self._blocks.append((ref(block), len(block.text)))
            self._size += len(block.text)
            while len(self._blocks) > 1 and (self._size > self._limit or self._blocks[0][0]() is None):
                oldest, size = self._blocks.popleft()
                self._size -= size
                if (gone := oldest()) is not None and gone is not block:
                    gone._fragment = None


_TREES = _Trees(200_000)  # about a thousand steps, 10 MB of trees


class Part:
    """One YAML document of a file."""

    __slots__ = (
        "__weakref__",
        "_joins",
        "_lengths",
        "_origin",
        "_skeleton",
        "_starts",
        "anchors",
        "blocks",
        "env",
        "head",
        "indent",
        "memo",
        "path",
        "start",
        "tail",
    )

    def __init__(
        self, start: int, head: str, blocks: list[Block], tail: str, path: Path | None, indent: int
    ) -> None:
        self.start = start  # the offset in the file
        self.head = head  # the whole text, where the document is not cut
        self.blocks = blocks
        self.tail = tail
        self.path = path  # of the list that was cut out; None where the document is one whole
        self.indent = indent  # of the items
        self.memo: object = None  # for what a reader derives from head and tail alone
        self.anchors: frozenset[str] = frozenset()  # those of the head that items may have aliases of
        self.env: Env = ()  # all anchors of head and tail, if items have aliases of any
        self._origin: Part | None = None
        self._starts: list[int] | None = None
        self._lengths: list[int] | None = None
        self._skeleton: Fragment | None = None
        self._joins: tuple[Block, bool] | None = None

    @property
    def skeleton(self) -> Fragment:
        """Head and tail read together; the whole document where it is not cut."""
        if self._skeleton is None:
            self._skeleton = parse_fragment(self.head + self.tail)
        return self._skeleton

    def take_over(self, other: Part) -> None:
        """Keep what was derived from the head and tail of a part that has the same."""
        self._skeleton, self._joins, self.memo = other._skeleton, other._joins, other.memo

    def moved(self, by: int) -> Part:
        """The same document, `by` code points further on."""
        part = Part(self.start + by, self.head, self.blocks, self.tail, self.path, self.indent)
        part.take_over(self)
        part._lengths, part._origin = self._lengths, self.origin
        part.anchors, part.env = self.anchors, self.env
        return part

    @property
    def origin(self) -> Part:
        """The first part that said the same, wherever it stood: one object for as long as the text is the same."""
        return self._origin or self

    @property
    def text(self) -> str:
        """The whole text of the document."""
        return "".join([self.head, *(block.text for block in self.blocks), self.tail])

    @property
    def is_sound_only_joined(self) -> bool:
        """Whether a fault of the skeleton or the last item is none when both are read as one text.

        That is a bracket or quote which is closed outside the indentation of its item: exotic, but YAML to most
        parsers.
        """
        last = self.blocks[-1]
        if not (self.skeleton.faults or last.fragment.faults):
            return False
        if self._joins is None or self._joins[0] is not last:
            self._joins = (last, not parse_fragment(self.head + last.text + self.tail).faults)
        return self._joins[1]

    @property
    def block_starts(self) -> list[int]:
        """The offset in the file of each block, and of the tail at the end."""
        if self._starts is None:
            self._starts = list(accumulate(self.block_lengths, initial=self.start + len(self.head)))
        return self._starts

    @property
    def block_lengths(self) -> list[int]:
        """The length of each block; spliced, not made anew, after an edit."""
        if self._lengths is None:
            self._lengths = [len(block.text) for block in self.blocks]
        return self._lengths

    @property
    def end(self) -> int:
        """The offset in the file where the document ends."""
        return self.block_starts[-1] + len(self.tail)

    def file_offset(self, offset: int) -> int:
        """Where in the file the character of the skeleton at `offset` stands; the tail starts behind the items."""
        if offset < len(self.head):
            return self.start + offset
        return offset - len(self.head) + self.block_starts[-1]

    def file_span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the skeleton as one of the file; one that ends with the head does not reach over the items."""
        first = self.file_offset(start)
        last = self.start + end if end <= len(self.head) else self.file_offset(end)
        return first, max(first, last)

    def skeleton_offset(self, offset: int) -> int | None:
        """An offset in the file as an offset in the skeleton; None inside the blocks."""
        head_end = self.start + len(self.head)
        if offset < head_end or (offset == head_end and not self.blocks):
            return offset - self.start
        tail_start = self.block_starts[-1]
        if offset >= tail_start and self.path is not None:
            return offset - tail_start + len(self.head)
        return None if self.blocks else offset - self.start

    def block_at(self, offset: int) -> int | None:
        """The index of the block that holds an offset of the file; its end belongs to the next."""
        if not self.blocks:
            return None
        index = bisect_right(self.block_starts, offset) - 1
        if index == len(self.blocks) and offset == self.block_starts[-1] and not self.tail:
            return index - 1  # the very end of the file
        return index if 0 <= index < len(self.blocks) else None


class File:
    """A text read: its documents, and the faults that concern the text as a whole."""

    __slots__ = ("faults", "parts")

    def __init__(self, parts: list[Part], faults: tuple[Fault, ...]) -> None:
        self.parts = parts
        self.faults = faults


def parse_file(
    text: Text,
    paths: Sequence[Path],
    previous: File | None = None,
    edits: Sequence[Edit] | None = None,
    *,
    placed: frozenset[str] | None = None,
) -> File:
    """Cut and read a text; `paths` are where the list of items may lie, e.g. ``(("spec", "pipelines"), ("steps",))``.

    `placed` are the keys of items whose places somebody asks for. Where they are given, items may have aliases of
    the head's anchors (`Part.anchors`; whoever reads a block needs what they name), unless such a key stands below
    one: its place is not in the item.
    `previous` is the file before `edits`, each of which refers to the text that the one before it left. What
    they did not touch is taken over.
    """
    if previous is not None and edits is not None:
        spliced = _spliced(previous, edits, len(text), paths, placed)
        if spliced is not None:
            return File(spliced, previous.faults)
    if len(text) > MAX_SIZE:
        message = f"the file is too large to be read ({len(text):,} characters; the limit is {MAX_SIZE:,})"
        return File([], (Fault(0, min(len(text), 1), message, "too-large"),))
    masked, faults = mask_conflicts(text.source)
    known = _Known.of(previous.parts if previous is not None else ())
    start = 1 if masked.startswith("\ufeff") else 0
    bounds = [*_document_starts(masked, start), len(masked)]
    parts = [_cut(masked[a:b], a, paths, known, placed) for a, b in pairwise(bounds)]
    return File(parts, tuple(faults))


class _Known(NamedTuple):
    """What of a file before can be taken over: blocks by text, and parts by what is outside of their items."""

    blocks: dict[str, Block]
    parts: dict[tuple[str, str, Path | None], Part]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> _Known:
        """All of some parts."""
        return cls(
            {block.text: block for part in parts for block in part.blocks},
            {(part.head, part.tail, part.path): part for part in parts},
        )


def _document_starts(source: str, start: int) -> list[int]:
    """Where the documents of a file start.

    Comments and directives belong to the document behind them, and so does a first `---` with nothing before it.
    Each further `---` starts another one, as does text behind `...`.
    """
    starts = [start]
    at = start
    begun = False  # whether the document has a marker or content
    directives: int | None = None  # where those of the next document start
    for match in _DOCUMENT.finditer(source, start):
        if not begun or directives is not None:
            empty = _is_empty(source[at : match.start()])
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


def _is_empty(text: str) -> bool:
    """Whether a text holds no more than comments and directives."""
    return all(not line.strip() or line.lstrip().startswith(("#", "%")) for line in text.splitlines())


def _cut(text: str, start: int, paths: Sequence[Path], known: _Known, placed: frozenset[str] | None) -> Part:
    """One document, cut where that is possible without changing what it means."""
    whole = Part(start, text, [], "", None, 0)
    if (same := known.parts.get((text, "", None))) is not None:
        whole.take_over(same)
        whole._origin = same.origin
    if _LONE_RETURN.search(text) or ("%" in text and _TAG_HANDLE.search(text)):
        return whole
    for path in paths:
        found = _find_list(text, path)
        if found is None:
            continue
        starts, tail_start, indent = found
        ends = [*starts[1:], tail_start]
        texts = [text[a:b] for a, b in zip(starts, ends, strict=True)]
        blocks = [known.blocks.get(block) or Block(block) for block in texts]
        part = Part(start, text[: starts[0]], blocks, text[tail_start:], path, indent)
        if (same := known.parts.get((part.head, part.tail, path))) is not None:
            part.take_over(same)
        if not _means_the_same(part, text, placed):
            return whole
        if same is not None and len(same.blocks) == len(blocks) and all(map(is_, same.blocks, part.blocks)):
            part._origin = same.origin
        return part
    return whole


def _find_list(text: str, path: Path) -> tuple[list[int], int, int] | None:
    """Where the items of the block list at `path` start, where the last one ends, and their indentation."""
    at = 0
    parent_indent = -1
    for depth, name in enumerate(path):
        last = depth == len(path) - 1
        key = _key_line(str(name), last).search(text, at) if depth == 0 else None
        if depth:
            child = _first_child(text, at)
            if child is None or child <= parent_indent:
                return None
            key = _indented_key_line(str(name), child).search(text, at)
            end = _dedent(child).search(text, at)
            if key is not None and end is not None and end.start() < key.start():
                return None
            parent_indent = child
        else:
            parent_indent = 0
        if key is None:
            return None
        at = key.end()
    indent = _first_child(text, at)
    if indent is None or indent < parent_indent:
        return None
    item = _item(indent)
    end = _list_end(indent).search(text, at)
    tail_start = end.start() if end else len(text)
    starts = [match.start() for match in item.finditer(text, at, tail_start)]
    if not starts or not _only_comments(text[at : starts[0]]):
        return None
    return starts, tail_start, indent


def _means_the_same(part: Part, text: str, placed: frozenset[str] | None) -> bool:
    """Whether the parts of a cut document say what the document says; with the anchors that its items share."""
    assert part.path is not None
    skeleton = part.skeleton
    found = resolve(skeleton.root, part.path) if skeleton.root is not None else None
    if found is None or not found.node.is_empty or found.key is None or found.node.end > len(part.head):
        return False
    if part.is_sound_only_joined:
        return False
    aliases = {name for block in part.blocks if "*" in block.text for name in block.open_aliases}
    around = _open_aliases(part.head + part.tail, skeleton.root)
    anchored = [name for name in aliases | around if _anchor(name).search(text)]
    if anchored:
        if placed is None or not around.isdisjoint(anchored) or not _can_share(part, text, anchored, placed):
            return False
        root = skeleton.root
        assert root is not None  # or no list had been found in it
        source = part.head + part.tail
        part.anchors = frozenset(anchored)
        part.env = tuple((node.anchor, source[node.start : node.end]) for node in walk(root) if node.anchor)
    for number, block in enumerate(part.blocks):
        if "*" in block.text and block.env != (env := _env_of(part, block)):
            part.blocks[number] = _with_env(block.text, env)
    return True


def _anchor(name: str) -> re.Pattern[str]:
    return re.compile(f"&{re.escape(name)}(?![^\\s,\\[\\]{{}}])")


def _can_share(part: Part, text: str, names: Sequence[str], placed: frozenset[str]) -> bool:
    """Whether anchors stand once, in the head, on nothing that holds the list or a key of `placed`."""
    root = part.skeleton.root
    assert root is not None
    assert part.path is not None
    nodes = {node.anchor: node for node in walk(root) if node.anchor}
    above = [found.node for depth in range(len(part.path) + 1) if (found := resolve(root, part.path[:depth]))]
    for name in names:
        node = nodes.get(name)
        if node is None or node.end > len(part.head) or any(node is other for other in above):
            return False
        if len(_anchor(name).findall(text)) != 1:
            return False
        if any(key.text in placed for inner in walk(node) for key, _ in inner.entries):
            return False
        if any(inner.kind == "alias" or inner.anchor for inner in walk(node) if inner is not node):
            return False  # it means what another one means
    return True


def _env_of(part: Part, block: Block) -> Env:
    """What the block has to know of the head's anchors: nothing if it has no alias of any."""
    return () if block.open_aliases.isdisjoint(part.anchors) else part.env


def _with_env(text: str, env: Env) -> Block:
    block = Block(text)
    block.env = env
    return block


def _open_aliases(text: str, root: Node | None) -> frozenset[str]:
    """The aliases of a text and its tree whose anchors are not before them in the same text."""
    if not _ALIAS.search(text):
        return frozenset()
    anchors: set[str] = set()
    missing: set[str] = set()
    for node in walk(root) if root is not None else ():
        if node.anchor:
            anchors.add(node.anchor)
        if node.kind == "alias" and node.text not in anchors:
            missing.add(node.text)
    return frozenset(missing)


def _spliced(
    previous: File,
    edits: Sequence[Edit],
    length: int,
    paths: Sequence[Path],
    placed: frozenset[str] | None,
) -> list[Part] | None:
    """The documents of `previous` after `edits`, if each of these lies inside one; else None."""
    if not previous.parts or previous.faults or len(edits) > MAX_SPLICES or length > MAX_SIZE:
        return None
    parts = previous.parts
    for edit in edits:
        number = bisect_right(parts, edit.start, key=_start_of) - 1
        if number < 0 or edit.end > parts[number].end:
            return None
        last = number == len(parts) - 1
        after = _splice(parts[number], edit, last=last)
        if after is None:
            after = _cut_again(parts[number], edit, paths, placed, last=last)
        if after is None:
            return None
        by = len(edit.text) - (edit.end - edit.start)
        parts = [*parts[:number], after, *(part.moved(by) for part in parts[number + 1 :])]
    return parts if parts[-1].end == length else None


def _start_of(part: Part) -> int:
    return part.start


_STRUCTURE = re.compile(r"^(?:---|\.\.\.|%|<<<<<<<)", re.MULTILINE)


def _cut_again(
    part: Part,
    edit: Edit,
    paths: Sequence[Path],
    placed: frozenset[str] | None,
    *,
    last: bool,
) -> Part | None:
    """`part` after one edit, cut as a whole; None if the edit may change where the documents of the file are."""
    old = part.text
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
    markers = [*_DOCUMENT.finditer(new)]
    if any(match.group() == "..." for match in markers):
        return None  # what stands behind it is of another document
    if start < markers[-1].end() if markers else not last and _is_empty(new):
        return None
    return _cut(new, part.start, paths, _Known.of([part]), placed)


def _splice(part: Part, edit: Edit, *, last: bool) -> Part | None:
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
    if "\r" in edit.text or "<<<<<<<" in region or "&" in region or _LONE_RETURN.search(region):
        return None
    at_end = final == count - 1 and not part.tail and last
    if not at_end and not region.endswith("\n"):
        return None
    if _list_end(part.indent).search(region):
        return None
    cuts = [match.start() for match in _item(part.indent).finditer(region)]
    if not cuts or cuts[0] != 0:
        return None
    known = {block.text: block for block in part.blocks[first : final + 1]}
    texts = [region[a:b] for a, b in zip(cuts, [*cuts[1:], len(region)], strict=True)]
    blocks = [known.get(text) or Block(text) for text in texts]
    for block in blocks:
        if not block.open_aliases <= part.anchors:
            return None
        block.env = _env_of(part, block)
    merged = [*part.blocks[:first], *blocks, *part.blocks[final + 1 :]]
    after = Part(part.start, part.head, merged, part.tail, part.path, part.indent)
    after.take_over(part)
    after.anchors, after.env = part.anchors, part.env
    lengths = part.block_lengths
    after._lengths = [*lengths[:first], *map(len, texts), *lengths[final + 1 :]]
    return None if after.is_sound_only_joined else after


def _only_comments(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def _first_child(text: str, at: int) -> int | None:
    """The indentation of the first line from `at` on that holds more than blanks and a comment."""
    match = _SIGNIFICANT.search(text, at)
    return len(match.group(1)) if match else None


_SIGNIFICANT = re.compile(r"^( *)(?=[^\s#])", re.MULTILINE)


@lru_cache(maxsize=64)
def _key_line(name: str, last: bool) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(name)}[ \t]*:[ \t]*(?:#.*)?\r?$", re.MULTILINE)


@lru_cache(maxsize=64)
def _indented_key_line(name: str, indent: int) -> re.Pattern[str]:
    return re.compile(rf"^ {{{indent}}}{re.escape(name)}[ \t]*:[ \t]*(?:#.*)?\r?$", re.MULTILINE)


@lru_cache(maxsize=64)
def _item(indent: int) -> re.Pattern[str]:
    return re.compile(rf"^ {{{indent}}}-(?=[ \t\r\n]|\Z)", re.MULTILINE)


@lru_cache(maxsize=64)
def _dedent(indent: int) -> re.Pattern[str]:
    """A line that is indented by less than `indent`."""
    return re.compile(rf"^ {{0,{indent - 1}}}(?=[^\s#])" if indent else r"(?!)", re.MULTILINE)


@lru_cache(maxsize=64)
def _list_end(indent: int) -> re.Pattern[str]:
    """A line that ends a block list whose dashes stand at `indent`."""
    same = rf" {{{indent}}}(?=[^\s#-]|-[^ \t\r\n])"
    less = rf" {{0,{indent - 1}}}(?=[^\s#])|" if indent else ""
    return re.compile(rf"^(?:{less}{same})", re.MULTILINE)
