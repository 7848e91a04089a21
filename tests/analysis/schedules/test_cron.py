"""Cron expressions: each fault at its place, when they come, and the days on which the clock changes."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from cronsim import CronSim, CronSimError
from hypothesis import given, strategies as st

from spine_lsp.analysis.schedules.cron import (
    ALIASES,
    clock_changes,
    cron_faults,
    in_words,
    is_ambiguous,
    never_comes,
    next_runs,
    zone_names,
    zone_of,
)

NOW = datetime(2026, 11, 28, 11, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "expression",
    [
        "0 6 * * 1-5",
        "*/5 * * * *",
        "0 0 1,15 * *",
        "15 10 * jan-mar mon",
        "0 22 * * 7",
        "5-59/10 8-18 * * MON-FRI",
        "0 0 L * *",
        "0 0 LW * *",
        "0 0 15W * *",
        "0 0 * * 5L",
        "0 0 * * L5",
        "0 0 * * MON#2",
        "0 0 ? * MON",
        "  0   6 * * *  ",
        *ALIASES,
        "@DAILY",
    ],
)
def test_nothing_is_said_of_what_crons_take(expression: str) -> None:
    """Lists, ranges, steps, names in either case, and what only some have."""
    assert cron_faults(expression) == []
    assert not never_comes(expression)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("60 * * * *", ["60"]),
        ("* 24 * * *", ["24"]),
        ("* * 0 * *", ["0"]),
        ("* * 32 * *", ["32"]),
        ("* * * 13 *", ["13"]),
        ("* * * * 8", ["8"]),
        ("* * * * MOO", ["MOO"]),
        ("* * * MON *", ["MON"]),
        ("a b * * *", ["a", "b"]),
        ("1,61,70 * * * *", ["61", "70"]),
        ("1,,2 * * * *", ["1,,2"]),
        ("*/0 * * * *", ["*/0"]),
        ("*/x * * * *", ["*/x"]),
        ("5-70 * * * *", ["5-70"]),
        ("30-10 * * * *", ["30-10"]),
        ("-5 * * * *", ["-5"]),
        ("1.5 * * * *", ["1.5"]),
        ("* * * *", ["* * * *"]),
        ("* * * * * * *", ["* * * * * * *"]),
        ("0 0 6 * * 1", ["1"]),
        ("@reboot", ["@reboot"]),
        ("@daily 5", ["@daily"]),
        ("", [""]),
    ],
)
def test_each_fault_stands_at_its_place(expression: str, expected: list[str]) -> None:
    """Of a list each entry for itself."""
    assert [expression[fault.start : fault.end] for fault in cron_faults(expression)] == expected


@pytest.mark.parametrize(
    ("expression", "never"),
    [
        ("0 0 30 2 *", True),
        ("0 0 31 2,4,6 *", True),
        ("0 0 30,31 FEB *", True),
        ("0 0 29 2 *", False),
        ("0 0 30 2 MON", False),
        ("0 0 31 * *", False),
    ],
)
def test_days_that_never_come(expression: str, *, never: bool) -> None:
    """A day of the week beside the day of the month is an alternative to it."""
    assert cron_faults(expression) == []
    assert never_comes(expression) == never


numbers = st.integers(0, 62).map(str)
terms = st.one_of(
    st.just("*"),
    numbers,
    st.tuples(numbers, numbers).map("-".join),
    st.tuples(st.just("*"), numbers).map("/".join),
    st.tuples(numbers, numbers, numbers).map(lambda each: f"{each[0]}-{each[1]}/{each[2]}"),
    st.sampled_from(["MON", "sun", "JAN", "dec", "x", ""]),
)
fields = st.lists(terms, min_size=1, max_size=2).map(",".join)
long_months = st.sampled_from(["*", "1", "JAN,DEC", "1-3", "13", "0", "x"])  # in which no day is missing
expressions = st.tuples(fields, fields, fields, long_months, fields).map(" ".join)


@given(expressions)
def test_what_has_no_fault_is_what_the_library_takes(expression: str) -> None:
    """And what it does not take has one; but for days that never come, which are told by another rule."""
    if len(expression.split()) != 5:
        return
    try:
        CronSim(expression, NOW)
        taken = True
    except CronSimError:
        taken = False
    assert (not cron_faults(expression)) == taken
    assert isinstance(in_words(expression), str)
    for fault in cron_faults(expression):
        assert 0 <= fault.start < fault.end <= len(expression)


def test_the_next_runs_are_those_of_the_zone() -> None:
    """Also where the day is another one in UTC."""
    zone = zone_of("Asia/Tokyo")
    assert zone is not None
    runs = next_runs("0 6 * * 1-5", zone, NOW, 2)
    assert [run.isoformat() for run in runs] == ["2026-11-30T06:00:00+09:00", "2026-12-01T06:00:00+09:00"]
    assert [run.astimezone(timezone.utc).day for run in runs] == [29, 30]
    assert next_runs("0 0 30 2 *", zone, NOW) == []


@pytest.mark.parametrize(
    ("expression", "zone", "expected"),
    [
        ("30 2 * * *", "Europe/Berlin", ["2027-03-28 02:30 True", "2027-10-31 02:30 False"]),
        ("0,30 2 * * *", "Europe/Berlin", ["2027-03-28 02:00 True", "2027-10-31 02:00 False"]),
        ("30 2 * * *", "America/New_York", ["2027-03-14 02:30 True"]),
        ("30 1 * * *", "America/New_York", ["2027-11-07 01:30 False"]),
        ("15 2 * * *", "Australia/Lord_Howe", ["2027-10-03 02:15 True"]),
        ("30 2 * * 1-5", "Europe/Berlin", []),
        ("30 6 * * *", "Europe/Berlin", []),
        ("30 * * * *", "Europe/Berlin", []),
        ("*/5 2 * * *", "Europe/Berlin", []),
        ("30 2 * * *", "UTC", []),
        ("30 2 * * *", "Asia/Tokyo", []),
    ],
)
def test_the_hour_that_the_clock_skips_or_doubles(expression: str, zone: str, expected: list[str]) -> None:
    """In the next year, where a run falls into it."""
    known = zone_of(zone)
    assert known is not None
    found = clock_changes(expression, known, NOW)
    assert [f"{change.first:%Y-%m-%d %H:%M} {change.skipped}" for change in found] == expected


def test_days_that_crons_do_not_agree_on() -> None:
    """A step beside a day: with some both have to match, with others one of them."""
    assert [is_ambiguous(each) for each in ("0 0 */2 * MON", "0 0 1 * */2", "0 0 */2 * *", "0 0 1 * MON")] == [
        True,
        True,
        False,
        False,
    ]


def test_zones_are_those_of_the_database() -> None:
    """And a name that is none is no file that is opened."""
    assert {"UTC", "Europe/Berlin"} <= zone_names()
    assert zone_of("../../etc/passwd") is None
