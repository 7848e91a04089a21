"""What the server announces, whole; and that what is written twice for speed is the same twice."""

from __future__ import annotations

import json
import os
from pathlib import Path

from spine_lsp.ide import code_actions, formatting, semantic_tokens
from spine_lsp.server import capabilities
from spine_lsp.server.client import Client
from spine_lsp.server.handlers import commands, completion

SNAPSHOT = Path(__file__).parent / "capabilities.json"


def test_the_initialize_answer_is_the_committed_one() -> None:
    """A change of what is offered is a change of this file; SPINE_UPDATE=1 writes it anew."""
    answer = json.dumps(capabilities.server_capabilities(Client()), indent=2) + "\n"
    if os.environ.get("SPINE_UPDATE"):
        SNAPSHOT.write_text(answer, encoding="utf-8")
    assert answer == SNAPSHOT.read_text(encoding="utf-8")


def test_legends_kinds_triggers_and_commands_are_those_of_the_features() -> None:
    """Capabilities are plain, so that the first answer imports nothing; they equal what the features declare."""
    offered = capabilities.server_capabilities(Client())
    assert capabilities.TOKEN_TYPES == semantic_tokens.TOKEN_TYPES
    assert capabilities.TOKEN_MODIFIERS == semantic_tokens.TOKEN_MODIFIERS
    assert offered["codeActionProvider"]["codeActionKinds"] == list(code_actions.KINDS)
    assert offered["documentOnTypeFormattingProvider"]["firstTriggerCharacter"] == formatting.TRIGGER
    assert offered["completionProvider"]["triggerCharacters"] == completion.OPTIONS.trigger_characters
    assert offered["executeCommandProvider"]["commands"] == [name for name, _ in commands.COMMANDS]


def test_a_companion_that_formats_leaves_formatting_to_it() -> None:
    """No formatting provider is announced where another server formats."""
    offered = capabilities.server_capabilities(Client(options={"companion": ["formatting"]}))
    assert not capabilities.FORMATTING.keys() & offered.keys()
