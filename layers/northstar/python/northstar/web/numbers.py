"""How figures, days and rates are written, so that every page writes them alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import floor, log10
from zoneinfo import ZoneInfo

from northstar.app import in_words
from northstar.domain.goals import Unit
from northstar.domain.rates import Rate, difference
from northstar.domain.times import business_day

FEW = 30
MINUS = "−"
_DECIMALS: Mapping[Unit, int] = {"count": 0, "percent": 0, "stars": 1}
_MOST_DECIMALS: Mapping[Unit, int] = {"count": 0, "percent": 2, "stars": 3, "number": 4}
_SIGNS: Mapping[Unit, str] = {"percent": "%"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# How many there are, and rates, are written as alerts write them.
many = in_words.many
percent = in_words.percent
interval = in_words.interval


def count(value: int) -> str:
    """Return a whole number with thousands separators and a true minus: "8,032"."""
    return f"{value:,}".replace("-", MINUS)


def signed(value: int) -> str:
    """Return a difference with its sign: "+344", "−12", "0"."""
    return f"{value:+,}".replace("-", MINUS) if value else "0"


def amount(value: float, unit: Unit, *, beside: float | None = None) -> str:
    """Return the value of a goal in its unit: "8,032", "91%", "4.6", "12.5".

    It has more decimals where it would look like the value `beside` it without being that.
    """
    decimals = _decimals(value, unit)
    if beside is not None and value != beside:
        while decimals < _MOST_DECIMALS[unit] and round(value, decimals) == round(beside, decimals):
            decimals += 1
    return plain(value, decimals) + _SIGNS.get(unit, "")


def apart(difference: float, unit: Unit) -> str:
    """Return by how much two values of a unit differ, signed: "+344", "+2 pts", "−0.1", "0"."""
    decimals = _decimals(difference, unit)
    if difference and not round(difference, decimals):
        decimals = min(decimals + 1, _MOST_DECIMALS[unit])
    text = plain(abs(difference), decimals)
    if text.strip("0.") == "":
        return "0"
    points = (" pt" if text == "1" else " pts") if unit == "percent" else ""
    return f"{'+' if difference > 0 else MINUS}{text}{points}"


def plain(value: float, decimals: int) -> str:
    """Return a number with separators; negative decimals round to tens, hundreds and so on."""
    text = f"{round(value, decimals):,.{max(decimals, 0)}f}"
    return text.replace("-", MINUS if text.strip("-0.,") else "")


def decimals_between(low: float, high: float, target: float, unit: Unit) -> int:
    """Return with how many decimals, negative ones too, an interval that is foretold is written.

    That is three figures, or two of its width; and as many as it takes to tell its ends apart and
    to keep each on its own side of the target.
    """
    most = _MOST_DECIMALS[unit]
    decimals = min(2 - _power(max(abs(low), abs(high), 1)), _DECIMALS.get(unit, 2))
    if high > low:
        decimals = max(decimals, min(1 - _power(high - low), _DECIMALS.get(unit, 2)))
    while decimals < most and _looks_other(low, high, target, decimals):
        decimals += 1
    return decimals


def _looks_other(low: float, high: float, target: float, decimals: int) -> bool:
    near, far = round(low, decimals), round(high, decimals)
    sides = (near >= target) == (low >= target) and (far >= target) == (high >= target)
    return not sides or (near == far and low != high)


def _decimals(value: float, unit: Unit) -> int:
    """Of a posted number three figures, but no zeros at the end."""
    if unit != "number":
        return _DECIMALS[unit]
    most = max(0, min(2 - _power(abs(value)), 2)) if value else 0
    return next(n for n in range(most + 1) if round(value, n) == round(value, most))


def _power(value: float) -> int:
    return floor(log10(value)) if value > 0 else 0


def near_day(day: date, today: date) -> str:
    """Return a day, with its year where that is not the present one: "6 Jul", "4 Feb 2027"."""
    return short_day(day) if day.year == today.year else long_day(day)


def chance(probability: float) -> str:
    """Return a probability as no surer than a forecast can be: "71%", "under 3%", "over 97%"."""
    if probability < 0.03:
        return "under 3%"
    return "over 97%" if probability > 0.97 else f"{probability * 100:.0f}%"


def days(number: int) -> str:
    """Return a number of days: "1 day", "12 days"."""
    return many(number, "day")


def short_day(day: date) -> str:
    """Return a day without its year: "6 Jul"."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def long_day(day: date) -> str:
    """Return a day: "28 Dec 2026"."""
    return f"{short_day(day)} {day.year}"


def moment(at: datetime, time_zone: str) -> str:
    """Return an aware datetime in a zone, which is named: "14 Sep 2026, 06:00 UTC"."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{long_day(local.date())}, {local:%H:%M %Z}"


def day_in(at: datetime, time_zone: str) -> str:
    """Return the day that an aware datetime has in a zone: "14 Sep 2026"."""
    return long_day(date_in(at, time_zone))


def date_in(at: datetime, time_zone: str) -> date:
    """Return the date that an aware datetime has in a zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def day_of(occurred_at: str, time_zone: str) -> str:
    """Return the day of an ISO 8601 text in a zone; a text that is only a day is that day."""
    return long_day(date.fromisoformat(business_day(occurred_at, ZoneInfo(time_zone))))


def weekly(rate: float) -> str:
    """Return a rate per week: "185 / week"; one decimal below ten."""
    text = f"{rate:,.0f}" if abs(rate) >= 10 else f"{rate:.1f}".removesuffix(".0")
    return f"{text.replace('-', MINUS)} / week"


def size(count_of_bytes: int) -> str:
    """Return a number of bytes in words: "812 B", "4.1 kB", "2.3 MB" (powers of ten)."""
    if count_of_bytes < 1000:
        return f"{count_of_bytes} B"
    if count_of_bytes < 999_950:
        return f"{count_of_bytes / 1000:.1f} kB"
    return f"{count_of_bytes / 1_000_000:,.1f} MB"


def span(length: timedelta) -> str:
    """Return a time between two events, in its largest whole unit: "hour", "15 minutes"."""
    seconds = int(length.total_seconds())
    for unit, in_it in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= in_it and seconds % in_it == 0:
            many = seconds // in_it
            return unit if many == 1 else f"{count(many)} {unit}s"
    return f"{count(seconds)} seconds"


def change(now: Rate, before: Rate) -> str:
    """Return how a rate compares with the 30 days before, in points only when that is certain.

    Certain means that the 95 % interval of the difference leaves out 0.
    """
    found = difference(now, before)
    if found is None:
        return "No earlier answers to compare"
    if found.verdict == "same":
        return "About the same as before"
    points = round(100 * found.points)
    unit = "pt" if abs(points) == 1 else "pts"
    return (
        f"{signed(points)} {unit} on the 30 days before" if points else "Less than 1 pt of change"
    )
