"""The project that the files of some folders make, kept up to date file by file; open texts win over the disk.

All work is done by generators that pause after each file, so that whoever runs them can do something else meanwhile.
One thread runs them. What they make, `project`, never changes, and may be looked at by all.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import GroupIndex, IndexedGroup, indexed
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.references import unread_modules
from spine_lsp.disk.cache import Cache, content_hash
from spine_lsp.disk.config_files import system_path
from spine_lsp.disk.documents import document_of
from spine_lsp.disk.folders import MOST_FOLDERS, Bounds, FolderTree, ignore_stamps
from spine_lsp.disk.index_options import IndexOptions
from spine_lsp.disk.keeping import KnownFiles, cache_key, content_of, known_of
from spine_lsp.disk.packages import installed_packages
from spine_lsp.disk.reading import MAX_BYTES, UnusableFileError, bytes_of, decoded
from spine_lsp.disk.search_options import SearchOptions, python_roots
from spine_lsp.disk.stamps import AskedFile, Stamp, differ, has_changed, stamp_of, taken
from spine_lsp.disk.walking import (
    GROUP_ENDINGS,
    IGNORE_FILES,
    PYTHON_ENDING,
)
from spine_lsp.pysource import decoding
from spine_lsp.pysource.facts import Module
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.table import Table
from spine_lsp.pysource.vocabulary import Vocabulary

if TYPE_CHECKING:  # loaded where there is much to read
    from spine_lsp.disk.reading_processes import ReadingProcesses

log = logging.getLogger(__name__)

ENDINGS = (*GROUP_ENDINGS, PYTHON_ENDING)

MOST_FILES = 100_000
"""Files of a workspace; one that holds more (a home folder, say) is read so far, and nothing in it called missing."""
_LINKED_AT_ONCE = 200
"""Python files that are worked out together at least: as many as there are already, so that few are done twice."""
WORTH_HELP = 600
"""Files to read, from which on other processes have begun before all is done."""
_MOST_HELPERS = 3
MOST_SHARED = 8_000_000
"""Characters of the files whose documents are left for others to use: each takes some twenty times as many bytes."""
_WAIT = 0.02
"""Seconds in which a file is waited for that another process reads; then somebody else may have a turn."""
_WORTH_KEEPING = 40
"""What is known is kept again when one file in so many was read."""


class Progress(NamedTuple):
    """How far a scan is: files read, and how many there are to read; 0 while the folders are walked."""

    done: int
    total: int


Log = Callable[[str], object]
"""Is told in one line what could not be read, and why."""


class ProjectFiles:
    """The files below some folders, and the open ones wherever they are.

    Paths are those of `Project`. Nothing here raises for what the disk does: what cannot be read is logged once.
    Whoever will ask for the documents of the files gives `documents`: those that are read here are left there, as far
    as there is room. `alone`: no other process helps. `pause` is called where work of many files goes on for long
    without a pause of the generator, as nobody may change the project meanwhile.
    """

    def __init__(
        self,
        log: Log,
        options: IndexOptions | None = None,
        *,
        cache: Cache | None = None,
        documents: dict[str, Document] | None = None,
        alone: bool = False,
        pause: Callable[[], object] = bool,
    ) -> None:
        self.project = Project()
        self.news = False
        """Whether the project has changed in what other files may depend on, since somebody last set this back."""
        self.scan_due = False
        """Whether other files are to be looked at than before, as an ignore file has changed: scan again."""
        self.unverified = False
        """Whether the project is what it was when somebody last kept it, and the disk has not been asked yet."""
        self._log = log
        self._cache = cache
        self._documents = documents
        self._room = MOST_SHARED
        self._alone = alone
        self._pause = pause
        self._use_cache = False
        self._options = self._asked = options or IndexOptions()
        self._search = SearchOptions()
        self._most = MOST_FILES
        self._left: dict[Path, tuple[Stamp | None, ...]] = {}  # folders that the options leave unread
        self._roots: tuple[str, ...] = ()
        self._folders = FolderTree(self._pass_over)
        self._stamps: dict[str, Stamp | None] = {}  # of each file that a folder lists; None: read it
        self._hashes: dict[str, str] = {}  # of the bytes that what is known of a file follows from
        self._not_kept = 0  # files that were read, and of which nothing is kept
        self._open: dict[str, Document] = {}
        self._whole: set[str] = set()
        self._looked_for: tuple[object, ...] | None = None
        self._named: list[str] = []  # the files that steps of workflows name functions of, and that are not read
        self._modules: dict[str, Module | None] = {}  # Python read and not yet in the project
        self._groups: dict[str, tuple[IndexedGroup, ...]] = {}  # as above
        self._hard_links: dict[tuple[int, int], str] = {}  # by device and number, the first path of a file with several
        self._nowhere: set[str] = set()  # links that lead to no file
        self._said: set[str] = set()
        self._due: dict[str, None] = {}  # files to be read again

    # -- work: each is a generator that pauses ---------------------------------------------------

    def scan(self, folders: Sequence[str], options: IndexOptions | None = None) -> Iterator[Progress]:
        """Look through these folders and no others; read what is new or has changed, forget what is gone.

        The project is `ready` when that is done, and until then if the same folders were read before.
        """
        self._asked = options or self._asked
        roots, options = self._heed(tuple(dict.fromkeys(folders)))
        self.give_up()
        if roots != self._roots or options != self._options or self.project.python is None:
            self._begin(roots, options)
            yield Progress(0, 0)
        self.scan_due = False
        self._folders.begin(Bounds(roots, self._options.packages, self._search, self._most, self._options.links_out))
        files: dict[str, None] = {}
        for found in self._folders.walk():
            files.update(dict.fromkeys(found))
            yield Progress(0, 0)
        self._say_what_is_left_out()
        for path in self._stamps.keys() - files.keys():
            self._forget(path)
        for path in files.keys() - self._stamps.keys():
            self._stamps[path] = None
        yield from self._read_all(files)
        for _ in self._settle():
            yield Progress(len(files), len(files))
        judged = self._search.configuration.faulty()
        self._put(replace(self.project, ready=self._folders.is_complete and bool(roots), judged=judged))
        self.unverified = False

    def _read_all(self, files: Collection[str]) -> Iterator[Progress]:
        """Read those of the listed files that have changed; where they are many, in several processes.

        Files whose documents are wanted are read here: nobody can send one.
        """
        due: deque[AskedFile] = deque()
        own: deque[AskedFile] = deque()
        for path in files:
            before = self._stamps.get(path)
            if path in self._stamps and has_changed(system_path(path), before):
                here = self._documents is not None and not path.lower().endswith(PYTHON_ENDING)
                (own if here else due).append(AskedFile(path, path in self._whole, before))
            yield Progress(0, len(files))
        left, helpers = len(own) + len(due), self._helpers(due)
        with helpers or nullcontext():
            while left:
                told = helpers.next_reply(0 if own or due else _WAIT) if helpers is not None else None
                if told is not None:
                    self._take_reply(*told)
                    left -= 1
                elif (file := taken(own) or taken(due)) is not None:
                    self._read_asked(file)
                    left -= 1
                if len(self._modules) >= max(_LINKED_AT_ONCE, self._python_files()):
                    self._take_over()
                yield Progress(len(files) - left, len(files))

    def _helpers(self, due: deque[AskedFile]) -> ReadingProcesses | None:
        """The processes that read some of these files; None where they are few, or there is one core."""
        cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
        if self._alone or len(due) < WORTH_HELP or cores < 2 or not sys.executable:
            return None
        from spine_lsp.disk.reading_process import hello
        from spine_lsp.disk.reading_processes import ReadingProcesses

        return ReadingProcesses(due, hello(self._options.vocabulary), min(cores - 1, _MOST_HELPERS))

    def _read_asked(self, file: AskedFile) -> None:
        """Read a file here, unless that was done since it was asked for."""
        if file.path in self._stamps and self._stamps[file.path] is file.before:
            self._read(file.path)

    def _take_reply(self, file: AskedFile, reply: bytes) -> None:
        """Take what another process says of a file, unless more is known of it since."""
        path = file.path
        if path not in self._stamps or self._stamps[path] is not file.before:
            return
        if reply and path not in self._open and path not in self._due and file.whole == (path in self._whole):
            from spine_lsp.disk.reading_process import of_reply

            try:
                stamp, digest, said = of_reply(path, reply)
            except (ValueError, TypeError, KeyError):
                log.exception("a process said what nobody understands of %s", path)
            else:
                self._stamps[path] = stamp
                self._not_kept += 1
                self._take(path, digest, said)
                return
        self._read(path)

    def _take(self, path: str, digest: str, said: Module | tuple[IndexedGroup, ...]) -> None:
        """What a file says is this, of content with this digest."""
        if self._hashes.get(path) != digest:
            self._hashes[path] = digest
            if isinstance(said, Module):
                self._modules[path] = said
            else:
                self._groups[path] = said

    def _python_files(self) -> int:
        """How many files of Python the project has."""
        return len(self.project.python.modules.files) if self.project.python is not None else 0

    def look(self) -> Iterator[None]:
        """Find what has changed on the disk, for a client that does not say: each known file and folder is asked."""
        self._expect(self._folders.came_back())
        if any(any(map(differ, ignore_stamps(folder), stamps)) for folder, stamps in self._left.items()):
            self.scan_due = True
            return
        for path in self._folders:
            if self._folders.have_ignores_changed(path):
                self.scan_due = True
                return
            if self._folders.has_changed(path):
                self._list_again(path)
        yield
        for path in list(self._nowhere):
            if path not in self._stamps:
                self._nowhere.discard(path)
            elif stamp_of(system_path(path)) is not None:
                self._due[path] = None
        for path, stamp in list(self._stamps.items()):
            if stamp is not None and has_changed(system_path(path), stamp):
                self._due[path] = None
        yield from self._read_due()

    def touched(self, paths: Iterable[str]) -> Iterator[None]:
        """Take note that these files and folders came, changed or went."""
        self._expect(self._folders.came_back())
        again: dict[str, None] = {}
        for path in dict.fromkeys(paths):
            folder, _, name = path.rpartition("/")
            if name in IGNORE_FILES:
                self.scan_due = True
                return
            if path in self._stamps and os.path.lexists(system_path(path)):
                self._due[path] = None
                continue
            if path in self._folders and not os.path.lexists(system_path(path)):
                self._forget_all(self._folders.forget(path))
            while folder and folder not in self._folders:
                folder = folder.rpartition("/")[0]
            if folder:
                again[folder] = None
        for folder in again:
            self._list_again(folder)
        yield from self._read_due()

    def opened(self, path: str, document: Document) -> Iterator[None]:
        """From now on, and until it is closed, a file says what the editor shows."""
        self._open[path] = document
        self._read_open(path)
        yield from self._settle()

    def closed(self, path: str) -> Iterator[None]:
        """A file says again what the disk has."""
        if self._open.pop(path, None) is None:
            return
        folder = path.rpartition("/")[0]
        self._list_again(folder)
        if path in self._stamps:
            self._due[path] = None
        else:
            self._drop(path)
        yield from self._read_due()

    # -- folders ---------------------------------------------------------------------------------

    def _heed(self, roots: tuple[str, ...]) -> tuple[tuple[str, ...], IndexOptions]:
        """The folders that are to be read, and how, as the options of the editor and of files have it."""
        asked = self._asked
        self._search = SearchOptions(asked.configuration.with_folders(roots))
        settings = {root: self._search.settings_of(f"{root}/_") for root in roots}
        read = {root: each for root, each in settings.items() if each.index}
        left = (Path(system_path(root)) for root in roots if root not in read)
        self._left = {folder: ignore_stamps(folder) for folder in left}
        self._use_cache = all(each.cache for each in read.values())
        self._most = min([MOST_FILES, *(each.most_files for each in read.values())])
        names = (name for each in read.values() for name in each.decorators)
        tops = (top for each in read.values() for top in python_roots(each))
        packages = [each for one in read.values() for each in installed_packages(one) if each.folder]
        vocabulary = Vocabulary(tuple(dict.fromkeys((*asked.vocabulary.decorators, *names))))
        inner = tuple(dict.fromkeys((*asked.roots, *tops)))
        folders = tuple(dict.fromkeys(each.folder for each in packages))
        return tuple(read), replace(asked, roots=inner, vocabulary=vocabulary, packages=folders)

    def _begin(self, roots: tuple[str, ...], options: IndexOptions) -> None:
        """The index for these folders; what is known of files is kept where they are read as before."""
        if not self._roots and self._restore(roots, options):
            return
        python = PipelineIndex.of((*options.roots, *roots), options.vocabulary)
        known = self.project.python
        same_words = known is not None and options.vocabulary == self._options.vocabulary
        if known is not None and same_words:
            python = python.with_files(list(known.modules.files.items()))
        else:
            self._stamps = dict.fromkeys(self._stamps)
            self._hashes.clear()
        self._roots, self._options = roots, options
        if not same_words:
            for path in self._open:  # which may be no file of the disk
                self._read_open(path)
        self._put(replace(self.project, python=python, ready=False))

    def _list_again(self, folder: str) -> None:
        """See what came and went in a folder, if it is known."""
        changes = self._folders.list_again(folder)
        self._forget_all(changes.gone)
        self._expect(changes.came)
        self._say_what_is_left_out()

    def _say_what_is_left_out(self) -> None:
        if not self._folders.is_complete:
            self._say(
                f"the workspace is not read to its end: it holds more than {self._most:,} files "
                f"or {MOST_FOLDERS:,} folders, so nothing in it is called missing"
            )

    # -- files -----------------------------------------------------------------------------------

    def _expect(self, paths: Iterable[str]) -> None:
        """These files are there, and not read yet."""
        found = dict.fromkeys(paths)
        self._stamps.update(found)
        self._due.update(found)

    def _read_due(self) -> Iterator[None]:
        """Read what has changed, and bring it into the project."""
        while self._due:
            self._read(next(iter(self._due)))
            yield
        yield from self._settle()

    def _read(self, path: str) -> None:
        """Read a file that is listed; what it says is in the project after the next `_take_over`."""
        self._due.pop(path, None)
        if path not in self._stamps:
            return
        self._stamps[path] = stamp = stamp_of(system_path(path))
        self._nowhere.discard(path)
        if stamp is None and os.path.islink(system_path(path)):  # noqa: PTH114 - it costs no Path
            self._nowhere.add(path)  # what it leads to may come, and its folder will not tell
            if path not in self._open:
                self._drop(path)
                return
        if path in self._open:
            self._read_open(path)
            return
        try:
            if stamp is None:
                raise FileNotFoundError
            python = path.lower().endswith(PYTHON_ENDING)
            if not python and self._is_another_name(path):
                self._drop(path)
                return
            data = bytes_of(system_path(path), decoding.MAX_BYTES if python else MAX_BYTES)
            self._not_kept += 1
            digest = content_hash(data)
            if self._hashes.get(path) == digest:
                return
            if python:
                from spine_lsp.pysource.reading import read_bytes  # a warm start reads nothing

                self._modules[path] = read_bytes(data, self._options.vocabulary, whole=path in self._whole)
            else:
                self._groups[path] = self._indexed(path, data)
            self._hashes[path] = digest
        except UnusableFileError as exc:
            self._pass_over(system_path(path), str(exc))
            self._drop(path)
        except FileNotFoundError:  # between the listing and now
            self._forget(path)
        except Exception:  # a fault of ours costs this file, not all that come after it
            log.exception("reading of %s failed", path)
            self._drop(path)

    def _indexed(self, path: str, data: bytes) -> tuple[IndexedGroup, ...]:
        """What a file holds; a document that is kept anyway says itself where its steps stand."""
        text, fault = decoded(data)
        document, known = document_of(path, text), self._documents
        if known is None or fault is not None or document.is_heavy or len(text) > self._room:
            return indexed(document)
        known[path] = document
        self._room -= len(text)
        return indexed(document, is_open=True)

    def _is_another_name(self, path: str) -> bool:
        """Whether this is a hard link to a file that is known by another path."""
        info = os.stat(system_path(path))  # noqa: PTH116 - asked of every file: making a Path would cost as much again
        if info.st_nlink < 2:
            return False
        first = self._hard_links.setdefault((info.st_dev, info.st_ino), path)
        if first not in self._stamps:  # it has gone meanwhile
            first = self._hard_links[info.st_dev, info.st_ino] = path
        return first != path

    def _read_open(self, path: str) -> None:
        document = self._open[path]
        self._hashes.pop(path, None)
        if path.lower().endswith(PYTHON_ENDING):
            from spine_lsp.pysource.reading import read_text

            whole = path in self._whole
            self._modules[path] = read_text(document.text.source, self._options.vocabulary, whole=whole)
        else:
            self._groups[path] = indexed(document, is_open=True)

    def _forget(self, path: str) -> None:
        """A file is gone from the disk."""
        self._stamps.pop(path, None)
        if path not in self._open:
            self._whole.discard(path)
            self._drop(path)

    def _forget_all(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._forget(path)

    def _drop(self, path: str) -> None:
        """A file says nothing."""
        self._hashes.pop(path, None)
        if path.lower().endswith(PYTHON_ENDING):
            self._modules[path] = None
        else:
            self._groups[path] = ()

    # -- the project -----------------------------------------------------------------------------

    def _settle(self) -> Iterator[None]:
        """Bring what was read into the project, with the files that turn out to be imported."""
        self._take_over()
        while self.project.python is not None:
            wanted = [path for path in self._wanted() if path not in self._whole]
            if not wanted:
                return
            self._whole.update(wanted)
            for path in wanted:
                self._hashes.pop(path, None)
                if path in self._open:
                    self._read_open(path)
                else:
                    self._read(path)
                yield
            self._take_over()

    def _wanted(self) -> list[str]:
        """The Python files to read whole, whatever they mention: those that others import, and that workflows name."""
        python = self.project.python
        if python is None:
            return []
        asked = (self.project.groups.mentioned(), python.modules)
        if self._looked_for is None or any(a is not b for a, b in zip(asked, self._looked_for, strict=True)):
            self._looked_for = asked
            self._named = unread_modules(self.project)
        return [*python.wanted, *self._named]

    def _take_over(self) -> None:
        """The project with all that was read since the last time."""
        python, groups, marks = self.project.python, self.project.groups, self.project.marks
        if self._modules:
            if python is None:
                python = PipelineIndex.of((*self._options.roots, *self._roots), self._options.vocabulary)
            for path, module in self._modules.items():
                if self.unverified and module is not None and module.reason:
                    python = python.without_file(path)  # what it said when it was kept is of another session
            python = python.with_files(
                [(path, module) for path, module in self._modules.items() if module is not None], self._pause
            )
            for path, module in self._modules.items():
                if module is None:
                    python = python.without_file(path)
            self._modules.clear()
        for path, found in self._groups.items():
            self.news = self.news or _concerns_others(groups, path, found)
            groups = groups.with_file(path, found)
            marks = marks.with_item(path, self._stamps.get(path)) if found else marks.without(path)
        self._groups.clear()
        if marks is not self.project.marks or python is not self.project.python or groups is not self.project.groups:
            self._put(replace(self.project, python=python, groups=groups, marks=marks))

    def _put(self, project: Project) -> None:
        before, self.project = self.project, project
        self.news = (
            self.news
            or project.python is not before.python
            or project.ready != before.ready
            or project.judged != before.judged
        )

    # -- the cache -------------------------------------------------------------------------------

    @property
    def is_worth_keeping(self) -> bool:
        """Whether so much was read that was not kept that the next start would feel it."""
        return (
            self._cache is not None
            and self._use_cache
            and self.project.ready
            and self._not_kept * _WORTH_KEEPING > len(self._stamps)
        )

    def keep(self) -> Iterator[None]:
        """Keep what is known for the next start. It pauses; changes in between are not of what is kept."""
        project, python = self.project, self.project.python
        self._not_kept = 0
        if self._cache is None or python is None or not self._use_cache or self.unverified:
            return
        hashes = self._hashes | self._hashes_of_open()
        for path in self._hard_links.values():  # which of the names counts depends on what was read first
            hashes.pop(path, None)
        stamps = self._stamps | dict.fromkeys(self._stamps.keys() & self._open.keys())
        key = cache_key(self._roots, self._options)
        try:
            known = KnownFiles(stamps, hashes, set(self._whole), python, project.groups)
            self._cache.save(key, (yield from content_of(known)))
        except Exception:  # what cannot be kept is read again
            log.exception("nothing is kept for the next start")

    def _hashes_of_open(self) -> dict[str, str]:
        """Those of the open files whose text a file of the disk could have just so."""
        found = {}
        for path, document in self._open.items():
            text = document.text.source
            with suppress(UnicodeEncodeError, decoding.UnreadableError):
                data = text.encode()
                python = path.lower().endswith(PYTHON_ENDING)
                if (decoding.decoded(data) if python else decoded(data)[0]) == text:
                    found[path] = content_hash(data)
        return found

    def _restore(self, roots: tuple[str, ...], options: IndexOptions) -> bool:
        """Begin with what was kept; whether there was anything."""
        if self._cache is None or not self._use_cache:
            return False
        content = self._cache.load(cache_key(roots, options))
        if content is None:
            return False
        try:
            known = known_of(content, roots, options)
        except Exception:  # somebody wrote it who is not us
            log.exception("what was kept is of no use")
            return False
        self._stamps, self._hashes, self._whole, python, groups = known
        self._roots, self._options = roots, options
        self.unverified = True
        marks: Table[str, object] = Table.of({path: self._stamps[path] for path in groups.files})
        self._put(Project(python, groups=groups, marks=marks))
        for path in self._open:
            self._read_open(path)
        return True

    def give_up(self) -> None:
        """A scan is given up: what was kept, and nobody has compared with the disk, is forgotten."""
        if not self.unverified:
            return
        self.unverified = False
        self._roots = ()
        self._folders.begin(Bounds())
        for known in (self._stamps, self._hashes, self._whole, self._modules, self._groups):
            known.clear()
        self._due.clear()
        self._put(Project())
        for path in self._open:
            self._read_open(path)

    # -- words -----------------------------------------------------------------------------------

    def _pass_over(self, path: str, reason: str) -> None:
        self._say(f"{path} is not read: {reason}")

    def _say(self, sentence: str) -> None:
        """Log a sentence, once."""
        if sentence not in self._said:
            self._said.add(sentence)
            self._log(sentence)


def _concerns_others(groups: GroupIndex, path: str, found: tuple[IndexedGroup, ...]) -> bool:
    """Whether other files may say something else once a file holds these groups: of names and uses, not of places."""

    def told(each: tuple[IndexedGroup, ...]) -> object:
        shared = [group for group in each if set(groups.files_naming(group.name)) - {path}]
        uses = {(group.name, used) for group in each for used in (*group.pipelines, *group.mentioned)}
        return [group.name for group in each], uses, [(group.name, group.name_place) for group in shared]

    return told(groups.file(path)) != told(found)
