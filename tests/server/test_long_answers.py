"""Answers that would take too long are cut, and the client is told once; the bounds are lowered here."""

from __future__ import annotations

from typing import Any

import pytest

from spine_lsp.ide import semantic_tokens, symbols
from spine_lsp.ide.formatting import formatting
from spine_lsp.server.handlers import common, semantic_tokens as tokens_handler
from tests.server.test_start import EVERYTHING
from tests.soak import texts
from tests.soak.inside import Inside

URI = "file:///long.yaml"
AT = {"line": 3, "character": 12}


def asked(server: Inside, method: str, **more: Any) -> Any:
    end = {"line": 10_000, "character": 0}
    params = {
        "textDocument": {"uri": URI},
        "position": AT,
        "range": {"start": {"line": 0, "character": 0}, "end": end},
        "context": {"includeDeclaration": True},
        "options": {"tabSize": 2, "insertSpaces": True},
        **more,
    }
    return server.call(f"textDocument/{method}", params)


def _place(edit: Any) -> tuple[int, int]:
    start = edit["range"]["start"]
    return start["line"], start["character"]


def told(server: Inside) -> list[str]:
    """What the client was told in words."""
    methods = ("window/logMessage", "window/showMessage")
    return [message["params"]["message"] for message in server.told if message["method"] in methods]


@pytest.fixture
def server() -> Inside:
    server = Inside(EVERYTHING)
    server.open(URI, texts.duplicates(30))
    return server


@pytest.mark.parametrize(
    ("method", "words"), [("foldingRange", "folds"), ("inlayHint", "hints"), ("references", "references")]
)
def test_a_long_list_is_cut_and_that_is_said_once(
    server: Inside, method: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of it; after a change it is not said again, in a document that is opened anew it is."""
    whole = asked(server, method)
    assert len(whole) > 10
    assert told(server) == []
    monkeypatch.setattr(common, "MOST_LISTED", 10)
    sentence = f"only the first 10 {words} of {URI} are given"
    assert asked(server, method) == whole[:10]
    assert asked(server, method) == whole[:10]
    assert told(server) == [sentence]
    server.close(URI)
    server.open(URI, texts.duplicates(30))
    assert asked(server, method) == whole[:10]
    assert told(server) == [sentence] * 2


def test_tokens_are_cut(server: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that shows what is behind the first asks for those in sight."""
    whole = asked(server, "semanticTokens/full")["data"]
    for module in (semantic_tokens, tokens_handler):
        monkeypatch.setattr(module, "MOST_TOKENS", 10)
    assert asked(server, "semanticTokens/full")["data"] == whole[:50]
    assert told(server) == [f"only the first 10 tokens of {URI} are given"]


def test_an_outline_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of a group, and parameters of a step; a last entry says so, at the first that is left out."""
    monkeypatch.setattr(symbols, "MOST_STEPS", 2)
    monkeypatch.setattr(symbols, "MOST_PARAMS", 3)
    server = Inside({**EVERYTHING, "documentSymbol": {"hierarchicalDocumentSymbolSupport": True}})
    server.open(URI, texts.wide(10) + "".join(f"  - {{name: t{n}, pipeline: p}}\n" for n in range(5)))
    outline = server.call("textDocument/documentSymbol", {"textDocument": {"uri": URI}})
    steps = outline[0]["children"]
    assert [step["name"] for step in steps] == ["s0", "t0", "only the first 2 of 6 are listed"]
    params = [param["name"] for param in steps[0]["children"]]
    assert params == ["k0", "k1", "k2", "only the first 3 of 10 are listed"]


def test_a_long_group_is_formatted_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a whole it is left alone, with a reason; the steps of a selection are formatted, as the whole would be."""
    text = texts.chain(20).replace(": ", ":  ").replace("\n", " \n")
    server = Inside(EVERYTHING)
    server.open(URI, text)
    whole = asked(server, "formatting")
    monkeypatch.setattr(formatting, "MOST_AT_ONCE", 400)
    assert asked(server, "formatting") == []
    assert told(server) == ["a group of more than 400 characters is formatted in parts: select some of its steps"]
    lines = {"start": {"line": 6, "character": 0}, "end": {"line": 11, "character": 0}}
    part = asked(server, "rangeFormatting", range=lines)
    assert part
    expected = [edit for edit in whole if 6 <= edit["range"]["start"]["line"] <= 11]
    assert sorted(part, key=_place) == sorted(expected, key=_place)
    shown = len(told(server))
    assert asked(server, "rangeFormatting") == []  # all of it is too much again
    assert asked(server, "rangeFormatting") == []
    assert told(server)[shown:] == ["a selection of more than 400 characters is not formatted: select fewer steps"]
