"""What the server is made of, so that a test can put in its own parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from spine_lsp.server.diagnoser import Diagnose, Work
from spine_lsp.server.session import Snapshot, Workspace
from spine_lsp.syntax.text import Edit, Text


class Analysis(NamedTuple):
    """What the server needs of the layers below."""

    workspace: Callable[[], Workspace]
    diagnose: Diagnose


class Wiring(NamedTuple):
    """The parts of a server.

    `analysis` is called only after the client had its first answer, so it may import what is heavy; it is
    called more than once and answers the same each time. `handlers` names handler modules, `None` means all
    of ours.
    """

    analysis: Callable[[], Analysis]
    handlers: tuple[str, ...] | None = None
    strict: bool = False
    parent_poll: float = 1.0


def default_wiring() -> Wiring:
    """The server as users have it."""
    return Wiring(_analysis)


def _analysis() -> Analysis:
    return Analysis(TextsOnly, _judge_nothing)


class TextsOnly:
    """A workspace that keeps texts and analyses nothing."""

    def __init__(self, documents: Mapping[str, Text] = MappingProxyType({})) -> None:
        self.documents = documents

    def with_document(self, uri: str, version: int, text: Text, edits: Sequence[Edit] | None) -> TextsOnly:
        """The workspace with this text."""
        return TextsOnly(MappingProxyType({**self.documents, uri: text}))

    def without_document(self, uri: str) -> TextsOnly:
        """The workspace without this document."""
        return TextsOnly(MappingProxyType({key: text for key, text in self.documents.items() if key != uri}))


def _judge_nothing(snapshot: Snapshot, uri: str) -> Work:
    yield from ()
    return None
