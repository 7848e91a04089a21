"""A file as it is read: its YAML documents, each cut into head, items and tail where that is possible."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import ref

from spine_lsp.syntax.parse import Fragment, parse_fragment
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.tree import Path, open_aliases

OfItem = TypeVar("OfItem")
"""What a reader makes of an item."""
OfRest = TypeVar("OfRest")
"""What a reader makes of head and tail."""

Env = tuple[tuple[str, str], ...]
"""Anchors of other parts, and the texts that they name."""


@dataclass(frozen=True)
class ItemReader(Generic[OfItem]):
    """What is known of items by whoever reads them: `placed` are the keys whose places somebody asks for.

    `read_plain` makes a memo of the text of an item that is surely sound, without a parser; None of any other.
    """

    placed: frozenset[str]
    read_plain: Callable[[str], OfItem | None]


class Block(Generic[OfItem]):
    """One item of the list, with its line breaks and the comments after it.

    `memo` is what a reader has made of the item. The one rule of a memo, here and in `Part`: it follows from the
    text that it lies beside (and from `env`), and from nothing else. So it may be made by any thread, by two at
    once perhaps, and comes out the same; it is taken over where that text is, and goes where that goes.
    `other` is for readers who may make several things of one text: what they keep there says which it is.
    """

    __slots__ = ("__weakref__", "_faults", "_fragment", "_open", "env", "memo", "other", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.env: Env = ()  # what its aliases of other parts' anchors mean
        self.memo: OfItem | None = None
        self.other: OfItem | None = None
        self._fragment: Fragment | None = None
        self._faults: tuple[Fault, ...] | None = None
        self._open: frozenset[str] | None = None

    @property
    def fragment(self) -> Fragment:
        """The block read: a list with one item."""
        fragment = self._fragment
        if fragment is None:
            fragment = self._fragment = parse_fragment(self.text)
            self._faults = fragment.faults
            _TREES.note(self)
        return fragment

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the block; kept where its tree is not."""
        return self.fragment.faults if self._faults is None else self._faults

    def note_sound(self) -> None:
        """Take note that nothing is wrong with the block, for who knows that without its tree."""
        self._faults = ()

    @property
    def open_aliases(self) -> frozenset[str]:
        """The aliases whose anchors are not before them in the block."""
        if self._open is None:
            self._open = open_aliases(self.text, self.fragment.root) if "*" in self.text else frozenset()
        return self._open


class _Trees:
    """Which blocks hold their trees: those read last, so that what many features ask for is read once.

    The trees of a large file take more memory than is worth it. A block that goes takes its tree along.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit  # characters of text
        self._size = 0
        self._blocks: deque[tuple[ref[Block[Any]], int]] = deque()
        self._lock = Lock()

    def note(self, block: Block[Any]) -> None:
        """The block was read just now; the one that was read first lets its tree go when there are too many."""
        with self._lock:
            self._blocks.append((ref(block), len(block.text)))
            self._size += len(block.text)
            while len(self._blocks) > 1 and (self._size > self._limit or self._blocks[0][0]() is None):
                oldest, size = self._blocks.popleft()
                self._size -= size
                if (gone := oldest()) is not None and gone is not block:
                    gone._fragment = None  # noqa: SLF001 - another block of the same kind


_TREES = _Trees(200_000)  # about a thousand steps, 10 MB of trees


class Shared(NamedTuple):
    """What an anchor names that items have aliases of, and the item that it stands in; None: it is in the head."""

    text: str
    home: Block[Any] | None = None


class Part(Generic[OfItem, OfRest]):
    """One YAML document of a file. `memo` is what a reader has made of head and tail, by the rule of `Block`."""

    __slots__ = (
        "__weakref__",
        "_joins",
        "_lengths",
        "_origin",
        "_skeleton",
        "_starts",
        "blocks",
        "head",
        "indent",
        "memo",
        "path",
        "shared",
        "start",
        "tail",
    )

    def __init__(
        self, start: int, head: str, blocks: list[Block[OfItem]], tail: str, path: Path | None, indent: int
    ) -> None:
        self.start = start  # the offset in the file
        self.head = head  # the whole text, where the document is not cut
        self.blocks = blocks
        self.tail = tail
        self.path = path  # of the list that was cut out; None where the document is one whole
        self.indent = indent  # of the items
        self.memo: OfRest | None = None
        self.shared: Mapping[str, Shared] = {}  # the anchors that items have aliases of from elsewhere
        self._origin: Part[OfItem, OfRest] | None = None
        self._starts: list[int] | None = None
        self._lengths: list[int] | None = None
        self._skeleton: Fragment | None = None
        self._joins: tuple[Block[OfItem], bool] | None = None

    @property
    def skeleton(self) -> Fragment:
        """Head and tail read together; the whole document where it is not cut."""
        if self._skeleton is None:
            self._skeleton = parse_fragment(self.head + self.tail)
        return self._skeleton

    def take_over(self, other: Part[OfItem, OfRest]) -> None:
        """Keep what was derived from the head and tail of a part that has the same."""
        self._skeleton, self._joins, self.memo = other._skeleton, other._joins, other.memo

    def moved(self, by: int) -> Part[OfItem, OfRest]:
        """The same document, `by` code points further on."""
        part: Part[OfItem, OfRest] = Part(self.start + by, self.head, self.blocks, self.tail, self.path, self.indent)
        part.take_over(self)
        part._lengths, part._origin = self._lengths, self.origin
        part.shared = self.shared
        return part

    @property
    def origin(self) -> Part[OfItem, OfRest]:
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
        if not (self.skeleton.faults or last.faults):
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
        """Where in the file the character of the skeleton at `offset` stands; the tail starts after the items."""
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


class File(Generic[OfItem, OfRest]):
    """A text read: its documents, and the faults that concern the text as a whole."""

    __slots__ = ("faults", "parts")

    def __init__(self, parts: list[Part[OfItem, OfRest]], faults: tuple[Fault, ...]) -> None:
        self.parts = parts
        self.faults = faults
