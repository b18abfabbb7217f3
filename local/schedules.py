"""When schedules are due: `rate(...)` from the start, `cron(...)` by the clock, `at(...)` once.

Syntax: Amazon EventBridge Scheduler user guide, "Schedule types"; times are UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from northstar.domain.errors import Invalid

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_FIELD = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?")


def next_time(expression: str, after: datetime) -> datetime:
    """Return when a schedule is due next, strictly after an aware moment.

    Raises:
        Invalid: the expression is none that is understood here, or never comes true.
    """
    rate = _RATE.fullmatch(expression)
    if rate:
        return after + timedelta(**{f"{rate[2]}s": int(rate[1])})
    cron = _CRON.fullmatch(expression)
    if cron is None:
        raise Invalid(f"Schedule '{expression}' is not mapped: use rate(...) or cron(...).")
    fields = _fields(cron)
    moment = after.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    last = moment + timedelta(days=366 * 4 + 1)
    while moment < last:
        if not _day_is_due(fields, moment):
            moment = (moment + timedelta(days=1)).replace(hour=0, minute=0)
        elif moment.minute in fields[0] and moment.hour in fields[1]:
            return moment
        else:
            moment += timedelta(minutes=1)
    raise Invalid(f"Schedule '{expression}' is never due.")


def one_time(expression: str) -> datetime:
    """Return the (aware) moment of a one-off schedule, at(yyyy-mm-ddThh:mm:ss). Raises Invalid."""
    match = _AT.fullmatch(expression)
    try:
        return datetime.fromisoformat(match[1] if match else "").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(
            f"Schedule '{expression}' is not mapped: use at(yyyy-mm-ddThh:mm:ss)."
        ) from None


def starts_at_once(expression: str) -> bool:
    """Return whether a schedule fires as soon as it exists, as rates do."""
    return expression.startswith("rate(")


def _fields(cron: re.Match[str]) -> list[set[int]]:
    limits: tuple[tuple[int, int, list[str]], ...] = (
        (0, 59, []),
        (0, 23, []),
        (1, 31, []),
        (1, 12, ["", *_MONTHS]),
        (1, 7, ["", *_DAYS]),
        (1970, 2199, []),
    )
    return [
        _values(text.replace("?", "*"), *limit)
        for text, limit in zip(cron.groups(), limits, strict=True)
    ]


def _values(text: str, low: int, high: int, names: list[str]) -> set[int]:
    """Return the numbers that one field of a cron expression stands for."""
    found: set[int] = set()
    for part in text.split(","):
        match = _FIELD.fullmatch(part)
        if match is None:
            raise Invalid(f"Cron field '{text}' is not mapped in local/schedules.py.")
        first = low if match[1] == "*" else _number(match[1], names)
        ends_open = match[1] == "*" or match[3]
        last = _number(match[2], names) if match[2] else high if ends_open else first
        if not low <= first <= last <= high:
            raise Invalid(f"Cron field '{text}' is outside {low} to {high}.")
        found |= set(range(first, last + 1, int(match[3] or 1)))
    return found


def _number(text: str, names: list[str]) -> int:
    if text.upper() in names:
        return names.index(text.upper())
    if not text.isdigit():
        raise Invalid(f"Cron value '{text}' is not mapped in local/schedules.py.")
    return int(text)


def _day_is_due(fields: list[set[int]], moment: datetime) -> bool:
    return (
        moment.day in fields[2]
        and moment.month in fields[3]
        and moment.isoweekday() % 7 + 1 in fields[4]
        and moment.year in fields[5]
    )
