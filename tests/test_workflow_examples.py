"""The example workflows: the sound ones have nothing to be said of, and the broken one has what it was written for."""

from __future__ import annotations

from pathlib import Path

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Severity
from spine_lsp.orchestration.kinds import WORKFLOW
from spine_lsp.orchestration.loader import workflows_from_text
from spine_lsp.syntax.text import Edit, Text
from tests.analysis.workflow_texts import NOTED, SOUND

EXAMPLES = Path(__file__).parent.parent / "schemas" / "examples" / "workflows"


def codes(path: Path) -> list[str]:
    return [one.code for one in diagnose(Document.read(path.as_uri(), 1, Text(path.read_text(encoding="utf-8"))))]


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


def read(text: str) -> Document:
    return Document.read("file:///w.yaml", 1, Text(text))


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_said_of_what_people_write(name: str) -> None:
    """Nor of the same text in the other dialect, behind a comment, or behind another document."""
    text = SOUND[name]
    older = text.replace("operation:", "pipeline:").replace("operation\n", "pipeline\n")
    tells = "Workflow" in text or "type:" in text or "lambda" in text  # else it is a group's
    for variant in (text, *([older] if tells else ()), f"# first\n\n{text}"):
        document = read(variant)
        assert [group.kind for group in document.groups] == [WORKFLOW]
        assert [one.message for one in diagnose(document)] == []
        assert len(workflows_from_text(variant)) == 1


@pytest.mark.parametrize("name", NOTED)
def test_what_may_well_be_meant_has_a_word_of_its_own(name: str) -> None:
    """And nothing else is said."""
    text, expected = NOTED[name]
    found = diagnose(read(text))
    assert {one.code for one in found} == expected
    assert all(one.severity >= Severity.WARNING for one in found)


@pytest.mark.parametrize("name", SOUND)
def test_a_workflow_that_is_typed_is_read_as_one_that_is_opened(name: str) -> None:
    """Line by line, whatever the file is taken for in between."""
    text = SOUND[name]
    lines = text.splitlines(keepends=True)
    document = read("")
    for number, line in enumerate(lines):
        end = len(document.text.source)
        edits = [Edit(end, end, line)]
        document = document.changed(number + 2, document.text.replaced(end, end, line), edits)
    assert document.text.source == text
    assert diagnose(document) == diagnose(read(text))
    assert [group.kind for group in document.groups] == [WORKFLOW]
