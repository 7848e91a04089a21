"""A thread that keeps what the files of the workspace say, beside the event loop, and tells the loop what is new."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # imported by the thread when there is something to read
    from spine_lsp.analysis.document import Document
    from spine_lsp.analysis.project import Project
    from spine_lsp.disk.index_options import IndexOptions
    from spine_lsp.disk.project_files import ProjectFiles

log = logging.getLogger(__name__)

_LOOKS_APART = 0.05
"""Seconds between two looks at all known files, for a client that may not say what has changed."""
_SHARE = 20
"""A look at a huge workspace takes one in so many seconds at most."""
_WAY = 0.05
"""Seconds for which a scan lets the editor's work go first, before it reads the next file all the same."""
_BREATH = 0.002
_PATIENCE = 0.5
"""Seconds for which an edit may wait while it is diagnosed: both would work out the same, side by side."""
_TOLD_APART = 0.5
"""Seconds between two states of the project that are told while it is read the first time."""


class Tell(Protocol):
    """Is told, on the keeper's thread, another project; with `news`, other files may depend on what is new in it."""

    def __call__(self, project: Project, *, news: bool) -> None:
        """Take the project."""


class Watcher(Protocol):
    """Who is told how far a scan is, on the keeper's thread."""

    def begin(self) -> None:
        """A scan has begun."""

    def report(self, done: int, total: int) -> None:
        """So many files of so many are read."""

    def end(self, *, cancelled: bool) -> None:
        """The scan is over."""


@dataclass
class _Wanted:
    """What the keeper is asked to do next; of several wishes of a kind the last one counts."""

    folders: tuple[str, ...] | None = None
    options: IndexOptions | None = None
    documents: dict[str, Document | None] = field(default_factory=dict)  # None: closed
    touched: dict[str, None] = field(default_factory=dict)
    look: bool = False
    cancel: bool = False

    def __bool__(self) -> bool:
        scan = self.folders is not None or self.options is not None
        return bool(scan or self.documents or self.touched or self.look or self.cancel)


