"""The example workflows: the sound ones have nothing to be said of, and the broken one has what it was written for."""

from __future__ import annotations

from pathlib import Path

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.syntax.text import Text

EXAMPLES = Path(__file__).parent.parent / "schemas" / "examples" / "workflows"


def codes(path: Path) -> list[str]:
    return [
        one.code for one in diagnose(Document.read(path.as_uri(), 1, Text(path.read_text(encoding="utf-8"))))
    ]


@pytest.mark.parametrize("name", ["tide_tables", "arrivals_older", "arrivals_flat"])
def test_a_sound_workflow_has_no_findings(name: str) -> None:
    """In each dialect and form."""
    assert codes(EXAMPLES / f"{name}.yaml") == []


def test_the_broken_workflow_is_told_all() -> None:
    """Each fault once, by its own rule."""
    assert codes(EXAMPLES / "broken_tables.yaml") == [
        "ignored-order",
        "dropped-key",
        "dropped-key",
        "unresolved-reference",
        "choice-jumps-back",
        "mixed-dialects",
        "similar-names",
        "unknown-step-type",
        "unsupported-map",
        "recursive-workflow",
        "ineffective-on-failure",
        "dropped-key",
    ]
