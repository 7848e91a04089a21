"""Random sessions hold what must always hold; each that once did not is kept in the corpus and played here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from spine_lsp.syntax.text import Encoding, Text
from tests.soak.sessions import CORPUS, Event, Failure, failure_of, make_session, play, shrink

KEPT = sorted((CORPUS / "sessions").glob("*.json"))


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_a_session_that_failed_once(file: Path) -> None:
    """It does not fail again."""
    play(json.loads(file.read_text(encoding="utf-8"))["events"])


@pytest.mark.parametrize("seed", range(8))
def test_a_random_session(seed: int) -> None:
    """The server answers as a fresh one, ranges are in the text, edits apply, actions make no new error."""
    play(make_session(seed))


def test_a_failure_is_seen_and_shrinks_to_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that forgets an edit is caught, and the session that shows it has few events left."""
    from spine_lsp.server import from_lsp

    honest = from_lsp.apply_changes

    def forgetful(text: Text, changes: Sequence[from_lsp.Change], encoding: Encoding) -> Any:
        changes = [change for change in changes if "q" not in change.text]
        return honest(text, changes, encoding)

    monkeypatch.setattr(from_lsp, "apply_changes", forgetful)
    place = {"line": 0, "character": 0}
    session: list[Event] = [{"do": "start", "encoding": "utf-8"}]
    session += [{"do": "open", "uri": f"file:///{name}", "text": "a: b\n"} for name in "abcd"]
    for number in range(10):
        text = "q" if number == 7 else "x"
        change = {"range": {"start": place, "end": place}, "text": text}
        session.append({"do": "change", "uri": f"file:///{'abcd'[number % 4]}", "changes": [change]})
    assert "is not what the edits make of it" in (failure_of(session) or "")
    kept = shrink(session, lambda events: failure_of(events) is not None)
    assert [event["do"] for event in kept] == ["open", "change"]
    with pytest.raises(Failure, match=r"event 1 \(change\)"):
        play(kept)
