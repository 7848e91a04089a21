"""Requests beside the event loop: each on the snapshot of when it came, so that no keystroke waits for one."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from itertools import count
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

QUICK = frozenset(
    (
        "textDocument/completion",
        "completionItem/resolve",
        "textDocument/hover",
        "textDocument/definition",
        "textDocument/documentHighlight",
        "textDocument/linkedEditingRange",
        "textDocument/onTypeFormatting",
        "textDocument/prepareRename",
        "textDocument/selectionRange",
    )
)
"""What a user waits for with a hand on the keyboard: these never wait behind the others."""

REPEATED = frozenset(
    (
        "textDocument/codeAction",
        "textDocument/codeLens",
        "textDocument/completion",
        "textDocument/documentHighlight",
        "textDocument/documentLink",
        "textDocument/documentSymbol",
        "textDocument/foldingRange",
        "textDocument/hover",
        "textDocument/inlayHint",
        "textDocument/linkedEditingRange",
        "textDocument/selectionRange",
        "textDocument/semanticTokens/full",
        "textDocument/semanticTokens/full/delta",
        "textDocument/semanticTokens/range",
    )
)
"""What editors ask anew after each change: nobody needs the answer about a text that has changed since."""

MOST_WAITING = 10_000
"""Requests that may wait on the desk; more are refused, for in line they would hold up what comes after them."""

HEAD_START = 0.05
"""Seconds that diagnosis stays away from the processor for a quick request: beside one another both take twice as
long, so what follows comes no sooner, and what both need of a large file would be worked out twice."""

_STACK = 16 * 1024 * 1024  # some systems give threads half a megabyte, too little for a deep text


class SupersededError(Exception):
    """The document has changed, so that nobody needs the answer any more."""


class Subject(NamedTuple):
    """What a request is about: a document's uri, and the document as it was, one object for each of its states."""

    uri: str
    state: object


class _Task(NamedTuple):
    method: str
    future: Future[Any]
    work: Callable[[], Any]
    about: Subject | None


class _Lane:
    """One thread, and what waits for it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tasks: OrderedDict[int, _Task] = OrderedDict()  # by number, in the order of arrival
        self.alike: dict[tuple[str, str], tuple[object, list[int]]] = {}  # of one method, about one state
        self.changed = threading.Condition()
        self.since: float | None = None  # when the task that runs was begun
        self.thread: threading.Thread | None = None


class Desk:
    """Runs quick requests on one thread, all others on a second one and large diagnoses on a third one, in their order.

    Snapshots never change, so a request needs no lock. The interpreter shares its time between threads: while
    a long request is worked on, a keystroke takes about twice its time, and never waits.
    """

    def __init__(
        self,
        on_done: Callable[[], None] = lambda: None,
        wait_for_room: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_done = on_done
        self._wait_for_room = wait_for_room
        self._quick = _Lane("spine-quick")
        self._long = _Lane("spine-long")
        self._diagnoses = _Lane("spine-diagnosis")
        self._numbers = count()

    def submit(self, method: str, future: Future[Any], work: Callable[[], Any], about: Subject | None = None) -> None:
        """Settle `future` with what `work` answers or raises; one that is cancelled first is not begun.

        Requests of the same method that wait `about` an earlier state of the document are `SupersededError`.
        """
        lane = self._quick if method in QUICK else self._long
        old: list[_Task] = []
        with lane.changed:
            number = next(self._numbers)
            if about is not None and method in REPEATED:
                state, numbers = lane.alike.get((method, about.uri), (None, []))
                if state is not about.state:
                    old = [lane.tasks.pop(one) for one in numbers if one in lane.tasks]
                    numbers = []
                    lane.alike[method, about.uri] = (about.state, numbers)
                numbers.append(number)
            self._put(lane, number, _Task(method, future, work, about))
        _supersede(old)

    def diagnose(self, future: Future[T], work: Callable[[], T]) -> None:
        """As `submit`, for the diagnosis of what is too large for the loop's thread; no request waits behind it."""
        lane = self._diagnoses
        with lane.changed:
            self._put(lane, next(self._numbers), _Task("", future, work, None))

    def _put(self, lane: _Lane, number: int, task: _Task) -> None:
        lane.tasks[number] = task
        if lane.thread is None:
            before = threading.stack_size(_STACK)
            lane.thread = threading.Thread(target=self._run, args=(lane,), name=lane.name, daemon=True)
            lane.thread.start()
            threading.stack_size(before)
        lane.changed.notify()

    def give_up(self, changing: Collection[str]) -> None:
        """Answer what waits about documents that are about to change with `SupersededError`, where it is asked anew."""
        for lane in (self._quick, self._long):
            with lane.changed:
                old = [
                    lane.tasks.pop(number)
                    for number, task in list(lane.tasks.items())
                    if task.method in REPEATED and task.about is not None and task.about.uri in changing
                ]
            _supersede(old)

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing runs."""
        return all(not lane.tasks and lane.since is None for lane in (self._quick, self._long))

    @property
    def full(self) -> bool:
        """Whether so many requests wait that no more should be taken."""
        return len(self._quick.tasks) + len(self._long.tasks) >= MOST_WAITING

    @property
    def hurried(self) -> bool:
        """Whether a quick request waits or has just begun, and other work should let it go first."""
        since = self._quick.since
        return bool(self._quick.tasks) if since is None else perf_counter() - since < HEAD_START

    def _run(self, lane: _Lane) -> None:
        while True:
            with lane.changed:
                while not lane.tasks:
                    lane.changed.wait()
                lane.since = perf_counter()
                _, task = lane.tasks.popitem(last=False)
                if not lane.tasks:
                    lane.alike.clear()
            self._wait_for_room()
            settle(task.future, task.work)
            del task  # a thread that waits must not keep a snapshot alive
            lane.since = None
            self._on_done()


def _supersede(tasks: Iterable[_Task]) -> None:
    for task in tasks:
        with suppress(InvalidStateError):  # cancelled already
            task.future.set_exception(SupersededError())


def settle(future: Future[Any], work: Callable[[], Any]) -> None:
    """Give a future what `work` answers or raises; one that was cancelled has been answered already."""
    if future.done():
        return
    try:
        result = work()
    except BaseException as exc:  # noqa: BLE001 - whatever it is, the future has it
        with suppress(InvalidStateError):  # cancelled in the meantime
            future.set_exception(exc)
    else:
        with suppress(InvalidStateError):
            future.set_result(result)
