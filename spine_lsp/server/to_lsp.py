"""From us outward: offsets of code points become the protocol's positions and ranges, as plain JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spine_lsp.analysis.findings import Finding, Place, Severity, most_severe
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.uris import uri_of
from spine_lsp.disk.config_files import project_path
from spine_lsp.printable import printable
from spine_lsp.server.client import Client
from spine_lsp.server.rpc import wire
from spine_lsp.syntax.text import Edit, Encoding, Text

if TYPE_CHECKING:
    from spine_lsp.analysis.document import Document
    from spine_lsp.analysis.group import Group
    from spine_lsp.analysis.python_findings import PythonFinding
    from spine_lsp.analysis.runs import FailedStep, RunFacts
    from spine_lsp.analysis.workspace import Workspace
    from spine_lsp.ide.pipelines.places import FilePlace
    from spine_lsp.pysource.places import SourcePlace

SOURCE = "spine"
MOST_SHOWN = 2_000
"""The most diagnostics that are shown of a document."""
UNNECESSARY = 1  # DiagnosticTag
FAILED_STEP = "failed-step"
"""The code of what a run, not a rule, says of a step."""

JsonObject = dict[str, Any]


def position(text: Text, offset: int, encoding: Encoding) -> JsonObject:
    """The position of one offset."""
    line, column = text.position(offset, encoding)
    return {"line": line, "character": column}


def range_(text: Text, start: int, end: int, encoding: Encoding) -> JsonObject:
    """The range of one span."""
    line, column = text.position(start, encoding)
    end_line, end_column = text.position(end, encoding)
    return {
        "start": {"line": line, "character": column},
        "end": {"line": end_line, "character": end_column},
    }


def range_json(text: Text, start: int, end: int, encoding: Encoding) -> str:
    """As `range_`, encoded: for answers with tens of thousands."""
    line, column = text.position(start, encoding)
    end_line, end_column = text.position(end, encoding)
    return _range_json(line, column, end_line, end_column)


def _range_json(line: int, column: int, end_line: int, end_column: int) -> str:
    return f'{{"start":{{"line":{line},"character":{column}}},"end":{{"line":{end_line},"character":{end_column}}}}}'


def place_range(place: SourcePlace, encoding: Encoding) -> JsonObject:
    """The range of a place that is known without its text."""
    (line, column), (end_line, end_column) = place.range(encoding)
    start, end = {"line": line, "character": column}, {"line": end_line, "character": end_column}
    return {"start": start, "end": end}


def place_location(place: FilePlace, encoding: Encoding) -> JsonObject:
    """The location of a place in a file that need not be open."""
    return {"uri": place.uri, "range": place_range(place.place, encoding)}


def place_range_json(place: SourcePlace, encoding: Encoding) -> str:
    """As `place_range`, encoded."""
    (line, column), (end_line, end_column) = place.range(encoding)
    return _range_json(line, column, end_line, end_column)


def python_diagnostics(findings: Sequence[PythonFinding], client: Client) -> wire.Json:
    """Findings in a Python file as the client can show them, encoded."""
    encoding = client.encoding
    return _listed(
        _diagnostic(
            finding,
            place_range_json(finding.spot.place, encoding),
            [
                _related(uri_of(each.spot.path), place_range_json(each.spot.place, encoding), each.message)
                for each in finding.related
            ]
            if client.related_information
            else (),
            client,
        )
        for finding in findings
    )


def ranges(text: Text, spans: Iterable[tuple[int, int]], encoding: Encoding) -> list[JsonObject]:
    """The ranges of many spans, in their order; the text's table of lines is built once for all."""
    return [range_(text, start, end, encoding) for start, end in spans]


def diagnostics(
    text: Text, uri: str, findings: Sequence[Finding], client: Client, before: Iterable[JsonObject] = ()
) -> wire.Json:
    """Findings as the client can show them, encoded, behind the diagnostics `before`.

    Related places and tags are for clients that know them. No list of more than `MOST_SHOWN` is of use to anybody;
    then a last one says how many there are.
    """
    encoding, places = client.encoding, _Places(text, uri, client.encoding)
    shown = [wire.dumps(each).decode("ascii") for each in before]
    for finding in most_severe(findings, MOST_SHOWN):
        related: list[str] = []
        if client.related_information and (finding.related or finding.elsewhere):
            related += [places.related(place) for place in finding.related]
            related += [
                _related(uri_of(other.path), place_range_json(other.place, encoding), other.message)
                for other in finding.elsewhere
            ]
        unnecessary = finding.unnecessary and UNNECESSARY in client.diagnostic_tags
        where = range_json(text, finding.start, finding.end, encoding)
        shown.append(_diagnostic(finding, where, related, client, unnecessary=unnecessary))
    if len(findings) > MOST_SHOWN:
        message = f"only {MOST_SHOWN:,} of {len(findings):,} problems are shown here; `spine-lsp check` lists them all"
        shown.append(wire.dumps(remark(text, Span(0, 0), message, client)).decode("ascii"))
    return _listed(shown)


def remark(text: Text, span: Span, message: str, client: Client) -> JsonObject:
    """A diagnostic that is no finding of a rule: what the user should know of the answers themselves."""
    return {
        "range": range_(text, *span, client.encoding),
        "severity": int(Severity.INFORMATION),
        "source": SOURCE,
        "message": message,
    }


