"""The session: the one object that is assigned to after start, and the snapshots it hands out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.analysis.uris import path_of
from spine_lsp.configuration.configuration import EMPTY, Configuration
from spine_lsp.configuration.options import OF_CLIENTS
from spine_lsp.configuration.reading import read_values
from spine_lsp.configuration.settings import Settings
from spine_lsp.server import from_lsp
from spine_lsp.server.client import Client
from spine_lsp.server.config_files import ConfigFiles
from spine_lsp.syntax.text import Edit, Encoding, Text

if TYPE_CHECKING:  # the analysis is imported only after the client had its first answer
    from spine_lsp.analysis.config import Config
    from spine_lsp.analysis.project import Project
    from spine_lsp.analysis.runs import RunFacts
    from spine_lsp.analysis.workspace import Workspace

log = logging.getLogger(__name__)


class OpenDocument(NamedTuple):
    """A document as the editor shows it."""

    uri: str
    version: int
    text: Text


class Snapshot(NamedTuple):
    """Everything a request may look at, as it was when the request came; it never changes.

    `documents` are the texts that the editor shows, `workspace` is what the analysis makes of them: a fault in
    the analysis never costs a text.
    """

    client: Client
    documents: Mapping[str, OpenDocument]
    workspace: Workspace
    configuration: Configuration = EMPTY

    @property
    def encoding(self) -> Encoding:
        """The unit of the client's columns."""
        return self.client.encoding

    def settings_of(self, uri: str) -> Settings:
        """The settings that hold for a document."""
        return self.configuration.settings_of(path_of(uri) or "")


_PINNED: ContextVar[Snapshot] = ContextVar("snapshot of the request")


def pin(snapshot: Snapshot) -> None:
    """In the present context every look at the session shows this snapshot: the state when a request came."""
    _PINNED.set(snapshot)


class Session:
    """Holds the present snapshot and replaces it; only the event loop's thread changes it.

    `strict` makes faults in handlers and in the diagnosis errors instead of empty answers; tests set it.
    """

    def __init__(self, workspace: Callable[[], Workspace], *, strict: bool = False) -> None:
        self.strict = strict
        self._make_workspace = workspace
        self._client = Client()
        self._snapshot: Snapshot | None = None
        self._config_files = ConfigFiles()

    @property
    def client(self) -> Client:
        """What the client can do; the defaults until it has said so."""
        return self._client

    def start(self, client: Client) -> None:
        """Take note of the client, before any document arrives."""
        self._client = client
        if self._snapshot is not None:
            self._snapshot = self._snapshot._replace(client=client)

    def snapshot(self) -> Snapshot:
        """The present state, as a value that stays as it is; a request gets that of when it came."""
        if (pinned := _PINNED.get(None)) is not None:
            return pinned
        if self._snapshot is None:
            self._snapshot = Snapshot(self._client, MappingProxyType({}), self._make_workspace())
            values, _ = read_values(self._client.options, OF_CLIENTS)
            if values:  # what the client sets at the start holds for the first document
                self.change_configuration(EMPTY.with_editor(values))
        return self._snapshot

    def change_configuration(self, configuration: Configuration) -> None:
        """From now on this configuration holds."""
        state = self.snapshot()

        def config_of(uri: str) -> Config:
            return configuration.config_of(path_of(uri) or "")

        workspace = state.workspace.with_config(config_of)
        self._snapshot = state._replace(configuration=configuration, workspace=workspace)

    def read_configuration(self) -> bool:
        """Read the configuration files again that were found, or looked for; answers whether anything changed."""
        return self._configure(self._config_files.again(self.snapshot().configuration))

    def _configure(self, configuration: Configuration) -> bool:
        if configuration is self.snapshot().configuration:
            return False
        self.change_configuration(configuration)
        return True

    def change_project(self, project: Project) -> None:
        """From now on the files of the workspace say this."""
        state = self.snapshot()
        self._snapshot = state._replace(workspace=state.workspace.with_project(project))

    def change_runs(self, runs: RunFacts) -> None:
        """From now on runs say this."""
        state = self.snapshot()
        self._snapshot = state._replace(workspace=state.workspace.with_runs(runs))

    @staticmethod
    def beside(snapshot: Snapshot, project: Project) -> Snapshot:
        """A snapshot beside which the files say this: what came before it may have been worked out after it."""
        return snapshot._replace(workspace=snapshot.workspace.with_project(project))

    def open(self, params: object) -> str:
        """Take the plain params of `didOpen`; answers the uri, raises BadParamsError."""
        document = from_lsp.text_document(params)
        source = document.get("text")
        if not isinstance(source, str):
            raise from_lsp.BadParamsError("textDocument.text is missing or is not a string")
        self._configure(self._config_files.above(self.snapshot().configuration, document["uri"]))
        opened = OpenDocument(document["uri"], from_lsp.version_of(document), Text(source))
        self._put(opened, None)
        return opened.uri

    def change(self, params: object) -> str | None:
        """Take the plain params of `didChange`; answers the uri, or None when that document is not open.

        Raises BadParamsError, and then nothing was changed.
        """
        document = from_lsp.text_document(params)
        known = self.snapshot().documents.get(document["uri"])
        if known is None:
            log.warning("change of a document that is not open: %s", document["uri"])
            return None
        assert isinstance(params, dict)  # text_document has checked it
        changes = from_lsp.read_changes(params.get("contentChanges"))
        version = from_lsp.version_of(document)
        if version < known.version:
            log.warning("version of %s goes back from %d to %d", known.uri, known.version, version)
        text, edits = from_lsp.apply_changes(known.text, changes, self._client.encoding)
        self._put(known._replace(version=version, text=text), edits)
        return known.uri

    def close(self, params: object) -> str | None:
        """Take the plain params of `didClose`; answers the uri, or None when that document is not open."""
        uri = from_lsp.text_document(params)["uri"]
        state = self.snapshot()
        if uri not in state.documents:
            log.warning("close of a document that is not open: %s", uri)
            return None
        rest = {key: value for key, value in state.documents.items() if key != uri}
        self._snapshot = state._replace(
            documents=MappingProxyType(rest), workspace=state.workspace.without_document(uri)
        )
        return str(uri)

    def _put(self, document: OpenDocument, edits: Sequence[Edit] | None) -> None:
        state = self.snapshot()
        # The text comes first: whatever the analysis does with it, the next edit must find it.
        documents = MappingProxyType({**state.documents, document.uri: document})
        self._snapshot = state = state._replace(documents=documents)
        try:
            workspace = state.workspace.with_document(document.uri, document.version, document.text, edits)
        except Exception:
            log.exception("analysis of the change of %s failed, reading it whole", document.uri)
            if self.strict:
                raise
            workspace = state.workspace.with_document(document.uri, document.version, document.text, None)
        self._snapshot = state._replace(workspace=workspace)
