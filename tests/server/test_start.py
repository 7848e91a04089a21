"""What is known of the client, what we announce, and that the framework agrees."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from spine_lsp import __version__
from spine_lsp.server.capabilities import initialize_result
from spine_lsp.server.client import Client, resolve_client
from spine_lsp.server.endpoint import Endpoint
from spine_lsp.server.framework import SpineServer, create_framework
from spine_lsp.server.rpc.inbox import Inbox
from spine_lsp.server.session import Session
from tests.server.texts import texts_only

EVERYTHING: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-32", "utf-8"]},
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "insertTextModeSupport": {"valueSet": [1, 2]},
                "labelDetailsSupport": True,
                "documentationFormat": ["markdown", "plaintext"],
                "resolveSupport": {"properties": ["documentation", "detail"]},
            },
            "insertTextMode": 2,
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "definition": {"linkSupport": True},
        "implementation": {"linkSupport": True},
        "synchronization": {"dynamicRegistration": True},
        "diagnostic": {"dynamicRegistration": False},
        "semanticTokens": {"tokenTypes": ["variable"], "requests": {}, "tokenModifiers": [], "formats": []},
        "publishDiagnostics": {
            "relatedInformation": True,
            "codeDescriptionSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
            "dataSupport": True,
            "disabledSupport": True,
            "isPreferredSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
    },
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "changeAnnotationSupport": {"groupsOnLabel": True},
            "resourceOperations": ["create"],
        },
        "configuration": True,
        "codeLens": {"refreshSupport": True},
        "diagnostics": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
        "textDocumentContent": {"dynamicRegistration": False},
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
    },
    "window": {"showDocument": {"support": True}, "workDoneProgress": True},
}


def test_a_full_client() -> None:
    """Each ability is found where the protocol has it: none keeps its default."""
    client = resolve_client(
        {
            "processId": 7,
            "clientInfo": {"name": "editor"},
            "initializationOptions": {"x": 1},
            "workspaceFolders": [{"uri": "file:///a", "name": "a"}, {"uri": 3}, None],
            "capabilities": EVERYTHING,
        }
    )
    silent = Client()
    same = [name for name in Client.__slots__ if getattr(client, name) == getattr(silent, name)]
    assert same == []
    assert client.encoding == "utf-32"
    assert client.completion_resolve == frozenset({"documentation", "detail"})


@pytest.mark.parametrize("params", [{}, {"capabilities": None}, {"capabilities": {"textDocument": []}}])
def test_a_silent_client(params: dict[str, Any]) -> None:
    """Nothing is taken for granted, and columns are UTF-16."""
    assert resolve_client(params) == Client()


@pytest.mark.parametrize("process", [0, -1, True, "7", 1.5, 2**40, None])
def test_a_process_id_that_is_none(process: Any) -> None:
    """Only a positive number is a process; others would mean groups of processes to the system."""
    assert resolve_client({"processId": process}).process_id is None


def framework(capabilities: dict[str, Any]) -> SpineServer:
    """The framework with all our handlers, initialized in process."""
    session = Session(texts_only(), strict=True)
    endpoint = Endpoint(
        session,
        Inbox(),
        lambda data: None,
        lambda turn: None,
        watch=lambda pid: None,
        load=lambda message: None,
        stop=lambda code: None,
    )
    server = create_framework(endpoint, session)
    params = {"processId": None, "rootUri": None, "capabilities": capabilities}
    server.protocol.initialize({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})
    return server


@pytest.mark.parametrize("capabilities", [{}, EVERYTHING])
def test_our_answer_agrees_with_the_framework(capabilities: dict[str, Any]) -> None:
    """What we announce as plain JSON is what the registered handlers make the framework announce."""

    async def theirs() -> dict[str, Any]:
        server = framework(capabilities)
        plain = server.protocol.plain(server.server_capabilities)
        if not plain["executeCommandProvider"]["commands"]:
            del plain["executeCommandProvider"]  # pygls announces an empty list
        return dict(plain)

    ours = initialize_result(resolve_client({"capabilities": capabilities}))["capabilities"]
    found = asyncio.run(theirs())
    pulled = {"diagnosticProvider"} if "textDocument" in capabilities else set()  # answered without the framework
    assert set(ours) == set(found) | pulled
    assert ours["positionEncoding"] == found["positionEncoding"]
    assert ours.get("executeCommandProvider") == found.get("executeCommandProvider")
    assert ours["textDocumentSync"]["change"] == found["textDocumentSync"]["change"]
    assert ours["textDocumentSync"]["openClose"] is found["textDocumentSync"]["openClose"] is True


def test_the_server_says_who_it_is() -> None:
    """Name and version, for the editor's log."""
    assert initialize_result(Client())["serverInfo"] == {"name": "spine-lsp", "version": __version__}


@pytest.mark.parametrize(
    ("said", "folders"),
    [
        (
            {"workspaceFolders": [{"uri": "file:///a"}, {"uri": "file:///b"}], "rootUri": "file:///c"},
            ["a", "b"],
        ),
        ({"workspaceFolders": None, "rootUri": "file:///c", "rootPath": "/d"}, ["c"]),
        ({"rootUri": None, "rootPath": str(Path("/d").absolute())}, ["d"]),
        ({"workspaceFolders": [], "rootUri": "file:///c"}, []),
        ({"rootPath": "relative"}, []),
        ({"workspaceFolders": "x", "rootUri": 3, "rootPath": []}, []),
    ],
)
def test_the_folders_of_the_workspace(said: dict[str, Any], folders: list[str]) -> None:
    """All that there are, or the one that an older client says."""
    assert [uri.rpartition("/")[2] for uri in resolve_client(said).folders] == folders
