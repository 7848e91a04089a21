"""The rule `bad-schedule`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.schedules.reading import CRON, INTERVAL, TARGETS, ScheduleEntry


@rule("bad-schedule", Severity.ERROR, since="0.1.0", scope="schedules")
def bad_schedule(schedule: ScheduleEntry) -> Iterator[Report]:
    """Checks for schedules that do not say what is run, or when.

    ## What it does
    Reports a schedule that names no pipeline, operation or workflow, or several; and one that has neither `cron` nor `interval`, or both. A second schedule of a name is a warning.

    ## Why is this bad?
    There is nothing that could be run, or no time at which it could be. Spine stores schedules by their names, each once, so one of two that share one has no place.

    ## Example
    ```yaml
    schedules:
      - name: prices.every_morning
        pipeline: prices.fetch
        cron: "0 6 * * 1-5"
        interval: 15
    ```

    ## Use instead
    ```yaml
    schedules:
      - name: prices.every_morning
        pipeline: prices.fetch
        cron: "0 6 * * 1-5"
        timezone: Europe/Berlin
    ```

    ## How to fix
    Name one target, and one of `cron` and `interval`; give each schedule a name of its own.
    """
    given = [key for key in TARGETS if key in schedule.fields]
    times = [key for key in (CRON, INTERVAL) if _says(schedule, key)]
    if not given:
        yield Report(*schedule.head, "nothing is run: a schedule needs a `pipeline`, an `operation` or a `workflow`")
    for key in given[1:]:
        message = f"a schedule runs one thing, and this one has a `{given[0]}` too"
        yield Report(*schedule.fields[key].key, message)
    if not times:
        yield Report(*schedule.head, "it is never run: a schedule needs a `cron` or an `interval`")
    for key in times[1:]:
        yield Report(*schedule.fields[key].key, f"a schedule has one time, and this one has a `{times[0]}` too")


def _says(schedule: ScheduleEntry, key: str) -> bool:
    return key in schedule.fields and schedule.fields[key].value is not None
