"""Time grows with the text, not with its square: each kind of hard text, at a size and at eight times that."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt
from time import process_time
from typing import Any

import pytest

from tests.server.test_start import EVERYTHING
from tests.soak import texts
from tests.soak.inside import Inside

URI = "file:///growth.yaml"
TIMES = 8
MOST = 4.0
"""How much more than in proportion it may grow; what grows with the square would be eight times as much."""
TOO_FAST = 0.05
"""Seconds below which nothing is concluded."""


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


def seconds(make: Callable[[int], str], size: int, what: str) -> float:
    """The processor's time for one request of a text that was just opened; the better of two."""
    text = make(size)
    best = float("inf")
    for _ in range(2):
        server = Inside(EVERYTHING)
        server.open(URI, text)
        method, params = _request(what, text)
        begun = process_time()
        answer = server.call(method, params)
        best = min(best, process_time() - begun)
        assert not (isinstance(answer, dict) and "error" in answer), answer
        if best < TOO_FAST / TIMES:
            break
    return best


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
    large = seconds(make, size * TIMES, what)
    if large < TOO_FAST:
        return
    small = max(seconds(make, size, what), TOO_FAST / TIMES)
    assert large < small * TIMES * MOST


def test_many_documents_cost_what_they_hold() -> None:
    """A list of all groups of many files, and a search in them."""

    def of(count: int) -> float:
        server = Inside(EVERYTHING)
        for number in range(count):
            server.open(f"file:///{number}.yaml", texts.chain(3))
        begun = process_time()
        found = server.call("workspace/executeCommand", {"command": "spine.listGroups", "arguments": []})
        assert len(found["groups"]) == count
        assert server.call("workspace/symbol", {"query": "s1"})
        return process_time() - begun

    large = of(20 * TIMES)
    assert large < max(of(20), TOO_FAST / TIMES) * TIMES * MOST
