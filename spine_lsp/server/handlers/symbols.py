"""The outline of a document, and symbols of the workspace."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.analysis.uris import is_python
from spine_lsp.ide.pipelines.python_documents import python_outline
from spine_lsp.ide.symbols import OutlineItem, document_symbols, workspace_symbols
from spine_lsp.server import to_lsp
from spine_lsp.server.framework import SpineServer
from spine_lsp.server.handlers.common import DocumentRequest, range_of, schedules_document, served_document
from spine_lsp.server.rpc import wire
from spine_lsp.server.to_lsp import JsonObject

_KINDS = {
    "group": 2,
    "section": 3,
    "step": 12,
    "param": 13,
    "field": 7,
    "pipeline": 5,
    "schedule": 24,
}  # SymbolKind of LSP 3.17


def on_document_symbol(ls: SpineServer, params: lsp.DocumentSymbolParams) -> wire.Json | None:
    """`textDocument/documentSymbol`."""
    if (request := schedules_document(ls, params) or served_document(ls, params)) is None:
        return None
    outline = python_outline if is_python(request.uri) else document_symbols
    found = outline(request.workspace, request.uri)
    if request.snap.client.hierarchical_symbols:
        return wire.Json(f"[{','.join(_symbol(request, symbol) for symbol in found)}]".encode("ascii"))
    flat: list[JsonObject] = []
    for symbol in found:
        _flatten(request, symbol, "", flat)
    return wire.Json(wire.dumps(flat))


def _symbol(request: DocumentRequest, symbol: OutlineItem) -> str:
    """A symbol as JSON: an outline has thousands, and most of its time would go into objects to be encoded."""
    text, encoding = request.document.text, request.snap.encoding
    detail = f',"detail":{wire.dumps_text(symbol.detail)}' if symbol.detail else ""
    children = ",".join([_symbol(request, child) for child in symbol.children])
    children = f',"children":[{children}]' if children else ""
    return (
        f'{{"name":{wire.dumps_text(symbol.name)},"kind":{_KINDS[symbol.kind]},'
        f'"range":{to_lsp.range_json(text, *symbol.span, encoding)},'
        f'"selectionRange":{to_lsp.range_json(text, *symbol.name_span, encoding)}'
        f"{detail}{children}}}"
    )


def _flatten(request: DocumentRequest, symbol: OutlineItem, container: str, out: list[JsonObject]) -> None:
    made: dict[str, Any] = {
        "name": symbol.name,
        "kind": _KINDS[symbol.kind],
        "location": {"uri": request.uri, "range": request.range(symbol.span)},
    }
    if container:
        made["containerName"] = container
    out.append(made)
    for child in symbol.children:
        _flatten(request, child, symbol.name, out)


def on_workspace_symbol(ls: SpineServer, params: lsp.WorkspaceSymbolParams) -> list[JsonObject]:
    """`workspace/symbol`: groups, steps and pipelines of the workspace, open or not."""
    snap = ls.session.snapshot()
    return [
        {
            "name": symbol.name,
            "kind": _KINDS[symbol.kind],
            "location": {
                "uri": symbol.uri,
                "range": range_of(snap, snap.workspace.documents.get(symbol.uri), symbol.where),
            },
            **({"containerName": symbol.container} if symbol.container else {}),
        }
        for symbol in workspace_symbols(snap.workspace, params.query)
    ]


FEATURES = (
    (lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, on_document_symbol, None),
    (lsp.WORKSPACE_SYMBOL, on_workspace_symbol, None),
)
