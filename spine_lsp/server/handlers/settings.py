"""Settings: asked for at the start and when they change, applied, and every view refreshed."""

from __future__ import annotations

import logging
from typing import Any

from lsprotocol import types as lsp

from spine_lsp.server.framework import SpineServer
from spine_lsp.server.settings import SECTION, read_settings

log = logging.getLogger(__name__)


def on_initialized(ls: SpineServer, params: lsp.InitializedParams) -> None:
    """`initialized`: the options of the start hold, and what the client has set beside them is asked for."""
    _apply(ls, ls.session.client.options)
    _pull(ls)


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
        _apply(ls, ls.protocol.plain(found))

    items = [lsp.ConfigurationItem(section=SECTION)]
    ls.workspace_configuration(lsp.ConfigurationParams(items=items), callback=take)


def _apply(ls: SpineServer, given: object) -> None:
    before = ls.session.snapshot().settings
    settings = read_settings(given, before)
    if settings == before:
        return
    ls.session.change_settings(settings)
    ls.endpoint.diagnose_all()
    ls.protocol.changed(None)
    client = ls.session.client
    if client.lens_refresh and settings.lenses != before.lenses:
        ls.workspace_code_lens_refresh(None, callback=_ignore)
    if client.hint_refresh and settings.hints != before.hints:
        ls.workspace_inlay_hint_refresh(None, callback=_ignore)


def _ignore(_: object) -> None:
    """A refresh has no answer that matters."""


FEATURES = (
    (lsp.INITIALIZED, on_initialized, None),
    (lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, on_did_change_configuration, None),
)
