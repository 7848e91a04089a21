"""What a run gives: all its figures, the kinds of them, and what we aim at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.benchmarks.measure import Row, Start

OURS = "ours"
REFERENCES = ("null", "naive")
SIZES = (10, 100, 1_000, 10_000)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the benchmark, as it is kept in JSON."""

    began: str
    command: str
    machine: list[str]
    keys: int
    revision: str = ""
    starts: list[Start] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    breakdowns: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    """What a keystroke costs in files of other shapes."""
    profiles: str = ""
    missing: dict[str, str] = field(default_factory=dict)
    """Servers that could not be measured at all, and why."""
    older: str = ""
    """When that was measured, at the earliest, which was taken over from an earlier run."""

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Run:
        """A run from what `dataclasses.asdict` made of it."""
        starts = [Start(**one) for one in raw["starts"]]
        rows = [Row(**one) for one in raw["rows"]]
        return cls(**{**raw, "starts": starts, "rows": rows})

    def taking_over(self, before: Run, servers: Sequence[str], sizes: Sequence[int]) -> Run:
        """The run with all figures of an earlier one, but for the servers and sizes that are measured now."""
        rows = [one for one in before.rows if not (one.server in servers and one.size in sizes)]
        return replace(
            self,
            starts=[*self.starts, *(one for one in before.starts if one.server not in servers)],
            rows=[*self.rows, *rows],
            breakdowns={**before.breakdowns, **self.breakdowns},
            shapes=self.shapes or before.shapes,
            profiles=self.profiles or before.profiles,
            missing={name: why for name, why in before.missing.items() if name not in servers},
            older=before.older or before.began,
        )

    def row(self, server: str, size: int) -> Row | None:
        """What was measured of a server at a size."""
        return next((row for row in self.rows if (row.server, row.size) == (server, size)), None)


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of figure: its words, where it is in a row, what we aim at, and whether a delay is part of it."""

    title: str
    field: str
    unit: str
    targets: Mapping[int, float]
    delayed: bool = False

    def of(self, row: Row) -> float | None:
        """The figure in a row."""
        value: float | None = getattr(row, self.field)
        return value


def _targets(*values: float) -> dict[int, float]:
    return dict(zip(SIZES, values, strict=True))


MEASURES = (
    Measure("Open to first diagnostics", "open_ms", "ms", _targets(30, 40, 80, 600), True),
    Measure("Keystroke to diagnostics, p50", "key_p50", "ms", _targets(3, 4, 6, 17), True),
    Measure("Keystroke to diagnostics, p95", "key_p95", "ms", _targets(6, 8, 12, 33), True),
    Measure("Burst of 30 keys, last key to final", "burst_final_ms", "ms", _targets(10, 10, 20, 50), True),
    Measure("Burst: stale publications after the last key", "burst_stale", "", _targets(0, 0, 0, 0)),
    Measure("Completion right behind an edit, p95", "completion_p95", "ms", _targets(5, 5, 15, 50)),
    Measure("Longest stall of a trivial request", "stall_ms", "ms", _targets(3, 5, 12, 35)),
    Measure("Resident memory", "memory_mb", "MB", _targets(50, 55, 70, 150)),
)
MORE = (
    Measure("Keystroke to the last word, if the user pauses, median", "pause_ms", "ms", {}),
    Measure("CPU time of the server for a keystroke", "key_cpu_ms", "ms", {}),
    Measure("Diagnostics after the letter that makes a gap", "dangling", "", {}),
)
START_TARGET = 200.0
