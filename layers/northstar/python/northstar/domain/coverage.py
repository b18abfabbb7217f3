"""Coverage: in which hours of the week people write, and where they are answered in time.

The row of a day holds its hours: "09_tickets" are the tickets that were opened from nine to ten in
the business zone, and "09_reply_60" those of them whose first reply came within 60 minutes, but not
within the next shorter bound. What a customer says of the help lies in the hour of asking for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from northstar.domain.rates import Rate, wilson

BOUNDS = (5, 15, 30, 60, 120, 240, 480, 1440)
"""Minutes within which a first reply may be wanted; replies are counted by the first that holds."""

SLOW = "reply_slow"
IN_TIME = 0.8
"""The share of tickets answered in time from which on an hour is covered."""

WEEKDAYS = range(7)
HOURS = range(24)

_SATISFIED = ("csat_4", "csat_5")
_CSAT = tuple(f"csat_{n}" for n in range(1, 6))
_REPLIES = (*(f"reply_{bound}" for bound in BOUNDS), SLOW)
_IN_A_DAY = {hour: tuple(f"{hour:02}_{name}" for name in _REPLIES) for hour in HOURS}


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the week (weekday 0 is Monday) and what its tickets add up to."""

    weekday: int
    hour: int
    measures: Mapping[str, int]

    @property
    def tickets(self) -> int:
        """How many tickets were opened in it."""
        return self.measures.get("tickets", 0)

    def in_time(self, within: int) -> Rate:
        """Return the rate of those answered within so many minutes, of those with a known reply."""
        bounds = [bound for bound in BOUNDS if bound <= within]
        hits = sum(self.measures.get(f"reply_{bound}", 0) for bound in bounds)
        return wilson(hits, sum(self.measures.get(name, 0) for name in _REPLIES))

    def csat(self) -> Rate:
        """Return the rate of ratings of 4 or 5."""
        hits = sum(self.measures.get(name, 0) for name in _SATISFIED)
        return wilson(hits, sum(self.measures.get(name, 0) for name in _CSAT))


def hourly(moment: datetime, measures: Mapping[str, int]) -> dict[str, int]:
    """Return measures under the names that they have in the row of a day; `moment` is local."""
    return {f"{moment.hour:02}_{name}": amount for name, amount in measures.items()}


def reply(opened: datetime, replied: datetime) -> str:
    """Return the measure of a first reply to what was opened at a moment; both are aware."""
    minutes = (replied - opened) / timedelta(minutes=1)
    return next((f"reply_{bound}" for bound in BOUNDS if minutes <= bound), SLOW)


def cells(days: Mapping[date, Mapping[str, int]], last: date, window: int) -> tuple[Cell, ...]:
    """Return all 168 hours of the week, added up over so many days until the last."""
    total = {(weekday, hour): Counter[str]() for weekday in WEEKDAYS for hour in HOURS}
    for back in range(window):
        day = last - timedelta(back)
        for hour, name, amount in _told(days.get(day, {})):
            total[day.weekday(), hour][name] += amount
    return tuple(Cell(weekday, hour, told) for (weekday, hour), told in total.items())


def covered(told: Iterable[Cell], within: int) -> Rate:
    """Return the hours in which enough were answered in time, of those in which replies are known.

    An hour is covered when at least four of five were answered within so many minutes.
    """
    shares = [rate.share for cell in told if (rate := cell.in_time(within)).share is not None]
    return wilson(sum(share >= IN_TIME for share in shares), len(shares))


def answered(measures: Mapping[str, int], within: int) -> dict[int, tuple[int, int]]:
    """Return by hour how many of a day's tickets were in time, of those with a known reply."""
    bounds = sum(bound <= within for bound in BOUNDS)
    replies = {hour: [measures.get(name, 0) for name in _IN_A_DAY[hour]] for hour in HOURS}
    return {hour: (sum(told[:bounds]), sum(told)) for hour, told in replies.items() if any(told)}


def covered_on(days: Mapping[date, Mapping[int, tuple[int, int]]], last: date, window: int) -> Rate:
    """Return the same as `covered` of `cells`, from what `answered` tells of each day."""
    total: dict[tuple[int, int], tuple[int, int]] = {}
    for back in range(window):
        day = last - timedelta(back)
        for hour, (hits, n) in days.get(day, {}).items():
            before = total.get((day.weekday(), hour), (0, 0))
            total[day.weekday(), hour] = (before[0] + hits, before[1] + n)
    shares = [hits / n for hits, n in total.values() if n]
    return wilson(sum(share >= IN_TIME for share in shares), len(shares))


def _told(measures: Mapping[str, int]) -> Iterator[tuple[int, str, int]]:
    for name, amount in measures.items():
        hour, _, measure = name.partition("_")
        if hour.isdecimal() and int(hour) in HOURS:
            yield int(hour), measure, amount
