"""What runs say of steps, as values: what runs now, what failed last, and how long each step took before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.orchestration.past_steps import PastStep

FAULTS = ("failed", "timed_out", "lost")
"""States of a step that did not do what it should."""

GroupKey = tuple[str, str]
"""The uri of a file and the name of a group in it."""


class CodePlace(NamedTuple):
    """A line of Python that a traceback names; `path` is as Python says it, `line` counts from 1."""

    path: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A step that failed in a run; `text` is what it was in the file then, or None where that is not known."""

    run: str
    state: str
    error: str
    text: str | None
    places: tuple[CodePlace, ...] = ()

    def holds_for(self, group: Group, step: int) -> bool:
        """Whether the step still is what failed."""
        return self.text is None or self.text == text_of_step(group, step)


@dataclass(frozen=True, slots=True)
class StepState:
    """A step in the run that was shown last: its state, and the seconds that it took once it has ended."""

    state: str
    seconds: float | None = None


Failures = Mapping[GroupKey, Mapping[str, FailedStep]]
Shown = Mapping[GroupKey, Mapping[str, StepState]]
Past = Mapping[GroupKey, Mapping[str, PastStep]]


@dataclass(frozen=True)
class RunFacts:
    """What is known of runs, by group and name of step; each part is empty where nothing has run."""

    failures: Failures = field(default_factory=lambda: MappingProxyType({}))
    shown: Shown = field(default_factory=lambda: MappingProxyType({}))
    past: Past = field(default_factory=lambda: MappingProxyType({}))
    resumable: Mapping[GroupKey, str] = field(default_factory=lambda: MappingProxyType({}))
    """The last run of a group where it did not complete."""

    def failed(self, group: Group) -> Iterator[tuple[int, FailedStep]]:
        """The steps of a group that failed last and are still what they were."""
        for name, failure in self.failures.get((group.uri, group.name), {}).items():
            step = group.graph.first.get(name)
            if step is not None and failure.holds_for(group, step):
                yield step, failure

    def past_of(self, group: Group, step: int) -> PastStep | None:
        """What the history has of a step."""
        return self.past.get((group.uri, group.name), {}).get(group.steps[step].name or "")

    def shown_of(self, group: Group, step: int) -> StepState | None:
        """The state of a step in the run that was shown last."""
        return self.shown.get((group.uri, group.name), {}).get(group.steps[step].name or "")


NO_RUNS = RunFacts()


def text_of_step(group: Group, step: int) -> str:
    """The text of a step's item, by which a change is told."""
    span = group.item_span(step)
    return group.text.source[span.start : span.end].rstrip()
