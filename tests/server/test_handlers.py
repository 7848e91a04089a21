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
    literals: dict[str, Any] = {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}
    }
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


OWN_VIEWS = {
    "client": {
        "commands": [
            "spine.client.showResolvedOrder",
            "spine.client.showGraph",
            "spine.client.showReferences",
        ]
    },
    "codeLens": {"dependents": True},
}


def resolved_lenses(client: Inside) -> list[Any]:
    """The commands of all lenses of the file, as they are shown."""
    lenses = client.call("textDocument/codeLens", {"textDocument": {"uri": A}})
    resolved = [client.call("codeLens/resolve", lens) for lens in lenses]
    assert [lens["range"] for lens in lenses] == [lens["range"] for lens in resolved]
    return [lens["command"] for lens in resolved]


def test_lenses_open_the_views_of_the_client() -> None:
    """Its own commands where it has them; the places of what a lens counts go with it."""
    commands = resolved_lenses(opened(initializationOptions=OWN_VIEWS))
    by_name = {command["command"]: command for command in commands}
    assert by_name["spine.client.showResolvedOrder"]["arguments"] == [{"uri": A, "group": "daily"}]
    assert by_name["spine.client.showGraph"]["arguments"] == [{"uri": A, "group": "daily"}]
    shown = [c["arguments"][0] for c in commands if c["command"] == "spine.client.showReferences"]
    problems = [problem for argument in shown for problem in argument.get("problems", ())]
    assert [problem["code"] for problem in problems] == ["unknown-dependency"]
    assert all(argument["uri"] == A and argument["locations"] for argument in shown)


def test_lenses_of_a_client_without_views_open_documents() -> None:
    """What it cannot show at all is words without a command."""
    commands = resolved_lenses(opened())
    assert {command["command"] for command in commands} == {"spine.openResolvedOrder", "spine.openGraph", ""}
    assert all(command["title"] for command in commands)


def test_a_lens_of_a_text_that_is_gone_says_nothing() -> None:
    """Its group was removed while the editor still showed it."""
    client = opened()
    (lens, *_) = client.call("textDocument/codeLens", {"textDocument": {"uri": A}})
    client.change(A, 2, {"text": "other: yaml\n"})
    assert client.call("codeLens/resolve", lens)["command"] == {"title": "", "command": ""}
    assert client.call("codeLens/resolve", {"range": lens["range"]})["command"]["command"] == ""
