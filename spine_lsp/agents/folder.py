"""The folder that tools may look at: its files as they are at each question, and none outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.uris import path_of, uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.configuration.configuration import EMPTY
from spine_lsp.configuration.lookup import Lookup
from spine_lsp.disk.cache import Cache
from spine_lsp.disk.config_files import project_path, read_config, system_path
from spine_lsp.disk.index_options import IndexOptions
from spine_lsp.disk.project_files import ProjectFiles
from spine_lsp.disk.reading import MAX_BYTES, UnusableFileError, bytes_of, decoded
from spine_lsp.disk.walking import GROUP_ENDINGS, files_below
from spine_lsp.orchestration.problems import did_you_mean, meant
from spine_lsp.syntax.text import Text


class RefusedError(Exception):
    """A question that is not answered: one sentence that says why, and what to ask."""


class AgentFolder:
    """A folder and what is known of it. Nothing is read that does not lie in it, whatever links say."""

    def __init__(self, top: str) -> None:
        self.top = Path(top).resolve()
        if not self.top.is_dir():
            raise RefusedError(f"{top} is no folder")
        self._files = ProjectFiles(lambda line: None, IndexOptions(links_out=False), cache=Cache.of_user())
        self._scanned = False

    def path(self, name: str) -> Path:
        """A path of the folder, without links; raises RefusedError for one that leads out of it or nowhere."""
        if "\0" in name:
            raise RefusedError("a path holds no zero byte")
        try:
            found = (self.top / name).resolve()
        except (OSError, RuntimeError):
            raise RefusedError(f"cannot follow {name}") from None
        if found != self.top and self.top not in found.parents:
            raise RefusedError(f"{name} is outside of the workspace; name a path in it, such as `pipelines/daily.yaml`")
        if not found.exists():
            raise RefusedError(f"there is no {name} in the workspace; `search` finds groups by name")
        return found

    def shown(self, path: str | Path) -> str:
        """A path as it is named in answers: from the folder, with slashes."""
        try:
            return Path(path).relative_to(self.top).as_posix()
        except ValueError:
            return Path(path).name

    def workspace(self) -> Workspace:
        """What the files say now, without an open document."""
        for _ in self._files.look() if self._scanned else self._files.scan([project_path(self.top)]):
            pass
        self._scanned = True
        if self._files.is_worth_keeping:
            for _ in self._files.keep():
                pass
        lookup = Lookup(self._read_config)

        configuration = EMPTY

        def config_of(uri: str) -> Config:
            nonlocal configuration
            path = path_of(uri) or ""
            configuration = lookup.above(configuration, [path])
            return configuration.config_of(path)

        return Workspace().with_config(config_of).with_project(self._files.project)

    def _read_config(self, path: str) -> bytes | None:
        real = Path(system_path(path)).resolve()
        return read_config(path) if self.top in real.parents else None

    def document(self, workspace: Workspace, file: Path) -> tuple[Workspace, Document]:
        """A file as an open document; raises RefusedError for one that cannot be read."""
        try:
            text, fault = decoded(bytes_of(str(file), MAX_BYTES))
        except (UnusableFileError, FileNotFoundError) as exc:
            raise RefusedError(f"cannot read {self.shown(file)}: {exc}") from None
        if fault is not None:
            raise RefusedError(f"cannot read {self.shown(file)}: {fault.message}")
        uri = uri_of(project_path(file))
        workspace = workspace.with_document(uri, 0, Text(text), None)
        return workspace, workspace.documents[uri]

    def group(self, name: str, group_name: str | None) -> tuple[Workspace, Document, Group]:
        """The group of a file; without a name its only one. Raises RefusedError."""
        file = self.path(name)
        if file.is_dir():
            raise RefusedError(f"{name} is a folder; name a file, which `search` finds")
        workspace, document = self.document(self.workspace(), file)
        known = [group.name for group in document.groups]
        if not known:
            raise RefusedError(f"{name} holds no pipeline group")
        listed = ", ".join(f"`{each}`" for each in known[:20])
        if group_name is None and len(known) > 1:
            raise RefusedError(f"{name} holds {len(known)} groups; give `group`, one of {listed}")
        group = document.group_named(group_name)
        if group is None:
            guess = meant(did_you_mean(str(group_name), known)) or f"; it has {listed}"
            raise RefusedError(f"{name} holds no group called `{group_name}`{guess}")
        return workspace, document, group

    def files(self, name: str) -> Iterator[Path]:
        """The YAML files at a path of the folder, as `check` finds them."""
        start = self.path(name)
        if not start.is_dir():
            yield start
            return
        for found in files_below(str(start), GROUP_ENDINGS, lambda *_: None, lambda *_: None):
            real = Path(found).resolve()
            if self.top in real.parents:
                yield real
