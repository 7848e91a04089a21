"""A client that can next to nothing gets answers that it understands: each ability alone is respected."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.runner import ROOT
from tests.server.rawclient import RawClient

FILE = ROOT / "schemas" / "examples" / "broken_refresh.yaml"
URI = FILE.as_uri()
SOURCE = FILE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def server() -> Iterator[RawClient]:
    client = RawClient([sys.executable, "-m", "spine_lsp", "serve"])
    try:
        client.initialize({"workspace": {"applyEdit": True}})
        client.open(URI, SOURCE)
        yield client
        assert client.shut_down() == 0
    finally:
        client.kill()


def here(token: str, inside: int = 1) -> dict[str, Any]:
    before = SOURCE[: SOURCE.index(token) + inside]
    at = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
    return {"textDocument": {"uri": URI}, "position": at}


def test_diagnostics_have_no_related_places_links_or_tags(server: RawClient) -> None:
    """What the client did not say it can show is not sent; the message says it all the same."""
    found = server.published(URI)["diagnostics"]
    assert {d["code"] for d in found} >= {"dependency-cycle", "unknown-dependency"}
    for diagnostic in found:
        assert not {"relatedInformation", "codeDescription", "tags"} & diagnostic.keys()


def test_completion_has_no_snippets_and_no_label_details(server: RawClient) -> None:
    """Plain text to insert."""
    end = SOURCE.index("  policy:")
    line = SOURCE.count("\n", 0, end)
    for position in (
        here("[aggregate]")["position"],
        {"line": line, "character": 2},
        {"line": 0, "character": 0},
    ):
        answer = server.call("textDocument/completion", {"textDocument": {"uri": URI}, "position": position})
        for item in answer["items"]:
            assert "insertTextFormat" not in item
            assert "labelDetails" not in item
            assert "$" not in item["textEdit"]["newText"]


def test_hover_and_documentation_are_plain_text(server: RawClient) -> None:
    """No Markdown where it would be shown raw."""
    answer = server.call("textDocument/hover", here("name: rolling", 7))
    assert answer["contents"]["kind"] == "plaintext"
    assert "`" not in answer["contents"]["value"]
    items = server.call("textDocument/completion", here("[aggregate]"))["items"]
    resolved = server.call("completionItem/resolve", items[0])
    assert resolved["documentation"]["kind"] == "plaintext"


def test_symbols_are_flat(server: RawClient) -> None:
    """Symbols with locations, and the container by name."""
    found = server.call("textDocument/documentSymbol", {"textDocument": {"uri": URI}})
    step = next(symbol for symbol in found if symbol["name"] == "rolling")
    assert step["containerName"] == "finra.broken_refresh"
    assert step["location"]["uri"] == URI


def test_definitions_are_locations(server: RawClient) -> None:
    """Not links."""
    (found,) = server.call("textDocument/definition", here("[rolling]"))
    assert found.keys() == {"uri", "range"}


def test_code_actions_are_commands_that_apply_edits(server: RawClient) -> None:
    """A command of ours, which asks the client to apply plain changes."""
    at = here("ingst")["position"]
    params = {"textDocument": {"uri": URI}, "range": {"start": at, "end": at}, "context": {"diagnostics": []}}
    fix = next(a for a in server.call("textDocument/codeAction", params) if a["title"].startswith("Replace with"))
    assert fix["command"] == "spine.applyAction"
    number = server.start_request(
        "workspace/executeCommand", {"command": fix["command"], "arguments": fix["arguments"]}
    )
    asked = server.until(lambda message: message.get("method") == "workspace/applyEdit")
    (edit,) = asked["params"]["edit"]["changes"][URI]
    assert edit["newText"] == "ingest"
    server.send({"jsonrpc": "2.0", "id": asked["id"], "result": {"applied": True}})
    assert server.answer(number)["result"] is None


def test_why_nothing_is_formatted_is_said(server: RawClient) -> None:
    """A file whose header cannot be read is left alone, in a sentence."""
    uri = "file:///work/broken.yaml"
    server.open(uri, 'kind: PipelineGroup\nname: "g\nsteps:\n- {name: a, pipeline: p}\n')
    options = {"tabSize": 2, "insertSpaces": True}
    number = server.start_request("textDocument/formatting", {"textDocument": {"uri": uri}, "options": options})
    said = server.notified("window/showMessage")
    assert said["message"] == "line 2 has a fault in its YAML: what cannot be read is not formatted"
    assert not server.answer(number)["result"]


def test_an_order_is_a_message_where_no_document_can_be_shown(server: RawClient) -> None:
    """`window/showMessage` with the order."""
    number = server.start_request(
        "workspace/executeCommand", {"command": "spine.openResolvedOrder", "arguments": [{"uri": URI}]}
    )
    shown = server.notified("window/showMessage")
    assert "finra.broken_refresh" in shown["message"]
    assert server.answer(number)["result"] is None
