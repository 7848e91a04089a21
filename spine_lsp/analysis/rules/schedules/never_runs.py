"""The rule `never-runs`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.schedules.cron import cron_faults, never_comes
from spine_lsp.analysis.schedules.reading import CRON, ScheduleEntry


@rule("never-runs", Severity.ERROR, since="0.1.0", scope="schedules")
def never_runs(schedule: ScheduleEntry) -> Iterator[Report]:
    """Checks for cron expressions that match no day.

    ## What it does
    Reports a `cron` whose days never come, such as the 30th of February.

    ## Why is this bad?
    The schedule is never run, and nothing says so.

    ## Example
    ```yaml
    schedules:
      - name: prices.month_end
        pipeline: prices.fetch
        cron: "0 6 30 2 *"
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
    Correct the day or the month; `L` is the last day of a month for croniter.
    """
    field = schedule.fields.get(CRON)
    if field is None or schedule.written(CRON) is None or cron_faults(field.value):
        return
    if never_comes(field.value):
        yield Report(*field.span, f"`{field.value}` matches no day of any year, so this is never run")
