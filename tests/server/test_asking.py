"""Whether somebody asks for a completion or the editor does while somebody types."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from spine_lsp.ide.completion.matching import ON_PURPOSE, Asking
from spine_lsp.server.asking import CompletionMemory

TYPING = Asking(typing=True)
Request = tuple[str, int, int, int, int, str | None]


def request(uri: str, version: int, line: int, column: int, kind: int = 1, character: str | None = None) -> Request:
    return uri, version, line, column, kind, character


def asked(memory: CompletionMemory, made: Request, *, by_itself: bool = False) -> Asking:
    uri, version, line, column, kind, character = made
    params: Any = SimpleNamespace(
        text_document=SimpleNamespace(uri=uri),
        position=SimpleNamespace(line=line, character=column),
        context=SimpleNamespace(trigger_kind=kind, trigger_character=character) if kind else None,
    )
    return memory.asking(params, version, by_itself=by_itself)


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        ([request("a", 1, 0, 4)], ON_PURPOSE),
        ([request("a", 1, 0, 4, 2, ".")], Asking(typing=True, trigger=".")),
        ([request("a", 1, 0, 4, 3)], TYPING),
        ([request("a", 1, 0, 4), request("a", 2, 0, 5)], TYPING),
        ([request("a", 1, 0, 4, 2, " "), request("a", 2, 0, 5)], TYPING),
        ([request("a", 1, 0, 4, 0), request("a", 2, 0, 5, 0)], TYPING),
        ([request("a", 1, 0, 4), request("a", 1, 0, 4)], ON_PURPOSE),
        ([request("a", 1, 0, 4), request("a", 2, 0, 5), request("a", 2, 0, 5)], ON_PURPOSE),
        ([request("a", 1, 0, 4), request("a", 2, 1, 5)], ON_PURPOSE),
        ([request("a", 1, 0, 4), request("b", 2, 0, 5)], ON_PURPOSE),
        ([request("a", 1, 0, 4), request("a", 2, 0, 3)], ON_PURPOSE),
        ([request("a", 1, 0, 4, 2, " "), request("a", 9, 0, 12)], ON_PURPOSE),
    ],
)
def test_who_asks(requests: list[Request], expected: Asking) -> None:
    """Typing is what follows on the line of the request before; twice at one place is on purpose.

    So is the first request of a line, and one long after a trigger character, from an editor that asks only then.
    """
    memory = CompletionMemory()
    assert [asked(memory, made) for made in requests][-1] == expected


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        ([request("a", 1, 0, 4)], ON_PURPOSE),
        ([request("a", 1, 0, 4, 2, " "), request("a", 9, 0, 12)], TYPING),
        ([request("a", 1, 0, 4), request("a", 30, 1, 20)], TYPING),
        ([request("a", 1, 0, 4), request("a", 60, 2, 20)], TYPING),
        ([request("a", 1, 0, 4), request("a", 160, 7, 20)], TYPING),
        ([request("a", 1, 9, 4), request("a", 160, 2, 20)], ON_PURPOSE),
        ([request("a", 1, 0, 4), request("a", 30, 7, 20)], ON_PURPOSE),
        ([request("a", 1, 0, 4), request("a", 30, 1, 20), request("a", 30, 1, 20)], ON_PURPOSE),
        ([request("a", 1, 0, 4), request("a", 1, 1, 20)], ON_PURPOSE),
        ([request("a", 1, 9, 4), request("a", 2, 1, 20)], ON_PURPOSE),
        ([request("a", 1, 0, 4), request("a", 2, 7, 20)], ON_PURPOSE),
        ([request("a", 1, 0, 4), request("b", 1, 0, 5)], ON_PURPOSE),
        ([request("a", 1, 0, 4), request("b", 24, 0, 24)], TYPING),
        ([request("a", 3, 0, 4), request("b", 1, 0, 5), request("a", 3, 0, 4)], ON_PURPOSE),
        ([request("a", 3, 0, 4), request("b", 1, 0, 5), request("a", 4, 0, 5)], TYPING),
    ],
)
def test_who_asks_of_an_editor_that_asks_by_itself(requests: list[Request], expected: Asking) -> None:
    """However busy it is: what comes after more was typed nearby is no wish of the user's."""
    memory = CompletionMemory()
    assert [asked(memory, made, by_itself=True) for made in requests][-1] == expected


def test_only_some_files_are_remembered() -> None:
    """A day's files do not stay; the last ones do."""
    memory = CompletionMemory()
    for number in range(1000):
        asked(memory, request(f"file {number}", 1, 0, 4), by_itself=True)
    assert asked(memory, request("file 999", 2, 0, 5)) == TYPING
    assert asked(memory, request("file 0", 2, 0, 5)) == ON_PURPOSE
