"""The server as users have it: findings of the analysis as published diagnostics."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from spine_lsp.analysis.findings import Finding, Place, Severity
from spine_lsp.server import to_lsp
from spine_lsp.server.client import Client
from spine_lsp.syntax.text import Text
from tests.server.rawclient import RawClient, did_change

GROUP = """\
apiVersion: spine.io/v1
kind: PipelineGroup
metadata:
  name: daily
spec:
  pipelines:
    - name: 😀
      pipeline: a.b
    - name: tidy
      pipeline: a.c
      depends_on: [😀, ingest]
"""
A, B = "file:///daily.yaml", "file:///compose.yaml"


@pytest.fixture(scope="module")
def client() -> Iterator[RawClient]:
    """The real server."""
    client = RawClient(
        [sys.executable, "-c", "from spine_lsp.cli.serving import serve_and_exit; serve_and_exit()"]
    )
    try:
        can = {"textDocument": {"publishDiagnostics": {"relatedInformation": True}}}
        client.initialize(can)
        yield client
        assert client.shut_down() == 0
    finally:
        client.kill()


def test_a_finding_is_published_where_it_is(client: RawClient) -> None:
    """Code, severity, source and the range of the token alone, in the client's columns; fixed means gone."""
    client.open(A, GROUP)
    [found] = client.published(A)["diagnostics"]
    assert (found["code"], found["severity"], found["source"]) == ("unknown-dependency", 1, "spine")
    assert found["range"] == {"start": {"line": 10, "character": 23}, "end": {"line": 10, "character": 29}}
    client.send(did_change(A, 2, {"range": found["range"], "text": "😀"}))
    assert [one["code"] for one in client.published(A)["diagnostics"]] == ["duplicate-dependency"]


def test_a_cycle_points_at_its_edges(client: RawClient) -> None:
    """Related information carries the places of the other edges."""
    client.open(
        A, GROUP.replace("pipeline: a.b", "pipeline: a.b\n      depends_on: tidy").replace(", ingest", "")
    )
    found = [one for one in client.published(A)["diagnostics"] if one["code"] == "dependency-cycle"]
    assert len(found) == 1
    assert {one["location"]["uri"] for one in found[0]["relatedInformation"]} == {A}


def test_other_yaml_gets_nothing(client: RawClient) -> None:
    """A document that is not ours is never spoken of."""
    client.open(B, "services: [x, x]\n")
    client.open(A, GROUP)
    client.published(A)
    client.call("no/such")
    assert [one for one in client.received_so_far() if (one.get("params") or {}).get("uri") == B] == []


def test_only_what_the_client_knows_is_sent() -> None:
    """Related places and tags go to clients that said they can show them."""
    place = Place(0, 1, "here")
    finding = Finding("x", Severity.HINT, 1, 2, "m", related=(place,), unnecessary=True)
    knows = Client(related_information=True, diagnostic_tags=frozenset([1]))
    [plain] = to_lsp.diagnostics(Text("ab"), A, [finding], Client())
    [rich] = to_lsp.diagnostics(Text("ab"), A, [finding], knows)
    assert set(rich) - set(plain) == {"relatedInformation", "tags"}
    assert rich["relatedInformation"] == [
        {
            "location": {"uri": A, "range": to_lsp.range_(Text("ab"), 0, 1, "utf-16")},
            "message": "here",
        }
    ]
    assert (plain["severity"], rich["tags"]) == (4, [1])
