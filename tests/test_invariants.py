"""The invariants of ARCHITECTURE.md that no other test holds."""

from __future__ import annotations

import dataclasses

import pytest

from spine_lsp.analysis.rules.catalogue import BY_CODE
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.orchestration.problems import CODES
from spine_lsp.server.client import Client
from spine_lsp.syntax.text import Edit, Text


def test_a_snapshot_never_changes() -> None:
    """A change makes another workspace; the one before, its documents and texts stay as they were."""
    before = Workspace().with_document("u", 1, Text("kind: PipelineGroup\nname: a\n"), None)
    document = before.documents["u"]
    text = document.text.replaced(26, 27, "b")
    after = before.with_document("u", 2, text, [Edit(26, 27, "b")])
    assert (document.groups[0].name, after.documents["u"].groups[0].name) == ("a", "b")
    assert before.documents["u"] is document
    assert document.text.source.endswith("a\n")
    assert "u" in before.documents
    assert "u" not in after.without_document("u").documents
    with pytest.raises(TypeError):
        before.documents["v"] = document  # type: ignore[index]  # that it cannot be done is the point
    with pytest.raises(dataclasses.FrozenInstanceError):
        before.config = after.config  # type: ignore[misc]  # as above
    with pytest.raises(dataclasses.FrozenInstanceError):
        Client().encoding = "utf-8"  # type: ignore[misc]  # as above


def test_released_codes_are_still_there() -> None:
    """The codes of the first release, whatever else has come since."""
    first = [
        "yaml-syntax",
        "duplicate-key",
        "unknown-key",
        "missing-key",
        "wrong-type",
        "bad-value",
        "unsupported-version",
        "unknown-kind",
        "duplicate-step",
        "unknown-dependency",
        "self-dependency",
        "dependency-cycle",
        "blocked-step",
        "duplicate-dependency",
    ]
    assert list(CODES) == first
    assert set(first) <= BY_CODE.keys()
