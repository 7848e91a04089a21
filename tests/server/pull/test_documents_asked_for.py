"""Diagnostics for a client that asks for them: answered once they are known, never told as well."""

from __future__ import annotations

from typing import Any

import pytest

from spine_lsp.analysis.project import Project
from spine_lsp.pysource.index import PipelineIndex
from tests.pysource.workspaces import SPINE, index_of
from tests.server.conftest import Start
from tests.server.rawclient import RawClient, did_change, request
from tests.soak.inside import Inside

A, B = "file:///a.yaml", "file:///b.yaml"
GROUP = "kind: PipelineGroup\nname: daily\nsteps:\n- {name: a, pipeline: p, depends_on: [b]}\n"
CAN = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}


@pytest.fixture
def client() -> Inside:
    """A client that asks, with a group open that waits for a step that is not there."""
    client = Inside(CAN)
    client.open(A, GROUP)
    return client


def pull(client: Inside, uri: str = A, previous: str | None = None) -> Any:
    params: dict[str, Any] = {"textDocument": {"uri": uri}, "identifier": "spine"}
    return client.call("textDocument/diagnostic", params | ({"previousResultId": previous} if previous else {}))


def codes(report: Any) -> list[str]:
    return [item["code"] for item in report["items"]]


def asked_again(client: Inside) -> int:
    return sum(message["method"] == "workspace/diagnostic/refresh" for message in client.told)


def test_it_is_announced_to_who_asks() -> None:
    """Others are told, and asking is refused: nothing has both."""
    assert Inside(CAN).result["capabilities"]["diagnosticProvider"]["interFileDependencies"] is True
    other = Inside()
    other.open(A, GROUP)
    assert "diagnosticProvider" not in other.result["capabilities"]
    assert pull(other)["error"]["code"] == -32601
    assert [one["code"] for one in other.shown[A]["diagnostics"]] == ["unknown-dependency"]


def test_a_client_that_cannot_be_told_to_ask_again_is_sent_them() -> None:
    """It would never hear of what another file changes, as Neovim 0.11 does not."""
    other = Inside({"textDocument": {"diagnostic": {}}})
    other.open(A, GROUP)
    assert "diagnosticProvider" not in other.result["capabilities"]
    assert [one["code"] for one in other.shown[A]["diagnostics"]] == ["unknown-dependency"]


def test_what_has_not_changed_is_not_sent_again(client: Inside) -> None:
    """The same result has the same name; a change gives another, and taking it back the first."""
    first = pull(client)
    assert (first["kind"], codes(first)) == ("full", ["unknown-dependency"])
    assert pull(client, previous=first["resultId"]) == {"kind": "unchanged", "resultId": first["resultId"]}
    client.change(A, 2, {"text": GROUP.replace(", depends_on: [b]", "")})
    second = pull(client, previous=first["resultId"])
    assert (second["kind"], second["items"]) == ("full", [])
    client.change(A, 3, {"text": GROUP})
    assert pull(client, previous=first["resultId"])["kind"] == "unchanged"
    assert client.shown == {}


def test_what_is_not_ours_has_nothing(client: Inside) -> None:
    """Other YAML, a document that is closed, and one that never was open."""
    client.open(B, "services: {}\n")
    assert pull(client, B)["items"] == []
    client.close(A)
    assert pull(client)["items"] == pull(client, "file:///never.yaml")["items"] == []
    assert client.shown == {}


@pytest.mark.parametrize("params", [None, {}, {"textDocument": {"uri": 3}}, []])
def test_a_bad_question_is_refused(client: Inside, params: Any) -> None:
    """With the reason, as every other."""
    assert client.call("textDocument/diagnostic", params)["error"]["code"] == -32602


def test_news_of_the_workspace_are_asked_for(client: Inside) -> None:
    """Only if they change what was told, once, and never after a change of the client's own."""
    pull(client)
    index = index_of(SPINE + '@register_pipeline("q")\nclass Q(Pipeline):\n    pass\n')
    news(client, index)
    client.rest()
    assert asked_again(client) == 1
    assert codes(pull(client)) == ["unknown-pipeline", "unknown-dependency"]
    news(client, index)
    client.change(A, 2, {"text": GROUP.replace(": p", ": q")})
    client.rest()
    assert asked_again(client) == 1
    assert codes(pull(client)) == ["unknown-dependency"]


def news(client: Inside, index: PipelineIndex) -> None:
    client.endpoint.project_changed(Project(index, ready=True), news=True)
    client.notify("$/setTrace", {"value": "off"})


def test_questions_wait_for_the_diagnosis_and_can_be_given_up(start: Start) -> None:
    """All of them are answered, whatever comes in between: text, cancellation, closing, shutting down."""
    client: RawClient = start(initialize=False)
    client.initialize(CAN)
    client.open(A, "bad\n" * 2_000)
    about = {"textDocument": {"uri": A}}
    method = "textDocument/diagnostic"
    client.send(
        request(101, method, about),
        did_change(A, 2, {"text": "bad\n" * 3_000}),
        request(102, method, about),
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 102}},
        request(103, method, about),
        {"jsonrpc": "2.0", "method": "textDocument/didClose", "params": about},
        request(104, method, about),
    )
    answers = {number: client.answer(number) for number in (101, 102, 103, 104)}
    assert "result" in answers[101]
    assert answers[102]["error"]["code"] == -32800
    assert answers[104]["result"]["items"] == []
    client.open(A, "bad\n" * 2_000)
    client.send(request(105, method, about))
    assert client.shut_down() == 0
    assert client.answer(105)
    assert not [one for one in client.received_so_far() if one.get("method") == "textDocument/publishDiagnostics"]
