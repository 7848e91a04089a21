"""`spine-lsp mcp`, driven by the client of the official SDK over standard input and output."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.agents.test_tools import GROUP
from tests.cli.runner import environment, run, shell

mcp = pytest.importorskip("mcp", reason="THE SDK IS MISSING: `make` installs it, tests/requirements/dev.txt has it")


def test_a_client_lists_and_calls_the_tools(tmp_path: Path) -> None:
    """As an agent does: list, check, a refusal, an edit that is applied, and check again."""
    (tmp_path / "daily.yaml").write_text(GROUP, encoding="utf-8")
    server = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "spine_lsp", "mcp", str(tmp_path)], env=environment()
    )

    async def session() -> None:
        async with mcp.Client(server) as client:
            tools = (await client.list_tools()).tools
            assert [tool.name for tool in tools] == json_names()
            assert {tool.name for tool in tools if not tool.annotations.read_only_hint} == {"edit"}

            async def call(name: str, **arguments: object) -> tuple[bool, str]:
                result = await client.call_tool(name, arguments)
                (content,) = result.content
                return bool(result.is_error), content.text

            refused, text = await call("check")
            assert (refused, json.loads(text)["error"]) == (False, 1)
            refused, text = await call("plan", path="/etc/passwd")
            assert refused
            assert "outside of the workspace" in text
            edge = {"from": "clean", "to": "lost"}
            refused, text = await call("edit", path="daily.yaml", kind="addEdge", apply=True, **edge)
            assert (refused, json.loads(text)["applied"]) == (False, True)
            refused, text = await call("graph", path="daily.yaml", steps="lost")
            assert "clean" in json.loads(text)["steps"][0]["waits_for"]
            several = await asyncio.gather(*(call("search", query="fetch") for _ in range(5)))
            assert len(set(several)) == 1

    asyncio.run(asyncio.wait_for(session(), 60))


def json_names() -> list[str]:
    return [tool["name"] for tool in json.loads(run("mcp", "--list-tools").out)]


def test_the_sdk_is_imported_to_serve_alone(tmp_path: Path) -> None:
    """Without it the tools are listed, and serving is refused in a sentence; no other command looks for it."""
    (tmp_path / "mcp").mkdir()
    (tmp_path / "mcp" / "__init__.py").write_text("raise ImportError('no', name='mcp')\n", encoding="utf-8")
    ran = shell("$SPINE mcp", PYTHONPATH=str(tmp_path))
    assert (ran.code, ran.out) == (2, "")
    assert "pip install 'spine-lsp[mcp]'" in ran.err
    ran = shell("$SPINE mcp --list-tools && $SPINE --version && $SPINE --help", PYTHONPATH=str(tmp_path))
    assert ran.code == 0


def test_a_folder_that_is_none_is_one_sentence() -> None:
    """Exit code 2."""
    assert run("mcp", "nowhere") == (2, "", "Error: nowhere is no folder\n")
