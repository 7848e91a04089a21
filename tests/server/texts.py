"""The least workspace there is, for tests of the server that need no analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from spine_lsp.syntax.text import Edit, Text


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
