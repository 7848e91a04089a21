"""Documents as the client edits them: any sequence of changes, in any encoding, equals a reference."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.server import from_lsp
from spine_lsp.server.bulk import Lines
from spine_lsp.server.client import resolve_client
from spine_lsp.server.session import Session
from spine_lsp.syntax.text import Edit, Encoding, Text
from tests.examples import examples
from tests.server.conftest import Start
from tests.server.rawclient import RawClient, did_change
from tests.server.texts import TextsOnly, kept_text, texts_only

URI = "file:///a.yaml"
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")

PIECES = [
    "a",
    "- name: x",
    "\t",
    "é",
    "中",
    "😀",
    "e\u0301",
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    "\x85",
    "\x0c",
    "\ufeff",
]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


# -- the reference: one line after the other, one character after the other


def units(char: str, encoding: str) -> int:
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    return len(char.encode(codec, "surrogatepass")) // width


def reference_lines(text: str) -> list[tuple[int, int]]:
    """The offsets at which each line starts and at which its text ends."""
    lines, start, at = [], 0, 0
    while at < len(text):
        if text[at] in "\r\n":
            lines.append((start, at))
            at += 2 if text[at : at + 2] == "\r\n" else 1
            start = at
        else:
            at += 1
    return [*lines, (start, len(text))]


def reference_offset(text: str, line: int, column: int, encoding: str) -> int:
    lines = reference_lines(text)
    if line >= len(lines):
        return len(text)
    at, end = lines[line]
    covered = 0
    while at < end and covered + units(text[at], encoding) <= column:
        covered += units(text[at], encoding)
        at += 1
    return at


def reference_change(text: str, change: dict[str, Any], encoding: str) -> str:
    if "range" not in change:
        return str(change["text"])
    start, end = (
        reference_offset(text, change["range"][side]["line"], change["range"][side]["character"], encoding)
        for side in ("start", "end")
    )
    return text[: min(start, end)] + str(change["text"]) + text[max(start, end) :]


positions = st.fixed_dictionaries({"line": st.integers(0, 8), "character": st.integers(0, 14)})
changes = st.one_of(
    st.fixed_dictionaries({"range": st.fixed_dictionaries({"start": positions, "end": positions}), "text": texts}),
    st.fixed_dictionaries({"range": positions.map(lambda place: {"start": place, "end": place}), "text": texts}),
    st.fixed_dictionaries({"text": texts}),
)


class Recorder(TextsOnly):
    """A workspace that checks that the edits it is told lead from the old text to the new one."""

    def with_document(self, uri: str, version: int, text: Text, edits: Any) -> TextsOnly:
        if edits is not None and uri in self.documents:
            source = self.documents[uri].source
            for edit in edits:
                assert isinstance(edit, Edit)
                source = source[: edit.start] + edit.text + source[edit.end :]
            assert source == text.source
        assert text.line_count == len(reference_lines(text.source))
        return Recorder(super().with_document(uri, version, text, edits).documents)


def opened(text: str, encoding: str) -> Session:
    session = Session(texts_only(Recorder), strict=True)
    session.start(resolve_client({"capabilities": {"general": {"positionEncodings": [encoding]}}}))
    session.open({"textDocument": {"uri": URI, "languageId": "yaml", "version": 1, "text": text}})
    return session


def changed(session: Session, version: int, some: list[dict[str, Any]]) -> str:
    session.change({"textDocument": {"uri": URI, "version": version}, "contentChanges": some})
    document = session.snapshot().documents[URI]
    assert document.version == version
    return document.text.source


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=texts, rounds=st.lists(st.lists(changes, max_size=3), max_size=5))
@settings(max_examples=examples(250))
def test_edits_equal_the_reference(encoding: str, text: str, rounds: list[list[dict[str, Any]]]) -> None:
    """Whatever a client sends as changes, our text is what the protocol says it is."""
    session = opened(text, encoding)
    for version, some in enumerate(rounds, start=2):
        for change in some:
            text = reference_change(text, change, encoding)
        assert changed(session, version, some) == text


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=texts, some=st.lists(changes, max_size=8))
@settings(max_examples=examples(250))
def test_very_many_changes_equal_one_by_one(encoding: Encoding, text: str, some: list[dict[str, Any]]) -> None:
    """The buffer for notifications with very many changes agrees with the text, edit by edit."""
    lines = Lines(text, encoding)
    for change in some:
        text = reference_change(text, change, encoding)
        [read] = from_lsp.read_changes([change])
        lines.apply(read.span, read.text)
        assert lines.source == text


def test_ten_thousand_changes_in_one_notification() -> None:
    """Replace all in a large file arrives as one notification, and is applied in one go."""
    session = opened("key: value\n" * 10_000, "utf-16")
    some = [
        {"range": {"start": {"line": n, "character": 0}, "end": {"line": n, "character": 3}}, "text": "😀"}
        for n in range(10_000)
    ]
    assert changed(session, 2, some) == "😀: value\n" * 10_000


def test_a_snapshot_does_not_change() -> None:
    """What a request holds stays as it was when the request came."""
    session = opened("one", "utf-16")
    before = session.snapshot()
    changed(session, 2, [{"text": "two"}])
    session.close({"textDocument": {"uri": URI}})
    assert before.documents[URI].text.source == "one"
    assert kept_text(before, URI) == "one"
    assert dict(session.snapshot().documents) == {}
    assert dict(session.snapshot().workspace.documents) == {}


def test_a_failed_analysis_does_not_lose_the_text() -> None:
    """When the analysis of an edit raises, the document is read whole, and later edits find the right text."""

    class Brittle(TextsOnly):
        def with_document(self, uri: str, version: int, text: Text, edits: Any) -> TextsOnly:
            if edits:
                raise ValueError("asked to")
            return Brittle(super().with_document(uri, version, text, edits).documents)

    session = Session(texts_only(Brittle))
    session.open({"textDocument": {"uri": URI, "version": 1, "text": "ab"}})
    at = {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 1}}
    for version in (2, 3):
        changed(session, version, [{"range": at, "text": "-"}])
    assert session.snapshot().documents[URI].text.source == "a--b"
    assert kept_text(session.snapshot(), URI) == "a--b"


def check_over_the_wire(client: RawClient, encoding: str, seed: int) -> None:
    """Random edits through the process, compared after each tenth."""
    chance = random.Random(seed)
    text = "".join(chance.choices(PIECES, k=30))
    client.open(URI, text)
    for version in range(2, 102):
        size = len(reference_lines(text))
        start, end = ({"line": chance.randint(0, size), "character": chance.randint(0, 9)} for _ in "ab")
        change = {"range": {"start": start, "end": end}, "text": "".join(chance.choices(PIECES, k=4))}
        client.send(did_change(URI, version, change))
        text = reference_change(text, change, encoding)
        if version % 10 == 0:
            assert client.call("probe/text", {"uri": URI})["text"] == text


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_edits_over_the_wire(start: Start, encoding: str) -> None:
    """The encoding that the client prefers is announced, and holds for its edits."""
    client = start(initialize=False)
    result = client.initialize({"general": {"positionEncodings": [encoding, "utf-16"]}})
    assert result["capabilities"]["positionEncoding"] == encoding
    check_over_the_wire(client, encoding, seed=len(encoding))


def test_versions_and_reopening() -> None:
    """A version that goes back, a missing one and a second open are taken as the client says."""
    session = opened("one", "utf-16")
    assert changed(session, 0, [{"text": "two"}]) == "two"
    session.change({"textDocument": {"uri": URI, "version": None}, "contentChanges": [{"text": "3"}]})
    assert session.snapshot().documents[URI].version == 0
    session.open({"textDocument": {"uri": URI, "languageId": 7, "version": 9, "text": "four"}})
    document = session.snapshot().documents[URI]
    assert (document.text.source, document.version) == ("four", 9)
