"""From the first message to the exit code, over the real process."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import psutil
import pytest

from tests.server.conftest import Start
from tests.server.rawclient import ROOT, Closed, RawClient, did_change, frame, notification, request

A = "file:///lifecycle.yaml"
INITIALIZE: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}


def test_initialize_is_answered_without_the_framework(start: Start) -> None:
    """The first answer and the first diagnostics come even when the framework never does."""
    client = start("--broken-handlers", initialize=False)
    assert "capabilities" in client.call("initialize", INITIALIZE)
    client.open(A, "bad")
    assert len(client.published(A)["diagnostics"]) == 1
    error = client.call("textDocument/hover", {})["error"]
    assert error["code"] == -32603
    assert "no_such_module" in error["message"]
    assert client.shut_down() == 0


def test_nothing_heavy_is_imported_before_the_first_answer() -> None:
    """What serving imports holds nothing of the framework, the analysis, the YAML readers, structlog, rich or click."""
    code = "import sys, spine_lsp.server.serve; print(' '.join(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    heavy = {
        "pygls",
        "lsprotocol",
        "attrs",
        "cattrs",
        "yaml",
        "ruamel",
        "structlog",
        "rich",
        "click",
        "typer",
        "spine_lsp.analysis.document",
        "spine_lsp.orchestration",
        "spine_lsp.syntax.parse",
    }
    assert heavy & set(out.split()) == set()


def test_requests_that_come_before_the_framework_wait_in_order(start: Start) -> None:
    """All messages of a fast start in one write: each is answered, and in order."""
    client = start(initialize=False)
    client.send(
        request(1, "initialize", INITIALIZE),
        notification("initialized", {}),
        notification("workspace/didChangeConfiguration", {"settings": {}}),
        notification(
            "textDocument/didOpen",
            {"textDocument": {"uri": A, "languageId": "yaml", "version": 1, "text": "bad"}},
        ),
        request(2, "probe/text", {"uri": A}),
        did_change(A, 2, {"text": "good"}),
        request(3, "probe/text", {"uri": A}),
        request(4, "no/such"),
        request(5, "probe/wait"),
        notification("$/cancelRequest", {"id": 5}),
    )
    assert "capabilities" in client.answer(1)["result"]
    assert client.answer(2)["result"]["text"] == "bad"
    assert client.answer(3)["result"]["text"] == "good"
    assert client.answer(4)["error"]["code"] == -32601
    assert client.answer(5)["error"]["code"] == -32800
    assert client.published(A, version=2)["diagnostics"] == []
    assert client.shut_down() == 0


def test_request_before_initialize(start: Start) -> None:
    """Before `initialize` requests are refused and notifications dropped; then the session starts as usual."""
    client = start(initialize=False)
    assert client.call("textDocument/hover", {})["error"]["code"] == -32002
    assert client.call("shutdown")["error"]["code"] == -32002
    client.open(A, "bad")
    assert client.call("initialize", 3)["error"]["code"] == -32602
    assert client.call("initialize")["error"]["code"] == -32602
    assert "capabilities" in client.call("initialize", INITIALIZE)
    assert client.call("probe/text", {"uri": A}) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"trace": "compact", "clientInfo": {}, "capabilities": None},
        {
            "processId": "12",
            "rootUri": 7,
            "workspaceFolders": [{"uri": 1}, 2],
            "locale": [],
            "capabilities": [],
        },
        {"capabilities": {"general": {"positionEncodings": "utf-8"}, "textDocument": 4, "window": [1]}},
        {
            "capabilities": {
                "general": {"positionEncodings": ["utf-7", 8, "utf-32"]},
                "textDocument": {
                    "completion": {"completionItem": {"documentationFormat": ["html", "markdown"]}},
                    "documentSymbol": {"symbolKind": {"valueSet": [1, 999]}},
                    "publishDiagnostics": {"tagSupport": {"valueSet": [1, 77]}},
                },
                "workspace": {"workspaceEdit": {"resourceOperations": ["create", "teleport"]}},
            }
        },
    ],
)
def test_odd_initialize_is_survived(start: Start, odd: dict[str, Any]) -> None:
    """Values that we do not know, or of a wrong type, in `initialize` cost nothing but themselves."""
    client = start(initialize=False)
    assert "capabilities" in client.call("initialize", {**INITIALIZE, **odd})
    client.open(A, "x")
    params = {"textDocument": {"uri": A}, "position": {"line": 0, "character": 1}}
    assert client.call("textDocument/hover", params)["contents"]["value"] == "1"


def test_exit_after_shutdown_is_0(start: Start) -> None:
    """After `shutdown` requests are refused, notifications dropped, and `exit` ends with 0."""
    client = start()
    assert client.call("shutdown") is None
    assert client.call("probe/echo", 1)["error"]["code"] == -32600
    assert client.call("shutdown")["error"]["code"] == -32600
    client.open(A, "bad")
    client.notify("exit")
    assert client.exit_code() == 0
    with pytest.raises(Closed):
        client.published(A)


def test_exit_without_shutdown_is_1(start: Start) -> None:
    """A client that only says `exit` gets 1, as the protocol has it."""
    client = start()
    client.notify("exit")
    assert client.exit_code() == 1


def test_exit_before_initialize_is_1(start: Start) -> None:
    """`exit` ends the server in any state."""
    client = start(initialize=False)
    client.notify("exit")
    assert client.exit_code() == 1


def test_end_of_input_is_1(start: Start) -> None:
    """A client that dies, and takes its pipe along, ends the server."""
    client = start()
    client.end_of_input()
    assert client.exit_code() == 1


def test_messages_before_the_end_of_input_are_answered(start: Start) -> None:
    """A session from a file: all that was written is handled before the end of input counts."""
    client = start(initialize=False)
    client.send(request(1, "initialize", INITIALIZE), request(2, "probe/echo", 7), request(3, "shutdown"))
    client.notify("exit")
    client.end_of_input()
    assert client.answer(2)["result"] == 7
    assert client.answer(3)["result"] is None
    assert client.exit_code() == 0


def test_half_a_message_at_the_end_of_input(start: Start) -> None:
    """A message that was cut off is not waited for."""
    client = start()
    client.raw(b"Content-Length: 100\r\n\r\n{")
    client.end_of_input()
    assert client.exit_code() == 1


def test_death_of_the_client_is_noticed_though_the_pipe_stays_open(start: Start) -> None:
    """The process that `initialize` names is watched."""
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    client = start(initialize=False)
    client.call("initialize", {**INITIALIZE, "processId": parent.pid})
    parent.kill()
    parent.communicate()
    assert client.exit_code() == 1


def test_a_client_that_cannot_be_seen_is_not_watched(start: Start) -> None:
    """A process id from another container is no reason to leave."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    client = start(initialize=False)
    client.call("initialize", {**INITIALIZE, "processId": gone.pid})
    client.error_line("not watched")
    assert client.call("probe/echo", 1) == 1


