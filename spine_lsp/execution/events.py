"""The events of a run: what happens, in its order, each as one line of JSON; docs/running.md lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from spine_lsp.execution.results import written

Kind = Literal[
    "run_started",
    "step_waiting",
    "step_started",
    "step_output",
    "step_retrying",
    "step_finished",
    "step_skipped",
    "run_cancelling",
    "run_finished",
]


@dataclass(frozen=True, slots=True)
class RunEvent:
    """Something that happened in a run; ``number`` counts from 1. ``data`` holds plain values by kind."""

    kind: Kind
    run_id: str
    number: int
    at: datetime
    step: str | None = None
    data: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, those of ``data`` beside the others."""
        head = {"event": self.kind, "run": self.run_id, "number": self.number, "at": written(self.at)}
        return {**head, **({"step": self.step} if self.step is not None else {}), **self.data}


CHANGED_SINCE = 3
"""The exit code by which a runner tells an editor that completed steps of the run to resume have changed since."""

DEBUG_CONFIG = "debug_config"
"""What a runner that runs nothing tells an editor in the place of events: how a debugger starts the step."""

OnEvent = Callable[[RunEvent], object]
