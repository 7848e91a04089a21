"""The snapshot of all open documents: an immutable value, of which a change makes the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.lazy import lazy
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.runs import NO_RUNS, RunFacts
from spine_lsp.analysis.uris import path_of
from spine_lsp.syntax.text import Edit, Text


def _defaults(uri: str) -> Config:
    """Every rule as it is by itself."""
    return Config()


@dataclass(frozen=True)
class Workspace:
    """Documents by uri, the configuration of each, what the files beside them say, and what runs told."""

    documents: Mapping[str, Document] = field(default_factory=lambda: MappingProxyType({}))
    config_of: Callable[[str], Config] = _defaults
    project: Project = field(default_factory=Project)
    runs: RunFacts = NO_RUNS

    @lazy
    def open_paths(self) -> frozenset[str]:
        """The files that are open, by their paths of the project: their documents say more than the index."""
        return frozenset(path for uri in self.documents if (path := path_of(uri)) is not None)

    def with_document(self, uri: str, version: int, text: Text, edits: Sequence[Edit] | None) -> Workspace:
        """The workspace in which the document has this text; `edits` say how it came from the one before."""
        known = self.documents.get(uri)
        if known is None:
            document = Document.read(uri, version, text)
        else:
            document = known.changed(version, text, edits)
        return replace(self, documents=MappingProxyType({**self.documents, uri: document}))

    def without_document(self, uri: str) -> Workspace:
        """The workspace in which the document is not open."""
        rest = {key: document for key, document in self.documents.items() if key != uri}
        return replace(self, documents=MappingProxyType(rest))

    def with_config(self, config_of: Callable[[str], Config]) -> Workspace:
        """The workspace in which this tells the configuration of each uri."""
        return replace(self, config_of=config_of)

    def with_project(self, project: Project) -> Workspace:
        """The workspace beside which the files say this."""
        return replace(self, project=project)

    def with_runs(self, runs: RunFacts) -> Workspace:
        """The workspace of which runs say this."""
        return replace(self, runs=runs)
