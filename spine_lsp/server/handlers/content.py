"""Live documents: `workspace/textDocumentContent` of LSP 3.18."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.ide.commands.live import live_text, read_live
from spine_lsp.ide.offer import LIVE_SCHEMES
from spine_lsp.ide.pipelines.python_groups import seen
from spine_lsp.server.framework import InvalidParamsError, SpineServer
from spine_lsp.server.to_lsp import JsonObject


def on_text_document_content(ls: SpineServer, params: lsp.TextDocumentContentParams) -> JsonObject:
    """`workspace/textDocumentContent`."""
    live = read_live(params.uri)
    if live is None:
        raise InvalidParamsError(f"{params.uri} is none of {', '.join(LIVE_SCHEMES)}")
    return {"text": live_text(seen(ls.session.snapshot().workspace, live.uri), live)}


FEATURES = (
    (
        lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT,
        on_text_document_content,
        lsp.TextDocumentContentRegistrationOptions(schemes=list(LIVE_SCHEMES)),
    ),
)
