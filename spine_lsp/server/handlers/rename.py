"""Rename, and whether there is something to rename."""

from __future__ import annotations

from lsprotocol import types as lsp

from spine_lsp.disk.documents import read_python
from spine_lsp.ide.pipelines.renaming import WideRenaming
from spine_lsp.ide.rename import Refusal, Renaming, prepare_rename, rename
from spine_lsp.ide.schedules import prepare_schedule_rename, rename_schedule_target
from spine_lsp.server import to_lsp
from spine_lsp.server.framework import InvalidParamsError, SpineServer
from spine_lsp.server.handlers.common import listed_document
from spine_lsp.server.to_lsp import JsonObject


def on_prepare_rename(ls: SpineServer, params: lsp.PrepareRenameParams) -> JsonObject | None:
    """`textDocument/prepareRename`."""
    if (request := listed_document(ls, params)) is None:
        return None
    at = request.at(params.position)
    prepare = prepare_schedule_rename if request.document.has_schedules_at(at.offset) else prepare_rename
    found = prepare(request.workspace, at)
    if isinstance(found, Refusal):
        raise InvalidParamsError(found.reason)
    return {"range": request.range(found.span), "placeholder": found.name} if found is not None else None


def on_rename(ls: SpineServer, params: lsp.RenameParams) -> JsonObject | None:
    """`textDocument/rename`."""
    if (request := listed_document(ls, params)) is None:
        return None
    at = request.at(params.position)
    if request.document.has_schedules_at(at.offset):
        found: Renaming | WideRenaming | Refusal | None = rename_schedule_target(request.workspace, at, params.new_name)
    else:
        found = rename(request.workspace, at, params.new_name, read_python)
    if isinstance(found, Refusal):
        raise InvalidParamsError(found.reason)
    if found is None:
        return None
    if not isinstance(found, Renaming):
        return to_lsp.annotated_edit(request.workspace, found.edits, request.snap.client, found.label)
    return to_lsp.workspace_edit(request.workspace, {found.uri: found.edits}, request.snap.client)


FEATURES = (
    (lsp.TEXT_DOCUMENT_PREPARE_RENAME, on_prepare_rename, None),
    (lsp.TEXT_DOCUMENT_RENAME, on_rename, lsp.RenameOptions(prepare_provider=True)),
)
