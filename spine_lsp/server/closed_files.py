"""Diagnostics of files that are not open, for a client that asks for those of the whole workspace."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from spine_lsp.server import to_lsp
from spine_lsp.server.diagnoser import report, result_id
from spine_lsp.server.rpc import wire
from spine_lsp.server.session import Snapshot

if TYPE_CHECKING:
    from spine_lsp.analysis.config import Config
    from spine_lsp.analysis.project import Project
    from spine_lsp.server.client import Client

log = logging.getLogger(__name__)

_WAY = 0.05
"""Seconds for which a file waits for the editor's work to go first."""
_BREATH = 0.002
_PYTHON = ".py"
_AT_ONCE = 100
"""Reports that are sent together to a client that takes them part by part."""


class WorkspaceQuestion(NamedTuple):
    """A request for the diagnostics of the workspace: what the client has, by uri, and where parts of the answer go.

    One that takes parts is answered for as long as it stands; any other at once.
    """

    request: int | str
    previous: dict[str, str]
    part: int | str | None


class _Reported(NamedTuple):
    """Encoded diagnostics, and all that they depend on."""

    of: tuple[object, ...]
    diagnostics: bytes


class ClosedFiles:
    """Answers on a thread of its own, which gives way to the editor's work; nothing is done before somebody asks.

    `look` answers the present snapshot, `reading` tells whether the workspace is still being read, `busy` whether the
    editor waits for something; they may be called from any thread.
    """

    def __init__(
        self,
        look: Callable[[], Snapshot],
        send: Callable[[bytes], None],
        busy: Callable[[], bool],
        reading: Callable[[], bool],
    ) -> None:
        self._look = look
        self._send = send
        self._busy = busy
        self._reading = reading
        self._changed = threading.Condition()
        self._states = 1  # of the workspace so far
        self._questions: dict[int | str, WorkspaceQuestion] = {}
        self._new = False
        self._thread: threading.Thread | None = None
        self._kept: dict[str, _Reported] = {}

    def changed(self) -> None:
        """The workspace may have other diagnostics: of files, of which are open, or by other settings."""
        if self._thread is not None:
            with self._changed:
                self._states += 1
                self._changed.notify_all()

    def ask(self, question: WorkspaceQuestion) -> None:
        """Answer this when the workspace is known."""
        with self._changed:
            self._questions[question.request] = question
            self._new = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="spine-closed", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def give_up(self, request: int | str | None = None) -> None:
        """Refuse a question that nobody wants answered any more; without one, all of them."""
        with self._changed:
            given_up = list(self._questions) if request is None else [request]
            known = [each for each in given_up if self._questions.pop(each, None) is not None]
        for each in known:
            self._send(wire.error(each, wire.REQUEST_CANCELLED, "cancelled"))

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        seen = 0
        while True:
            with self._changed:
                while not self._questions or (seen == self._states and not self._new):
                    self._changed.wait()
                seen, self._new = self._states, False
            if self._reading():
                continue  # its end is a change
            try:
                self._answer(self._look())
            except Exception:
                log.exception("the diagnosis of the workspace failed")

    def _answer(self, snapshot: Snapshot) -> None:
        parts: list[tuple[str, bytes]] = []
        present: dict[str, bytes] = {}
        for uri, diagnostics in self._diagnosed(snapshot):
            present[uri] = diagnostics
            parts.append((uri, diagnostics))
            if len(parts) >= _AT_ONCE:
                self._stream(parts)
                parts.clear()
        self._stream(parts)
        for question in list(self._questions.values()):
            gone = [uri for uri in question.previous if uri not in present]
            # Open files are asked for one by one. VS Code does so for Python beside the question of the workspace, and
            # would go on showing what it was told of a closed one.
            empty = [(uri, b"[]") for uri in gone if uri not in snapshot.documents or uri.endswith(_PYTHON)]
            if question.part is None:
                with self._changed:
                    wanted = self._questions.pop(question.request, None) is not None
                if wanted:
                    items = _items([*present.items(), *empty], question.previous)
                    self._send(wire.response(question.request, b'{"items":[%b]}' % b",".join(items)))
            else:
                self._tell(question, empty)
                for uri in gone:
                    del question.previous[uri]

    def _stream(self, parts: list[tuple[str, bytes]]) -> None:
        """Send what is new in these to everybody who takes the answer part by part."""
        for question in list(self._questions.values()):
            if question.part is not None:
                self._tell(question, parts)

    def _tell(self, question: WorkspaceQuestion, parts: list[tuple[str, bytes]]) -> None:
        new = [(uri, diagnostics) for uri, diagnostics in parts if question.previous.get(uri) != result_id(diagnostics)]
        if new:
            question.previous.update((uri, result_id(diagnostics)) for uri, diagnostics in new)
            value = b'{"items":[%b]}' % b",".join(_items(new, {}))
            params = b'{"token":%b,"value":%b}' % (wire.dumps(question.part), value)
            self._send(wire.notification("$/progress", params))

    # -- diagnosing ------------------------------------------------------------------------------

    def _diagnosed(self, snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
        """The diagnostics of each file that is not open and holds something of ours, by uri."""
        from spine_lsp.analysis.uris import uri_of
        from spine_lsp.pysource.modules import is_installed
        from spine_lsp.server.config_files import ConfigFiles

        project, opened = snapshot.workspace.project, snapshot.workspace.open_paths
        configuration, config_files = snapshot.configuration, ConfigFiles()
        python = project.python
        paths = [*sorted(project.groups.files), *(python.declaring() if python is not None else ())]
        for path in self._kept.keys() - set(paths):
            del self._kept[path]
        for path in paths:
            if path in opened or path.startswith("\0") or is_installed(path):
                continue
            uri = uri_of(path)
            configuration = config_files.above(configuration, uri)
            config = configuration.config_of(path)
            depends = _dependencies(path, project, config)
            kept = self._kept.get(path)
            if kept is None or kept.of != depends:
                self._give_way()
                kept = self._kept[path] = _Reported(depends, _diagnose(path, project, config, snapshot))
            yield uri, kept.diagnostics
        for uri, diagnostics in closed_diagnostics(project, snapshot.client).items():
            if uri not in snapshot.documents:
                yield uri, diagnostics

    def _give_way(self) -> None:
        until = monotonic() + _WAY
        while self._busy() and monotonic() < until:
            sleep(_BREATH)


def _dependencies(path: str, project: Project, config: Config) -> tuple[object, ...]:
    """What the diagnostics of a file follow from, beside the client: the same for the same diagnostics."""
    python, pipelines = project.python, project.pipelines_for(path)
    if python is not None and path not in project.groups.files:
        return config, project.ready, _Same(python), _Same(pipelines)
    groups = project.groups.file(path)
    others = [(group.name, tuple(project.groups_called(group.name, group.kind, but=path))) for group in groups]
    contracts: tuple[object, ...] = ()
    if pipelines is not None:
        names = dict.fromkeys(step.pipeline for group in groups for step in group.steps if step.pipeline)
        contracts = tuple(_Contract(pipelines.contract(name)) for name in names)
    beside = _Same(python) if any(group.kind != _GROUP for group in groups) else None
    inside = _Same(project.groups) if any(group.mentioned for group in groups) else None
    return (
        project.marks.get(path),
        config,
        project.ready,
        others,
        pipelines is None,
        contracts,
        beside,
        inside,
    )


_GROUP = "PipelineGroup"


class _Same:
    """Equal only to what is the same object."""

    def __init__(self, of: object) -> None:
        self.of = of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.of is self.of

    def __hash__(self) -> int:
        return id(self.of)


class _Contract:
    """Equal to a contract that says the same."""

    def __init__(self, of: Any) -> None:
        self.of = of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Contract) and (other.of is self.of or bool(self.of.says_as(other.of)))

    def __hash__(self) -> int:
        return hash(self.of.name)


