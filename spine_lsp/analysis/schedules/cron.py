"""Cron expressions and time zones: what is wrong in one, in words, and when it next comes."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from spine_lsp.orchestration.problems import did_you_mean

UTC_NAME = "UTC"
ALIASES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
"""The words that croniter and most crons take for an expression."""

_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAY_NAMES = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"]
_MONTH_NAMES = [
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"
]  # fmt: skip
_TERM = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\w+))?")
_OF_DAYS = re.compile(r"(?i)\?|L|LW|\d+W|\w+#[1-5]|\d+L|L\d+|L[A-Z]{3}|L-\d+")
_FAR = 366
_HOUR = timedelta(hours=1)


class _CronField(NamedTuple):
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    days: bool = False


_FIELDS = (
    _CronField("minute", 0, 59),
    _CronField("hour", 0, 23),
    _CronField("day of the month", 1, 31, days=True),
    _CronField("month", 1, 12, tuple(_MONTHS)),
    _CronField("day of the week", 0, 7, tuple(_DAYS), days=True),
)


class CronFault(NamedTuple):
    """What is wrong with a stretch of an expression; ``sure`` where no cron takes it."""

    start: int
    end: int
    message: str
    sure: bool = True


def cron_faults(expression: str) -> list[CronFault]:
    """What is wrong with an expression, by place: the number of its fields, and each field that is not right."""
    words = list(re.finditer(r"\S+", expression))
    if not words:
        return [CronFault(0, len(expression), f"a cron expression has five fields: {_names()}")]
    if words[0].group().startswith("@"):
        if len(words) == 1 and words[0].group().lower() in ALIASES:
            return []
        known = ", ".join(f"`{word}`" for word in ALIASES)
        return [CronFault(*words[0].span(), f"`{words[0].group()}` is none of {known}")]
    if len(words) == 6:
        message = "the last of six fields is the second for croniter, and a fault for crons of five fields"
        faults = [CronFault(*words[5].span(), message, sure=False)]
    elif len(words) != 5:
        message = f"a cron expression has five fields ({_names()}), and this one has {len(words)}"
        return [CronFault(words[0].start(), words[-1].end(), message)]
    else:
        faults = []
    for field, word in zip(_FIELDS, words, strict=False):
        faults += (
            fault._replace(start=fault.start + word.start(), end=fault.end + word.start())
            for fault in _faults_of(field, word.group())
        )
    return sorted(faults)


def _names() -> str:
    return ", ".join(field.name for field in _FIELDS)


def _faults_of(field: _CronField, text: str) -> Iterator[CronFault]:
    start = 0
    for term in text.split(","):
        message, sure = _fault_of_term(field, term)
        if message:
            span = (start, start + len(term)) if term else (0, len(text))
            yield CronFault(*span, message, sure)
        start += len(term) + 1


def _fault_of_term(field: _CronField, term: str) -> tuple[str, bool]:
    match = _TERM.fullmatch(term)
    if field.days and (match is None or _value(field, match["first"]) is None) and _OF_DAYS.fullmatch(term):
        return "", True
    if match is None:
        return (
            f"`{term}` is no {field.name}: write a number, `*`, a range `a-b`, a list or a step `*/n`",
            True,
        )
    first, last, step = match.group("first", "last", "step")
    for value in (first, last):
        if value not in (None, "*") and _value(field, value) is None:
            words = f", or {field.names[0]} to {field.names[-1]}" if field.names else ""
            return f"the {field.name} is {field.low} to {field.high}{words}, not `{value}`", True
    if step is not None and (not step.isdigit() or not int(step)):
        return f"the step of the {field.name} is a number from 1 on, not `{step}`", True
    if last is None or first == "*":
        return ("", True) if last is None else (f"`{term}` is no range", True)
    low, high = _value(field, first), _value(field, last)
    if low is not None and high is not None and low > high:
        return f"the range `{first}-{last}` of the {field.name} ends before it begins: write it as two", False
    return "", True


def _value(field: _CronField, text: str | None) -> int | None:
    """The number that a value stands for; None where it is none of the field."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return int(text) if len(text) < 4 and field.low <= int(text) <= field.high else None
    return field.names.index(text.upper()) + field.low if text.upper() in field.names else None


def repaired(expression: str, fault: CronFault) -> list[str]:
    """The expressions that were likely meant by one with this fault, the likeliest first."""
    words = expression.split()
    if words and words[0].startswith("@"):
        return list(did_you_mean(words[0].lower(), ALIASES)) if len(words) == 1 else []
    if len(words) == 6:
        seconds_first, seconds_last = words[1:], words[:5]
        candidates = [seconds_first] if words[0] == "0" else []
        candidates += [seconds_last] if words[5] == "0" else []
        return [" ".join(each) for each in candidates if not cron_faults(" ".join(each))]
    if len(words) != 5:
        return []
    number = len(expression[: fault.start].split())
    number -= bool(expression[: fault.start].strip()) and not expression[fault.start - 1].isspace()
    meant = _meant(_FIELDS[number], expression[fault.start : fault.end], words)
    return [expression[: fault.start] + meant + expression[fault.end :]] if meant else []


def _meant(field: _CronField, term: str, words: list[str]) -> str | None:
    """What a term was likely meant to be: names that are written out, midnight as 24, a range over the turn."""
    if term == "24" and field is _FIELDS[1] and words[2:] == ["*", "*", "*"]:
        return "0"
    match = re.fullmatch(r"(\w+)(?:-(\w+))?", term)
    if match is None:
        return None
    first, last = (_short_name(field, each) for each in match.groups())
    if last is None:
        return first if first != term else None
    low, high = _value(field, first), _value(field, last)
    if low is None or high is None:
        return None
    if low > high:
        top = 6 if field.high == 7 else field.high
        return f"{first}-{_named(field, top, first)},{_named(field, field.low, last)}-{last}"
    return f"{first}-{last}" if f"{first}-{last}" != term else None


