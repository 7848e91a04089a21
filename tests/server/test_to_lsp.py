"""What is told in the protocol's terms: of more findings than anybody reads the severe ones, and tokens as numbers."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable
from types import MappingProxyType
from unittest.mock import patch

from hypothesis import given, strategies as st

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.semantic_tokens import Token, semantic_tokens, token_pieces
from spine_lsp.server import tokens as tokens_module
from spine_lsp.server.client import Client
from spine_lsp.server.to_lsp import MOST_SHOWN, diagnostics
from spine_lsp.server.tokens import encode_tokens, token_edits
from spine_lsp.syntax.text import Edit, Encoding, Text
from tests.syntax.trees import group_texts

URI = "file:///g.yaml"


def shown(findings: list[Finding]) -> list[dict[str, object]]:
    """What the client gets."""
    found: list[dict[str, object]] = json.loads(diagnostics(Text("name: x\n"), "file:///g.yaml", findings, Client()))
    return found


def test_as_many_as_are_shown_are_shown_whole() -> None:
    """No word about what is not left out."""
    findings = [Finding("bad-value", Severity.ERROR, 0, 1, str(number)) for number in range(MOST_SHOWN)]
    assert [one["message"] for one in shown(findings)] == [finding.message for finding in findings]


def test_of_more_the_severe_ones_stay_in_their_order() -> None:
    """An error behind thousands of hints is shown, and the last diagnostic counts."""
    hints = [Finding("late-definition", Severity.HINT, 0, 1, f"hint {number}") for number in range(MOST_SHOWN)]
    errors = [Finding("bad-value", Severity.ERROR, 2, 3, f"error {number}") for number in range(2)]
    messages = [one["message"] for one in shown([hints[0], errors[0], *hints[1:], errors[1]])]
    assert messages[:3] == ["hint 0", "error 0", "hint 1"]
    assert messages[-2:] == [
        "error 1",
        "only 2,000 of 2,002 problems are shown here; `spine-lsp check` lists them all",
    ]
    assert len(messages) == MOST_SHOWN + 1


CHARACTERS = st.sampled_from(["a", "é", "😀", " ", "\n", "- ", "    - name: x\n", "[", "'", "#", "&x ", ":", "\r\n"])


@given(
    group_texts,
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 9), CHARACTERS), max_size=4),
    st.lists(st.integers(0, 400), min_size=2, max_size=2).map(sorted),
    st.sampled_from(["utf-8", "utf-16", "utf-32"]),
)
def test_tokens_of_an_edited_text_are_those_of_a_fresh_one(
    source: str, edits: list[tuple[int, int, str]], bounds: list[int], encoding: Encoding
) -> None:
    """What was kept of its items says what the protocol has, of the whole and of a range, in each encoding."""
    doc = Document.read(URI, 1, Text(source))
    for start, length, new in [(0, 0, ""), *edits]:
        start = min(start, len(doc.text))
        edit = Edit(start, min(start + length, len(doc.text)), new)
        doc = doc.changed(1, doc.text.replaced(*edit), [edit])
        workspace = Workspace(documents=MappingProxyType({URI: doc}))
        for within in (None, Span(*bounds)):
            tokens = semantic_tokens(workspace, URI, within)
            found, _ = encode_tokens(doc.text, token_pieces(workspace, URI, within), encoding, 60_000)
            assert found.tolist() == counted(doc.text, tokens, encoding)
            few, cut = encode_tokens(doc.text, token_pieces(workspace, URI, within), encoding, 3)
            assert (few, cut) == (found[:15], len(tokens) > 3)


def counted(text: Text, tokens: Iterable[Token], encoding: Encoding) -> list[int]:
    """Tokens as LSP 3.17 counts them, one after the other."""
    numbers, before = list[int](), (0, 0)
    for token in tokens:
        line, column = text.position(token.start, encoding)
        length = text.position(token.start + token.length, encoding)[1] - column
        along = column - (before[1] if line == before[0] else 0)
        numbers += (line - before[0], along, length, token.type, token.modifiers)
        before = line, column
    return numbers


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)), st.sampled_from([(1,), (3, 1), (4096, 64, 1)]))
def test_the_edit_of_tokens_makes_the_new_of_the_old(
    old: list[int], new: list[int], stretches: tuple[int, ...]
) -> None:
    """It is none where they are the same, and no longer than what differs."""
    with patch.object(tokens_module, "_STRETCHES", stretches):
        edits = token_edits(array("I", old), array("I", new))
    assert bool(edits) == (old != new)
    for start, delete, inserted in edits:
        assert [*old[:start], *inserted, *old[start + delete :]] == new
        assert not inserted or not delete or inserted[0] != old[start]
        assert not inserted or not delete or inserted[-1] != old[start + delete - 1]
