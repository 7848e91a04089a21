"""Eleven pipelines in the shapes that real ones have: what is right has no finding, and each fault has its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.python_findings import diagnose_python
from spine_lsp.syntax.text import Text
from tests.fixture import project_of

EXAMPLE = Path(__file__).parents[3] / "schemas" / "examples" / "workspace"

HEAD = """\
from __future__ import annotations

from pathlib import Path
from typing import Any

from spine.framework.params import ParamDef, PipelineSpec, date_format, enum_value, file_exists, positive_int
from spine.framework.pipelines import Pipeline, PipelineResult, PipelineStatus
from spine.framework.registry import register_pipeline

from acme.schema import Exchange, Tier
"""
ENUMS = '''\
from enum import Enum


class Tier(str, Enum):
    """The tiers of the market."""

    ONE = "TIER_1"
    TWO = "TIER_2"
    REST = "REST"


class Exchange(Enum):
    HARBOR = "XHBR"
    RIVER = "XRVR"
'''
VOLUMES = f'''{HEAD}
WEEK = ParamDef(
    name="week_ending",
    type=str,
    description="The Friday, as YYYY-MM-DD",
    validator=date_format,
    error_message="week_ending must be a date",
)
TIER = ParamDef(
    name="tier",
    type=str,
    description="The tier of the market",
    validator=enum_value(Tier),
    error_message="tier must be Tier1, Tier2 or Rest",
)
FORCE = {{"force": ParamDef(name="force", type=bool, description="Do it again", required=False, default=False)}}


@register_pipeline("acme.volumes.ingest_week")
class IngestWeek(Pipeline):
    """Reads the file of a week."""

    name = "acme.volumes.ingest_week"
    description = "Ingest a week"
    spec = PipelineSpec(
        required_params={{}},
        optional_params={{
            "file_path": ParamDef("file_path", Path, "A file", required=False, validator=file_exists),
            "week_ending": ParamDef("week_ending", str, "The Friday", required=False, default=None),
            "tier": ParamDef("tier", str, "The tier", required=False, default=None, validator=enum_value(Tier)),
            "sleep_between": ParamDef("sleep_between", float, "Seconds", required=False, default=0.5),
            "since": ParamDef("since", date, "Not before", required=False, default=None),
            **FORCE,
        }},
        examples=["week_ending=2026-01-09 tier=Tier1"],
    )

    def run(self):
        params: dict[str, Any] = self.params
        batch = params.get("batch_id") or "none"
        capture = self.params.get("capture_id")
        return PipelineResult(status=PipelineStatus.COMPLETED, metrics={{"batch": batch, "capture": capture}})


@register_pipeline("acme.volumes.normalize_week")
class NormalizeWeek(Pipeline):
    name = "acme.volumes.normalize_week"
    description = "Normalize"
    DEPENDENCIES = [{{"domain": "acme", "table": "raw", "description": "the raw week", "required": True}}]
    spec = PipelineSpec(required_params={{"week_ending": WEEK, "tier": TIER}}, optional_params=FORCE)

    def run(self):
        return self.params["week_ending"], self.params.get("capture_id")


@register_pipeline("acme.volumes.aggregate_week")
class AggregateWeek(NormalizeWeek):
    name = "acme.volumes.aggregate_week"
    description = "Aggregate"


@register_pipeline("acme.volumes.compute_rolling")
class ComputeRolling(Pipeline):
    name = "acme.volumes.compute_rolling"
    description = "Rolling"
    spec = PipelineSpec(
        required_params={{"week_ending": WEEK, "tier": TIER}},
        optional_params={{
            "window_weeks": ParamDef("window_weeks", int, "Weeks", required=False, default=6, validator=positive_int),
            **FORCE,
        }},
    )


@register_pipeline("acme.volumes.compute_share")
class ComputeShare(Pipeline):
    name = "acme.volumes.compute_share"
    description = "Share"
    spec = PipelineSpec(required_params={{"week_ending": WEEK, "tier": TIER}}, optional_params=FORCE)


@register_pipeline("acme.volumes.compute_per_day")
class ComputePerDay(Pipeline):
    name = "acme.volumes.compute_per_day"
    description = "Per day"
    spec = PipelineSpec(
        required_params={{"week_ending": WEEK, "tier": TIER}},
        optional_params={{
            "exchange_code": ParamDef("exchange_code", str, "", required=False, validator=enum_value(Exchange)),
            "calendar_capture_id": ParamDef("calendar_capture_id", str, "", required=False),
            **FORCE,
        }},
    )


@register_pipeline("acme.volumes.backfill_range")
class BackfillRange(Pipeline):
    name = "acme.volumes.backfill_range"
    description = "Backfill"
    spec = PipelineSpec(
        required_params={{
            "tier": TIER,
            "weeks_back": ParamDef("weeks_back", int, "Weeks", validator=positive_int),
            "source_dir": ParamDef("source_dir", Path, "Where"),
        }},
        optional_params={{"file_pattern": ParamDef("file_pattern", str, "Glob", required=False), **FORCE}},
    )

    def run(self):
        return run_all(**self.params)
'''
REFERENCE = f"""{HEAD}
@register_pipeline("reference.calendar.ingest_year")
class IngestYear(Pipeline):
    name = "reference.calendar.ingest_year"
    description = "A year"
    spec = PipelineSpec(
        optional_params={{
            "year": ParamDef("year", int, "The year", required=False, default=2026),
            "exchange_code": ParamDef("exchange_code", str, "", required=False, validator=enum_value(Exchange)),
        }}
    )


