"""Publication: after the messages, latest wins, in slices, nothing twice, withdrawn on close."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any

import pytest

from spine_lsp.cancellation import CancelledError
from spine_lsp.server.desk import settle
from spine_lsp.server.diagnoser import (
    SLICE,
    Aside,
    Diagnoser,
    Encoded,
    Outcome,
    Provisional,
    Submit,
    Work,
)
from spine_lsp.server.rpc.inbox import Inbox
from spine_lsp.server.rpc.wire import Json
from spine_lsp.server.session import Session, Snapshot
from tests.server.rawclient import did_change, notification, request
from tests.server.texts import texts_only

A, B = "file:///a", "file:///b"
Sent = list[tuple[str, int | None, Any]]


class Clock:
    """Time that passes only when the work says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A diagnoser on a session, with everything it sent."""

    def __init__(
        self,
        diagnose: Callable[[Snapshot, str], Work] | None = None,
        *,
        strict: bool = True,
        aside: Submit | None = None,
    ) -> None:
        self.session = Session(texts_only(), strict=strict)
        self.inbox = Inbox()
        self.clock = Clock()
        self.sent: Sent = []
        self.diagnoser = Diagnoser(
            self.session, self.inbox, diagnose or words, self._sent, clock=self.clock, aside=aside
        )

    def _sent(self, body: bytes) -> None:
        params = json.loads(body)["params"]
        self.sent.append((params["uri"], params.get("version"), params["diagnostics"]))

    def open(self, uri: str, text: str, version: int = 1) -> None:
        self.session.open({"textDocument": {"uri": uri, "version": version, "text": text}})
        self.diagnoser.mark(uri)

    def change(self, uri: str, version: int, text: str) -> None:
        self.session.change({"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]})
        self.diagnoser.mark(uri)

    def close(self, uri: str) -> None:
        self.session.close({"textDocument": {"uri": uri}})
        self.diagnoser.close(uri)

    def run(self) -> int:
        """Step until there is nothing to do; answers the number of steps."""
        steps = 1
        while self.diagnoser.step():
            steps += 1
            assert steps < 1000
        return steps

    def taken(self) -> Sent:
        sent, self.sent = self.sent, []
        return sent


def words(snapshot: Snapshot, uri: str) -> Work:
    """One diagnostic for each word."""
    yield None
    return [{"message": word} for word in snapshot.documents[uri].text.source.split()]


def messages(*found: str) -> list[dict[str, str]]:
    return [{"message": one} for one in found]


def test_publishes_with_the_version() -> None:
    """A document that was opened gets its diagnostics, with the version they are of."""
    bench = Bench()
    bench.open(A, "x y", version=7)
    bench.run()
    assert bench.sent == [(A, 7, messages("x", "y"))]


def test_a_clean_document_is_told_so_once() -> None:
    """The first answer is sent even when it is empty; the same again is not."""
    bench = Bench()
    bench.open(A, "")
    bench.run()
    bench.change(A, 2, " ")
    bench.run()
    assert bench.sent == [(A, 1, [])]


def test_an_unchanged_result_is_not_sent_again() -> None:
    """Only what differs from what is shown goes out, under its own version."""
    bench = Bench()
    bench.open(A, "x")
    bench.run()
    for version, text in ((2, "x "), (3, " x"), (4, "y"), (5, "y")):
        bench.change(A, version, text)
        bench.run()
    assert bench.sent == [(A, 1, messages("x")), (A, 4, messages("y"))]


def test_close_takes_back_what_is_shown_once() -> None:
    """Closing publishes an empty list if something was shown, and nothing otherwise."""
    bench = Bench()
    bench.open(A, "x")
    bench.open(B, "")
    bench.run()
    bench.taken()
    bench.close(A)
    bench.close(B)
    bench.run()
    assert bench.sent == [(A, None, [])]


def test_reopened_document_is_published_again() -> None:
    """What was taken back is sent again, though it is the same."""
    bench = Bench()
    for _ in range(2):
        bench.open(A, "x")
        bench.run()
        bench.close(A)
    assert [found for _, _, found in bench.sent] == [messages("x"), [], messages("x"), []]


def test_closed_before_it_was_diagnosed() -> None:
    """Nothing is said of a document that was closed before its turn."""
    bench = Bench()
    bench.open(A, "x")
    bench.close(A)
    bench.run()
    assert bench.sent == []


@pytest.mark.parametrize(
    "newer",
    [
        did_change(A, 2, {"text": "y"}),
        notification("textDocument/didClose", {"textDocument": {"uri": A}}),
        notification("textDocument/didOpen", {"textDocument": {"uri": A}}),
    ],
)
def test_nothing_stale_is_published(newer: dict[str, Any]) -> None:
    """A result is kept back when something newer for the document has arrived meanwhile."""

    def interrupted(snapshot: Snapshot, uri: str) -> Work:
        result = yield from words(snapshot, uri)
        if snapshot.documents[uri].version == 1:
            bench.inbox.put(newer)
        return result

    bench = Bench(interrupted)
    bench.open(A, "x")
    bench.run()
    assert bench.sent == []
    assert not bench.diagnoser.step()  # waits for the message, without spinning
    bench.inbox.take()
    bench.change(A, 2, "y")
    bench.run()
    assert bench.sent == [(A, 2, messages("y"))]


def test_a_newer_message_that_turns_out_bad_holds_nothing_up() -> None:
    """A document whose newer message was ignored is diagnosed as it is."""
    bench = Bench()
    bench.open(A, "x")
    bench.inbox.put(did_change(A, 2, {"text": 3}))
    bench.run()
    assert bench.sent == []
    bench.inbox.take()
    bench.run()
    assert bench.sent == [(A, 1, messages("x"))]


def test_messages_for_others_keep_nothing_back() -> None:
    """Requests, and changes of other documents, do not make a result stale."""
    bench = Bench()
    bench.open(A, "x")
    bench.inbox.put(did_change(B, 2, {"text": "y"}))
    bench.inbox.put(request(1, "textDocument/hover", {"textDocument": {"uri": A}}))
    bench.inbox.put(notification("textDocument/didChange", 3))
    bench.run()
    assert bench.sent == [(A, 1, messages("x"))]


def slow(parts: int, cost: float) -> Callable[[Snapshot, str], Work]:
    def work(snapshot: Snapshot, uri: str) -> Work:
        for _ in range(parts):
            bench_clock[0].now += cost
            yield None
        return messages(snapshot.documents[uri].text.source)

    return work


bench_clock: list[Clock] = []


@pytest.fixture
def slow_bench() -> Bench:
    """Documents cost ten slices each."""
    bench = Bench(slow(10, SLICE))
    bench_clock[:] = [bench.clock]
    return bench


def test_long_work_is_cut_into_slices(slow_bench: Bench) -> None:
    """After each slice the messages have their turn."""
    slow_bench.open(A, "x")
    assert slow_bench.run() == 11
    assert slow_bench.sent == [(A, 1, messages("x"))]


def test_short_parts_share_a_slice() -> None:
    """Work that yields often is not slowed down by it."""
    bench = Bench(slow(100, SLICE / 60))
    bench_clock[:] = [bench.clock]
    bench.open(A, "x")
    assert bench.run() == 2


def test_a_message_ends_the_slice() -> None:
    """As soon as something has arrived the work gives way."""

    def work(snapshot: Snapshot, uri: str) -> Work:
        for number in range(5):
            if number == 2:
                bench.inbox.put(request(1, "x"))
            yield None
            done.append(number)
        return []

    done: list[int] = []
    bench = Bench(work)
    bench.open(A, "x")
    bench.diagnoser.step()
    assert done == [0, 1]


def test_a_change_drops_the_work_in_progress(slow_bench: Bench) -> None:
    """Work on an older text is given up, its generator closed."""
    slow_bench.open(A, "x")
    slow_bench.diagnoser.step()
    slow_bench.change(A, 2, "y")
    slow_bench.run()
    assert slow_bench.sent == [(A, 2, messages("y"))]


def test_the_document_in_hand_comes_first(slow_bench: Bench) -> None:
    """An edit need not wait for a big document; work on that goes on afterwards."""
    slow_bench.open(A, "x")
    slow_bench.diagnoser.step()
    slow_bench.diagnoser.step()
    slow_bench.open(B, "y")
    assert slow_bench.run() == 11 + 9
    assert slow_bench.sent == [(B, 1, messages("y")), (A, 1, messages("x"))]


def test_mark_all(slow_bench: Bench) -> None:
    """After a change of settings every open document is judged anew."""
    slow_bench.open(A, "x")
    slow_bench.open(B, "y")
    slow_bench.diagnoser.mark_all()
    slow_bench.run()
    assert {uri for uri, _, _ in slow_bench.sent} == {A, B}


def crash(snapshot: Snapshot, uri: str) -> Work:
    yield None
    if "crash" in snapshot.documents[uri].text.source:
        raise ValueError("asked to")
    return messages("fine")


def test_a_crash_costs_one_empty_answer(caplog: pytest.LogCaptureFixture) -> None:
    """A diagnosis that raises is logged and shown as nothing; the next one works."""
    bench = Bench(crash, strict=False)
    bench.open(A, "x")
    bench.run()
    bench.change(A, 2, "crash")
    bench.run()
    bench.change(A, 3, "x")
    bench.run()
    assert [found for _, _, found in bench.sent] == [messages("fine"), [], messages("fine")]
    assert "asked to" in caplog.text


def test_a_crash_is_an_error_in_a_strict_session() -> None:
    """Tests see a fault of the diagnosis."""
    bench = Bench(crash)
    bench.open(A, "crash")
    with pytest.raises(ValueError, match="asked to"):
        bench.run()


@pytest.mark.parametrize("bad", [[{"x": {1}}], [float("nan")]])
def test_a_result_that_cannot_be_encoded_is_a_crash(bad: Any) -> None:
    """A result that JSON cannot hold is logged and shown as nothing."""
    bench = Bench(lambda snapshot, uri: answer(bad), strict=False)
    bench.open(A, "x")
    bench.run()
    assert bench.sent == [(A, 1, [])]


def answer(found: Encoded) -> Generator[None, None, Encoded]:
    yield None
    return found


def test_encoded_results_go_out_as_they_are() -> None:
    """A diagnosis may keep its answers encoded."""
    bench = Bench(lambda snapshot, uri: answer(Json(b'[{"message":"x"}]')))
    bench.open(A, "x")
    bench.run()
    bench.change(A, 2, "y")
    bench.run()
    assert bench.sent == [(A, 1, messages("x"))]


def test_a_document_that_is_not_ours() -> None:
    """`None` says nothing of a document, and takes back what was said when it was ours."""

    def ours(snapshot: Snapshot, uri: str) -> Work:
        yield None
        return None if "alien" in snapshot.documents[uri].text.source else messages("x")

    bench = Bench(ours)
    for version, text in enumerate(("alien", "x", "alien", "alien 2", "x"), start=1):
        bench.open(A, text, version)
        bench.run()
    assert bench.sent == [(A, 2, messages("x")), (A, 3, []), (A, 5, messages("x"))]


def test_a_provisional_answer_is_shown_at_once_and_the_rest_after_a_pause() -> None:
    """What is dear waits until nothing has changed for a while; a change in between makes it start anew."""
    timers: list[Callable[[], None]] = []

    def work(snapshot: Snapshot, uri: str) -> Work:
        version = snapshot.documents[uri].version
        yield Provisional([{"message": f"quick {version}"}])
        return [{"message": f"whole {version}"}]

    bench = Bench(work)
    bench.diagnoser = Diagnoser(
        bench.session,
        bench.inbox,
        work,
        bench._sent,
        clock=bench.clock,
        later=lambda _, call: timers.append(call),
    )
    bench.open(A, "x")
    while bench.diagnoser.step():
        pass
    assert [text["message"] for _, _, (text,) in bench.sent] == ["quick 1"]
    bench.change(A, 2, "y")
    while bench.diagnoser.step():
        pass
    timers[0]()  # the pause of the first version: nothing is left to go on with
    assert not bench.diagnoser.step()
    timers[1]()
    while bench.diagnoser.step():
        pass
    assert [text["message"] for _, _, (text,) in bench.sent] == ["quick 1", "quick 2", "whole 2"]


Waiting = list[tuple["Future[Outcome]", Callable[[], Outcome]]]


def aside_words(snapshot: Snapshot, uri: str) -> Work:
    """As `words`, but at once on another thread."""
    yield Aside.ASIDE
    return (yield from words(snapshot, uri))


def test_a_long_diagnosis_is_done_aside_and_holds_up_nobody() -> None:
    """Another document is diagnosed meanwhile; what comes back is published when there is time for it."""
    waiting: Waiting = []
    bench = Bench(
        lambda snapshot, uri: (aside_words if uri == A else words)(snapshot, uri),
        aside=lambda future, work: waiting.append((future, work)),
    )
    bench.open(A, "x")
    bench.run()
    assert bench.taken() == []
    states = [(bench.diagnoser.is_aside, bench.diagnoser.busy)]
    bench.open(B, "y")
    bench.run()
    assert bench.taken() == [(B, 1, messages("y"))]
    (future, work) = waiting.pop()
    future.set_result(work())
    states.append((bench.diagnoser.is_aside, bench.diagnoser.busy))
    assert states == [(True, False), (False, True)]
    bench.run()
    assert bench.taken() == [(A, 1, messages("x"))]


def test_a_change_stops_what_is_done_aside() -> None:
    """What it would have said is never shown, whether it had begun or not."""
    waiting: Waiting = []
    bench = Bench(aside_words, aside=lambda future, work: waiting.append((future, work)))
    bench.open(A, "x")
    bench.run()
    bench.change(A, 2, "z")
    bench.run()
    (old, late), (new, work) = waiting
    assert old.cancelled()
    with pytest.raises(CancelledError):
        late()
    new.set_result(work())
    bench.run()
    assert bench.sent == [(A, 2, messages("z"))]


def test_a_fault_aside_costs_the_findings_of_its_document() -> None:
    """As it would on the loop's thread."""

    def faulty(snapshot: Snapshot, uri: str) -> Work:
        yield Aside.ASIDE
        raise ValueError("a rule at fault")

    def submit(future: Future[Outcome], work: Callable[[], Outcome]) -> None:
        settle(future, work)

    bench = Bench(faulty, strict=False, aside=submit)
    bench.open(A, "x")
    bench.run()
    assert bench.sent == [(A, 1, [])]
