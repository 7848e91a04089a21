"""What runs came to, as OpenMetrics: written to a file, pushed to a gateway, or printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from urllib.error import HTTPError
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, Metric, push_to_gateway
from prometheus_client.core import GaugeMetricFamily, StateSetMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.registry import Collector

from spine_lsp.execution.results import GroupExecutionResult, GroupExecutionStatus, StepStatus
from spine_lsp.printable import printable

JOB = "spine"
"""What a gateway knows the runs as."""
_SECONDS = 10
"""The longest that a gateway may take."""
_ENDS = tuple(status for status in GroupExecutionStatus if status is not GroupExecutionStatus.RUNNING)


def open_metrics(runs: Iterable[GroupExecutionResult]) -> str:
    """The text for runs that have ended, one of each group."""
    written: Callable[[CollectorRegistry], bytes] = generate_latest
    return written(_registry(runs)).decode()


def push(url: str, run: GroupExecutionResult) -> None:
    """Give a run to a gateway, in the place of the last one of its group; OSError where it does not take it."""
    group = {"group": printable(run.group_name)}
    try:
        push_to_gateway(url, JOB, _registry([run]), grouping_key=group, timeout=_SECONDS)
    except HTTPError as exc:
        exc.close()
        raise OSError(f"it answered {exc.code} {exc.reason}") from None


def is_gateway(where: str) -> bool:
    """Whether metrics are to be pushed there, and not written to a file."""
    return urlsplit(where).scheme in ("http", "https")


def _registry(runs: Iterable[GroupExecutionResult]) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Runs(runs))
    return registry


class _Runs(Collector):
    def __init__(self, runs: Iterable[GroupExecutionResult]) -> None:
        self._runs = list(runs)

    def collect(self) -> Iterator[Metric]:
        """The last run of each group, and its steps."""
        state = StateSetMetricFamily("spine_group_last_run_state", "How the last run ended.", labels=["group"])
        ended = _gauge("spine_group_last_run_end_timestamp_seconds", "When the last run ended.", "group")
        took = _gauge("spine_group_last_run_duration_seconds", "How long the last run took.", "group")
        steps = _gauge("spine_group_last_run_steps", "Steps of the last run by state.", "group", "state")
        step_took = _gauge("spine_step_last_run_duration_seconds", "How long the step took.", "group", "step")
        tried = _gauge("spine_step_last_run_attempts", "How often the step was tried.", "group", "step")
        completed = _gauge("spine_step_last_run_completed", "1 for a step that completed.", "group", "step")
        for run in self._runs:
            group = printable(run.group_name)
            state.add_metric([group], {each.value: each is run.status for each in _ENDS})
            if run.completed_at is not None:
                ended.add_metric([group], run.completed_at.timestamp())
            if run.duration_seconds is not None:
                took.add_metric([group], run.duration_seconds)
            counts = Counter(step.status for step in run.step_executions)
            for status in StepStatus:
                steps.add_metric([group, status.value], counts[status])
            for step in run.step_executions:
                labels = [group, printable(step.step_name)]
                if step.duration_seconds is not None:
                    step_took.add_metric(labels, step.duration_seconds)
                tried.add_metric(labels, step.attempts)
                completed.add_metric(labels, step.status is StepStatus.COMPLETED)
        yield from (state, ended, took, steps, step_took, tried, completed)


def _gauge(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, labels=labels)
