"""Rename, and whether there is something to rename."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.ide.rename import Refusal, Renaming, prepare_rename, rename
from spine_lsp.server import to_lsp
from spine_lsp.server.framework import InvalidParamsError, SpineServer
from spine_lsp.server.handlers.common import spine_document
from spine_lsp.server.to_lsp import JsonObject


def on_prepare_rename(ls: SpineServer, params: lsp.PrepareRenameParams) -> JsonObject | None:
    """`textDocument/prepareRename`."""
    if (request := spine_document(ls, params)) is None:
        return None
    found = prepare_rename(request.workspace, request.at(params.position))
    if isinstance(found, Refusal):
        raise InvalidParamsError(found.reason)
    return {"range": request.range(found.span), "placeholder": found.name} if found is not None else None


def on_rename(ls: SpineServer, params: lsp.RenameParams) -> JsonObject | None:
    """`textDocument/rename`."""
    if (request := spine_document(ls, params)) is None:
        return None
    found = rename(request.workspace, request.at(params.position), params.new_name)
    if isinstance(found, Refusal):
        raise InvalidParamsError(found.reason)
    if found is None:
        return None
    if not isinstance(found, Renaming):
        return to_lsp.annotated_edit(request.workspace, found.edits, request.snap.client, _ON_BOTH_SIDES)
    return to_lsp.workspace_edit(request.workspace, {found.uri: found.edits}, request.snap.client)


_ON_BOTH_SIDES = "Rename the pipeline in Python and in every group"


FEATURES = (
    (lsp.TEXT_DOCUMENT_PREPARE_RENAME, on_prepare_rename, None),
    (lsp.TEXT_DOCUMENT_RENAME, on_rename, lsp.RenameOptions(prepare_provider=True)),
)
