"""`spine.doctor`: what the server knows of the workspace and by which options, for status items and health checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from spine_lsp import __version__
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.findings import Severity
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.configuration.report import options_report
from spine_lsp.disk.cache import state_of_cache
from spine_lsp.disk.config_files import system_path
from spine_lsp.ide.per_document import from_each
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import text_of
from spine_lsp.server.rpc import wire

VERSION = 1
"""Goes up when a key changes its meaning or goes away; new keys may come with the same version."""


def doctor(ls: SpineServer, argument: Mapping[str, Any]) -> wire.Json:
    """`spine.doctor`."""
    snap = ls.session.snapshot()
    folders = [path for uri in snap.client.folders if (path := path_of(uri)) is not None]
    uri = text_of(argument, "uri")
    about = (path_of(uri) if uri is not None else None) or (f"{folders[0]}/_" if folders else "")
    settings = snap.configuration.settings_of(about)
    answer = {
        "version": VERSION,
        "server": __version__,
        "folders": [system_path(folder) for folder in folders],
        "configuration": options_report(snap.configuration, about, system_path),
        "index": _index(snap.workspace.project),
        "cache": state_of_cache(wanted=settings.cache and settings.index)._asdict(),
        "open": _open(snap.workspace),
    }
    return wire.Json(wire.dumps(answer, str))


def _index(project: Project) -> dict[str, Any]:
    """What is read beside the open documents."""
    python, groups = project.python, list(project.groups.groups())
    states = Counter(module.state for module in python.modules.files.values()) if python is not None else Counter()
    return {
        "ready": project.ready,
        "python": {state: states[state] for state in ("read", "passed", "broken")},
        "registrations": sum(1 for _ in python.registrations()) if python is not None else 0,
        "duplicates": len(python.duplicates()) if python is not None else 0,
        "unknown": sum(1 for _ in python.gaps()) if python is not None else 0,
        "groups": len(groups),
        "steps": sum(each.group.step_count for each in groups),
    }


def _open(workspace: Workspace) -> dict[str, int]:
    """The documents of ours that are open, and what is found in them, by severity."""
    found = Counter(
        from_each(
            workspace,
            lambda document: [
                finding.severity for finding in diagnose(document, workspace.config_of(document.uri), workspace.project)
            ],
        )
    )
    documents = sum(document.is_spine for document in workspace.documents.values())
    return {"documents": documents, **{severity.word: found[severity] for severity in Severity}}
