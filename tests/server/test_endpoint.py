"""The endpoint alone: one message a turn, what waits for the framework, what does not."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from spine_lsp.configuration.configuration import Configuration
from spine_lsp.server.desk import Desk
from spine_lsp.server.diagnoser import Diagnoser
from spine_lsp.server.endpoint import Endpoint
from spine_lsp.server.rpc.inbox import Broken, End, Inbox
from spine_lsp.server.session import Session
from tests.server.probe import diagnose
from tests.server.rawclient import Message, did_change, notification, request
from tests.server.texts import texts_only

A = "file:///a"
OPEN = notification("textDocument/didOpen", {"textDocument": {"uri": A, "version": 1, "text": "bad"}})
INITIALIZE = request(0, "initialize", {"capabilities": {}})


class FakeFramework:
    """Notes what it is fed, and answers requests with their number."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.desk = Desk()
        self.fed: list[Any] = []

    def feed(self, message: Message) -> None:
        method = message.get("method")
        if method == "crash":
            raise ValueError("asked to")
        if method == "leave":
            raise SystemExit(3)
        self.fed.append(method or message["id"])

    def cancel(self, number: int | str) -> None:
        self.fed.append(("cancel", number))

    def cancel_all(self) -> None:
        self.fed.append("cancel all")

    def changed(self, uri: str) -> None:
        """Only the live documents need to know."""

    def configured(self, before: Configuration) -> None:
        """There are no views to be refreshed."""

    def run_news(self, *, whole: bool) -> None:
        pass

    def refresh(self) -> None:
        self.fed.append("refresh")

    def forget(self, uri: str) -> None:
        self.fed.append(("forget", uri))


class Stand:
    """An endpoint without threads, pipes and event loop."""

    def __init__(self) -> None:
        self.turns: deque[Callable[[], None]] = deque()
        self.session = Session(texts_only(), strict=True)
        self.inbox = Inbox()
        self.sent: list[Message] = []
        self.loads: list[Message] = []
        self.codes: list[int] = []
        self.watched: list[int] = []
        self.broken_pipe = False
        self.endpoint = Endpoint(
            self.session,
            self.inbox,
            self._write,
            self.turns.append,
            watch=self.watched.append,
            load=self.loads.append,
            stop=self.codes.append,
        )
        self.framework = FakeFramework(self)

    def _write(self, data: bytes) -> None:
        if self.broken_pipe:
            raise BrokenPipeError
        header, body = data.split(b"\r\n\r\n", 1)
        assert header == b"Content-Length: %d" % len(body)
        self.sent.append(json.loads(body))

    def put(self, *messages: Any) -> None:
        for message in messages:
            self.inbox.put(message)
            self.endpoint.wake()

    def run(self) -> int:
        """Turn until nothing is to be done; answers the number of turns."""
        turns = 0
        while self.turns:
            self.turns.popleft()()
            turns += 1
            assert turns < 1000
        return turns

    def got(self, *messages: Any) -> list[Any]:
        """Put messages, run, and answer what was sent since: codes for errors, methods for notifications."""
        self.sent.clear()
        self.put(*messages)
        self.run()
        return [self._short(one) for one in self.sent]

    @staticmethod
    def _short(message: Message) -> Any:
        if "error" in message:
            return message["id"], message["error"]["code"]
        return message.get("method") or message["id"]

    def load_analysis(self) -> None:
        self.endpoint.analysis_loaded(
            Diagnoser(self.session, self.inbox, diagnose, self.endpoint.send, clock=lambda: 0.0)
        )

    def load_all(self) -> None:
        self.load_analysis()
        self.endpoint.framework_loaded(self.framework)
        self.run()


@pytest.fixture
def stand() -> Stand:
    """An endpoint that has met its client, with nothing loaded."""
    stand = Stand()
    assert stand.got(INITIALIZE) == [0]
    return stand


@pytest.fixture
def ready(stand: Stand) -> Stand:
    """An endpoint with all loaded."""
    stand.load_all()
    return stand


def test_loading_starts_after_the_answer() -> None:
    """The framework is loaded once, for the `initialize` that was answered."""
    stand = Stand()
    assert stand.got(request(1, "initialize", 7)) == [(1, -32602)]
    assert stand.loads == []
    assert stand.got(INITIALIZE) == [0]
    assert stand.loads == [INITIALIZE]


def test_the_client_is_watched_before_it_is_answered() -> None:
    """A client that dies right after the answer was seen alive."""
    stand = Stand()
    stand.broken_pipe = True
    stand.got(request(0, "initialize", {"capabilities": {}, "processId": 12}))
    assert stand.watched == [12]


def test_one_message_a_turn(ready: Stand) -> None:
    """Others have their turn between two messages."""
    ready.put(*(notification("note") for _ in range(5)))
    ready.turns.popleft()()
    assert len(ready.framework.fed) == 1
    ready.run()
    assert len(ready.framework.fed) == 5


def test_a_request_waits_for_the_framework_without_spinning(stand: Stand) -> None:
    """Nothing is overtaken, nothing runs in circles, and nothing is lost."""
    stand.load_analysis()
    assert stand.got(request(1, "first"), notification("second"), request(3, "third")) == []
    assert stand.run() == 0
    stand.endpoint.framework_loaded(stand.framework)
    stand.run()
    assert stand.framework.fed == ["first", "second", "third"]


