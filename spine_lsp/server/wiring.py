"""What the server is made of, so that a test can put in its own parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.server import to_lsp
from spine_lsp.server.diagnoser import Aside, Diagnose, Provisional, Work
from spine_lsp.server.handlers import HANDLERS
from spine_lsp.server.session import Snapshot

if TYPE_CHECKING:
    from spine_lsp.analysis.workspace import Workspace

_FIRST = "kind: PipelineGroup\nname: x\nsteps:\n- {name: x, pipeline: x}\n"


class Analysis(NamedTuple):
    """What the server needs of the layers below."""

    workspace: Callable[[], Workspace]
    diagnose: Diagnose


class Wiring(NamedTuple):
    """The parts of a server.

    `analysis` is called only after the client had its first answer, so it may import what is heavy; it is
    called more than once and answers the same each time. `handlers` names handler modules.
    """

    analysis: Callable[[], Analysis]
    handlers: tuple[str, ...] = HANDLERS
    strict: bool = False
    parent_poll: float = 1.0
    grace: float = 2.0


def default_wiring() -> Wiring:
    """The server as users have it."""
    return Wiring(_analysis)


def _analysis() -> Analysis:
    # Both imported here, on the loading thread, so that no import holds up the first document.
    from spine_lsp.analysis.diagnose import diagnose, diagnose_in_steps, is_settled
    from spine_lsp.analysis.document import Document
    from spine_lsp.analysis.span import Span
    from spine_lsp.analysis.uris import is_python, path_of
    from spine_lsp.analysis.workspace import Workspace
    from spine_lsp.configuration.files import is_config_file
    from spine_lsp.syntax.text import Text

    def work(snapshot: Snapshot, uri: str) -> Work:
        yield None  # a message that came with this one goes first
        document = snapshot.workspace.documents[uri]
        if is_config_file(uri):
            file = snapshot.configuration.as_open(path_of(uri) or "", document.text.source)
            return to_lsp.diagnostics(document.text, uri, file.findings, snapshot.client)
        if is_python(uri):
            from spine_lsp.analysis.python_findings import diagnose_python
            from spine_lsp.ide.pipelines.python_groups import declared_in

            if declared_in(snapshot.workspace, document) is None:
                return None  # nothing is known, or it is of another text
            path, config = path_of(uri) or "", snapshot.workspace.config_of(uri)
            return to_lsp.python_diagnostics(diagnose_python(path, snapshot.workspace.project, config), snapshot.client)
        if document.is_heavy:
            yield Aside.ASIDE
        if (fault := document.too_large) is not None:
            span = Span(fault.start, fault.end)
            return [to_lsp.remark(document.text, span, f"not analysed: {fault.message}", snapshot.client)]
        failed = to_lsp.failed_steps(document, snapshot.workspace.runs, snapshot.client)
        if not document.has_findings and not failed:
            return None
        yield from document.warm()
        config, project = snapshot.workspace.config_of(uri), snapshot.workspace.project
        findings = yield from diagnose_in_steps(document, config, project, quick=True)
        diagnostics = to_lsp.diagnostics(document.text, uri, findings, snapshot.client, failed)
        if is_settled(document):
            return diagnostics
        yield Provisional(diagnostics)
        if document.is_heavy:
            yield Aside.ASIDE
        for group in document.groups:
            yield from group.find_redundant_edges()
        findings = yield from diagnose_in_steps(document, config, project)
        return to_lsp.diagnostics(document.text, uri, findings, snapshot.client, failed)

    diagnose(Document.read("", None, Text(_FIRST)))  # the parser and the schema are loaded with the first group
    return Analysis(Workspace, work)
