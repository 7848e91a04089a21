"""Code actions: the list, and the edits of one when they are wanted."""

from __future__ import annotations

import json
from typing import Any

from lsprotocol import types as lsp

from spine_lsp.ide.code_actions import HARMFUL, Action, BegunPipeline, code_actions, resolve
from spine_lsp.ide.offer import ACTION_KINDS, APPLY_ACTION, CHOOSE_PIPELINE_FILE, CREATE_PIPELINE
from spine_lsp.server import to_lsp
from spine_lsp.server.client import Client
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import DocumentRequest, listed_document
from spine_lsp.server.to_lsp import JsonObject


def on_code_action(ls: SpineServer, params: lsp.CodeActionParams) -> list[JsonObject] | None:
    """`textDocument/codeAction`; findings are recomputed, what the client says of them is not relied on."""
    if (request := listed_document(ls, params)) is None:
        return None
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    client = request.snap.client
    if not (client.code_action_literals or client.apply_edit):
        return None  # it could neither show an edit nor have one applied by a command
    later = not client.code_action_literals or client.resolves_edits
    found = code_actions(request.workspace, request.uri, request.span(params.range), only or None, resolvable=later)
    can_show = client.code_action_literals and client.code_action_disabled
    can_make = client.code_action_literals and client.creates_files
    return [
        _action(request, action)
        for action in found
        if (can_show or not action.disabled)
        and (can_make or action.new_file is None)
        and (action.begins is None or _can_begin(client, action.begins))
    ]


def _can_begin(client: Client, begun: BegunPipeline) -> bool:
    """Whether a pipeline is begun so: a client that can asks for the file, for others it is the likeliest."""
    asks = client.apply_edit and client.code_action_literals and CHOOSE_PIPELINE_FILE in client.own_commands
    return asks if begun.file is None else client.apply_edit and not asks


def _action(request: DocumentRequest, action: Action) -> JsonObject:
    client = request.snap.client
    if action.disabled:
        return {"title": action.title, "kind": action.kind, "disabled": {"reason": action.disabled}}
    if action.begins is not None:
        command = CREATE_PIPELINE if action.begins.file is not None else CHOOSE_PIPELINE_FILE
        argument = {"uri": request.uri, "pipeline": action.begins.pipeline}
        argument |= {"file": action.begins.file} if action.begins.file is not None else {}
        run = {"title": action.title, "command": command, "arguments": [argument]}
        return {"title": action.title, "kind": action.kind, "command": run} if client.code_action_literals else run
    if not client.code_action_literals:
        return {"title": action.title, "command": APPLY_ACTION, "arguments": [dict(action.data)]}
    made: dict[str, Any] = {"title": action.title, "kind": action.kind}
    if action.preferred and client.code_action_preferred:
        made["isPreferred"] = True
    if action.finding is not None:
        text = request.document.text
        made["diagnostics"] = json.loads(to_lsp.diagnostics(text, request.uri, [action.finding], client))
    if action.new_file is not None:
        made["edit"] = to_lsp.new_file(action.new_file.uri, action.new_file.text)
    elif client.resolves_edits:
        made["data"] = dict(action.data)
    else:
        made["edit"] = to_lsp.workspace_edit(request.workspace, action.edits, client)
    return made


def on_code_action_resolve(ls: SpineServer, params: lsp.CodeAction) -> JsonObject:
    """`codeAction/resolve`: the action as it came, with its edit if the text is still the same."""
    snap = ls.session.snapshot()
    action: JsonObject = ls.protocol.plain(params)
    data = action.get("data")
    edits = resolve(snap.workspace, data) if isinstance(data, dict) else None
    if edits:
        action["edit"] = to_lsp.workspace_edit(snap.workspace, edits, snap.client)
    elif edits is not None:
        ls.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Info, message=HARMFUL))
    return action


FEATURES = (
    (
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        on_code_action,
        lsp.CodeActionOptions(code_action_kinds=list(ACTION_KINDS), resolve_provider=True),
    ),
    (lsp.CODE_ACTION_RESOLVE, on_code_action_resolve, None),
)
