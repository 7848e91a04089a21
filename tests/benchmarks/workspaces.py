"""A large workspace on the disk: group files, and Python files of which every second one registers a pipeline."""

from __future__ import annotations

from pathlib import Path

_IN_A_FOLDER = 50

_GROUP = """\
apiVersion: spine.io/v1
kind: PipelineGroup
metadata:
  name: group_{number}
  domain: finra.otc
spec:
  defaults:
    start: 2026-01-09
    tier: NMS_TIER_1
  policy:
    execution: parallel
    max_concurrency: 4
    on_failure: stop
  pipelines:
"""
_STEP = """\
    - name: step_{step}
      pipeline: area{area}.pipeline_{pipeline}
{after}      params:
        force: {force}
        limit: {limit}
"""
_PIPELINE = '''\
"""Weekly figures of area {area}, number {number}: fetched, normalised, and written to the store."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any

from spine.framework import Pipeline, PipelineResult, PipelineStatus, register_pipeline
from spine.framework.params import ParamDef, PipelineSpec, enum_value

from .helpers_{helper} import normalised, weeks_between

log = logging.getLogger(__name__)

AREA = "area{area}"
TIERS = ("NMS_TIER_1", "NMS_TIER_2", "OTC")


def _window(start: date, weeks: int) -> tuple[date, date]:
    """The first and the last day that are asked for."""
    end = start + timedelta(weeks=weeks)
    while end.weekday() > 4:
        end -= timedelta(days=1)
    return start, end


@register_pipeline(f"{{AREA}}.pipeline_{number}")
class Pipeline{number}(Pipeline):
    """Ingest the weekly file of a tier, and count its rows.

    Rows that were there already are left alone, unless `force` says otherwise.
    """

    description = "Ingest number {number} of area {area}"
    spec = PipelineSpec(
        required_params={{
            "start": ParamDef("start", date, "The first day of the window"),
            "tier": ParamDef("tier", str, "The tier to read", validator=enum_value(TIERS)),
        }},
        optional_params={{
            "force": ParamDef("force", bool, "Read again what is there", required=False, default=False),
            "limit": ParamDef("limit", int, "The most rows", required=False, default=1000),
        }},
        examples=["spine run area{area}.pipeline_{number} -p tier=OTC"],
    )

    def run(self) -> PipelineResult:
        """Read, normalise, write."""
        start, tier = self.params["start"], self.params["tier"]
        limit = self.params.get("limit", 1000)
        first, last = _window(start, 1)
        rows: list[dict[str, Any]] = []
        for week in weeks_between(first, last):
            for row in self._rows(week, tier):
                if len(rows) >= limit:
                    log.warning("more than %s rows in %s", limit, week)
                    break
                rows.append(normalised(row))
        if not rows:
            return PipelineResult(status=PipelineStatus.FAILED, error="no rows")
        return PipelineResult(status=PipelineStatus.COMPLETED, metrics={{"rows": len(rows)}})

    def _rows(self, week: date, tier: str) -> list[dict[str, Any]]:
        found = []
        for number in range(10):
            found.append({{"week": week.isoformat(), "tier": tier, "symbol": f"S{{number}}", "shares": number * 100}})
        return found
'''
_HELPERS = '''\
"""Helpers of area {area}, number {number}."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any


def normalised(row: dict[str, Any]) -> dict[str, Any]:
    """A row with names in lower case and numbers as numbers."""
    found: dict[str, Any] = {{}}
    for name, value in row.items():
        key = name.strip().lower().replace(" ", "_")
        if isinstance(value, str) and value.isdigit():
            found[key] = int(value)
        elif value in ("", None, "n/a"):
            found[key] = None
        else:
            found[key] = value
    return found


def weeks_between(first: date, last: date) -> Iterator[date]:
    """The Mondays of a window."""
    day = first - timedelta(days=first.weekday())
    while day <= last:
        yield day
        day += timedelta(weeks=1)


class Totals:
    """Sums by name."""

    def __init__(self) -> None:
        self.sums: dict[str, float] = {{}}

    def add(self, name: str, value: float) -> None:
        """Add to one of them."""
        self.sums[name] = self.sums.get(name, 0.0) + value

    def top(self, count: int = {number}) -> list[tuple[str, float]]:
        """The largest."""
        return sorted(self.sums.items(), key=lambda item: -item[1])[:count]
'''


def write_workspace(top: Path, groups: int, python: int) -> None:
    """Make a workspace of so many group files of eight steps, and so many Python files."""
    pipelines = max(python // 2, 1)
    for number in range(python):
        area = number // _IN_A_FOLDER
        folder = top / "src" / f"area{area}"
        if number % _IN_A_FOLDER == 0:
            folder.mkdir(parents=True)
            (folder / "__init__.py").write_text("")
        if number % 2:
            name, text = f"helpers_{number // 2}.py", _HELPERS.format(area=area, number=number // 2)
        else:
            name = f"pipeline_{number // 2}.py"
            text = _PIPELINE.format(area=area, number=number // 2, helper=number // 2)
        (folder / name).write_text(text)
    for number in range(groups):
        folder = top / "groups" / f"area{number // _IN_A_FOLDER}"
        if number % _IN_A_FOLDER == 0:
            folder.mkdir(parents=True)
        (folder / f"group_{number}.yaml").write_text(group_text(number, pipelines))


def group_text(number: int, pipelines: int) -> str:
    """The text of one of the group files."""
    steps = []
    for step in range(8):
        pipeline = (number * 8 + step) % pipelines
        after = f"      depends_on: [step_{step // 2}]\n" if step else ""
        force, limit = str(step % 2 == 0).lower(), 100 + step
        area = pipeline * 2 // _IN_A_FOLDER
        steps.append(_STEP.format(step=step, area=area, pipeline=pipeline, after=after, force=force, limit=limit))
    return _GROUP.format(number=number) + "".join(steps)
