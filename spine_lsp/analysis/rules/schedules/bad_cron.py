"""The rule `bad-cron`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.schedules.cron import cron_faults
from spine_lsp.analysis.schedules.reading import CRON, ScheduleEntry


@rule("bad-cron", Severity.ERROR, since="0.1.0", scope="schedules")
def bad_cron(schedule: ScheduleEntry) -> Iterator[Report]:
    """Checks for cron expressions that cannot be read.

    ## What it does
    Reports each field of a `cron` that is no number, range, list or step of the field, and expressions that have not five fields. Six fields, of which crons make different things, and ranges that end before they begin, are warnings.

    ## Why is this bad?
    Spine writes one line to its log, and the schedule has no next run: nothing fails, and nothing is ever run.

    ## Example
    ```yaml
    schedules:
      - name: prices.every_morning
        pipeline: prices.fetch
        cron: "0 25 * * 1-5"
        timezone: Europe/Berlin
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
    Write five fields: minute (0 to 59), hour (0 to 23), day of the month (1 to 31), month (1 to 12 or JAN to DEC), day of the week (0 to 7 or SUN to SAT).
    """
    field = schedule.fields.get(CRON)
    if field is None or schedule.written(CRON) is None:
        return
    quoted = field.node.style in ("'", '"')
    inside = field.span.start + quoted
    as_written = field.span.end - field.span.start == len(field.value) + 2 * quoted
    for fault in cron_faults(field.value):
        span = (inside + fault.start, inside + fault.end) if as_written else field.span
        yield Report(*span, fault.message, severity=None if fault.sure else Severity.WARNING)
