"""What a client may send wrongly, and what it gets: one answer for each request, and silence for the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.rawclient import RawClient, did_change, frame, notification, request

A = "file:///protocol.yaml"


def check_refused(client: RawClient, data: bytes, code: int, number: Any = None) -> dict[str, Any]:
    """Raw bytes get one error with this code and id."""
    client.raw(data)
    answer = client.answer(number)
    assert answer["error"]["code"] == code
    assert "data" not in answer["error"]
    return dict(answer["error"])


@pytest.mark.parametrize(
    ("body", "code", "number"),
    [
        (b'{"jsonrpc":"2.0","id":5,"method":', -32700, None),
        (b"", -32700, None),
        (b"\xff\xfe\xfd", -32700, None),
        (b"[" * 100_000, -32700, None),
        (b'[{"jsonrpc":"2.0","id":1,"method":"probe/echo"}]', -32600, None),
        (b"17", -32600, None),
        (b"{}", -32600, None),
        (b'{"id":901,"method":"probe/echo"}', -32600, 901),
        (b'{"jsonrpc":"2.0","id":902,"method":7}', -32600, 902),
        (b'{"jsonrpc":"2.0","id":null,"method":"probe/echo"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":[1],"method":"probe/echo"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":903,"method":"no/such"}', -32601, 903),
        (b'{"jsonrpc":"2.0","id":"text","method":"$/no/such"}', -32601, "text"),
        (b'{"jsonrpc":"2.0","id":904,"method":"textDocument/hover"}', -32602, 904),
        (b'{"jsonrpc":"2.0","id":905,"method":"textDocument/hover","params":{}}', -32602, 905),
        (b'{"jsonrpc":"2.0","id":906,"method":"textDocument/hover","params":[1]}', -32602, 906),
        (b'{"jsonrpc":"2.0","id":907,"method":"initialize","params":{"capabilities":{}}}', -32600, 907),
        (b'{"jsonrpc":"2.0","id":908,"method":"workspace/executeCommand"}', -32602, 908),
    ],
)
def test_odd_message_is_refused(shared: RawClient, body: bytes, code: int, number: Any) -> None:
    """A message that is malformed, out of place or unknown is answered with the code the protocol has for it."""
    check_refused(shared, frame(body), code, number)


@pytest.mark.parametrize("line", [-1, 2**31, 1e99, "x", None, []])
def test_bad_line_is_refused_and_named(shared: RawClient, line: Any) -> None:
    """A position that cannot be is refused, and the message says where in the params it is."""
    position = {"line": line, "character": 0}
    answer = shared.call("textDocument/hover", {"textDocument": {"uri": A}, "position": position})
    assert answer["error"]["code"] == -32602
    assert "position" in answer["error"]["message"]


def test_lower_case_header_with_lf_only(shared: RawClient) -> None:
    """Headers may be in any case and end in LF alone."""
    body = json.dumps(request(910, "probe/echo", 1)).encode()
    shared.raw(b"content-length: %d\n\n%b" % (len(body), body))
    assert shared.answer(910)["result"] == 1


def test_other_headers_are_skipped(shared: RawClient) -> None:
    """A content type before or after the length is read over."""
    body = json.dumps(request(911, "probe/echo", 1)).encode()
    kind = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
    shared.raw(b"%bContent-Length:%d\r\n%b\r\n%b" % (kind, len(body), kind, body))
    assert shared.answer(911)["result"] == 1


def test_reading_finds_its_place_after_a_short_length(shared: RawClient) -> None:
    """A length that is too small costs that message, not the session."""
    body = json.dumps(request(912, "probe/echo", 1)).encode()
    shared.raw(b"Content-Length: 10\r\n\r\n" + body + b"\r\n" + frame(request(913, "probe/echo", 2)))
    assert shared.answer(None)["error"]["code"] == -32700
    assert shared.answer(913)["result"] == 2


@pytest.mark.parametrize(
    "params",
    [
        {"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover"},
        {"deep": [{"jsonrpc": "1.0"}]},
        {"type_name": "class", "0": "\ud800"},
        [1, None, "x"],
        None,
    ],
)
def test_custom_params_arrive_as_they_are(shared: RawClient, params: Any) -> None:
    """Params of a method of our own are plain JSON, even when they look like messages."""
    assert shared.call("probe/echo", params) == params


def test_missing_params_of_a_custom_method(shared: RawClient) -> None:
    """A request without params is answered."""
    shared.send({"jsonrpc": "2.0", "id": 914, "method": "probe/echo"})
    assert shared.answer(914)["result"] is None


@pytest.mark.parametrize("method", ["probe/set", "probe/nan"])
def test_unencodable_result(shared: RawClient, method: str) -> None:
    """A result that JSON cannot hold is an internal error, not silence."""
    assert shared.call(method)["error"]["code"] == -32603


@pytest.mark.parametrize("method", ["probe/boom", "probe/boomLater"])
def test_a_fault_costs_one_empty_answer(shared: RawClient, method: str) -> None:
    """A handler that raises answers null, and the fault is in the log."""
    assert shared.call(method) is None
    shared.error_line("ValueError: secret")


@pytest.mark.parametrize("method", ["probe/leave", "probe/leaveLater"])
def test_sys_exit_in_a_handler(shared: RawClient, method: str) -> None:
    """A handler cannot end the session."""
    assert shared.call(method) is None
    assert shared.call("probe/echo", 1) == 1


def test_progress_leaves_no_tokens(shared: RawClient) -> None:
    """A token is forgotten at the end of its work, and may be used again."""
    assert shared.call("probe/progress") == 0
    kinds = [shared.notified("$/progress")["value"]["kind"] for _ in range(4)]
    assert kinds == ["begin", "end", "begin", "end"]


def test_deliberate_error_keeps_its_data(shared: RawClient) -> None:
    """A handler that refuses on purpose chooses code and data."""
    error = {"code": -32802, "message": "stale", "data": {"retriggerRequest": True}}
    assert shared.call("probe/retrigger")["error"] == error


def test_encoded_result_is_sent_untouched(shared: RawClient) -> None:
    """A `Json` result is not encoded again."""
    assert shared.call("probe/ready") == {"ready": True}


def test_unknown_and_bad_notifications_are_silent(shared: RawClient) -> None:
    """Notifications that are unknown, misplaced or wrong change nothing and say nothing."""
    shared.call("probe/echo")
    before = len(shared.received_so_far())
    shared.send(
        notification("$/unknown", {}),
        notification("textDocument/unknown"),
        notification("textDocument/didOpen", {"textDocument": {"uri": 7}}),
        notification("textDocument/didOpen"),
        notification("textDocument/didSave", 3),
        notification("textDocument/didClose", {"textDocument": {"uri": "file:///never-opened"}}),
        notification("notebookDocument/didOpen", {}),
        notification("$/setTrace", {"value": "compact"}),
        notification("$/cancelRequest", {"id": {}}),
        notification("$/cancelRequest"),
        notification("workspace/didChangeConfiguration", {}),
        notification("probe/note", {}),
        did_change("file:///never-opened", 1, {"text": "x"}),
        {"jsonrpc": "2.0", "id": "never asked", "result": 1},
        {"jsonrpc": "2.0", "id": {}, "error": None},
        {"jsonrpc": "2.0", "id": "never asked", "error": {"code": 1}},
    )
    shared.call("probe/echo")
    assert len(shared.received_so_far()) == before


def test_bad_change_is_ignored_whole(shared: RawClient) -> None:
    """When one of the changes is not well made, none is applied."""
    shared.open(A, "one\n")
    for bad in ({"range": {"start": {"line": 0}}, "text": "x"}, {"range": 3, "text": "x"}, {"text": 3}, 3):
        shared.send(did_change(A, 2, {"text": "two\n"}, bad))  # type: ignore[arg-type]
    assert shared.call("probe/text", {"uri": A})["text"] == "one\n"


def test_null_range_means_the_whole_text(shared: RawClient) -> None:
    """Some clients send `range: null` for the whole text."""
    shared.open(A, "one\n")
    shared.send(did_change(A, 2, {"text": "three\n", "range": None}))
    assert shared.call("probe/text", {"uri": A})["text"] == "three\n"


def test_typed_request(shared: RawClient) -> None:
    """A request of the protocol reaches its handler typed, and its answer is what the protocol says."""
    shared.open(A, "a😀b\n")
    params = {"textDocument": {"uri": A}, "position": {"line": 0, "character": 3}, "unknownField": 1}
    assert shared.call("textDocument/hover", params) == {"contents": {"kind": "plaintext", "value": "2"}}


def test_command(shared: RawClient) -> None:
    """A command gets its one object."""
    params = {"command": "probe.add", "arguments": [{"numbers": [1, 2], "jsonrpc": "2.0"}]}
    assert shared.call("workspace/executeCommand", params) == 3


@pytest.mark.parametrize("arguments", [[{}, {}], [3], ["x"]])
def test_command_with_bad_arguments(shared: RawClient, arguments: list[Any]) -> None:
    """A command that is called with something else says what it takes."""
    answer = shared.call("workspace/executeCommand", {"command": "probe.add", "arguments": arguments})
    assert answer["error"] == {"code": -32602, "message": "probe.add takes one object as its argument"}


def test_unknown_command(shared: RawClient) -> None:
    """An unknown command is refused."""
    answer = shared.call("workspace/executeCommand", {"command": "no.such"})
    assert answer["error"]["code"] == -32602


def test_a_request_sees_the_documents_as_they_were(shared: RawClient) -> None:
    """A coroutine handler sees the version at its request, though a change follows in the same write."""
    shared.open(A, "x")
    pairs = []
    for number in range(300):
        pairs.append(request(10_000 + number, "probe/version", {"uri": A}))
        pairs.append(did_change(A, number + 2, {"text": "x"}))
    shared.send(*pairs)
    assert [shared.answer(10_000 + number)["result"] for number in range(300)] == list(range(1, 301))


def test_our_request_is_answered(shared: RawClient) -> None:
    """The client's answer reaches the handler that asked."""
    number = shared.start_request("probe/ask")
    asked = shared.until(lambda m: m.get("method") == "workspace/configuration")
    shared.send({"jsonrpc": "2.0", "id": asked["id"], "result": [{"x": 1}], "error": None})
    assert shared.answer(number)["result"] == [{"x": 1}]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ({"error": {"code": -32601, "message": "no"}}, -32601),
        ({"error": {"code": "x"}}, -32602),
        ({"result": 7}, -32602),
    ],
)
def test_our_request_is_refused(shared: RawClient, reply: dict[str, Any], code: int) -> None:
    """A refusal, or an answer of a wrong type, reaches the handler as an error; nobody waits for ever."""
    number = shared.start_request("probe/ask")
    asked = shared.until(lambda m: m.get("method") == "workspace/configuration")
    shared.send({"jsonrpc": "2.0", "id": asked["id"], **reply})
    assert shared.answer(number)["result"] == {"refused": code}


def test_strict_session_makes_faults_errors(start: Any) -> None:
    """In a strict session a fault is an error, without a traceback or the exception's own words."""
    client = start("--strict")
    for method in ("probe/boom", "probe/boomLater"):
        error = client.call(method)["error"]
        assert error == {"code": -32603, "message": "internal error, see the server's log"}
