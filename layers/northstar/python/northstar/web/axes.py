"""Where the ticks of an axis stand, and what is written at them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count as counting

from northstar.web.labels import Label
from northstar.web.numbers import MINUS, MONTHS, count, short_day
from northstar.web.svg import Size

TICK_WIDTH = 74
"""So many px a text below an axis takes, with the room to the next one."""

_MONTHS_BETWEEN_TICKS = (1, 2, 3, *range(6, 12 * 1000, 6))


def nice_step(span: float, most: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that splits `span` into at most `most` parts."""
    steps: Iterator[int] = (f * 10**power for power in counting() for f in (1, 2, 5))
    return next(step for step in steps if span <= step * most)


def axis_number(value: float, top: float) -> str:
    """Return a number for an axis that ends at `top`: "800", from 2,000 up "8k", then "1.2M"."""
    if top < 2000 or not value:
        return count(round(value))
    short = f"{value / 1_000_000:g}M" if top >= 1_000_000 else f"{value / 1000:g}k"
    return short.replace("-", MINUS)


def day_ticks(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """Return at most `most` days between two days to write on an axis, each with its text."""
    span = (last - first).days
    for step in (1, 2, 7, 14):
        if span // step < most:
            days = (first + timedelta(n) for n in range(0, span + 1, step))
            return [(day, short_day(day)) for day in days]
    months = next(m for m in _MONTHS_BETWEEN_TICKS if span < 28 * m * most)
    text = _month_and_year if span > 400 else _month
    return [(day, text(day)) for day in _first_days(first, last, months)]


def _month(day: date) -> str:
    return MONTHS[day.month - 1]


def _month_and_year(day: date) -> str:
    return f"{_month(day)} {day.year}"


def _first_days(first: date, last: date, months: int) -> Iterator[date]:
    """Yield the first day of every so many months, counted from January of year 0."""
    number = first.year * 12 + first.month - 1 + (first.day > 1)
    number += -number % months
    while (day := date(number // 12, number % 12 + 1, 1)) <= last:
        yield day
        number += months


def below(label: Label, x: float, size: Size) -> Label:
    """Return a text centred under `x`, below the plot and inside the drawing."""
    half = len(label.text) * size.text * 0.33
    middle = min(max(x, half), size.width - half)
    return label.at(middle, size.height - size.bottom + size.text + 8, "middle")
