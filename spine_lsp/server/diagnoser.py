"""Diagnostics: when to diagnose, what is worth sending or asking for, and when it is withdrawn."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future
from enum import Enum
from hashlib import blake2b
from time import perf_counter
from typing import Any, NamedTuple

from spine_lsp.cancellation import check_cancelled, stopping
from spine_lsp.server.rpc import wire
from spine_lsp.server.rpc.inbox import Inbox
from spine_lsp.server.session import OpenDocument, Session, Snapshot

log = logging.getLogger(__name__)

METHOD = "textDocument/publishDiagnostics"
SLICE = 0.008
"""Seconds of work between two looks at the inbox: half a frame of the screen."""

Encoded = list[dict[str, Any]] | wire.Json | None
"""Diagnostics as plain JSON or encoded already; `None` for a document that is not ours to judge."""

PAUSE = 0.25
"""Seconds without a change after which the user is taken to have paused."""


class Aside(Enum):
    """A diagnosis is about to work for long without a pause: not on the loop's thread."""

    ASIDE = 0


class Provisional(NamedTuple):
    """What a diagnosis has to say at once; the rest is worked out when the user pauses."""

    diagnostics: list[dict[str, Any]] | wire.Json


Work = Generator[Provisional | Aside | None, None, Encoded]
Diagnose = Callable[[Snapshot, str], Work]
"""Diagnoses one document of a snapshot; it yields whenever it has worked for a while."""

Outcome = Provisional | tuple[Encoded]
"""What a diagnosis says next: something at once, or the last."""

Submit = Callable[["Future[Outcome]", Callable[[], Outcome]], object]
"""Has work done on another thread, and the future settled with what it answers."""

Later = Callable[[float, Callable[[], None]], object]
"""Calls back after some seconds, on the loop's thread."""


class _Answered(NamedTuple):
    """What a client that asks was told last of a document, and of which version of it."""

    version: int
    diagnostics: bytes


class _Asked(NamedTuple):
    request: int | str
    previous: str | None


class _Run(NamedTuple):
    document: OpenDocument
    work: Work


