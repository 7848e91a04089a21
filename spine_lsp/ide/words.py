"""The words in which every client says the same: a policy, a level, a time, what is left out, a long text cut short."""

from __future__ import annotations

from spine_lsp.orchestration.models import ExecutionMode, ExecutionPolicy


def policy_words(policy: ExecutionPolicy) -> str:
    """How a group runs: "parallel, 4 at once, on failure stop, at most 90 minutes"."""
    words = [policy.mode.value]
    if policy.mode is ExecutionMode.PARALLEL:
        words.append(f"{policy.max_concurrency} at once")
    words.append(f"on failure {policy.on_failure.value}")
    if policy.timeout_minutes is not None:
        words.append(f"at most {minutes(policy.timeout_minutes)}")
    if policy.retries:
        words.append(f"tried again {'once' if policy.retries == 1 else f'{policy.retries:,} times'}")
    return ", ".join(words)


def minutes(number: float) -> str:
    """A number of minutes, whole or not: "1 minute", "90 minutes", "1.5 minutes"."""
    return f"{number:,.10g} minute{'' if number == 1 else 's'}"


def seconds(value: float | None) -> str:
    """A time that people read: `0.12 s`, `3 min 4 s`."""
    if value is None:
        return ""
    if value < 60:
        return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"
    whole = round(value)
    parts = [f"{whole // 3600} h"] if whole >= 3600 else []
    return " ".join([*parts, f"{whole % 3600 // 60} min", f"{whole % 60} s"])


def policy_json(policy: ExecutionPolicy) -> dict[str, object]:
    """A policy as commands answer it: the keys of a file, and `words`."""
    return {**policy.to_dict(), "words": policy_words(policy)}


def level_words(level: int) -> str:
    """A level as people are shown it, counted from 1 as the steps beside it: what waits for nothing is on level 1."""
    return f"level {level + 1}"


def cut_words(*counts: tuple[int, int, str]) -> str:
    """What is left out, in words: of each (number shown, number there are, what) of which not all is shown."""
    parts = [f"the first {shown:,} of {count:,} {what}" for shown, count, what in counts if shown < count]
    return f"only {' and '.join(parts)}" if parts else ""


def shorten(text: str, limit: int = 60) -> str:
    """A text in at most `limit` characters of one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
