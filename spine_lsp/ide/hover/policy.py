"""What a policy means for the group that has it, in a few sentences with its own numbers."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.group import Group
from spine_lsp.ide.hover.markup import Paragraph
from spine_lsp.ide.values import policy_of, shown_levels
from spine_lsp.ide.words import minutes
from spine_lsp.orchestration.models import ExecutionMode, FailurePolicy
from spine_lsp.orchestration.problems import counted
from spine_lsp.orchestration.simulate import simulate
from spine_lsp.orchestration.vocabulary import EXECUTION, MAX_CONCURRENCY, ON_FAILURE, TIMEOUT_MINUTES

_MOST_PLAYED = 2000  # steps; a run of more is not played for a hover


def group_lines(group: Group) -> Iterator[Paragraph]:
    """The group in one line: how many steps, levels, and what cannot run."""
    yield Paragraph((summary(group),))


def summary(group: Group) -> str:
    """How many steps and levels, and how many steps cannot run."""
    levels = shown_levels(group)
    runnable = sum(map(len, levels))
    left = len(group.steps) - runnable
    text = f"{counted(runnable, 'step')}, {counted(len(levels), 'level')}"
    return f"{text}, {left} cannot run" if left else text


def policy_lines(group: Group, key: str) -> list[Paragraph]:
    """What the policy's `key` means for this group; without a key, what the whole means."""
    policy = policy_of(group)
    levels = shown_levels(group)
    count, widest = sum(map(len, levels)), max(map(len, levels), default=0)
    parallel = policy.mode is ExecutionMode.PARALLEL
    sentences: list[str] = []
    if key in ("", EXECUTION, MAX_CONCURRENCY):
        if parallel:
            sentences.append(
                f"Here: parallel, {policy.max_concurrency} at once; the widest level has {counted(widest, 'step')}"
            )
            sentences[-1] += _rounds(group, count) + "."
        elif key == MAX_CONCURRENCY:
            sentences.append("Here: without effect, for the steps run one by one.")
        else:
            sentences.append(f"Here: {counted(count, 'step')}, one after the other.")
    if key in ("", ON_FAILURE):
        if policy.on_failure is FailurePolicy.STOP:
            sentences.append("If a step fails, what is running finishes and nothing else starts.")
        else:
            sentences.append("If a step fails, what waits for it is skipped and everything else runs.")
    if key == TIMEOUT_MINUTES and policy.timeout_minutes is not None:
        sentences.append(f"Here: {counted(count, 'step')} may take {minutes(policy.timeout_minutes)} in all.")
    return [Paragraph((text,)) for text in sentences]


def _rounds(group: Group, count: int) -> str:
    """How long the run takes in the time of one step, where all take equally long."""
    if not 0 < count <= _MOST_PLAYED:
        return ""
    length = simulate(group.graph, policy_of(group)).makespan
    return f". If every step takes equally long, the run takes {length:g} times as long as one step, not {count}"