class Diagnoser:
    """Owns what the client shows: latest wins, one document at a time, nothing sent twice.

    The endpoint calls `step` whenever no message can be handled. The document that was marked last comes
    first, for that is where the user types; work on others is kept and goes on afterwards.

    A client that asks (`pulls`; LSP 3.17, Pull Diagnostics) is answered as soon as its document is diagnosed, and is
    told nothing unasked. `stale` is called when what it was told of a document holds no more, though it did nothing.
    """

    def __init__(
        self,
        session: Session,
        inbox: Inbox,
        diagnose: Diagnose,
        send: Callable[[bytes], None],
        clock: Callable[[], float] = perf_counter,
        later: Later | None = None,
        wake: Callable[[], None] | None = None,
        aside: Submit | None = None,
        *,
        pulls: bool = False,
        stale: Callable[[], None] = lambda: None,
    ) -> None:
        self._pulls = pulls
        self._stale = stale
        self._asked: dict[str, list[_Asked]] = {}  # by document
        self._answered: dict[str, _Answered] = {}
        self._session = session
        self._inbox = inbox
        self._diagnose = diagnose
        self._send = send
        self._clock = clock
        self._later = later
        self._wake = wake
        self._submit = aside
        self._aside: dict[str, Future[Outcome]] = {}
        self._resting: dict[str, int] = {}
        self._rests = 0
        self._dirty: dict[str, _Run | None] = {}
        self._shown: dict[str, bytes] = {}
        self._closed: Mapping[str, bytes] = {}

    def mark(self, uri: str) -> None:
        """Diagnose this document anew; what was begun for it is dropped."""
        self._drop(uri)
        self._dirty[uri] = None

    def mark_all(self) -> None:
        """Diagnose every open document anew, after a change of settings, say."""
        for uri in self._session.snapshot().documents:
            self.mark(uri)

    @property
    def busy(self) -> bool:
        """Whether there is work that waits for nothing."""
        return len(self._dirty) > len(self._resting) + sum(not done.done() for done in self._aside.values())

    @property
    def is_aside(self) -> bool:
        """Whether work is done on another thread."""
        return any(not done.done() for done in self._aside.values())

    def close(self, uri: str) -> None:
        """Forget a document, and take back what is shown for it."""
        self._drop(uri)
        shown = self._shown.pop(uri, b"[]")
        self._answer(uri, b"[]")
        self._answered.pop(uri, None)
        if not self._pulls:
            self._shown[uri] = shown
            self._publish_closed(uri)

    def closed_files(self, found: Mapping[str, bytes]) -> None:
        """Show these encoded diagnostics of files while they are not open, and no others; who asks is not told."""
        if self._pulls:
            return
        before, self._closed = self._closed, found
        opened = self._session.snapshot().documents
        for uri in {**before, **found}:
            if uri not in opened:
                self._publish_closed(uri)

    def _publish_closed(self, uri: str) -> None:
        found = self._closed.get(uri, b"[]")
        if self._shown.pop(uri, b"[]") != found:
            self._send(_publication(uri, None, found))
        if found != b"[]":
            self._shown[uri] = found

    def ask(self, uri: str, request: int | str, previous: str | None) -> None:
        """Answer the request for the diagnostics of a document once they are known; `previous` is a result's id."""
        self._asked.setdefault(uri, []).append(_Asked(request, previous))
        document = self._session.snapshot().documents.get(uri)
        if document is None or uri not in self._dirty or uri in self._resting:
            found = self._shown.get(uri, b"[]")
            self._answer(uri, found)
            if document is not None:
                self._answered[uri] = _Answered(document.version, found)

    def give_up(self, request: int | str | None = None) -> None:
        """Refuse a request that waits and is wanted no more; without one, all of them."""
        for uri, asked in list(self._asked.items()):
            for each in asked:
                if request is None or each.request == request:
                    self._send(wire.error(each.request, wire.REQUEST_CANCELLED, "cancelled"))
            left = [each for each in asked if request is not None and each.request != request]
            if left:
                self._asked[uri] = left
            else:
                del self._asked[uri]

    def _answer(self, uri: str, diagnostics: bytes) -> bool:
        """Answer who waits for a document; whether anybody did."""
        asked = self._asked.pop(uri, ())
        for each in asked:
            self._send(wire.response(each.request, report(diagnostics, each.previous)))
        return bool(asked)

    def step(self) -> bool:
        """Work for one slice at most; answers whether it makes sense to call again before a message comes."""
        ready = (uri for uri in reversed(self._dirty) if uri not in self._resting and self._is_back(uri))
        uri = next((uri for uri in ready if not self._inbox.supersedes(uri)), None)
        if uri is None:
            return False
        run = self._dirty[uri] or self._start(uri)
        if run is not None:
            try:
                self._advance(uri, run)
            except OSError:
                raise  # the client is gone, which is no fault of the diagnosis
            except Exception:  # a fault of a rule costs the findings of this document
                self._dirty.pop(uri, None)
                log.exception("diagnosis of %s failed", uri)
                if self._session.strict:
                    raise
                self._publish(uri, run.document.version, b"[]")
        return self.busy

    def _start(self, uri: str) -> _Run | None:
        snapshot = self._session.snapshot()
        document = snapshot.documents.get(uri)
        if document is None:
            del self._dirty[uri]
            return None
        run = _Run(document, self._diagnose(snapshot, uri))
        self._dirty[uri] = run
        return run

    def _is_back(self, uri: str) -> bool:
        return uri not in self._aside or self._aside[uri].done()

    def _advance(self, uri: str, run: _Run) -> None:
        until = self._clock() + SLICE
        if (aside := self._aside.pop(uri, None)) is not None:
            self._say(uri, run, aside.result())
            return
        while True:
            try:
                early = next(run.work)
            except StopIteration as done:
                self._finish(uri, run, done.value)
                return
            if isinstance(early, Aside) and self._submit is not None:
                self._go_aside(uri, run.work, self._submit)
                return
            if isinstance(early, Provisional):
                self._say(uri, run, early)
                return
            if self._inbox or self._clock() >= until:
                return

    def _say(self, uri: str, run: _Run, outcome: Outcome) -> None:
        if not isinstance(outcome, Provisional):
            self._finish(uri, run, outcome[0])
        elif not self._inbox.supersedes(uri):
            self._publish(uri, run.document.version, _encoded(outcome.diagnostics))
            self._rest(uri)

    def _go_aside(self, uri: str, work: Work, submit: Submit) -> None:
        """Let another thread go on until the diagnosis has something to say, or nobody wants to hear it any more."""
        future: Future[Outcome] = Future()

        def outcome() -> Outcome:
            with stopping(future.cancelled):
                while True:
                    check_cancelled()
                    try:
                        early = next(work)
                    except StopIteration as done:
                        found: Encoded = done.value
                        return (None if found is None else wire.Json(_encoded(found)),)
                    if isinstance(early, Provisional):
                        return Provisional(wire.Json(_encoded(early.diagnostics)))

        self._aside[uri] = future
        submit(future, outcome)

    def _rest(self, uri: str) -> None:
        """Go on with this document only when nothing has changed it for a while."""
        if self._later is None:
            return
        # A number, not the run itself: the timer must not keep alive what a change has made worthless.
        self._rests += 1
        number = self._resting[uri] = self._rests

        def go_on() -> None:
            if self._resting.get(uri) == number:
                del self._resting[uri]
                if self._wake is not None:
                    self._wake()

        self._later(PAUSE, go_on)

    def _finish(self, uri: str, run: _Run, found: Encoded) -> None:
        if self._inbox.supersedes(uri):
            self._dirty[uri] = None  # stays dirty until the newer message has been handled
            return
        encoded = None if found is None else _encoded(found)
        del self._dirty[uri]
        if encoded is None:
            # Not ours: say so only if we had said something before, or are asked.
            if self._shown.pop(uri, b"[]") == b"[]" and not self._pulls:
                return
            encoded = b"[]"
        self._publish(uri, run.document.version, encoded)

    def _publish(self, uri: str, version: int, encoded: bytes) -> None:
        if self._pulls:
            self._shown[uri] = found = bytes(encoded)
            before = self._answered.get(uri)
            if self._answer(uri, found):
                self._answered[uri] = _Answered(version, found)
            elif before is not None and before.version == version and before.diagnostics != found:
                self._stale()  # after a change of its own the client asks by itself
            return
        if self._shown.get(uri) == encoded:
            return
        self._shown[uri] = bytes(encoded)
        self._send(_publication(uri, version, encoded))

    def _drop(self, uri: str) -> None:
        run = self._dirty.pop(uri, None)
        self._resting.pop(uri, None)
        if (aside := self._aside.pop(uri, None)) is not None:
            aside.cancel()  # the work stops where it looks next
        elif run is not None:
            run.work.close()


def result_id(diagnostics: bytes) -> str:
    """What encoded diagnostics are called: the same for the same ones."""
    return blake2b(diagnostics, digest_size=8).hexdigest()


def report(diagnostics: bytes, previous: str | None) -> bytes:
    """The document diagnostic report of encoded diagnostics: all of them, or that they are those of `previous`."""
    result = result_id(diagnostics)
    if result == previous:
        return b'{"kind":"unchanged","resultId":"%b"}' % result.encode()
    return b'{"kind":"full","resultId":"%b","items":%b}' % (result.encode(), diagnostics)


def _encoded(diagnostics: list[dict[str, Any]] | wire.Json) -> bytes:
    return diagnostics if isinstance(diagnostics, bytes) else wire.dumps(diagnostics)


def _publication(uri: str, version: int | None, diagnostics: bytes) -> bytes:
    counted = b"" if version is None else b',"version":%d' % version
    params = b'{"uri":%b%b,"diagnostics":%b}' % (wire.dumps(uri), counted, diagnostics)
    return wire.notification(METHOD, params)
