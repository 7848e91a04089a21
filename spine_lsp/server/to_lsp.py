"""From us outward: offsets of code points become the protocol's positions and ranges, as plain JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from spine_lsp.server.client import Client
from spine_lsp.syntax.text import Encoding, Text

if TYPE_CHECKING:
    from spine_lsp.analysis.findings import Finding

SOURCE = "spine"
UNNECESSARY = 1  # DiagnosticTag

JsonObject = dict[str, Any]


def position(text: Text, offset: int, encoding: Encoding) -> JsonObject:
    """The position of one offset."""
    line, column = text.position(offset, encoding)
    return {"line": line, "character": column}


def range_(text: Text, start: int, end: int, encoding: Encoding) -> JsonObject:
    """The range of one span."""
    return {"start": position(text, start, encoding), "end": position(text, end, encoding)}


def ranges(text: Text, spans: Iterable[tuple[int, int]], encoding: Encoding) -> list[JsonObject]:
    """The ranges of many spans, in their order; the text's table of lines is built once for all."""
    return [range_(text, start, end, encoding) for start, end in spans]


def diagnostics(text: Text, uri: str, findings: Iterable[Finding], client: Client) -> list[JsonObject]:
    """Findings as the client can show them: related places and tags only where it knows them."""
    return [_diagnostic(text, uri, finding, client) for finding in findings]


def _diagnostic(text: Text, uri: str, finding: Finding, client: Client) -> JsonObject:
    encoding = client.encoding
    found: JsonObject = {
        "range": range_(text, finding.start, finding.end, encoding),
        "severity": int(finding.severity),
        "code": finding.code,
        "source": SOURCE,
        "message": finding.message,
    }
    if finding.related and client.related_information:
        found["relatedInformation"] = [
            {
                "location": {"uri": uri, "range": range_(text, place.start, place.end, encoding)},
                "message": place.message,
            }
            for place in finding.related
        ]
    if finding.unnecessary and UNNECESSARY in client.diagnostic_tags:
        found["tags"] = [UNNECESSARY]
    return found
