"""Memory: nothing stays behind for a message that was handled."""

from __future__ import annotations

import pytest

from tests.server.rawclient import RawClient, did_change, notification, request

pytestmark = pytest.mark.any_version

A = "file:///memory.yaml"
ROUNDS = 1_000


def one_round(version: int) -> list[dict[str, object]]:
    """Every kind of message that a session consists of."""
    at = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
    place = {"textDocument": {"uri": A}, "position": {"line": 0, "character": 1}}
    return [
        did_change(A, version, {"range": at, "text": "k"}),
        notification("textDocument/didSave", {"textDocument": {"uri": A}}),
        notification("workspace/didChangeConfiguration", {"settings": None}),
        notification("$/setTrace", {"value": "off"}),
        notification("$/unknown"),
        notification("probe/note", {}),  # its handler raises
        request(version * 10, "textDocument/hover", place),
        request(version * 10 + 1, "textDocument/hover", {}),
        request(version * 10 + 2, "no/such"),
        request(version * 10 + 3, "workspace/executeCommand", {"command": "no.such"}),
        notification("$/cancelRequest", {"id": version * 10 + 4}),
        {"jsonrpc": "2.0", "id": f"late {version}", "result": None},
    ]


def spend(client: RawClient, first: int) -> dict[str, int]:
    """Many rounds; answers what the server holds afterwards."""
    for version in range(first, first + ROUNDS):
        client.send(*one_round(version))
        client.answer(version * 10 + 3)
        client.received_so_far().clear()
    found = client.call("probe/stats")
    assert isinstance(found, dict)
    return found


def test_nothing_grows(shared: RawClient) -> None:
    """After thousands of messages of each kind the server holds as many objects as before."""
    shared.open(A, "key: value\n" * 100)
    before = spend(shared, 2)
    after = spend(shared, 2 + ROUNDS)
    assert after["futures"] == after["result_types"] == after["cancelled"] == 0
    assert after["objects"] - before["objects"] < ROUNDS / 10
