"""The answer to `initialize` as plain JSON, so that it needs no framework."""

from __future__ import annotations

from typing import Any

from spine_lsp import __version__
from spine_lsp.ide import offer
from spine_lsp.server.client import Client

SYNC_INCREMENTAL = 2  # TextDocumentSyncKind of LSP 3.17
FORMATTING: dict[str, Any] = {
    "documentFormattingProvider": True,
    "documentRangeFormattingProvider": True,
    "documentOnTypeFormattingProvider": {"firstTriggerCharacter": offer.FORMATTING_TRIGGER},
}
DIAGNOSTICS: dict[str, Any] = {
    "identifier": "spine",
    "interFileDependencies": True,
    "workspaceDiagnostics": True,
}
"""For a client that asks for diagnostics; all others are told."""

FILE_OPERATIONS: dict[str, Any] = {
    "filters": [
        {"scheme": "file", "pattern": {"glob": "**/*.{yaml,yml,py}", "matches": "file"}},
        {"scheme": "file", "pattern": {"glob": "**", "matches": "folder"}},
    ]
}
"""Files that are read, and folders that may hold some."""


def initialize_result(client: Client) -> dict[str, Any]:
    """What we offer this client (LSP 3.18, InitializeResult)."""
    return {
        "capabilities": server_capabilities(client),
        "serverInfo": {"name": "spine-lsp", "version": __version__},
    }


def server_capabilities(client: Client) -> dict[str, Any]:
    """What we announce; each provider here has its handler in `server/handlers`, and a test compares."""
    return {
        "positionEncoding": client.encoding,
        "textDocumentSync": {"openClose": True, "change": SYNC_INCREMENTAL, "save": {"includeText": False}},
        "hoverProvider": True,
        "completionProvider": {
            "triggerCharacters": list(offer.COMPLETION_TRIGGERS),
            "resolveProvider": True,
        },
        "definitionProvider": True,
        "implementationProvider": True,
        "referencesProvider": True,
        "documentHighlightProvider": True,
        "documentSymbolProvider": True,
        "workspaceSymbolProvider": True,
        "foldingRangeProvider": True,
        "selectionRangeProvider": True,
        "documentLinkProvider": {"resolveProvider": False},
        "linkedEditingRangeProvider": True,
        "callHierarchyProvider": True,
        "semanticTokensProvider": {
            "legend": {
                "tokenTypes": list(offer.TOKEN_TYPES),
                "tokenModifiers": list(offer.TOKEN_MODIFIERS),
            },
            "full": {"delta": True},
            "range": True,
        },
        **({} if "formatting" in _companion(client) else FORMATTING),
        "renameProvider": {"prepareProvider": True},
        "codeActionProvider": {
            "codeActionKinds": list(offer.ACTION_KINDS),
            "resolveProvider": True,
        },
        "codeLensProvider": {"resolveProvider": True},
        "inlayHintProvider": True,
        **({"diagnosticProvider": DIAGNOSTICS} if client.pulls else {}),
        "executeCommandProvider": {"commands": list(offer.COMMANDS)},
        # Files of any folder are welcome, and one server reads them all.
        "workspace": {
            "workspaceFolders": {"supported": True, "changeNotifications": True},
            "fileOperations": dict.fromkeys(("didCreate", "didDelete", "didRename"), FILE_OPERATIONS),
            "textDocumentContent": {"schemes": list(offer.LIVE_SCHEMES)},
        },
    }


def _companion(client: Client) -> list[Any]:
    """What another YAML server formats, say, as the client named it at the start."""
    named = client.options.get("companion")
    return named if isinstance(named, list) else []
