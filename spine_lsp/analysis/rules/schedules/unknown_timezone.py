"""The rule `unknown-timezone`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.schedules.cron import zone_names
from spine_lsp.analysis.schedules.reading import TIMEZONE, ScheduleEntry
from spine_lsp.orchestration.problems import did_you_mean, meant


@rule("unknown-timezone", Severity.ERROR, since="0.1.0", scope="schedules")
def unknown_timezone(schedule: ScheduleEntry) -> Iterator[Report]:
    """Checks for time zones that do not exist.

    ## What it does
    Reports a `timezone` that is no name of the IANA database. Nothing is said on a machine that has no such database.

    ## Why is this bad?
    Spine takes UTC instead and says nothing, so everything runs at another hour.

    ## Example
    ```yaml
    schedules:
      - name: prices.every_morning
        pipeline: prices.fetch
        cron: "0 6 * * 1-5"
        timezone: Europe/Berlln
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
    Write the name of a place, such as `Europe/Berlin`, or `UTC`.
    """
    field = schedule.fields.get(TIMEZONE)
    name = schedule.written(TIMEZONE)
    if field is None or name is None or not (known := zone_names()) or name in known:
        return
    suggestions = did_you_mean(name, known)
    message = f"no time zone is called `{name}`, and Spine takes UTC for it{meant(suggestions)}"
    yield Report(*field.span, message, suggestions=suggestions)
