"""The real server in a real process, with a typed client that has the abilities of a real editor."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

ROOT = Path(__file__).resolve().parent.parent.parent


def _client() -> LanguageClient:
    client = make_test_lsp_client()
    applied: list[lsp.WorkspaceEdit] = []
    client.applied = applied  # type: ignore[attr-defined]  # for the tests to read

    @client.feature(lsp.WORKSPACE_APPLY_EDIT)
    def apply(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        applied.append(params.edit)
        return lsp.ApplyWorkspaceEditResult(applied=True)

    for method in (
        lsp.WORKSPACE_CODE_LENS_REFRESH,
        lsp.WORKSPACE_INLAY_HINT_REFRESH,
        lsp.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
        lsp.CLIENT_REGISTER_CAPABILITY,
    ):
        client.feature(method)(lambda params: None)
    return client


async def _session(client: LanguageClient, editor: str) -> AsyncIterator[None]:
    # A folder without Python: what would be said of pipelines depends on when all of it was read.
    root = (ROOT / "docs").as_uri()
    params = lsp.InitializeParams(capabilities=client_capabilities(editor), root_uri=root)
    answer = await client.initialize_session(params)
    client.pulls = answer.capabilities.diagnostic_provider is not None  # type: ignore[attr-defined]  # for the tests
    yield
    await client.shutdown_session()
    assert not [message.message for message in client.messages], "the server showed an error"


_CONFIG = ClientServerConfig(server_command=[sys.executable, "-m", "spine_lsp", "serve"], client_factory=_client)


@pytest_lsp.fixture(config=_CONFIG, scope="module")
async def code(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """The server with the abilities of VS Code."""
    async for _ in _session(lsp_client, "visual-studio-code"):
        yield


@pytest_lsp.fixture(config=_CONFIG, scope="module")
async def neovim(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """The server with the abilities of Neovim."""
    async for _ in _session(lsp_client, "neovim"):
        yield


@pytest_lsp.fixture(config=_CONFIG, scope="module")
async def emacs(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """The server with the abilities of Emacs."""
    async for _ in _session(lsp_client, "emacs"):
        yield
