"""Time grows with the text, not with its square: each kind of hard text, at a size and at eight times that."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt
from typing import Any

import pytest

from tests.growth import assert_growth, seconds
from tests.server.test_start import EVERYTHING
from tests.soak import texts
from tests.soak.inside import Inside

pytestmark = pytest.mark.any_version

URI = "file:///growth.yaml"
TIMES = 8

PUSHED = {**EVERYTHING, "textDocument": {**EVERYTHING["textDocument"], "diagnostic": None}}
"""What a client can do that is sent its diagnostics at each change."""


def dense(edges: int) -> str:
    """A complete graph of so many edges."""
    return texts.complete(isqrt(2 * edges))


def tied(edges: int) -> str:
    """A graph of so many edges in which every step waits for all."""
    return texts.knot(isqrt(edges))


CASES: list[tuple[Callable[[int], str], int, tuple[str, ...]]] = [
    (dense, 500, ("spine.compareGraph", "dot", "html", "textDocument/semanticTokens/full")),
    (tied, 500, ("spine.graph", "text")),
    (texts.layers, 100, ("spine.showResolvedOrder", "spine.simulate", "spine.explainPath")),
    (texts.braces, 2_000, ("textDocument/semanticTokens/full",)),
    (texts.templates, 500, ("textDocument/documentHighlight",)),
    (texts.url, 10_000, ("textDocument/documentLink",)),
    (texts.urls, 5_000, ("textDocument/documentLink",)),
    (texts.long_names, 200, ("textDocument/documentSymbol", "dot")),
    (texts.documents, 40, ("spine.listGroups", "workspace/symbol")),
    (texts.chain, 200, ("textDocument/foldingRange", "textDocument/inlayHint")),
]


def seconds_for(make: Callable[[int], str], size: int, what: str) -> float:
    """The processor's time for one request of a text that was just opened."""
    text = make(size)
    server = Inside(EVERYTHING)
    server.open(URI, text)
    method, params = _request(what, text)
    answers: list[Any] = []
    taken = seconds(lambda: answers.append(server.call(method, params)))
    assert not (isinstance(answers[0], dict) and "error" in answers[0]), answers
    return taken


def _request(what: str, text: str) -> tuple[str, Any]:
    if "/" in what:
        end = {"line": text.count("\n"), "character": 0}
        place = {"line": 5, "character": 14}
        return what, {
            "textDocument": {"uri": URI},
            "position": place,
            "range": {"start": {"line": 0, "character": 0}, "end": end},
            "context": {"includeDeclaration": True},
            "query": "s1",
        }
    command = what if what.startswith("spine.") else "spine.renderGraph"
    argument = {"uri": URI, "format": what, "base": text, "step": "s99", "on": "s0"}
    return "workspace/executeCommand", {"command": command, "arguments": [argument]}


@pytest.mark.parametrize(
    ("make", "size", "what"),
    [(make, size, what) for make, size, requests in CASES for what in requests],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_time_grows_with_the_text(make: Callable[[int], str], size: int, what: str) -> None:
    """Eight times the text costs about eight times the time."""
    assert_growth(lambda size: seconds_for(make, size, what), size, times=TIMES)


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (texts.conflict, 100),
        (texts.aliases, 100),
        (texts.unknown_keys, 200),
        (texts.relayed, 100),
        (texts.merges, 40),
        (texts.anchors, 60),
        (texts.placed, 30),
        (texts.same_names, 30),
        (texts.empty_documents, 400),
        (texts.deep, 2_000),
        (texts.deep_block, 2_000),
        (texts.long_keys, 1_000),
        (texts.unicode, 60),
        (texts.tabs, 200),
        (texts.lone_returns, 60),
        (texts.nulls, 60),
        (texts.open_quotes, 40),
        (texts.open_quote, 100),
        (texts.conflicts, 60),
        (texts.question_marks, 200),
        (texts.tags, 60),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_opening_and_typing_grow_with_the_text(make: Callable[[int], str], size: int) -> None:
    """Whatever is in it: conflicts, aliases, unknown keys, merges, quotes that stay open, what is no text."""

    def seconds_of(size: int) -> float:
        server, text = Inside(PUSHED), make(size)
        line = text.count("\n") // 2
        at = {"line": line, "character": len(text.split("\n")[line])}

        def work() -> None:
            server.open(URI, text)
            for version in range(2, 6):
                server.change(URI, version, {"range": {"start": at, "end": at}, "text": "x"})

        taken = seconds(work)
        assert not server.diagnoser.busy
        return taken

    assert_growth(seconds_of, size, times=TIMES)


def test_many_documents_cost_what_they_hold() -> None:
    """A list of all groups of many files, and a search in them."""

    def seconds_with(count: int) -> float:
        server = Inside(EVERYTHING)
        for number in range(count):
            server.open(f"file:///{number}.yaml", texts.chain(3))

        def work() -> None:
            answer = server.call("workspace/executeCommand", {"command": "spine.listGroups", "arguments": []})
            assert len(answer["groups"]) == count
            assert server.call("workspace/symbol", {"query": "s1"})

        return seconds(work)

    assert_growth(seconds_with, 20, times=TIMES)
