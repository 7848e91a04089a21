"""What agents are given as files: the skill, the plugin, the paragraph for AGENTS.md."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from spine_lsp import __version__
from spine_lsp.agents.tools import TOOLS
from spine_lsp.cli.command_line import _COMMANDS
from tests.cli.runner import ROOT, run

AGENTS = ROOT / "editors" / "agents"
SKILL = AGENTS / "SKILL.md"
COPY = AGENTS / "plugin" / "skills" / "spine" / "SKILL.md"


@pytest.mark.generated
def test_the_plugin_has_the_skill() -> None:
    """`make update` copies it."""
    if os.environ.get("SPINE_UPDATE"):
        COPY.write_text(SKILL.read_text(encoding="utf-8"), encoding="utf-8")
    assert COPY.read_text(encoding="utf-8") == SKILL.read_text(encoding="utf-8")


def test_the_skill_is_short_and_says_when_it_is_meant() -> None:
    """Sixty lines, and a head that agents read."""
    text = SKILL.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    _, head, _ = text.split("---\n", 2)
    meta = yaml.safe_load(head)
    assert meta["name"] == "spine"
    assert "Use when" in meta["description"]
    assert len(meta["description"]) < 1024
    for tool in TOOLS:
        assert f"`{tool.name}`" in text


@pytest.mark.parametrize("page", ["SKILL.md", "AGENTS.fragment.md", "README.md"])
def test_every_command_that_is_named_is_there(page: str) -> None:
    """With the options that are named with it."""
    text = (AGENTS / page).read_text(encoding="utf-8")
    found = re.findall(r"spine-lsp ([a-z]+)([^`#\n]*)", text)
    assert found
    for command, rest in found:
        assert command in _COMMANDS
        shown = run(command, "--help").out
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in shown, (command, option)


def test_the_plugin_starts_what_is_there() -> None:
    """The server and the tools, by commands of ours."""
    plugin = AGENTS / "plugin"

    def read(name: str) -> Any:
        return json.loads(Path(plugin / name).read_text(encoding="utf-8"))

    assert json.loads((plugin / ".claude-plugin" / "plugin.json").read_text(encoding="utf-8"))["version"] == __version__
    (server,) = read(".lsp.json").values()
    assert (server["command"], server["args"]) == ("spine-lsp", ["serve"])
    (tools,) = read(".mcp.json")["mcpServers"].values()
    assert (tools["command"], tools["args"]) == ("spine-lsp", ["mcp"])


def test_the_page_names_every_tool() -> None:
    """docs/agents.md, in their order."""
    page = (ROOT / "docs" / "agents.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^\| `(\w+)` \|", page) == [tool.name for tool in TOOLS]
