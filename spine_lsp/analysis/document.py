"""A text and what follows from it: the documents it holds, those that are read as groups among them.

A `Document` never changes. `Document.changed` makes the next one and takes over what the edits did not touch;
it equals the document made from nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.analysis.foreign import is_foreign
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.header import GroupFile
from spine_lsp.analysis.lazy import lazy
from spine_lsp.analysis.plain_steps import read_plain
from spine_lsp.orchestration.kinds import (
    KINDS,
    list_paths,
)
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, NAME, PIPELINE
from spine_lsp.syntax.file import edited_file, parse_file
from spine_lsp.syntax.limits import Limits
from spine_lsp.syntax.parts import File, ItemReader
from spine_lsp.syntax.splice import MAX_SPLICES
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.text import Edit, Text

if TYPE_CHECKING:
    from spine_lsp.analysis.schedules.reading import ScheduleList

_STEPS = ItemReader(
    frozenset((NAME, PIPELINE, DEPENDS_ON)).union(*((*kind.runs, *kind.branches) for kind in KINDS)),
    read_plain,
)
"""The keys of a step whose places are kept, and how a plain one is read."""

PYTHON_ENDINGS = (".py", ".pyi")
"""Of files that are never YAML, whatever they hold."""

LIMITS = Limits(text=4_000_000, piece=1_000_000)
"""Beyond these a text is not analysed where somebody waits for it: at every keystroke all of it would be late."""
_QUICK = Limits(text=200_000, piece=20_000)
"""What is read at once: to look at so much, to cut it, or to parse the longest piece, takes a frame of the screen."""
_QUICK_TREES = 200  # of items with aliases and of documents: to cut a text, the trees of these are read
_QUICKLY_JUDGED = 100_000
"""Characters, of some 1,500 steps: another thread costs a keystroke more than to judge so much."""
_LARGE, _VERY_LARGE = 50_000, 1_000_000  # characters


class _Later(NamedTuple):
    """A file that is read when somebody asks for it: `known` is how it was before `edits`."""

    known: GroupFile | None = None
    edits: Sequence[Edit] | None = None


def _read_at_once(
    uri: str, text: Text, known: GroupFile | None, edits: Sequence[Edit] | None, limits: Limits
) -> GroupFile | None:
    """The file of a text, however long that takes; None for what is surely foreign."""
    return None if _is_none_of_ours(uri, text) else _parsed(text, known, edits, limits)


def _parsed(text: Text, known: GroupFile | None, edits: Sequence[Edit] | None, limits: Limits) -> GroupFile:
    return parse_file(text, list_paths, known, edits, items=_STEPS, limits=limits)


def _read_quickly(uri: str, text: Text, limits: Limits) -> GroupFile | _Later | None:
    """The file of a text, at once if that is quick."""
    if limits is not LIMITS:
        return _read_at_once(uri, text, None, None, limits)
    if len(text) > _QUICK.text:
        return _Later()
    return None if _is_none_of_ours(uri, text) else _cut_quickly(text, None, None)


def _edited_quickly(
    uri: str, text: Text, known: GroupFile | None, edits: Sequence[Edit] | None
) -> GroupFile | _Later | None:
    """The file of an edited text, at once if that is quick; `known` is the file before the edits, None: foreign."""
    if any(len(piece.text) > _QUICK.piece for piece in text.pieces) and len(text) > _QUICK.text:
        if known is None:
            return _Later()
        # Whether it has become foreign would take long to tell; the reading decides then.
    elif _is_none_of_ours(uri, text):
        return None
    if len(text) > LIMITS.text:
        return _parsed(text, None, None, LIMITS)
    if known is None or edits is None:
        return _cut_quickly(text, known, edits)
    file = edited_file(text, list_paths, known, edits, items=_STEPS, longest=_QUICK.piece, may_cut=_is_quickly_cut)
    return file or _cut_quickly(text, known, edits)


def _cut_quickly(text: Text, known: GroupFile | None, edits: Sequence[Edit] | None) -> GroupFile | _Later:
    """The file of a text that is not foreign, cut anew at once if that is quick."""
    if len(text) <= _QUICK.text and _is_quickly_cut(text.source):
        file = _parsed(text, known, None, _QUICK)
        if _fault_of_size(file) is None:
            return file
    return _Later(known, _few(edits))


def _is_quickly_cut(source: str) -> bool:
    return len(source) <= _QUICK.text and source.count("*") + source.count("\n---") <= _QUICK_TREES


def _few(edits: Sequence[Edit] | None) -> Sequence[Edit] | None:
    """The edits, unless it is quicker to compare the texts."""
    return tuple(edits) if edits is not None and len(edits) <= MAX_SPLICES else None


def _fault_of_size(file: GroupFile) -> Fault | None:
    return next((fault for fault in file.faults if fault.kind == "too-large"), None)


class Document:
    """One file of the workspace: uri, version, text, and what they say."""

    def __init__(
        self,
        uri: str,
        version: int | None,
        text: Text,
        file: GroupFile | _Later | None,
        limits: Limits = LIMITS,
    ) -> None:
        self.uri = uri
        self.version = version
        self.text = text
        self.limits = limits
        self.is_heavy = isinstance(file, _Later) or (file is not None and len(text) > _QUICKLY_JUDGED)
        """Whether to read and to judge it takes longer than a keystroke may wait: nobody should on its thread."""
        self._later = file if isinstance(file, _Later) else None
        if not isinstance(file, _Later):
            self.__dict__["_file"] = file

    @classmethod
    def read(cls, uri: str, version: int | None, text: Text, limits: Limits = LIMITS) -> Document:
        """The document of a text, read from nothing."""
        return cls(uri, version, text, _read_quickly(uri, text, limits), limits)

    @classmethod
    def standing_for(cls, uri: str, version: int | None, text: Text) -> Document:
        """The document of a text that says what a file says which is itself no YAML."""
        return cls(uri, version, text, _parsed(text, None, None, LIMITS))

    def changed(self, version: int | None, text: Text, edits: Sequence[Edit] | None) -> Document:
        """The document after `edits`, each of which refers to the text that the one before it left."""
        file: GroupFile | _Later | None
        if self.limits is not LIMITS:
            file = _read_at_once(self.uri, text, self._file, edits, self.limits)
        elif self._later is None or self._is_read:
            file = _edited_quickly(self.uri, text, self._file, edits)
        else:
            known, before = self._later
            file = _Later(known, None if before is None or edits is None else _few([*before, *edits]))
        return Document(self.uri, version, text, file, self.limits)

    @property
    def _is_read(self) -> bool:
        return "_file" in self.__dict__

    @lazy
    def _file(self) -> GroupFile | None:
        """The file cut and read; None where the text is surely foreign."""
        assert self._later is not None  # or it would have been read at once
        return _read_at_once(self.uri, self.text, *self._later, self.limits)

    @property
    def too_large(self) -> Fault | None:
        """Why a text that may be one of ours is not analysed at all, and where; None for any other."""
        return _fault_of_size(self._file) if self._file is not None else None

    @lazy
    def file(self) -> GroupFile:
        """The file cut and read; empty for a large one that is not ours, which nobody waits for."""
        if self._file is not None:
            return self._file
        if len(self.text) > self._longest_read_whole:
            return File([], ())
        return parse_file(self.text, list_paths, items=_STEPS)

    @property
    def _longest_read_whole(self) -> int:
        """Characters of a text of others that is read all the same."""
        return _LARGE if self.limits is LIMITS else _VERY_LARGE

    @lazy
    def groups(self) -> tuple[Group, ...]:
        """The documents of the file that are read, of whatever kind: pipeline groups and workflows."""
        return tuple(group for group in self._read if group.is_spine)

    @lazy
    def unread(self) -> tuple[Group, ...]:
        """The documents of the file that are ours, and of a kind that nobody here reads."""
        return tuple(group for group in self._read if group.header.declared.unknown)

    @lazy
    def _read(self) -> tuple[Group, ...]:
        if self._file is None:
            return ()
        return tuple(Group(self.uri, self.text, part) for part in self.file.parts)

    @property
    def is_spine(self) -> bool:
        """Whether the file holds a document that is read, so that we have a say in it."""
        return bool(self.groups)

    @property
    def has_findings(self) -> bool:
        """Whether there may be something to say of the file: it holds a document that is read, or is of ours."""
        return bool(self.groups or self.unread or self.schedules)

    @property
    def is_served(self) -> bool:
        """Whether features answer in the file: it holds a document that is read, or schedules."""
        return self.is_spine or bool(self.schedules)

    @lazy
    def schedules(self) -> tuple[ScheduleList, ...]:
        """The lists of schedules in the YAML documents of the file that are nothing else of ours.

        Such a list is read as one whole, so of a large file only where nobody waits for it at every keystroke.
        """
        if self.uri.endswith(PYTHON_ENDINGS) or len(self.text) > self._longest_read_whole:
            return ()
        from spine_lsp.analysis.schedules.reading import lists_of  # few files have any

        return lists_of(self)

    def with_only(self, group: Group) -> Document:
        """The document as if one of its groups were the only one; what is known of that stays known."""
        alone = Document(self.uri, self.version, self.text, File([group.part], ()), self.limits)
        alone.__dict__.update(groups=(group,), schedules=())
        return alone

    def with_schedules_only(self) -> Document:
        """The document as if its lists of schedules were all that it holds."""
        file: GroupFile = File([listed.part for listed in self.schedules], ())
        alone = Document(self.uri, self.version, self.text, file, self.limits)
        alone.__dict__.update(groups=(), unread=(), schedules=self.schedules)
        return alone

    def group_at(self, offset: int) -> Group | None:
        """The group whose YAML document holds an offset."""
        number = bisect_right(self.groups, offset, key=_start_of) - 1
        return self.groups[number] if number >= 0 and offset <= self.groups[number].part.end else None

    def has_schedules_at(self, offset: int) -> bool:
        """Whether an offset is in a YAML document with schedules, or in none of a file that has some."""
        return bool(self.schedules) and self.group_at(offset) is None

    def group_named(self, name: str | None) -> Group | None:
        """The first group of that name; without a name, the first group."""
        return next((group for group in self.groups if name is None or group.header.name == name), None)

    def warm(self, steps_at_once: int = 10) -> Iterator[None]:
        """Read the steps in slices: a generator that yields between them, for large files at first sight."""
        for group in self.groups:
            unread = [block for block in group.part.blocks if block.memo is None]
            for number, block in enumerate(unread):
                group.read(block)
                if not number % steps_at_once:
                    yield


def _is_none_of_ours(uri: str, text: Text) -> bool:
    return uri.endswith(PYTHON_ENDINGS) or is_foreign(text)


def _start_of(group: Group) -> int:
    return group.part.start