def failed_steps(document: Document, runs: RunFacts, client: Client) -> list[JsonObject]:
    """The steps that failed in their last run and are still what they were, with places in the user's Python."""
    return [
        _failed_step(document.text, group, step, failure, client)
        for group in document.groups
        if (group.uri, group.name) in runs.failures
        for step, failure in runs.failed(group)
    ]


def _failed_step(text: Text, group: Group, step: int, failure: FailedStep, client: Client) -> JsonObject:
    first = next(iter(failure.error.strip().splitlines()), "")
    how = {"failed": "failed", "timed_out": "timed out", "lost": "was killed"}[failure.state]
    found: JsonObject = {
        "range": range_(text, *group.name_span(step), client.encoding),
        "severity": int(Severity.ERROR),
        "code": FAILED_STEP,
        "source": SOURCE,
        "message": printable(f"{how} in run {failure.run}{': ' if first else ''}{first}"),
    }
    if client.related_information and failure.places:
        found["relatedInformation"] = [
            {
                "location": {
                    "uri": uri_of(project_path(place.path)),
                    "range": {
                        "start": {"line": place.line - 1, "character": 0},
                        "end": {"line": place.line - 1, "character": 0},
                    },
                },
                "message": printable(f"in {place.function}"),
            }
            for place in failure.places
        ]
    return found


@lru_cache(maxsize=64)
def _page(code: str) -> str:
    """Where the page of a rule can be opened, encoded: a file of ours, for nothing is fetched from a network."""
    from spine_lsp.analysis.rules.pages import page_path

    return wire.dumps_text(page_path(code).as_uri())


def text_edits(text: Text, edits: Iterable[Edit], encoding: Encoding) -> list[JsonObject]:
    """Edits that all refer to `text`."""
    return [{"range": range_(text, edit.start, edit.end, encoding), "newText": edit.text} for edit in edits]


def workspace_edit(workspace: Workspace, edits: Mapping[str, Sequence[Edit]], client: Client) -> JsonObject:
    """Edits by uri; with the version of each document, where the client can refuse what has changed since."""
    made = {uri: text_edits(workspace.documents[uri].text, found, client.encoding) for uri, found in edits.items()}
    if not client.document_changes:
        return {"changes": made}
    return {
        "documentChanges": [
            {"textDocument": {"uri": uri, "version": workspace.documents[uri].version}, "edits": found}
            for uri, found in made.items()
        ]
    }


def annotated_edit(
    workspace: Workspace, edits: Iterable[tuple[FilePlace, str]], client: Client, label: str
) -> JsonObject:
    """Edits of several files, open or not; a client that can, shows them before they are made (LSP 3.16)."""
    encoding, made = client.encoding, dict[str, list[JsonObject]]()
    asks = client.document_changes and client.change_annotations
    for place, text in edits:
        edit: JsonObject = {"range": place_range(place.place, encoding), "newText": text}
        made.setdefault(place.uri, []).append({**edit, "annotationId": _ASKED} if asks else edit)
    if not client.document_changes:
        return {"changes": made}
    changes = []
    for uri, found in made.items():
        document = workspace.documents.get(uri)
        version = document.version if document is not None else None
        changes.append({"textDocument": {"uri": uri, "version": version}, "edits": found})
    if not asks:
        return {"documentChanges": changes}
    annotation = {"label": label, "needsConfirmation": True}
    return {"documentChanges": changes, "changeAnnotations": {_ASKED: annotation}}


_ASKED = "spine.confirm"


def new_file(uri: str, text: str) -> JsonObject:
    """The edit that makes a file; it fails where there is one of the name (LSP 3.16)."""
    start = {"line": 0, "character": 0}
    return {
        "documentChanges": [
            {"kind": "create", "uri": uri, "options": {"overwrite": False, "ignoreIfExists": False}},
            {
                "textDocument": {"uri": uri, "version": None},
                "edits": [{"range": {"start": start, "end": start}, "newText": text}],
            },
        ]
    }


class _Places:
    """Related places of one document, encoded: many findings point at the same."""

    def __init__(self, text: Text, uri: str, encoding: Encoding) -> None:
        self._text = text
        self._uri = uri
        self._encoding = encoding
        self._known: dict[Place, str] = {}

    def related(self, place: Place) -> str:
        """The place as related information."""
        known = self._known.get(place)
        if known is None:
            where = range_json(self._text, place.start, place.end, self._encoding)
            known = self._known[place] = _related(self._uri, where, place.message)
        return known


def _listed(encoded: Iterable[str]) -> wire.Json:
    return wire.Json(f"[{','.join(encoded)}]".encode("ascii"))


def _related(uri: str, where: str, message: str) -> str:
    """A DiagnosticRelatedInformation; `where` is its range, encoded."""
    said = wire.dumps_text(printable(message))
    return f'{{"location":{{"uri":{wire.dumps_text(uri)},"range":{where}}},"message":{said}}}'


def _diagnostic(
    finding: Finding | PythonFinding,
    where: str,
    related: Sequence[str],
    client: Client,
    *,
    unnecessary: bool = False,
) -> str:
    """A diagnostic as JSON, `where` is its range: there are thousands, after a key and on their way to a client."""
    more = f',"codeDescription":{{"href":{_page(finding.code)}}}' if client.code_description else ""
    if related:
        more += f',"relatedInformation":[{",".join(related)}]'
    if unnecessary:
        more += f',"tags":[{UNNECESSARY}]'
    return (
        f'{{"range":{where},"severity":{finding.severity:d},"code":"{finding.code}","source":"{SOURCE}",'
        f'"message":{wire.dumps_text(printable(finding.message))}{more}}}'
    )