def test_a_burst_of_edits_is_published_in_order_and_to_the_end(start: Start) -> None:
    """Edits that arrive together are diagnosed together: versions only go up, and the last one is there."""
    client = start()
    client.open(A, "x\n" * 2_000)
    client.published(A, version=1)
    at = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    client.send(*(did_change(A, version, {"range": at, "text": "bad\n"}) for version in range(2, 202)))
    seen = [1]
    while seen[-1] != 201:
        found = client.published(A)
        assert len(found["diagnostics"]) == found["version"] - 1
        seen.append(found["version"])
    assert seen == sorted(set(seen))
    assert len(seen) < 50
    client.call("probe/echo")
    assert all("diagnostics" not in (one.get("params") or {}) for one in client.received_so_far())


@pytest.mark.parametrize("command", [None, "probe.wait"])
def test_shutdown_with_work_in_flight(start: Start, command: str | None) -> None:
    """Coroutines that still run are cancelled and answered; shutdown succeeds."""
    client = start()
    started = []
    for _ in range(3):
        if command is None:
            started.append(client.start_request("probe/wait"))
        else:
            started.append(client.start_request("workspace/executeCommand", {"command": command}))
        client.notified("probe/waiting")
    client.start_request("probe/ask")
    client.until(lambda m: m.get("method") == "workspace/configuration")
    assert client.shut_down() == 0
    assert [client.answer(number)["error"]["code"] for number in started] == [-32800] * 3


def test_a_thread_that_hangs_does_not_hold_the_exit(start: Start) -> None:
    """The process ends though a thread of it sleeps for an hour."""
    client = start()
    client.call("probe/threadHog")
    assert client.shut_down() == 0


def test_a_client_that_closes_its_ear_ends_the_server(start: Start) -> None:
    """When nobody reads what we write, the server ends, though input stays open."""
    client = start(initialize=False)
    process = subprocess.Popen(
        client.process.args,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdout.close()
        process.stdin.write(frame(json.dumps(request(1, "initialize", INITIALIZE)).encode()))
        process.stdin.flush()
        assert process.wait(20) == 1
    finally:
        process.kill()
        process.stdin.close()


def test_the_collector_is_tuned_once_all_is_loaded(start: Start) -> None:
    """What was imported is out of the collector's sight, and it is on."""
    state = start().call("probe/collector")
    assert state["enabled"]
    assert state["frozen"] > 10_000
    assert state["threshold"] > 10_000


def test_no_process_is_left_behind(start: Start) -> None:
    """A server that is killed leaves no children."""
    client = start()
    client.call("probe/noise")
    assert psutil.Process(client.process.pid).children(recursive=True) == []


def test_an_unanswered_request_of_ours_is_no_fault_at_the_end() -> None:
    """A client that leaves without having answered `workspace/configuration` leaves no traceback behind."""
    client = RawClient([sys.executable, "-m", "spine_lsp", "serve"])
    try:
        client.initialize({"workspace": {"configuration": True}})
        client.until(lambda message: message.get("method") == "workspace/configuration")
        assert client.shut_down() == 0
        assert client.errors.get(timeout=20) is None  # standard error ended without a line
    finally:
        client.kill()
