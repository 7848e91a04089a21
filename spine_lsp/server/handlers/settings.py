"""Settings: asked for at the start and when they change, applied, and every view refreshed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types as lsp

from spine_lsp.configuration.options import OF_CLIENTS, SECTION
from spine_lsp.configuration.reading import read_values
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.files import serve_python, watch_files


def on_initialized(ls: SpineServer, params: lsp.InitializedParams) -> None:
    """`initialized`: the options of the start hold, and the client is asked for what it has set and watches."""
    _apply(ls, {})
    ls.warn_of_files()
    _pull(ls)
    watch_files(ls)
    serve_python(ls)


def on_did_change_configuration(ls: SpineServer, params: lsp.DidChangeConfigurationParams) -> None:
    """`workspace/didChangeConfiguration`: the settings are in it, or it says only that they must be asked for."""
    given = ls.protocol.plain(params.settings)
    if isinstance(given, dict) and isinstance(given.get(SECTION), dict):
        _apply(ls, given[SECTION])
    else:
        _pull(ls)


def _pull(ls: SpineServer) -> None:
    if not ls.session.client.configuration:
        return

    def take(answer: Any) -> None:
        found = answer[0] if isinstance(answer, list | tuple) and answer else None
        found = ls.protocol.plain(found)
        if isinstance(found, dict):
            _apply(ls, found)

    items = [lsp.ConfigurationItem(section=SECTION)]
    ls.workspace_configuration(lsp.ConfigurationParams(items=items), callback=take)


def _apply(ls: SpineServer, given: Mapping[str, Any]) -> None:
    """Take what the editor sets now; what it does not, it may have set at the start."""
    values, faults = read_values({**ls.session.client.options, **given}, OF_CLIENTS)
    ls.warn_once("Spine's settings", [fault.message for fault in faults])
    before = ls.session.snapshot().configuration
    if values != before.editor:
        ls.session.change_configuration(before.with_editor(values))
        ls.configured(before)
        ls.endpoint.use_options(before)


FEATURES = (
    (lsp.INITIALIZED, on_initialized, None),
    (lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, on_did_change_configuration, None),
)
