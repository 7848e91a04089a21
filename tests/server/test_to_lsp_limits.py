"""Of more findings than anybody reads the severe ones are shown, and how many there are."""

from __future__ import annotations

from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.server.client import Client
from spine_lsp.server.to_lsp import MOST_SHOWN, diagnostics
from spine_lsp.syntax.text import Text


def shown(findings: list[Finding]) -> list[dict[str, object]]:
    """What the client gets."""
    return diagnostics(Text("name: x\n"), "file:///g.yaml", findings, Client())


def test_as_many_as_are_shown_are_shown_whole() -> None:
    """No word about what is not left out."""
    findings = [Finding("bad-value", Severity.ERROR, 0, 1, str(number)) for number in range(MOST_SHOWN)]
    assert [one["message"] for one in shown(findings)] == [finding.message for finding in findings]


def test_of_more_the_severe_ones_stay_in_their_order() -> None:
    """An error behind thousands of hints is shown, and the last diagnostic counts."""
    hints = [
        Finding("late-definition", Severity.HINT, 0, 1, f"hint {number}") for number in range(MOST_SHOWN)
    ]
    errors = [Finding("bad-value", Severity.ERROR, 2, 3, f"error {number}") for number in range(2)]
    messages = [one["message"] for one in shown([hints[0], errors[0], *hints[1:], errors[1]])]
    assert messages[:3] == ["hint 0", "error 0", "hint 1"]
    assert messages[-2:] == [
        "error 1",
        "only 2,000 of 2,002 problems are shown here; `spine-lsp check` lists them all",
    ]
    assert len(messages) == MOST_SHOWN + 1
