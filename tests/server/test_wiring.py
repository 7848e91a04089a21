"""The server as users have it: findings of the analysis as published diagnostics."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis.findings import Finding, Place, Severity
from spine_lsp.analysis.span import Span
from spine_lsp.printable import printable
from spine_lsp.server import to_lsp
from spine_lsp.server.client import ENCODINGS, Client
from spine_lsp.syntax.text import Encoding, Text
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
    client = RawClient([sys.executable, "-c", "from spine_lsp.cli.serving import serve_and_exit; serve_and_exit()"])
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
    client.open(A, GROUP.replace("pipeline: a.b", "pipeline: a.b\n      depends_on: tidy").replace(", ingest", ""))
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
    [plain] = json.loads(to_lsp.diagnostics(Text("ab"), A, [finding], Client()))
    [rich] = json.loads(to_lsp.diagnostics(Text("ab"), A, [finding], knows))
    assert set(rich) - set(plain) == {"relatedInformation", "tags"}
    assert rich["relatedInformation"] == [
        {
            "location": {"uri": A, "range": to_lsp.range_(Text("ab"), 0, 1, "utf-16")},
            "message": "here",
        }
    ]
    assert (plain["severity"], rich["tags"]) == (4, [1])


_TEXTS = st.text(st.sampled_from('ab"\\\n\r\t é😀\ud800\u202e\x00'), max_size=20)
_PLACES = st.builds(Place, st.integers(0, 20), st.integers(0, 20), _TEXTS)
_FINDINGS = st.builds(
    Finding,
    st.sampled_from(["blocked-step", "unknown-key"]),
    st.sampled_from(Severity),
    st.integers(0, 20),
    st.integers(0, 20),
    _TEXTS,
    related=st.lists(_PLACES, max_size=2).map(tuple),
    unnecessary=st.booleans(),
)


@given(_TEXTS, _TEXTS, st.lists(_FINDINGS, max_size=4), st.sampled_from(ENCODINGS))
def test_what_is_written_of_findings_is_what_they_are(
    source: str, uri: str, findings: list[Finding], encoding: Encoding
) -> None:
    """Whatever a text, its uri and the findings hold: the JSON that goes to the client says that, and no more."""
    text = Text(source)
    client = Client(encoding=encoding, related_information=True, code_description=True, diagnostic_tags=frozenset([1]))
    first = to_lsp.remark(text, Span(0, 0), "first", client)
    remark, *made = json.loads(to_lsp.diagnostics(text, uri, findings, client, [first]))
    assert remark == first
    for one, finding in zip(made, findings, strict=True):
        assert one.pop("codeDescription")["href"].endswith(f"/{finding.code}.md")
        expected: dict[str, object] = {
            "range": to_lsp.range_(text, finding.start, finding.end, encoding),
            "severity": finding.severity.value,
            "code": finding.code,
            "source": "spine",
            "message": printable(finding.message),
        }
        if finding.related:
            expected["relatedInformation"] = [
                {
                    "location": {"uri": uri, "range": to_lsp.range_(text, place.start, place.end, encoding)},
                    "message": printable(place.message),
                }
                for place in finding.related
            ]
        if finding.unnecessary:
            expected["tags"] = [1]
        assert one == expected
