"""Handlers that change a text: rename, code actions, formatting."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from spine_lsp.ide.code_actions import HARMFUL, Action, code_actions, resolve
from spine_lsp.ide.formatting import format_document, format_on_type, format_range, unformatted
from spine_lsp.ide.offer import ACTION_KINDS, APPLY_ACTION, FORMATTING_TRIGGER
from spine_lsp.ide.rename import Refusal, prepare_rename, rename
from spine_lsp.server import to_lsp
from spine_lsp.server.framework.server import SpineServer
from spine_lsp.server.handlers.common import Here, here
from spine_lsp.server.to_lsp import JsonObject
from spine_lsp.syntax.text import Edit


def on_prepare_rename(ls: SpineServer, params: lsp.PrepareRenameParams) -> JsonObject | None:
    """`textDocument/prepareRename`."""
    if (place := here(ls, params)) is None:
        return None
    found = prepare_rename(place.workspace, place.at(params.position))
    if isinstance(found, Refusal):
        raise JsonRpcInvalidParams(found.reason)
    return {"range": place.range(found.span), "placeholder": found.name} if found is not None else None


def on_rename(ls: SpineServer, params: lsp.RenameParams) -> JsonObject | None:
    """`textDocument/rename`."""
    if (place := here(ls, params)) is None:
        return None
    found = rename(place.workspace, place.at(params.position), params.new_name)
    if isinstance(found, Refusal):
        raise JsonRpcInvalidParams(found.reason)
    if found is None:
        return None
    return to_lsp.workspace_edit(place.workspace, {found.uri: found.edits}, place.snap.client)


def on_code_action(ls: SpineServer, params: lsp.CodeActionParams) -> list[JsonObject] | None:
    """`textDocument/codeAction`; findings are recomputed, what the client says of them is not relied on."""
    if (place := here(ls, params)) is None:
        return None
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    client = place.snap.client
    if not (client.code_action_literals or client.apply_edit):
        return None  # it could neither show an edit nor have one applied by a command
    later = not client.code_action_literals or client.resolves_edits
    found = code_actions(place.workspace, place.uri, place.span(params.range), only or None, resolvable=later)
    can_show = client.code_action_literals and client.code_action_disabled
    return [_action(place, action) for action in found if can_show or not action.disabled]


def _action(place: Here, action: Action) -> JsonObject:
    client = place.snap.client
    if action.disabled:
        return {"title": action.title, "kind": action.kind, "disabled": {"reason": action.disabled}}
    if not client.code_action_literals:
        return {"title": action.title, "command": APPLY_ACTION, "arguments": [dict(action.data)]}
    made: dict[str, Any] = {"title": action.title, "kind": action.kind}
    if action.preferred and client.code_action_preferred:
        made["isPreferred"] = True
    if action.finding is not None:
        text = place.document.text
        made["diagnostics"] = to_lsp.diagnostics(text, place.uri, [action.finding], client)
    if client.resolves_edits:
        made["data"] = dict(action.data)
    else:
        made["edit"] = to_lsp.workspace_edit(place.workspace, action.edits, client)
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


def on_formatting(ls: SpineServer, params: lsp.DocumentFormattingParams) -> list[JsonObject] | None:
    """`textDocument/formatting`; where nothing can be done for a fault in the YAML, that is said."""
    if (place := _to_format(ls, params)) is None:
        return None
    edits = format_document(place.document, params.options.tab_size)
    if not edits and (reason := unformatted(place.document)) is not None:
        ls.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Info, message=reason))
    return _edits(place, edits)


def on_range_formatting(
    ls: SpineServer, params: lsp.DocumentRangeFormattingParams
) -> list[JsonObject] | None:
    """`textDocument/rangeFormatting`."""
    if (place := _to_format(ls, params)) is None:
        return None
    return _edits(place, format_range(place.document, place.span(params.range), params.options.tab_size))


def on_type_formatting(
    ls: SpineServer, params: lsp.DocumentOnTypeFormattingParams
) -> list[JsonObject] | None:
    """`textDocument/onTypeFormatting`."""
    place = _to_format(ls, params)
    return (
        None
        if place is None
        else _edits(place, format_on_type(place.document, place.at(params.position).offset, params.ch))
    )


def _to_format(ls: SpineServer, params: Any) -> Here | None:
    """The document to format; None where another server formats it."""
    place = here(ls, params)
    return None if place is None or "formatting" in place.snap.settings.companion else place


def _edits(place: Here, edits: list[Edit]) -> list[JsonObject]:
    return to_lsp.text_edits(place.document.text, edits, place.snap.encoding)


FEATURES = (
    (lsp.TEXT_DOCUMENT_FORMATTING, on_formatting, None),
    (lsp.TEXT_DOCUMENT_RANGE_FORMATTING, on_range_formatting, None),
    (
        lsp.TEXT_DOCUMENT_ON_TYPE_FORMATTING,
        on_type_formatting,
        lsp.DocumentOnTypeFormattingOptions(first_trigger_character=FORMATTING_TRIGGER),
    ),
    (lsp.TEXT_DOCUMENT_PREPARE_RENAME, on_prepare_rename, None),
    (lsp.TEXT_DOCUMENT_RENAME, on_rename, lsp.RenameOptions(prepare_provider=True)),
    (
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        on_code_action,
        lsp.CodeActionOptions(code_action_kinds=list(ACTION_KINDS), resolve_provider=True),
    ),
    (lsp.CODE_ACTION_RESOLVE, on_code_action_resolve, None),
)
