"""Live documents on the wire: asked for, told of when they change, and left alone where the client has none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from spine_lsp.server import live
from spine_lsp.server.live import LiveMemory
from tests.server.rawclient import RawClient

A = "file:///work/daily.yaml"
EFFECTIVE = "spine-effective:///work/daily.yaml"
REFRESH = "workspace/textDocumentContent/refresh"
SOURCE = "name: g\nsteps:\n- {name: a, pipeline: p}\n"
CAN = {"workspace": {"textDocumentContent": {"dynamicRegistration": False}}}


@pytest.fixture
def client() -> Iterator[RawClient]:
    client = RawClient([sys.executable, "-m", "spine_lsp", "serve"])
    yield client
    client.kill()


def change(client: RawClient, text: str, version: int) -> None:
    client.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": A, "version": version}, "contentChanges": [{"text": text}]},
    )


def content(client: RawClient, uri: str = EFFECTIVE) -> Any:
    return client.call("workspace/textDocumentContent", {"uri": uri})


def test_a_document_is_told_of_once_until_it_is_asked_for_again(client: RawClient) -> None:
    """Thirty keys between two requests are one refresh; the next request has the last of them."""
    client.initialize(CAN)
    client.open(A, SOURCE)
    assert "pipeline: p\n" in content(client)["text"]
    for number in range(30):
        change(client, SOURCE.replace("pipeline: p", f"pipeline: p{number}"), number + 2)
    asked = client.until(lambda message: message.get("method") == REFRESH)
    assert asked["params"] == {"uri": EFFECTIVE}
    client.send({"jsonrpc": "2.0", "id": asked["id"], "result": None})
    assert "pipeline: p29\n" in content(client)["text"]
    assert not [one for one in client.received_so_far() if one.get("method") == REFRESH]
    client.notify("textDocument/didClose", {"textDocument": {"uri": A}})
    client.until(lambda message: message.get("method") == REFRESH)
    assert content(client)["text"] == "# daily.yaml is not open\n"
    client.open(A, SOURCE)
    client.until(lambda message: message.get("method") == REFRESH)
    assert client.shut_down() == 0


def test_a_change_of_settings_is_told_of_too(client: RawClient) -> None:
    """The order lists problems, and those depend on the rules."""
    client.initialize(CAN)
    client.open(A, SOURCE.replace("p}", "p, depends_on: [b]}"))
    order = "spine-order:///work/daily.yaml"
    assert "unknown-dependency" in content(client, order)["text"]
    settings = {"spine": {"rules": {"unknown-dependency": "off"}}}
    client.notify("workspace/didChangeConfiguration", {"settings": settings})
    client.until(lambda message: message.get("method") == REFRESH)
    assert "unknown-dependency" not in content(client, order)["text"]
    assert client.shut_down() == 0


def test_a_client_without_them_is_asked_nothing(client: RawClient) -> None:
    """It may ask for a text all the same, and the commands show files."""
    client.initialize({"window": {"showDocument": {"support": True}}})
    client.open(A, SOURCE)
    assert "name: a" in content(client)["text"]
    change(client, SOURCE + "\n", 2)
    client.call("workspace/executeCommand", {"command": "spine.openEffective", "arguments": [{"uri": A}]})
    asked = client.until(lambda message: message.get("method") is not None and "id" in message)
    assert asked["method"] == "window/showDocument"
    assert asked["params"]["uri"].startswith("file:///")
    assert asked["params"]["uri"].endswith("g-effective.yaml")
    assert client.shut_down() == 0


def test_a_client_that_has_them_is_shown_live_ones(client: RawClient) -> None:
    """By the commands for clients without views of ours."""
    client.initialize({**CAN, "window": {"showDocument": {"support": True}}})
    client.open(A, SOURCE)
    for command in ("spine.openResolvedOrder", "spine.openGraph", "spine.openEffective"):
        client.call("workspace/executeCommand", {"command": command, "arguments": [{"uri": A}]})
        asked = client.until(lambda message: message.get("method") == "window/showDocument")
        uri = asked["params"]["uri"]
        assert urlsplit(uri).scheme in ("spine-order", "spine-graph", "spine-effective")
        assert content(client, uri)["text"]
    assert client.shut_down() == 0


def test_a_uri_of_others_is_refused(client: RawClient) -> None:
    """In a sentence."""
    client.initialize(CAN)
    assert "file:///x is none of spine-order" in content(client, "file:///x")["error"]["message"]
    assert client.shut_down() == 0


def test_what_is_remembered_has_a_bound() -> None:
    """The uri that was asked for first makes room."""
    memory = LiveMemory()
    for number in range(live._MOST + 5):
        memory.asked(f"spine-graph:///{number}")
    assert len(memory.changed(None)) == live._MOST
    assert memory.changed(None) == []


def test_documents_are_known_however_their_uri_is_escaped() -> None:
    """Clients write the same uri in several ways."""
    memory = LiveMemory()
    memory.asked("spine-graph:///c%3A/a%20b.yaml")
    assert memory.changed("file:///other.yaml") == []
    assert memory.changed("file:///c:/a%20b.yaml") == ["spine-graph:///c%3A/a%20b.yaml"]
