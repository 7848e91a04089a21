"""What the server announces, whole; and that nothing is announced that has no handler."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from spine_lsp.ide import offer
from spine_lsp.server import capabilities
from spine_lsp.server.client import Client
from spine_lsp.server.handlers import commands, runs

SNAPSHOT = Path(__file__).parent / "capabilities.json"


@pytest.mark.generated
def test_the_initialize_answer_is_the_committed_one() -> None:
    """A change of what is offered is a change of this file; SPINE_UPDATE=1 writes it anew."""
    answer = json.dumps(capabilities.server_capabilities(Client()), indent=2) + "\n"
    if os.environ.get("SPINE_UPDATE"):
        SNAPSHOT.write_text(answer, encoding="utf-8")
    assert answer == SNAPSHOT.read_text(encoding="utf-8")


def test_every_command_that_is_offered_has_its_handler() -> None:
    """In the same order, so that a forgotten one is seen."""
    assert tuple(name for name, _ in (*commands.COMMANDS, *runs.COMMANDS)) == offer.COMMANDS


def test_a_companion_that_formats_leaves_formatting_to_it() -> None:
    """No formatting provider is announced where another server formats."""
    offered = capabilities.server_capabilities(Client(options={"companion": ["formatting"]}))
    assert not capabilities.FORMATTING.keys() & offered.keys()
