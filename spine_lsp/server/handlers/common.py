"""What most handlers begin with: the snapshot and the place, and what they end with: ranges of a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.uris import is_python
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import is_cut
from spine_lsp.configuration.files import is_config_file
from spine_lsp.configuration.settings import Settings
from spine_lsp.ide.cursor import At
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.server import from_lsp, to_lsp
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.session import Snapshot
from spine_lsp.server.to_lsp import JsonObject

T = TypeVar("T")

MOST_LISTED = 10_000
"""Entries of an answer that is a list: more takes too long to make, to send and to take in."""


class DocumentRequest(NamedTuple):
    """A request about one document: what it may look at, and the document."""

    snap: Snapshot
    workspace: Workspace
    document: Document

    @property
    def uri(self) -> str:
        """The document's uri."""
        return self.document.uri

    @property
    def settings(self) -> Settings:
        """The settings that hold for the document."""
        return self.snap.settings_of(self.uri)

    def at(self, position: Any) -> At:
        """The place of a position."""
        return At(self.uri, from_lsp.offset(self.document.text, position, self.snap.encoding))

    def span(self, range_: Any) -> Span:
        """The span of a range."""
        return Span(*from_lsp.span(self.document.text, range_, self.snap.encoding))

    def range(self, span: tuple[int, int]) -> JsonObject:
        """The range of a span."""
        return to_lsp.range_(self.document.text, span[0], span[1], self.snap.encoding)


def spine_document(ls: SpineServer, params: Any) -> DocumentRequest | None:
    """The document that a request names; None if it is not open or holds no pipeline group."""
    snap = ls.session.snapshot()
    document = snap.workspace.documents.get(params.text_document.uri)
    return DocumentRequest(snap, snap.workspace, document) if document is not None and document.is_spine else None


def schedules_document(ls: SpineServer, params: Any) -> DocumentRequest | None:
    """The document that a request names; None if it is not open or holds no schedules."""
    snap = ls.session.snapshot()
    document = snap.workspace.documents.get(params.text_document.uri)
    return DocumentRequest(snap, snap.workspace, document) if document is not None and document.schedules else None


def schedules_at(ls: SpineServer, params: Any) -> DocumentRequest | None:
    """As `schedules_document`, where the position is in none of its groups."""
    request = schedules_document(ls, params)
    if request is None or not request.document.has_schedules_at(request.at(params.position).offset):
        return None
    return request


def listed_document(ls: SpineServer, params: Any) -> DocumentRequest | None:
    """As `spine_document`, or of a file of schedules."""
    return schedules_document(ls, params) or spine_document(ls, params)


def served_document(ls: SpineServer, params: Any) -> DocumentRequest | None:
    """As `spine_document`, for an open Python file too."""
    if not is_python(params.text_document.uri):
        return spine_document(ls, params)
    snap = ls.session.snapshot()
    document = snap.workspace.documents.get(params.text_document.uri)
    return DocumentRequest(snap, snap.workspace, document) if document is not None else None


def any_document(ls: SpineServer, params: Any) -> DocumentRequest | None:
    """As `spine_document`, for a file that holds no group yet too; one of configuration, or of Python, never will."""
    snap = ls.session.snapshot()
    document = snap.workspace.documents.get(params.text_document.uri)
    if document is None or is_config_file(document.uri) or is_python(document.uri):
        return None
    return DocumentRequest(snap, snap.workspace, document)


def first_of(ls: SpineServer, uri: str, found: Sequence[T], what: str) -> Sequence[T]:
    """The first of a list so long that an editor would wait for it; that there are more is logged once."""
    if len(found) > MOST_LISTED or is_cut():
        ls.log_once(uri, f"only the first {min(len(found), MOST_LISTED):,} {what} of {uri} are given")
    return found[:MOST_LISTED]


def location(snap: Snapshot, uri: str, span: tuple[int, int]) -> JsonObject:
    """The location of a span in an open document."""
    text = snap.workspace.documents[uri].text
    return {"uri": uri, "range": to_lsp.range_(text, span[0], span[1], snap.encoding)}


def range_of(snap: Snapshot, document: Document | None, where: Span | SourcePlace) -> JsonObject:
    """The range of a span of an open document, or of a place in another file."""
    if isinstance(where, SourcePlace):
        return to_lsp.place_range(where, snap.encoding)
    assert document is not None  # who has a span has its text
    return to_lsp.range_(document.text, where.start, where.end, snap.encoding)


def range_maker(snap: Snapshot, uri: str) -> Callable[[Span], JsonObject]:
    """Makes ranges of spans of one open document."""
    text = snap.workspace.documents[uri].text
    return lambda span: to_lsp.range_(text, span.start, span.end, snap.encoding)


def text_of(argument: Mapping[str, Any], key: str) -> str | None:
    """A string of a command's argument; None if it is not there or is something else."""
    value = argument.get(key)
    return value if isinstance(value, str) else None
