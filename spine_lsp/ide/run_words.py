"""What runs say of a step, in words: behind its name, and in its hover."""

from __future__ import annotations

from spine_lsp.analysis.document import Group
from spine_lsp.analysis.runs import FAULTS, RunFacts, StepPast
from spine_lsp.ide.words import seconds

_SHOWN_RUNS = 20


def state_words(state: str) -> str:
    """A state as people read it: `timed out`."""
    return state.replace("_", " ")


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
    if shown.state in ("running", "skipped"):
        more = f", usually {seconds(past.usual)}" if shown.state == "running" and past and past.usual else ""
        return ("running…" if more == "" else f"running…{more}") if shown.state == "running" else "skipped", (
            "It runs now." if shown.state == "running" else "It did not run in the last run."
        )
    return _mark(shown.state, shown.seconds, past), (f"{_sentence(past)}." if past is not None else "")


def past_words(runs: RunFacts, group: Group, step: int) -> str | None:
    """What the history has of a step, in a sentence without a full stop; None where it has nothing."""
    past = runs.past_of(group, step)
    return None if past is None else _sentence(past)


def _mark(state: str, took: float | None, past: StepPast | None) -> str:
    if state in FAULTS or state == "cancelled":
        return f"✗ {state_words(state)}"
    slow = f", slow: usually {seconds(_before(past))}" if past is not None and past.is_slow else ""
    return f"✓ {seconds(took)}{slow}" if took is not None else "✓"


def _before(past: StepPast) -> float | None:
    return StepPast(past.state, past.at, past.seconds, past.times[1:]).usual


def _sentence(past: StepPast) -> str:
    took = f" after {seconds(past.seconds)}" if past.seconds is not None else ""
    words = f"Last run {past.at[:16].replace('T', ' ')} UTC: {state_words(past.state)}{took}"
    if past.is_slow:
        words += ", slower than usual"
    if past.usual is not None:
        count = len(past.times)
        of = (
            "once"
            if count == 1
            else f"the median of {count if count < _SHOWN_RUNS else f'the last {count}'} runs"
        )
        words += f"; {seconds(past.usual)} {f'is {of}' if count > 1 else 'in its one completed run'}"
    return words