def test_notifications_before_the_framework_are_kept(stand: Stand) -> None:
    """`initialized` and its kin do not hold up a document behind them; the framework gets them first."""
    stand.load_analysis()
    published = stand.got(notification("initialized"), OPEN, request(1, "ask"))
    assert published == ["textDocument/publishDiagnostics"]
    stand.load_all()
    assert stand.framework.fed == ["initialized", "ask"]


def test_documents_wait_for_the_analysis(stand: Stand) -> None:
    """A document that comes at once is taken as soon as it can be."""
    assert stand.got(OPEN) == []
    assert stand.run() == 0
    stand.load_analysis()
    stand.run()
    assert [one["method"] for one in stand.sent] == ["textDocument/publishDiagnostics"]


def test_a_change_behind_a_waiting_request_keeps_the_result_back(stand: Stand) -> None:
    """While a request holds up the queue nothing stale is published, and nothing spins."""
    stand.load_analysis()
    assert stand.got(OPEN, request(1, "ask"), did_change(A, 2, {"text": "fine"})) == []
    assert stand.run() == 0
    stand.load_all()
    assert stand.sent[-1]["params"] == {"uri": A, "version": 2, "diagnostics": []}


def test_a_cancelled_request_that_waits(stand: Stand) -> None:
    """It is answered as cancelled once the queue moves on, and not fed."""
    stand.put(request(1, "ask"), notification("$/cancelRequest", {"id": 1}))
    stand.run()
    stand.load_all()
    assert [stand._short(one) for one in stand.sent[-1:]] == [(1, -32800)]
    assert stand.framework.fed == [("cancel", 1)]


def test_lifecycle_does_not_wait_for_the_framework(stand: Stand) -> None:
    """A client may leave before all is loaded."""
    assert stand.got(request(1, "shutdown"), notification("exit")) == [1]
    assert stand.codes == [0]


def test_what_arrives_after_the_end_is_not_handled(ready: Stand) -> None:
    """After `exit` there is silence."""
    assert ready.got(notification("exit"), request(1, "ask"), OPEN) == []
    assert ready.codes == [1]
    assert ready.got(request(2, "ask")) == []


def test_failed_loading_answers_every_request(stand: Stand) -> None:
    """Requests say why; notifications and documents are dropped; leaving works."""
    stand.put(request(1, "ask"), OPEN, notification("note"))
    stand.run()
    stand.endpoint.loading_failed("ImportError: no module")
    assert stand.got(request(2, "ask")) == [(1, -32603), (2, -32603)]
    assert "no module" in stand.sent[-1]["error"]["message"]
    assert stand.got(request(3, "shutdown"), notification("exit")) == [3]


@pytest.mark.parametrize("method", ["crash", "leave"])
def test_a_fault_of_the_framework_costs_that_message(ready: Stand, method: str) -> None:
    """A request gets its error, a notification is dropped, and the next message is handled."""
    sent = ready.got(request(1, method), notification(method), request(2, "ask"))
    assert sent == [(1, -32603)]
    assert ready.framework.fed == ["ask"]


def test_shutdown_cancels_what_runs(ready: Stand) -> None:
    """And what comes afterwards is refused or dropped."""
    sent = ready.got(request(1, "shutdown"), request(2, "ask"), notification("note"), OPEN, request(3, "shutdown"))
    assert sent == [1, (2, -32600), (3, -32600)]
    assert ready.framework.fed == ["cancel all"]
    assert ready.got({"jsonrpc": "2.0", "id": "x", "result": 1}, notification("exit")) == []
    assert ready.codes == [0]


def test_broken_messages_are_answered_in_order(ready: Stand) -> None:
    """A message that could not be decoded has its answer in line with the others."""
    sent = ready.got(request(1, "crash"), Broken(-32700, "no JSON"), request(2, "crash"))
    assert sent == [(1, -32603), (None, -32700), (2, -32603)]


@pytest.mark.parametrize(("state", "code"), [("running", 1), ("shut", 0)])
def test_end_of_input(ready: Stand, state: str, code: int) -> None:
    """The end of input is an exit; it is a clean one after `shutdown` only."""
    if state == "shut":
        ready.got(request(1, "shutdown"))
    ready.put(End())
    ready.run()
    assert ready.codes == [code]


def test_a_client_that_is_gone_ends_the_server(ready: Stand) -> None:
    """A write that fails ends the session, once."""
    ready.broken_pipe = True
    ready.put(OPEN, request(1, "crash"))
    ready.run()
    assert ready.codes == [1]


def test_saving_changes_nothing(ready: Stand) -> None:
    """`didSave` is taken, and nothing follows from it."""
    ready.got(OPEN)
    assert ready.got(notification("textDocument/didSave", {"textDocument": {"uri": A}})) == []


def test_a_close_takes_back_what_is_shown(ready: Stand) -> None:
    """After `didClose` the client shows nothing for the document."""
    ready.got(OPEN)
    ready.got(notification("textDocument/didClose", {"textDocument": {"uri": A}}))
    assert [one["params"] for one in ready.sent] == [{"uri": A, "diagnostics": []}]


def test_the_last_edit_of_a_burst_is_published_alone(ready: Stand) -> None:
    """Thirty edits that wait together are diagnosed once."""
    sent = ready.got(OPEN, *(did_change(A, version, {"text": f"bad {version}"}) for version in range(2, 32)))
    assert sent == ["textDocument/publishDiagnostics"]
    assert ready.sent[0]["params"]["version"] == 31
