"""The text of a single file of the project, by its path there."""

from __future__ import annotations

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.uris import uri_of
from spine_lsp.disk.config_files import system_path
from spine_lsp.disk.reading import MAX_BYTES, UnusableFileError, bytes_of, decoded
from spine_lsp.pysource import decoding
from spine_lsp.syntax.text import Text


def read_document(path: str) -> Document | None:
    """The document of a YAML file; None if it cannot be had."""
    try:
        text, _ = decoded(bytes_of(system_path(path), MAX_BYTES))
    except (UnusableFileError, FileNotFoundError):
        return None
    return document_of(path, text)


def document_of(path: str, text: str) -> Document:
    """The document that a YAML file with this text is."""
    return Document.read(uri_of(path), None, Text(text))


def read_python(path: str) -> str | None:
    """The text of a Python file; None if it cannot be had."""
    try:
        return decoding.decoded(bytes_of(system_path(path), decoding.MAX_BYTES))
    except (UnusableFileError, FileNotFoundError, decoding.UnreadableError):
        return None
