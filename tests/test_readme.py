"""What the README shows is what the commands print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.runner import ROOT, run

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def stripped(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_the_console_session_is_what_is_printed() -> None:
    """Each `$ spine-lsp ...` of the first block, line by line, as far as it is shown."""
    block = re.search(r"```console\n(.*?)```", README, re.DOTALL)
    assert block is not None
    sessions = re.findall(r"\$ spine-lsp ([^\n]*)\n(.*?)(?=\n\$ |\Z)", block.group(1), re.DOTALL)
    assert len(sessions) == 2
    for command, shown in sessions:
        printed = stripped(run(*command.split()).out)
        lines = stripped(shown.strip("\n"))
        assert printed[: len(lines)] == lines


def test_the_drawing_is_what_is_drawn() -> None:
    """The graph of the broken example."""
    drawing = re.search(r"`spine-lsp (graph [^`]*)`:\n\n```\n(.*?)```", README, re.DOTALL)
    assert drawing is not None
    assert stripped(run(*drawing.group(1).split()).out) == stripped(drawing.group(2))


def test_links_lead_somewhere() -> None:
    """Every relative link and picture exists."""
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", README)
    assert [target for target in targets if "://" not in target and not Path(target).exists()] == []
