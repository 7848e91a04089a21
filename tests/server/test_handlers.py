"""Handlers in this process: what a client cannot take is not sent to it."""

from __future__ import annotations

from typing import Any

from tests.soak.inside import Inside

A = "file:///a.yaml"
GROUP = """\
kind: PipelineGroup
name: daily
steps:
- {name: ingest, pipeline: p}
- {name: tidy, pipeline: p, depends_on: [ingst]}
"""
ON_THE_MISTAKE = {"start": {"line": 4, "character": 40}, "end": {"line": 4, "character": 40}}


def opened(capabilities: dict[str, Any] | None = None, **params: Any) -> Inside:
    """A server with the group open, and a client of these abilities."""
    client = Inside(capabilities, **params)
    client.open(A, GROUP)
    return client


def actions(client: Inside) -> Any:
    params = {"textDocument": {"uri": A}, "range": ON_THE_MISTAKE, "context": {"diagnostics": []}}
    return client.call("textDocument/codeAction", params)


def test_actions_go_to_clients_that_can_take_them() -> None:
    """As edits, as commands that ask the client to apply edits, or not at all."""
    literals = {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}
    assert "edit" in actions(opened({"textDocument": literals}))[0]
    assert actions(opened({"workspace": {"applyEdit": True}}))[0]["command"] == "spine.applyAction"
    assert actions(opened()) is None


def test_no_edit_is_sent_to_a_client_that_applies_none() -> None:
    """The command of an action is refused with a reason, and nothing is asked of the client."""
    argument = actions(opened({"workspace": {"applyEdit": True}}))[0]["arguments"][0]
    client = opened()
    refused = client.call(
        "workspace/executeCommand", {"command": "spine.applyAction", "arguments": [argument]}
    )
    assert refused == {"error": {"code": -32803, "message": "this editor applies no edits of a server"}}
    assert client.told == []
