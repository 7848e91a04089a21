"""Handlers that lead to places: definition, references, highlights, outlines."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.ide.definition import definition
from spine_lsp.ide.highlight import highlight
from spine_lsp.ide.references import references
from spine_lsp.ide.symbols import OutlineItem, document_symbols, workspace_symbols
from spine_lsp.server.framework.server import SpineServer
from spine_lsp.server.handlers.common import Here, here, location
from spine_lsp.server.rpc import wire
from spine_lsp.server.to_lsp import JsonObject

# SymbolKind and DocumentHighlightKind of LSP 3.17.
_SYMBOLS = {"group": 2, "section": 3, "step": 12, "param": 13, "field": 7}
_HIGHLIGHTS = {"write": 3, "read": 2}


def on_definition(ls: SpineServer, params: lsp.DefinitionParams) -> list[JsonObject] | None:
    """`textDocument/definition`."""
    if (place := here(ls, params)) is None:
        return None
    found = definition(place.workspace, place.at(params.position))
    if found is None:
        return None
    snap = place.snap
    if not snap.client.definition_links:
        return [location(snap, target.uri, target.name_span) for target in found.targets]
    return [
        {
            "originSelectionRange": place.range(found.origin),
            "targetUri": target.uri,
            "targetRange": location(snap, target.uri, target.span)["range"],
            "targetSelectionRange": location(snap, target.uri, target.name_span)["range"],
        }
        for target in found.targets
    ]


def on_references(ls: SpineServer, params: lsp.ReferenceParams) -> list[JsonObject] | None:
    """`textDocument/references`."""
    if (place := here(ls, params)) is None:
        return None
    with_definition = params.context.include_declaration
    found = references(place.workspace, place.at(params.position), with_definition=with_definition)
    return [location(place.snap, one.uri, one.name_span) for one in found]


def on_highlight(ls: SpineServer, params: lsp.DocumentHighlightParams) -> list[JsonObject] | None:
    """`textDocument/documentHighlight`."""
    if (place := here(ls, params)) is None:
        return None
    found = highlight(place.workspace, place.at(params.position))
    return [{"range": place.range(one.span), "kind": _HIGHLIGHTS[one.kind]} for one in found]


def on_document_symbol(ls: SpineServer, params: lsp.DocumentSymbolParams) -> wire.Json | None:
    """`textDocument/documentSymbol`."""
    if (place := here(ls, params)) is None:
        return None
    found = document_symbols(place.workspace, place.uri)
    if place.snap.client.hierarchical_symbols:
        return wire.Json(wire.dumps([_symbol(place, symbol) for symbol in found]))
    flat: list[JsonObject] = []
    for symbol in found:
        _flatten(place, symbol, "", flat)
    return wire.Json(wire.dumps(flat))


def _symbol(place: Here, symbol: OutlineItem) -> JsonObject:
    made: dict[str, Any] = {
        "name": symbol.name,
        "kind": _SYMBOLS[symbol.kind],
        "range": place.range(symbol.span),
        "selectionRange": place.range(symbol.name_span),
    }
    if symbol.detail:
        made["detail"] = symbol.detail
    if symbol.children:
        made["children"] = [_symbol(place, child) for child in symbol.children]
    return made


def _flatten(place: Here, symbol: OutlineItem, container: str, out: list[JsonObject]) -> None:
    made: dict[str, Any] = {
        "name": symbol.name,
        "kind": _SYMBOLS[symbol.kind],
        "location": {"uri": place.uri, "range": place.range(symbol.span)},
    }
    if container:
        made["containerName"] = container
    out.append(made)
    for child in symbol.children:
        _flatten(place, child, symbol.name, out)


def on_workspace_symbol(ls: SpineServer, params: lsp.WorkspaceSymbolParams) -> list[JsonObject]:
    """`workspace/symbol`: groups and steps of the open documents."""
    snap = ls.session.snapshot()
    return [
        {
            "name": symbol.name,
            "kind": _SYMBOLS[symbol.kind],
            "location": location(snap, symbol.uri, symbol.span),
            **({"containerName": symbol.container} if symbol.container else {}),
        }
        for symbol in workspace_symbols(snap.workspace, params.query)
    ]


FEATURES = (
    (lsp.TEXT_DOCUMENT_DEFINITION, on_definition, None),
    (lsp.TEXT_DOCUMENT_REFERENCES, on_references, None),
    (lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, on_highlight, None),
    (lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, on_document_symbol, None),
    (lsp.WORKSPACE_SYMBOL, on_workspace_symbol, None),
)
