"""The answer to `initialize` as plain JSON, so that it needs no framework."""

from __future__ import annotations

from typing import Any

from spine_lsp import __version__
from spine_lsp.server.client import Client

SYNC_INCREMENTAL = 2
# The legend of `ide.semantic_tokens`, which is not imported before the first answer; a test compares.
TOKEN_TYPES = (
    "namespace",
    "function",
    "class",
    "property",
    "parameter",
    "variable",
    "enumMember",
    "string",
    "number",
    "keyword",
    "operator",
)
TOKEN_MODIFIERS = ("declaration",)
COMMANDS = (
    "spine.showResolvedOrder",
    "spine.graph",
    "spine.compareGraph",
    "spine.explainPath",
    "spine.simulate",
    "spine.renderGraph",
    "spine.listGroups",
    "spine.openResolvedOrder",
    "spine.openGraph",
    "spine.applyAction",
)
FORMATTING: dict[str, Any] = {
    "documentFormattingProvider": True,
    "documentRangeFormattingProvider": True,
    "documentOnTypeFormattingProvider": {"firstTriggerCharacter": "\n"},
}


def initialize_result(client: Client) -> dict[str, Any]:
    """What we offer this client (LSP 3.17, InitializeResult)."""
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
            "triggerCharacters": ["[", " ", ".", '"', "'"],
            "resolveProvider": True,
        },
        "definitionProvider": True,
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
            "legend": {"tokenTypes": list(TOKEN_TYPES), "tokenModifiers": list(TOKEN_MODIFIERS)},
            "full": {"delta": True},
            "range": True,
        },
        **({} if "formatting" in _companion(client) else FORMATTING),
        "renameProvider": {"prepareProvider": True},
        "codeActionProvider": {
            "codeActionKinds": [
                "quickfix",
                "refactor.rewrite",
                "source.fixAll.spine",
                "source.sortSteps.spine",
            ],
            "resolveProvider": True,
        },
        "codeLensProvider": {"resolveProvider": True},
        "inlayHintProvider": True,
        "executeCommandProvider": {"commands": list(COMMANDS)},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }


def _companion(client: Client) -> list[Any]:
    """What another YAML server formats, say, as the client named it at the start."""
    said = client.options.get("companion")
    return said if isinstance(said, list) else []
