"""Executors and dispatchers of tests: time passes only when it is waited for, and a pipeline is a few words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from heapq import heappop, heappush
from threading import Lock
from types import SimpleNamespace
from typing import Any

from spine_lsp.execution.executors import Ended, Report, Task
from spine_lsp.orchestration.models import ExecutionPlan, ExecutionPolicy, PipelineGroup, PipelineStep
from spine_lsp.orchestration.planner import PlanResolver
from spine_lsp.orchestration.scheduling import Halt, Outcome

MORNING = datetime(2026, 1, 9, 6, 0, tzinfo=timezone.utc)


def plan_of(
    edges: Mapping[str, Sequence[str]],
    policy: ExecutionPolicy | None = None,
    retries: Mapping[str, int] | None = None,
) -> ExecutionPlan:
    """A plan of steps by name, each with what it waits for; its pipelines are called as the steps are."""
    steps = [PipelineStep(name, name, on, retries=(retries or {}).get(name)) for name, on in edges.items()]
    group = PipelineGroup("g", steps, policy=policy or ExecutionPolicy())
    return PlanResolver(validate_pipelines=False).resolve(group, batch_id="b")


class PaperExecutor:
    """Takes as long for each attempt as it is told, on a clock of its own; ends what it is told to end at once."""

    def __init__(self, attempt: Callable[[int, int], tuple[float, Outcome]]) -> None:
        self._attempt = attempt
        self._time = 0.0
        self._running: list[tuple[float, int, Outcome]] = []
        self.timeline: list[tuple[int, int, float, float, Outcome]] = []
        self.closed = False

    def now(self) -> float:
        return self._time

    def clock(self) -> datetime:
        return MORNING + timedelta(seconds=self._time)

    def start(self, task: Task) -> None:
        takes, outcome = self._attempt(task.step, task.attempt)
        heappush(self._running, (self._time + takes, task.step, outcome))
        self.timeline.append((task.step, task.attempt, self._time, self._time + takes, outcome))

    def stop(self, step: int, why: Halt) -> None:
        self._running = sorted(
            (self._time, other, why) if other == step else (end, other, outcome)
            for end, other, outcome in self._running
        )
        last = max(number for number, each in enumerate(self.timeline) if each[0] == step)
        self.timeline[last] = (*self.timeline[last][:3], self._time, why)

    def wait(self, seconds: float | None) -> Sequence[Report]:
        until = float("inf") if seconds is None else self._time + seconds
        self._time = min(self._running[0][0], until) if self._running else until
        reports = []
        while self._running and self._running[0][0] <= self._time:
            _, step, outcome = heappop(self._running)
            reports.append(Ended(step, outcome))
        return reports

    def wake(self) -> None:
        """Nobody waits for long."""

    def close(self) -> None:
        self.closed = True


class FakeDispatcher:
    """Answers as Spine's does, by what the pipeline is called: `fail...` fails, `raise...` raises, all else is well."""

    def __init__(self, **behaviour: Callable[[dict[str, Any]], Any]) -> None:
        self.calls: list[tuple[str, dict[str, Any], Any]] = []
        self.most = 0
        self._now = 0
        self._lock = Lock()
        self._behaviour = behaviour

    def submit(self, *, pipeline: str, params: dict[str, Any], trigger_source: Any) -> Any:
        with self._lock:
            self.calls.append((pipeline, params, trigger_source))
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            if pipeline in self._behaviour:
                return self._behaviour[pipeline](params)
            if pipeline.startswith("raise"):
                raise RuntimeError(f"{pipeline} broke")
            failed = pipeline.startswith("fail")
            status = SimpleNamespace(value="failed" if failed else "completed")
            result = SimpleNamespace(
                status=status,
                metrics={"rows": 3},
                error="no rows" if failed else None,
                started_at=MORNING,
                completed_at=MORNING,
            )
            return SimpleNamespace(status=status, error=None, result=result)
        finally:
            with self._lock:
                self._now -= 1

    @property
    def order(self) -> list[str]:
        return [pipeline for pipeline, _, _ in self.calls]