@register_pipeline("reference.calendar.compute_trading_days")
class ComputeTradingDays(Pipeline):
    name = "reference.calendar.compute_trading_days"
    description = "Days"
    spec = PipelineSpec(
        required_params={{
            "year": ParamDef("year", int, "The year"),
            "exchange_code": ParamDef("exchange_code", str, "", validator=enum_value(Exchange)),
        }}
    )
"""
MARKET = f"""{HEAD}
@register_pipeline("market.ingest_prices")
class IngestPrices(Pipeline):
    name = "market.ingest_prices"
    description = "One symbol"
    spec = PipelineSpec(
        required_params={{"symbol": ParamDef("symbol", str, "The symbol")}},
        optional_params={{"outputsize": ParamDef("outputsize", str, "", required=False, default="compact")}},
    )


@register_pipeline("market.ingest_prices_batch")
class IngestPricesBatch(Pipeline):
    name = "market.ingest_prices_batch"
    description = "Many symbols"
    spec = PipelineSpec(
        required_params={{"symbols": ParamDef("symbols", list, "The symbols")}},
        optional_params={{"sleep_between": ParamDef("sleep_between", float, "", required=False, default=12.0)}},
    )
"""
RIGHT = """\
apiVersion: spine.io/v1
kind: PipelineGroup
metadata: {name: acme.weekly_refresh, domain: acme}
spec:
  defaults:
    week_ending: "{{ params.week_ending }}"
    tier: TIER_1
  pipelines:
    - name: ingest
      pipeline: acme.volumes.ingest_week
      params: {sleep_between: 1.5, file_path: data/week.csv, capture_id: c1, since: 2026-01-09, force: yes}
    - {name: normalize, pipeline: acme.volumes.normalize_week, depends_on: [ingest], params: {tier: TIER_2}}
    - {name: aggregate, pipeline: acme.volumes.aggregate_week, depends_on: [normalize], params: {capture_id: "1"}}
    - name: rolling
      pipeline: acme.volumes.compute_rolling
      depends_on: [aggregate]
      params: {window_weeks: 12, week_ending: "2026-01-09"}
    - {name: share, pipeline: acme.volumes.compute_share, depends_on: [aggregate], params: {force: false}}
    - {name: per_day, pipeline: acme.volumes.compute_per_day, depends_on: [share], params: {exchange_code: XHBR}}
    - name: backfill
      pipeline: acme.volumes.backfill_range
      params: {weeks_back: 4, source_dir: /data, anything: goes}
    - {name: year, pipeline: reference.calendar.ingest_year}
    - {name: days, pipeline: reference.calendar.compute_trading_days, params: {year: 2026, exchange_code: XRVR}}
    - {name: one, pipeline: market.ingest_prices, params: {symbol: ACME, outputsize: full}}
    - {name: many, pipeline: market.ingest_prices_batch, params: {symbols: [A, B], sleep_between: 12.0}}
