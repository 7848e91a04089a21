"""What runs say of a step, in words: behind its name, and in its hover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.runs import FAULTS, RunFacts
from spine_lsp.ide.words import seconds
from spine_lsp.orchestration.past_steps import PastStep

_SHOWN_RUNS = 20  # as many as the history is asked for


def state_words(state: str) -> str:
    """A state as people read it: `timed out`."""
    return state.replace("_", " ")


def with_took(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a run, a step or an event with its `seconds` in words too, as `took`: one form in all clients."""
    return {**told, "took": seconds(told.get("seconds")) or None}


def short_words(runs: RunFacts, group: Group, step: int) -> tuple[str, str] | None:
    """A few words behind the name of a step, and a sentence that says it in full; None where nothing is known."""
    past = runs.past_of(group, step)
    shown = runs.shown_of(group, step)
    if shown is None:
        if past is None:
            return None
        return _mark(past.state, past.seconds, past), f"{_sentence(past)}."
    if shown.state == "pending":
        return None
    if shown.state == "running":
        usual = f", usually {seconds(past.usual)}" if past is not None and past.usual is not None else ""
        return f"running…{usual}", "It runs now."
    if shown.state == "skipped":
        return "skipped", "It did not run in the last run."
    return _mark(shown.state, shown.seconds, past), (f"{_sentence(past)}." if past is not None else "")


def past_words(runs: RunFacts, group: Group, step: int) -> str | None:
    """What the history has of a step, in a sentence without a full stop; None where it has nothing."""
    past = runs.past_of(group, step)
    return None if past is None else _sentence(past)


def _mark(state: str, took: float | None, past: PastStep | None) -> str:
    if state in FAULTS or state == "cancelled":
        return f"✗ {state_words(state)}"
    slow = f", slow: usually {seconds(_before(past))}" if past is not None and past.is_slow else ""
    return f"✓ {seconds(took)}{slow}" if took is not None else "✓"


def _before(past: PastStep) -> float | None:
    return replace(past, times=past.times[1:]).usual


def _sentence(past: PastStep) -> str:
    took = f" after {seconds(past.seconds)}" if past.seconds is not None else ""
    words = f"Last run {past.at[:16].replace('T', ' ')} UTC: {state_words(past.state)}{took}"
    if past.is_slow:
        words += ", slower than usual"
    count = len(past.times)
    if count == 1:
        words += f"; {seconds(past.usual)} in its one completed run"
    elif count:
        which = f"the last {count}" if count == _SHOWN_RUNS else str(count)
        words += f"; {seconds(past.usual)} is the median of {which} runs"
    return words