def _diagnose(path: str, project: Project, config: Config, snapshot: Snapshot) -> bytes:
    """The encoded diagnostics of a file; none for one that cannot be read any more."""
    from spine_lsp.analysis.diagnose import diagnose
    from spine_lsp.analysis.python_findings import diagnose_python
    from spine_lsp.analysis.uris import uri_of
    from spine_lsp.disk.documents import read_document

    if path not in project.groups.files:
        return to_lsp.python_diagnostics(diagnose_python(path, project, config), snapshot.client)
    document = read_document(path)
    if document is None:
        return b"[]"
    found = diagnose(document, config, project)
    return to_lsp.diagnostics(document.text, uri_of(path), found, snapshot.client)


def closed_diagnostics(project: Project, client: Client) -> dict[str, bytes]:
    """The encoded diagnostics of files that are judged when they are read, by uri; those of open files among them."""
    from spine_lsp.analysis.uris import uri_of
    from spine_lsp.syntax.text import Text

    return {
        (uri := uri_of(path)): to_lsp.diagnostics(Text(text), uri, findings, client)
        for path, text, findings in project.judged
    }


def _items(parts: list[tuple[str, bytes]], previous: Mapping[str, str]) -> list[bytes]:
    """Workspace document diagnostic reports."""
    return [
        b'{"uri":%b,"version":null,%b' % (wire.dumps(uri), report(diagnostics, previous.get(uri))[1:])
        for uri, diagnostics in parts
    ]
