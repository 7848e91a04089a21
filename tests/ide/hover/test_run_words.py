"""What runs say of a step, in words."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.runs import RunFacts, StepState
from spine_lsp.ide.run_words import past_words, short_words
from spine_lsp.orchestration.past_steps import PastStep
from spine_lsp.syntax.text import Text

URI = "file:///g.yaml"
AT = "2026-01-09T06:00:00+00:00"
LAST = "Last run 2026-01-09 06:00 UTC"
(GROUP,) = Document.read(URI, 1, Text("name: g\nsteps:\n- name: a\n  pipeline: p\n")).groups


def facts(past: PastStep | None, shown: StepState | None) -> RunFacts:
    def of(fact: Any) -> Any:
        return MappingProxyType({} if fact is None else {(URI, "g"): MappingProxyType({"a": fact})})

    return RunFacts(past=of(past), shown=of(shown))


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (PastStep("completed", AT, 2.0, (2.0,)), "completed after 2.00 s; 2.00 s in its one completed run"),
        (
            PastStep("completed", AT, 2.0, (2.0, 4.0)),
            "completed after 2.00 s; 3.00 s is the median of 2 runs",
        ),
        (
            PastStep("completed", AT, 9.0, (9.0, *[1.0] * 19)),
            "completed after 9.00 s, slower than usual; 1.00 s is the median of the last 20 runs",
        ),
        (PastStep("timed_out", AT, None), "timed out"),
        (PastStep("failed", AT, 0.5, (2.0,)), "failed after 0.50 s; 2.00 s in its one completed run"),
    ],
)
def test_a_hover_says_the_last_run_and_the_median(past: PastStep, words: str) -> None:
    """Singular and plural, with and without a time."""
    assert past_words(facts(past, None), GROUP, 0) == f"{LAST}: {words}"
    assert past_words(facts(None, None), GROUP, 0) is None


@pytest.mark.parametrize(
    ("past", "shown", "words"),
    [
        (None, None, None),
        (None, StepState("pending"), None),
        (None, StepState("running"), ("running…", "It runs now.")),
        (
            PastStep("failed", AT, 0.5, (2.0,)),
            StepState("running"),
            ("running…, usually 2.00 s", "It runs now."),
        ),
        (None, StepState("skipped"), ("skipped", "It did not run in the last run.")),
        (None, StepState("completed", 1.5), ("✓ 1.50 s", "")),
        (None, StepState("timed_out", 1.5), ("✗ timed out", "")),
        (
            PastStep("completed", AT, 9.0, (9.0, 1.0, 1.0, 1.0)),
            None,
            (
                "✓ 9.00 s, slow: usually 1.00 s",
                f"{LAST}: completed after 9.00 s, slower than usual; 1.00 s is the median of 4 runs.",
            ),
        ),
    ],
)
def test_a_hint_says_the_state(past: PastStep | None, shown: StepState | None, words: object) -> None:
    """Of the run that was shown last, else of the history."""
    assert short_words(facts(past, shown), GROUP, 0) == words