class Keeper:
    """Owns the files of the workspace; all methods may be called from any thread and return at once.

    What is asked for is done before a scan goes on, so it never waits for a large workspace. `busy` says that the
    editor waits for something else, to which a scan gives way.
    """

    def __init__(self, tell: Tell, busy: Callable[[], bool], watcher: Watcher) -> None:
        self._tell = tell
        self._busy = busy
        self._watcher = watcher
        self._changed = threading.Condition()
        self._wishes = _Wanted()
        self._asked = 0  # wishes so far
        self._done = 0  # those that are fulfilled
        self._thread: threading.Thread | None = None
        self._next_look = 0.0
        self._look_later = False
        self._told: Project | None = None
        self._waiting = 0  # threads that wait for a wish
        self._folders: tuple[str, ...] = ()
        self._reading = False

    @property
    def active(self) -> bool:
        """Whether there is anything to keep: a folder, or an open file of Python."""
        return self._thread is not None

    @property
    def reading(self) -> bool:
        """Whether the workspace is being read for the first time, or anew."""
        return self._reading

    def keep(self, folders: Sequence[str]) -> None:
        """From now on these folders, given by their uris, are the workspace."""
        self._folders = _paths(folders)
        if self._folders or self.active:
            self._reading = True
            self._wish(lambda wishes: setattr(wishes, "folders", self._folders))

    def change_folders(self, added: Sequence[str], removed: Sequence[str]) -> None:
        """Folders came to the workspace, and others went; given by their uris."""
        gone = _paths(removed)
        left = tuple(path for path in self._folders if path not in gone)
        self._folders = tuple(dict.fromkeys((*left, *_paths(added))))
        self._wish(lambda wishes: setattr(wishes, "folders", self._folders))

    def use(self, options: IndexOptions) -> None:
        """From now on files are read in this way."""
        self._wish(lambda wishes: setattr(wishes, "options", options))

    def opened(self, uri: str, document: Document) -> None:
        """A file is open, or an open one was changed; without a folder only Python is of interest."""
        if self.active or uri.endswith(".py"):
            files = dict.fromkeys(_paths([uri]), document)
            self._wish(lambda wishes: wishes.documents.update(files))

    def closed(self, uri: str) -> None:
        """A file is not open any more."""
        if self.active:
            files = dict.fromkeys(_paths([uri]))
            self._wish(lambda wishes: wishes.documents.update(files))

    def touched(self, uris: Iterable[str]) -> None:
        """These files or folders came, changed or went."""
        if self.active and (paths := _paths(uris)):
            self._wish(lambda wishes: wishes.touched.update(dict.fromkeys(paths)))

    def look(self) -> None:
        """Look whether something has changed that nobody told: now, or in a moment if that has just been done."""
        if not self.active:
            return
        if monotonic() >= self._next_look:
            self._next_look = monotonic() + _LOOKS_APART
            self._wish(lambda wishes: setattr(wishes, "look", True))
        elif not self._look_later:
            with self._changed:
                self._look_later = True
                self._changed.notify_all()

    def cancel(self) -> None:
        """Give up the scan; what it has not read stays unknown."""
        if self.active:
            self._wish(lambda wishes: setattr(wishes, "cancel", True))

    def settled(self, seconds: float) -> Project | None:
        """The project in which all is done that was asked for before, or as it is after so many seconds."""
        if not self.active:
            return None
        with self._changed:
            ticket = self._asked
            self._waiting += 1
            self._changed.wait_for(lambda: self._done >= ticket, seconds)
            self._waiting -= 1
            return self._told

    # -- the thread ------------------------------------------------------------------------------

    def _wish(self, note: Callable[[_Wanted], object]) -> None:
        with self._changed:
            note(self._wishes)
            self._asked += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="spine-keeper", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _run(self) -> None:
        from spine_lsp.disk.cache import Cache
        from spine_lsp.disk.project_files import ProjectFiles

        files = ProjectFiles(log.warning, cache=Cache.of_user(), pause=self._make_way)
        scan: Iterator[Any] | None = None
        keeping: Iterator[Any] = iter(())  # of what is known, for the next start
        told_at = 0.0
        while True:
            if scan is None and files.is_worth_keeping:
                keeping = files.keep()
            rests = scan is None and not self._keep_on(keeping)
            wishes, ticket = self._next_wishes(resting=rests)
            if wishes.cancel and scan is not None:
                scan = None
                self._watcher.end(cancelled=True)
                log.warning("the workspace is not read to its end, so no pipeline is called missing")
                self._end_reading(files)
            for work in _works(files, wishes, scanning=scan is not None):
                self._do(work)
            if wishes.folders is not None or wishes.options is not None or files.scan_due:
                self._watcher.begin()
                scan, self._reading = files.scan(self._folders, wishes.options), True
                self._go_on(scan)  # so that the project is not ready where other folders are to be read
            if wishes:
                self._publish(files, news=True)
            if scan is None or not files.project.ready:
                self._fulfil(ticket)
            if scan is not None:
                if not self._go_on(scan):
                    scan = None
                    self._watcher.end(cancelled=False)
                    self._end_reading(files)
                    self._fulfil(ticket)
                elif monotonic() - told_at > _TOLD_APART:
                    told_at = monotonic()
                    self._publish(files, news=False)  # what is read so far is there for who asks

    def _next_wishes(self, *, resting: bool) -> tuple[_Wanted, int]:
        """What is to be done now, and the number of the last wish in it; if need be, one is waited for."""
        with self._changed:
            while not self._wishes and resting:
                left = self._next_look - monotonic() if self._look_later else None
                if left is not None and left <= 0:
                    self._wishes.look, self._look_later = True, False
                    break
                self._changed.wait(left)
        if self._wishes.documents:
            self._give_way(_PATIENCE)
        with self._changed:
            wishes, self._wishes = self._wishes, _Wanted()
            return wishes, self._asked

    def _end_reading(self, files: ProjectFiles) -> None:
        self._reading = False
        files.give_up()  # where it has not come to its end
        self._told = None  # even if nothing is new: somebody may wait for the end
        self._publish(files, news=True)

    def _fulfil(self, ticket: int) -> None:
        with self._changed:
            self._done = ticket
            self._changed.notify_all()

    def _go_on(self, scan: Iterator[Any]) -> bool:
        """Read one more file; whether there is more to be read."""
        self._make_way()
        try:
            done, total = next(scan)
        except StopIteration:
            return False
        except Exception:
            log.exception("the scan of the workspace failed")
            return False
        self._watcher.report(done, total)
        return True

    def _make_way(self) -> None:
        """Let the editor's work go first before a little more is done, unless it asks for something itself."""
        if not self._wishes:
            self._give_way(_WAY)

    def _give_way(self, seconds: float) -> None:
        """Let the editor's work go first, for so long at most: until somebody waits for us, or asks for something."""
        until, asked = monotonic() + seconds, bool(self._wishes)
        while self._busy() and not self._waiting and bool(self._wishes) == asked and monotonic() < until:
            sleep(_BREATH)

    def _keep_on(self, keeping: Iterator[Any]) -> bool:
        """Do a little of what is done for the next start; whether there is more of it."""
        self._make_way()
        return next(keeping, self) is not self

    def _do(self, work: Iterator[None]) -> None:
        begun = monotonic()
        try:
            for _ in work:
                pass
        except Exception:
            log.exception("keeping the workspace failed")
        self._next_look = max(self._next_look, monotonic() + (monotonic() - begun) * _SHARE)

    def _publish(self, files: ProjectFiles, *, news: bool) -> None:
        if files.unverified:  # it may be of yesterday
            return
        if files.project is self._told and not (news and files.news):
            return
        self._told = files.project
        if news:
            news, files.news = files.news, False
        self._tell(files.project, news=news)


def _paths(uris: Iterable[str]) -> tuple[str, ...]:
    """The paths of the project that uris mean; what is on no disk of this machine has none."""
    from spine_lsp.analysis.uris import path_of

    found = (path_of(uri) for uri in uris)
    return tuple(dict.fromkeys(path.rstrip("/") for path in found if path))


def _works(files: ProjectFiles, wishes: _Wanted, *, scanning: bool) -> Iterator[Iterator[None]]:
    for path, document in wishes.documents.items():
        yield files.opened(path, document) if document is not None else files.closed(path)
    if wishes.touched:
        yield files.touched(wishes.touched)
    if wishes.look and not scanning:  # which sees all there is
        yield files.look()
