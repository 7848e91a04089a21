"""The set-ups and the guide of editors/README.md say what the server knows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from spine_lsp.ide.offer import COMMANDS
from spine_lsp.configuration.options import OPTIONS
from spine_lsp.configuration.reading import read_values
from spine_lsp.configuration.settings import DEFAULT, Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "editors" / "README.md").read_text(encoding="utf-8")
HELP = (ROOT / "editors" / "nvim" / "doc" / "spine.txt").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


def block_with(word: str) -> dict[str, Any]:
    return next(json.loads(block) for block in BLOCKS if f'"{word}"' in block)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_json_block_can_be_copied(block: str) -> None:
    """Each JSON block is JSON."""
    assert isinstance(json.loads(block), dict)


def test_the_shown_settings_are_the_defaults() -> None:
    """The settings of the guide, without its example rules, change nothing."""
    shown = block_with("inlayHints")
    del shown["rules"]
    values, faults = read_values(shown)
    assert (Settings.of(values), faults) == (DEFAULT, [])


def test_turning_each_shown_switch_changes_something() -> None:
    """No setting of the guide is unknown to the server."""
    shown = block_with("inlayHints")
    for section in ("inlayHints", "codeLens"):
        for switch, on in shown[section].items():
            other = not on if isinstance(on, bool) else "off"
            assert Settings.of(read_values({section: {switch: other}})[0]) != DEFAULT, (section, switch)


def test_the_companion_words_are_those_of_the_server() -> None:
    """What another server may be said to do is listed in full."""
    assert set(block_with("client")["companion"]) == set(OPTIONS["companion"].choices)
    assert all(f"'{word}'" in HELP for word in OPTIONS["companion"].choices)


def test_commands_that_are_named_exist() -> None:
    """Each command of the server that a page names is offered, and the client's own are not."""
    named = set(re.findall(r"spine\.(?!client\b|io\b)[a-z]+[A-Z]\w*", PAGE))
    assert named
    assert named <= set(COMMANDS)
    client = set(block_with("client")["client"]["commands"])
    assert client == set(re.findall(r"\| `(spine\.client\.\w+)` \|", PAGE))
    assert not client & set(COMMANDS)


def test_files_that_are_linked_exist() -> None:
    """No link of the page is dead."""
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGE)
    assert targets
    assert [target for target in targets if not (ROOT / "editors" / target).exists()] == []


def test_each_editor_of_the_table_has_its_chapter() -> None:
    """Each link within the page leads to a heading."""
    headings = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    }
    links = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    assert links <= headings