def _short_name(field: _CronField, text: str | None) -> str | None:
    """A name of a day or month by its first three letters, where it is one written out."""
    if text is None or text.isdigit() or len(text) < 4:
        return text
    full = (*_DAY_NAMES, "TUES", "THUR", "THURS") if field.names == tuple(_DAYS) else _MONTH_NAMES
    return text[:3].upper() if field.names and text.upper() in (*full, "SEPT") else text


def _named(field: _CronField, value: int, like: str | None) -> str:
    """A value as a number or a name, whichever another one is."""
    return field.names[value - field.low] if like is not None and like.isalpha() else str(value)


def last_day_meant(expression: str) -> str | None:
    """An expression whose day never comes, with the last day that each of its months has; of February the 28th."""
    words = expression.split()
    if len(words) != 5 or not words[2].isdigit() or not re.fullmatch(r"[\d,]+", words[3]):
        return None
    months = [int(each) for each in words[3].split(",") if each]
    if not all(1 <= month <= 12 for month in months):
        return None
    day = min(28 if month == 2 else monthrange(2024, month)[1] for month in months)
    return " ".join([*words[:2], str(day), *words[3:]])


def _plain(expression: str) -> str:
    """An expression as the library takes it: five fields, no words for a whole one."""
    fields = ALIASES.get(expression.strip().lower(), expression).split()
    return " ".join("*" if field == "?" else field for field in fields[:5])


@lru_cache(maxsize=256)
def never_comes(expression: str) -> bool:
    """Whether an expression without faults matches no day of fifty years, as 30 February; False where nobody knows."""
    from cronsim import CronSim, CronSimError

    try:
        next(CronSim(_plain(expression), datetime(2024, 1, 1)))  # noqa: DTZ001 - a calendar without a zone
    except StopIteration:
        return True
    except CronSimError as error:  # the library tells the plainest case from the numbers
        return "day-of-month" in str(error) and not cron_faults(expression) and _is_by_day_alone(expression)
    return False


def _is_by_day_alone(expression: str) -> bool:
    """Whether the days are those of the month alone, as numbers; else a day of the week is an alternative."""
    fields = _plain(expression).split()
    return fields[4].startswith("*") and re.fullmatch(r"[\d,\-*/]+", fields[2]) is not None


def is_ambiguous(expression: str) -> bool:
    """Whether crons differ in which days are meant: a step in one field of days beside days in the other."""
    _, _, of_month, _, of_week = _plain(expression).split()
    pairs = ((of_month, of_week), (of_week, of_month))
    return any(step.startswith("*/") and other != "*" for step, other in pairs)


@lru_cache(maxsize=256)
def in_words(expression: str) -> str:
    """An expression as a sentence, empty where there is none."""
    from cronsim import CronSim, CronSimError

    try:
        return CronSim(_plain(expression), datetime(2024, 1, 1)).explain()  # noqa: DTZ001 - only words
    except (CronSimError, ValueError, LookupError):
        return ""


def next_runs(expression: str, zone: tzinfo, after: datetime, count: int = 5) -> list[datetime]:
    """The next times of an expression in a zone; ``after`` has a zone of its own. Empty where it never comes."""
    from cronsim import CronSim, CronSimError

    try:
        coming = CronSim(_plain(expression), after.astimezone(zone))
        return [next(coming) for _ in range(count)]
    except (CronSimError, StopIteration):
        return []


class ClockChange(NamedTuple):
    """A day on which the clock of a zone is put forward or back over times at which a schedule runs.

    ``first`` and ``last`` are the wall clock's times of them; ``skipped`` tells whether they do not exist, or come
    twice.
    """

    first: datetime
    last: datetime
    skipped: bool


def clock_changes(expression: str, zone: tzinfo, after: datetime) -> list[ClockChange]:
    """The changes of the clock in the next year that skip or double a run; none for what runs hour by hour."""
    fields = _plain(expression).split()
    if len(fields) != 5 or fields[0].startswith("*") or fields[1].startswith("*"):
        return []
    found = []
    for before, behind in _jumps(zone, after):
        skipped = behind > before
        low, high = sorted((before, behind))
        times = _between(" ".join(fields), low, high)
        if times:
            found.append(ClockChange(times[0], times[-1], skipped))
    return found


def _jumps(zone: tzinfo, after: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The wall clock right before and right behind each change of the clock in the next year, without a zone."""
    start = after.replace(minute=0, second=0, microsecond=0)
    for day in range(_FAR):
        if _offset(zone, start + timedelta(days=day)) == _offset(zone, start + timedelta(days=day + 1)):
            continue
        low = start + timedelta(days=day)
        while low < start + timedelta(days=day + 1):
            step = low + _HOUR / 2
            if _offset(zone, low) != _offset(zone, step):
                wall = step.astimezone(zone).replace(tzinfo=None)
                yield wall - (_offset(zone, step) - _offset(zone, low)), wall
            low = step


def _offset(zone: tzinfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _between(expression: str, low: datetime, high: datetime) -> list[datetime]:
    """The times of an expression from ``low`` on and before ``high``, without a zone."""
    from cronsim import CronSim, CronSimError

    times: list[datetime] = []
    try:
        for time in CronSim(expression, low - timedelta(seconds=1)):
            if time >= high:
                break
            times.append(time)
    except CronSimError:
        return []
    return times


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The names of the time zones that are known here; empty where the machine has no database of them."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo | None:
    """The time zone of a name."""
    from zoneinfo import ZoneInfo

    return ZoneInfo(name) if name in zone_names() else None
