"""The forecast of a goal: how far by the deadline, how likely, when, and how sure.

Interval, probability and arrival are readings of one fan (`outlook.py`): the target has arrived by
a day when the total up to that day is at least what is needed. So they never contradict each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from northstar.domain.calibration import Coverage
from northstar.domain.outlook import MOST_WEEKS_AHEAD, WEEK, Outlook, Past, look_ahead

Status = Literal[
    "reached", "missed", "stale", "too early", "on track", "likely", "at risk", "unlikely"
]
Doubt = Literal[
    "stale",
    "short history",
    "few counted",
    "after launch",
    "too far",
    "far ahead",
    "no growth",
    "poor record",
    "pace changed",
]

STALE_AFTER = timedelta(days=7)
LEAST_COUNTED = 5
SETTLED = timedelta(days=120)

_LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
_ARRIVALS = (0.1, 0.5, 0.9)
_POOR_SHARE, _POOR_FROM = 0.6, 4.0
_FAR = 3


class Band(NamedTuple):
    """The fan at the end of a day: quantiles of the value."""

    day: date
    p10: int
    p25: int
    p50: int
    p75: int
    p90: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What to expect of a goal, or why that cannot be told.

    `expected`, `p50` (.25 to .75) and `p80` (.10 to .90) are the value at the end of the deadline.
    `eta80` are the days by which the target has arrived with probability .10, .50 and .90, None
    for one that is more than three years ahead. There is all of this with its `coverage`, or
    nothing of it; but a goal that is reached has no arrival, and one that is reached or missed has
    its probability in any case.

    `doubts` are why there is nothing: *stale*, *short history*, *few counted*, *after launch* or
    *too far*; or what a reader has to hear beside it: *short history*, *far ahead* (past
    forecasts could only be checked for a much shorter time), *no growth* (no arrival within three
    years), *poor record* (past intervals held too rarely: treat the date as a guess), *pace
    changed* (the interval is wide until it settles). `bands` are the fan for each week until
    the deadline, `past` the forecasts that `coverage` counts.
    """

    status: Status
    value: float
    doubts: tuple[Doubt, ...] = ()
    expected: float | None = None
    p50: tuple[float, float] | None = None
    p80: tuple[float, float] | None = None
    eta80: tuple[date | None, ...] | None = None
    probability: float | None = None
    coverage: Coverage | None = None
    bands: tuple[Band, ...] = ()
    past: tuple[Past, ...] = ()


def forecast(
    counts: Mapping[date, int],
    *,
    target: int,
    value: int,
    deadline: date,
    as_of: date,
    launch: date | None = None,
) -> Forecast:
    """Return the forecast of a goal from what each complete day added.

    `counts` are by days of the business zone. A day that is not among them is not known, which is
    not 0; days after `as_of` are left aside. `value` is that of the end of the last known day.
    `launch` is the day on which what is counted came into the world, where the series goes back to
    it: for 120 days nothing is told of a series that is still ramping up.
    """
    last = max((day for day in counts if day <= as_of), default=None)
    if last is None:
        return _without("short history", target, value, missed=deadline <= as_of)
    if deadline <= last:
        return _without(None, target, value, missed=True)
    doubt = _obstacle(last, deadline, as_of, launch)
    if doubt:
        return _without(doubt, target, value)
    outlook = look_ahead(counts, last)
    if outlook is None:
        return _without("short history", target, value)
    if outlook.counted < LEAST_COUNTED:
        return _without("few counted", target, value)
    return read(outlook, target=target, value=value, deadline=deadline)


def read(outlook: Outlook, *, target: int, value: int, deadline: date) -> Forecast:
    """Return the forecast of one goal: its deadline is 1 to 1,092 days after the outlook's last.

    Several goals of one series share an outlook.
    """
    days, need = (deadline - outlook.last).days, target - value
    reached = need <= 0
    arrivals = [] if reached else _arrivals(outlook, need, days)
    eta80 = tuple(_arrival(arrivals, level, outlook.last) for level in _ARRIVALS)
    probability = 1.0 if reached else arrivals[days - 1]
    bands = tuple(_band(outlook, value, ahead) for ahead in [*range(WEEK, days, WEEK), days])
    coverage = outlook.coverage(days)
    return Forecast(
        status="reached" if reached else _status(probability),
        value=value,
        doubts=tuple(_doubts(outlook, coverage, days, never=not reached and eta80[1] is None)),
        expected=value + outlook.total(days).mean,
        p50=(bands[-1].p25, bands[-1].p75),
        p80=(bands[-1].p10, bands[-1].p90),
        eta80=None if reached else eta80,
        probability=probability,
        coverage=coverage,
        bands=bands,
        past=outlook.nearest(days).past,
    )


def doubts_of(coverage: Coverage, days: int) -> Iterator[Doubt]:
    """Yield what the record of past forecasts makes doubtful of one for so many days."""
    if days > _FAR * coverage.days:
        yield "far ahead"
    if coverage.held < _POOR_SHARE * coverage.tried and coverage.n_eff >= _POOR_FROM:
        yield "poor record"


def _obstacle(last: date, deadline: date, as_of: date, launch: date | None) -> Doubt | None:
    """Why no look ahead would be honest, whatever was counted."""
    if as_of - last > STALE_AFTER:
        return "stale"
    if launch and last - launch < SETTLED:
        return "after launch"
    if (deadline - last).days > WEEK * MOST_WEEKS_AHEAD:
        return "too far"
    return None


def _without(doubt: Doubt | None, target: int, value: int, *, missed: bool = False) -> Forecast:
    """What is known of a goal without a look ahead."""
    doubts = (doubt,) if doubt else ()
    if value >= target:
        return Forecast("reached", value, doubts, probability=1.0)
    if missed:
        return Forecast("missed", value, doubts, probability=0.0)
    return Forecast("stale" if doubt == "stale" else "too early", value, doubts)


def _arrivals(outlook: Outlook, need: int, days: int) -> list[float]:
    """P(arrived) by the end of each day ahead, at least until the deadline and until it is likely.

    What has arrived stays, so it never falls, where the approximation of the totals might.
    """
    found, arrived = [], 0.0
    for ahead in range(1, WEEK * MOST_WEEKS_AHEAD + 1):
        if ahead > days and arrived >= _ARRIVALS[-1]:
            break
        arrived = max(arrived, outlook.at_least(need, ahead))
        found.append(arrived)
    return found


def _arrival(arrivals: Sequence[float], probability: float, last: date) -> date | None:
    """The first day by which it has arrived with this probability."""
    at = bisect_left(arrivals, probability)
    return last + timedelta(at + 1) if at < len(arrivals) else None


def _band(outlook: Outlook, value: int, days: int) -> Band:
    edges = (value + outlook.quantile(level, days) for level in _LEVELS)
    return Band(outlook.last + timedelta(days), *edges)


def _status(probability: float) -> Status:
    if probability >= 0.8:
        return "on track"
    if probability >= 0.5:
        return "likely"
    return "at risk" if probability >= 0.2 else "unlikely"


def _doubts(outlook: Outlook, coverage: Coverage, days: int, *, never: bool) -> Iterator[Doubt]:
    if outlook.last - outlook.first < SETTLED:
        yield "short history"
    yield from doubts_of(coverage, days)
    if never:
        yield "no growth"
    if outlook.pace_changed:
        yield "pace changed"
