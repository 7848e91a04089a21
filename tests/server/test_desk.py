"""Requests beside the event loop: what is typed goes first, and every request sees the text of its place in line."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Event, current_thread

import pytest

from spine_lsp.server.desk import MOST_WAITING, Desk, Subject, SupersededError
from tests.server.conftest import Start
from tests.server.rawclient import RawClient, did_change, notification, request
from tests.soak.inside import Inside

A = "file:///desk.yaml"


@pytest.fixture
def held(start: Start) -> RawClient:
    """A server that works on a request for as long as the client wants."""
    client = start()
    client.open(A, "one")
    client.published(A, version=1)
    client.start_request("probe/hold")
    client.notified("probe/holding")
    return client


def test_a_keystroke_is_diagnosed_while_a_long_request_is_worked_on(held: RawClient) -> None:
    """Its diagnostics, and a quick request behind it, are there before the long request is answered."""
    held.send(did_change(A, 2, {"text": "bad"}))
    assert len(held.published(A, version=2)["diagnostics"]) == 1
    at = {"line": 0, "character": 2}
    assert held.call("textDocument/hover", {"textDocument": {"uri": A}, "position": at})["contents"]["value"] == "2"
    assert all("method" in message for message in held.received_so_far())
    held.notify("probe/release")
    assert held.answer(2)["result"] == "held"


def test_a_request_sees_the_text_of_its_place_in_line(held: RawClient) -> None:
    """One that waits behind a long one answers for the text of when it came, not for what was typed since."""
    number = held.start_request("probe/text", {"uri": A})
    held.send(did_change(A, 2, {"text": "two"}))
    later = held.start_request("probe/text", {"uri": A})
    held.notify("textDocument/didClose", {"textDocument": {"uri": A}})
    gone = held.start_request("probe/text", {"uri": A})
    held.notify("probe/release")
    assert held.answer(number)["result"]["text"] == "one"
    assert held.answer(later)["result"]["text"] == "two"
    assert held.answer(gone)["result"] is None


def test_a_flood_of_requests_is_answered_to_the_last(start: Start) -> None:
    """Each is answered once; what the desk does not take is refused, with the reason."""
    client = start()
    numbers = range(10_000, 10_000 + MOST_WAITING + 2_000)
    client.send(
        *(request(number, "probe/echo", number) for number in numbers),
        notification("$/cancelRequest", {"id": numbers[-1]}),
    )
    reason = "10,000 requests wait for their answers already: ask again when some have come"
    refused = {"code": -32803, "message": reason}
    for number in numbers[:-1]:
        answer = client.answer(number)
        assert answer.get("result") == number or (number > 19_000 and answer["error"] == refused)
    last = client.answer(numbers[-1])
    assert last.get("result") == numbers[-1] or last["error"]["code"] in (-32800, -32803)
    assert client.call("probe/stats")["futures"] == 0


def folds(client: RawClient) -> int:
    return client.start_request("textDocument/foldingRange", {"textDocument": {"uri": A}})


def test_what_waits_about_an_earlier_text_is_superseded(held: RawClient) -> None:
    """The editor asks anew after a change: what it asked before and was not begun is refused at once."""
    old = [folds(held) for _ in range(3)]
    kept = held.start_request("probe/text", {"uri": A})
    held.send(did_change(A, 2, {"text": "two"}))
    new = [folds(held) for _ in range(2)]
    for number in old:
        assert held.answer(number)["error"] == {"code": -32801, "message": "the document has changed since"}
    held.notify("probe/release")
    assert held.answer(kept)["result"]["text"] == "one"  # nobody asks for this anew by itself
    assert [held.answer(number)["result"][0]["endLine"] for number in new] == [2, 2]


def test_a_flood_does_not_hold_up_a_keystroke(held: RawClient) -> None:
    """Even with more requests than may wait: those about the text before it make room for the change behind them."""
    count = MOST_WAITING + 50
    params = {"textDocument": {"uri": A}}
    held.send(
        *(request(number, "textDocument/foldingRange", params) for number in range(10_000, 10_000 + count)),
        did_change(A, 2, {"text": "bad"}),
    )
    assert len(held.published(A, version=2)["diagnostics"]) == 1  # the desk is still held
    held.notify("probe/release")
    codes = {held.answer(number).get("error", {}).get("code") for number in range(10_000, 10_000 + count)}
    assert codes <= {-32801, None}
    assert -32801 in codes


def test_a_flood_about_no_change_does_not_hold_up_a_keystroke_either(held: RawClient) -> None:
    """Requests about another text make no room: those that are too many are refused, and the change is seen."""
    numbers = range(10_000, 10_000 + MOST_WAITING + 50)
    held.send(*(request(number, "probe/echo", number) for number in numbers), did_change(A, 2, {"text": "bad"}))
    assert len(held.published(A, version=2)["diagnostics"]) == 1  # the desk is still held
    refused = [held.answer(number)["error"]["code"] for number in numbers[MOST_WAITING:]]
    assert refused == [-32803] * 50
    held.notify("probe/release")
    assert [held.answer(number)["result"] for number in numbers[:MOST_WAITING]] == [*numbers[:MOST_WAITING]]


def test_a_client_that_never_answers_costs_a_bounded_memory() -> None:
    """What we asked it long ago is given up; what it answers late is dropped."""
    client = Inside({"workspace": {"configuration": True}}, answers=False)
    for _ in range(300):
        client.notify("workspace/didChangeConfiguration", {"settings": None})
    asked = [message["id"] for message in client.told if message["method"] == "workspace/configuration"]
    assert len(asked) == 301
    assert len(client.server.protocol._request_futures) <= 100
    assert len(client.server.protocol._result_types) <= 100
    for number in asked:
        client.send({"jsonrpc": "2.0", "id": number, "result": [{"completion": {"limit": 7}}]})
    assert len(client.server.protocol._request_futures) == 0
    assert client.session.snapshot().settings_of("").completion_limit == 7


def test_lanes() -> None:
    """A quick request does not wait for a long one; what was cancelled is not begun; a fault is an answer."""
    desk, gate = Desk(), Event()
    long: Future[str] = Future()
    desk.submit("spine.graph", long, lambda: str(gate.wait(20)))
    second: Future[str] = Future()
    desk.submit("spine.graph", second, lambda: pytest.fail("begun"))
    quick: Future[str] = Future()
    desk.submit("textDocument/hover", quick, lambda: current_thread().name)
    assert quick.result(20) == "spine-quick"
    faulty: Future[str] = Future()
    desk.submit("textDocument/hover", faulty, lambda: str(1 / 0))
    assert isinstance(faulty.exception(20), ZeroDivisionError)
    assert not long.done()
    assert not desk.idle
    assert second.cancel()
    assert long.cancel()  # it runs on, and what it answers is dropped
    gate.set()
    last: Future[str] = Future()
    desk.submit("spine.graph", last, lambda: "done")
    assert last.result(20) == "done"


def test_only_what_is_asked_anew_is_superseded() -> None:
    """Of the same method, about the same document, in an earlier state, and not begun."""
    desk, gate, begun = Desk(), Event(), Event()
    states = [object(), object()]

    def submit(method: str, uri: str, state: object) -> Future[str]:
        future: Future[str] = Future()
        desk.submit(method, future, lambda: "done", Subject(uri, state))
        return future

    def run() -> str:
        begun.set()
        return str(gate.wait(20))

    running: Future[str] = Future()
    symbols = "textDocument/documentSymbol"
    desk.submit(symbols, running, run, Subject("a", states[0]))
    assert begun.wait(20)
    old = [submit(symbols, "a", states[0]) for _ in range(3)]
    kept = [
        submit("textDocument/foldingRange", "a", states[0]),
        submit(symbols, "b", states[0]),
        submit("textDocument/rename", "a", states[0]),
        submit("textDocument/rename", "a", states[1]),
        submit(symbols, "a", states[1]),
        submit(symbols, "a", states[1]),
    ]
    assert [type(future.exception(0)) for future in old] == [SupersededError] * 3
    gate.set()
    assert {future.result(20) for future in kept} == {"done"}
    assert running.result(20) == "True"