"""
QUIET = {"late-definition", "redundant-dependency", "unused-default", "repeated-default", "useless-parallel"}


@pytest.fixture(scope="module")
def project() -> Project:
    files = {
        "src/acme/schema.py": ENUMS,
        "src/acme/volumes/pipelines.py": VOLUMES,
        "src/acme/calendar/pipelines.py": REFERENCE,
        "src/acme/market/pipelines.py": MARKET,
    }
    return project_of(files | {f"src/acme/{name}__init__.py": "" for name in ("", "volumes/", "calendar/", "market/")})


def told(project: Project, text: str) -> list[tuple[str, str]]:
    document = Document.read("file:///g.yaml", 1, Text(text))
    return [
        (finding.code, text[finding.start : finding.end])
        for finding in diagnose(document, project=project)
        if finding.code not in QUIET
    ]


def test_all_eleven_are_known(project: Project) -> None:
    """With their enums, which are in another file."""
    assert project.pipelines is not None
    assert len(project.pipelines.names) == 11
    assert project.python is not None
    assert list(project.python.gaps()) == []


def test_what_is_right_has_no_finding(project: Project) -> None:
    """Nor have the files of Python."""
    assert told(project, RIGHT) == []
    assert project.python is not None
    assert [found for path in project.python.declaring() for found in diagnose_python(path, project)] == []


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        (
            "acme.volumes.ingest_week",
            "acme.volume.ingest_week",
            ("unknown-pipeline", "acme.volume.ingest_week"),
        ),
        ("market.ingest_prices,", "prices.ingest_current,", ("unknown-pipeline", "prices.ingest_current")),
        ("tier: TIER_2", "tier: T2", ("bad-parameter-value", "T2")),
        ("tier: TIER_1", "tier: Tier1", ("bad-parameter-value", "Tier1")),
        ("exchange_code: XHBR", "exchange_code: NYSE", ("bad-parameter-value", "NYSE")),
        ('week_ending: "2026-01-09"', "week_ending: 2026-01-09", ("wrong-parameter-type", "2026-01-09")),
        ("sleep_between: 12.0", "sleep_between: 12", ("wrong-parameter-type", "12")),
        ("window_weeks: 12", 'window_weeks: "12"', ("wrong-parameter-type", '"12"')),
        ("year: 2026, e", "year: yes please, e", ("wrong-parameter-type", "yes please")),
        ("symbols: [A, B]", "symbols: A", ("wrong-parameter-type", "A")),
        ("{symbol: ACME", "{symbols: ACME", ("unknown-parameter", "symbols")),
        ("weeks_back: 4, ", "", ("missing-parameter", "acme.volumes.backfill_range")),
        ('capture_id: "1"', 'batch_id: "1"', ("overwritten-parameter", "batch_id")),
        ("symbol: ACME,", 'symbol: "{{ params.symbol }}",', ("unfilled-template", '"{{ params.symbol }}"')),
        ("force: false", "forced: false", ("unknown-parameter", "forced")),
    ],
)
def test_each_fault_is_found(project: Project, right: str, wrong: str, found: tuple[str, str]) -> None:
    """At its token; a parameter of a wrong name leaves the right one missing as well."""
    assert right in RIGHT
    said = told(project, RIGHT.replace(right, wrong, 1))
    assert found in said
    faults = [each for each in said if each[0] != "misleading-value"]
    assert len(faults) == 1 + ("symbols: ACME" in wrong)


def test_the_example_workspace_holds_the_faults_that_it_is_about() -> None:
    """Every wrong name of the reports, and nothing in the group that is right."""
    files = {path.relative_to(EXAMPLE).as_posix(): path.read_text("utf-8") for path in EXAMPLE.rglob("*.py")}
    project = project_of(files)
    texts = {path.name: path.read_text("utf-8") for path in sorted((EXAMPLE / "groups").glob("*.yaml"))}
    assert {name: told(project, text) for name, text in texts.items()} == {
        "daily_calls.yaml": [],
        "monthly_report.yaml": [
            ("unknown-pipeline", "tides.forecasts"),
            ("unknown-pipeline", "harbor.reports.publish"),
            ("unknown-pipeline", "send_mail"),
        ],
    }
