"""The least workspace there is, for tests of the server that need no analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from spine_lsp.syntax.text import Edit, Text

if TYPE_CHECKING:  # the probe is a server without an analysis
    from spine_lsp.analysis.workspace import Workspace
    from spine_lsp.server.session import Snapshot


class TextsOnly:
    """A workspace that keeps texts and analyses nothing."""

    def __init__(self, documents: Mapping[str, Text] = MappingProxyType({})) -> None:
        self.documents = documents
        self.config = None

    def with_document(self, uri: str, version: int, text: Text, edits: Sequence[Edit] | None) -> TextsOnly:
        """The workspace with this text."""
        return TextsOnly(MappingProxyType({**self.documents, uri: text}))

    def with_config(self, config: object) -> TextsOnly:
        """The workspace under another configuration, which changes nothing here."""
        return self

    def without_document(self, uri: str) -> TextsOnly:
        """The workspace without this document."""
        return TextsOnly(MappingProxyType({key: text for key, text in self.documents.items() if key != uri}))


def texts_only(kind: type[TextsOnly] = TextsOnly) -> Callable[[], Workspace]:
    """Makes such a workspace where the server expects one; its documents are texts."""
    return lambda: cast("Workspace", kind())


def kept_text(snapshot: Snapshot, uri: str) -> str:
    """The text of a document in such a workspace."""
    return cast("Text", snapshot.workspace.documents[uri]).source
