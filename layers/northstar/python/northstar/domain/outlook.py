"""What a daily series lets expect, and how often such expectations have held.

Days are grouped into weeks counted back from the last known day, so that each week holds each
weekday once. Every forecast that could have been made in the past is made again; what came then
says how much wider or narrower than the models' fan the shown one has to be. With F the fan's
distribution and z = Φ⁻¹ of the place of what came in it (midway between F(x − 1) and F(x)):

    s² = (4·prior² + n_eff · weighted mean z²) / (4 + n_eff)        F_shown(x) = Φ(Φ⁻¹(F(x)) / s)

The prior is .9, and 1.3 in the first 120 days; a forecast made k weeks ago weighs .98^k, and as
windows overlap, n_eff = 1.5 · sum of weights · step/horizon. Learning the width of intervals from
their own past misses is the idea of Gibbs and Candès, "Adaptive Conformal Inference" (2021).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import log, sqrt
from typing import NamedTuple

from northstar.domain.counts import Total, at_most, normal, normal_quantile, quantile
from northstar.domain.fan import Ahead, Belief, Weeks, beliefs, fan

WEEK = 7
MOST_WEEKS = 104
MOST_WEEKS_AHEAD = 156
LEAST_WEEKS = 8
SETTLED_WEEKS = 120 / WEEK

_SHARE_DAYS = 364
_SHARE_PRIOR = 4
_MOST_MISSING = 3
_HORIZONS = (4, 9, 18, 36)
_MOST_ORIGINS = 20
_PRIOR, _PRIOR_UNSETTLED, _PRIOR_WORTH = 0.9, 1.3, 4.0
_LEAST_SPREAD, _MOST_SPREAD = 0.6, 2.5
_RECORD_KEPT = 0.98
_OVERLAP_WORTH = 1.5
_MOST_Z2 = 9.0
_OUTSIDE_95 = 0.025


class Past(NamedTuple):
    """A forecast as it would have been made: its 80 % interval, and what came in its days."""

    made: date
    until: date
    low: int
    high: int
    came: int

    @property
    def held(self) -> bool:
        """Whether what came lies in the interval, ends included."""
        return self.low <= self.came <= self.high


class Record(NamedTuple):
    """Past forecasts for so many weeks ahead, oldest first, and the spread factor they teach.

    They overlap: together they are worth about `n_eff` independent ones.
    """

    weeks: int
    past: tuple[Past, ...]
    n_eff: float
    spread: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """The fan from the last known day on, whatever the goal, with its records by horizon.

    It is learnt from the days since `first`, in which `counted` came. `shares` are those of the
    seven days after `last` in a week. `pace_changed`: two of the last three weeks were outside the
    95 % band for one week, on the same side.
    """

    first: date
    last: date
    counted: int
    ahead: tuple[Ahead, ...]
    shares: tuple[float, ...]
    records: tuple[Record, ...]
    pace_changed: bool

    def total(self, days: int) -> Total:
        """Return what so many days bring together by the models, before the spread."""
        weeks, rest = divmod(days, WEEK)
        if rest:
            return self.ahead[weeks].total(sum(self.shares[:rest]))
        return self.ahead[weeks - 1].total() if weeks else Total(0.0, 0.0)

    def spread(self, days: int) -> float:
        """Return the spread factor: between those of two horizons by the logarithm of the days."""
        weeks = max(days / WEEK, self.records[0].weeks)
        for near, far in pairwise(self.records):
            if weeks < far.weeks:
                way = log(weeks / near.weeks) / log(far.weeks / near.weeks)
                return near.spread + way * (far.spread - near.spread)
        return self.records[-1].spread

    def record(self, days: int) -> Record:
        """Return the record of the horizon that is nearest by ratio."""
        return min(self.records, key=lambda record: abs(log(record.weeks * WEEK / days)))

    def quantile(self, probability: float, days: int) -> int:
        """Return the smallest count that so many days stay within, with this probability."""
        return _quantile(probability, self.total(days), self.spread(days))

    def at_least(self, need: int, days: int) -> float:
        """Return the probability that so many days bring at least `need`, which is above 0."""
        below = at_most(need - 1, self.total(days))
        return normal(-normal_quantile(below) / self.spread(days))


def look_ahead(counts: Mapping[date, int], last: date) -> Outlook | None:
    """Return what a series lets expect after its last day; None where it is too short to tell.

    `counts` are complete days. One that is not among them is not known: its week is scaled by the
    weekdays that are, and is left out with more than three such days. Fewer than eight weeks, or
    none after which a past forecast can be checked, are too short.
    """
    days = _known(counts, last)
    shares = _weekday_shares(days)
    weeks = _weeks(days, shares)
    if sum(count is not None for count in weeks) < LEAST_WEEKS:
        return None
    now = len(weeks)
    origins = {horizon: _origins(now, horizon) for horizon in _HORIZONS}
    starts = {origin for each in origins.values() for origin in each}
    states = beliefs(weeks, starts | {now - 3, now - 2, now - 1, now})
    fans = {start: fan(states[start], _farthest(start, origins)) for start in starts}
    records = []
    for horizon, each in origins.items():
        tries = _tries(weeks, horizon, {origin: fans[origin] for origin in each})
        if tries:
            records.append(_record(horizon, tries, now, last))
    if not records:
        return None
    return Outlook(
        first=last - timedelta(WEEK * now - 1),
        last=last,
        counted=sum(count for count in days if count is not None),
        ahead=tuple(fan(states[now], MOST_WEEKS_AHEAD)),
        shares=shares,
        records=tuple(records),
        pace_changed=_pace_changed(weeks, states, records[0].spread),
    )


def _known(counts: Mapping[date, int], last: date) -> list[int | None]:
    """The counts of whole weeks up to the last day, oldest first, as far back as they go."""
    first = min(counts)
    weeks = min(((last - first).days + 1) // WEEK, MOST_WEEKS)
    return [counts.get(last - timedelta(back)) for back in reversed(range(weeks * WEEK))]


def _weekday_shares(days: Sequence[int | None]) -> tuple[float, ...]:
    """The share of each of the seven days in a week; the year before counts, drawn to even."""
    year = days[-_SHARE_DAYS:]
    sums = [
        _SHARE_PRIOR + sum(max(count, 0) for count in year[weekday::WEEK] if count is not None)
        for weekday in range(WEEK)
    ]
    return tuple(one / sum(sums) for one in sums)


def _weeks(days: Sequence[int | None], shares: Sequence[float]) -> list[float | None]:
    """The counts by week, never below 0; None where more than three days are missing."""
    return [_week(days[start : start + WEEK], shares) for start in range(0, len(days), WEEK)]


def _week(days: Sequence[int | None], shares: Sequence[float]) -> float | None:
    known = [(count, share) for count, share in zip(days, shares, strict=True) if count is not None]
    if WEEK - len(known) > _MOST_MISSING:
        return None
    count = max(sum(count for count, _ in known), 0)
    return count if len(known) == WEEK else count / sum(share for _, share in known)


def _origins(now: int, horizon: int) -> range:
    """The weeks after which forecasts for a horizon are tried: every third of it, the last first.

    There are none where the horizon is more than half of the history.
    """
    if now < 2 * horizon:
        return range(0)
    newest, step = now - horizon, max(1, horizon // 3)
    oldest = max(min(LEAST_WEEKS, newest), newest - step * (_MOST_ORIGINS - 1))
    return range(newest, oldest - 1, -step)


def _farthest(origin: int, origins: Mapping[int, range]) -> int:
    """The longest horizon that is tried after some week."""
    return max(horizon for horizon, each in origins.items() if origin in each)


class _Try(NamedTuple):
    """A past forecast: after how many weeks, its total, and what came."""

    origin: int
    total: Total
    came: int


def _tries(weeks: Weeks, horizon: int, fans: Mapping[int, Sequence[Ahead]]) -> list[_Try]:
    """The past forecasts for a horizon of which it is known what came, oldest first."""
    tries = []
    for origin in sorted(fans):
        came = [count for count in weeks[origin : origin + horizon] if count is not None]
        if len(came) == horizon:
            tries.append(_Try(origin, fans[origin][horizon - 1].total(), round(sum(came))))
    return tries


def _record(horizon: int, tries: Sequence[_Try], now: int, last: date) -> Record:
    """The past intervals, each widened by what was known when it was made."""
    past = []
    for made in tries:
        known = [one for one in tries if one.origin + horizon <= made.origin]
        _, spread = _learnt(known, horizon, made.origin)
        past.append(
            Past(
                made=last - timedelta(WEEK * (now - made.origin)),
                until=last - timedelta(WEEK * (now - made.origin - horizon)),
                low=_quantile(0.1, made.total, spread),
                high=_quantile(0.9, made.total, spread),
                came=made.came,
            )
        )
    return Record(horizon, tuple(past), *_learnt(tries, horizon, now))


def _learnt(tries: Sequence[_Try], horizon: int, now: int) -> tuple[float, float]:
    """What past forecasts are worth together, and the spread factor they teach."""
    prior = _PRIOR if now >= SETTLED_WEEKS else _PRIOR_UNSETTLED
    weights = [_RECORD_KEPT ** (now - one.origin - horizon) for one in tries]
    errors = [weight * _error(one) for weight, one in zip(weights, tries, strict=True)]
    worth = _OVERLAP_WORTH * max(1, horizon // 3) / horizon
    square = _PRIOR_WORTH * prior**2 + worth * sum(errors)
    n_eff = worth * sum(weights)
    spread = sqrt(square / (_PRIOR_WORTH + n_eff))
    return n_eff, min(max(spread, _LEAST_SPREAD), _MOST_SPREAD)


def _error(one: _Try) -> float:
    """How far from the middle of its fan a count came: the square of its normal quantile."""
    place = (at_most(one.came, one.total) + at_most(one.came - 1, one.total)) / 2
    return min(normal_quantile(place) ** 2, _MOST_Z2)


def _quantile(probability: float, total: Total, spread: float) -> int:
    return quantile(normal(spread * normal_quantile(probability)), total)


def _pace_changed(weeks: Weeks, states: Mapping[int, Belief], spread: float) -> bool:
    """Whether two of the last three weeks were outside the 95 % band, on the same side."""
    sides = [0, 0]
    for week in range(len(weeks) - 3, len(weeks)):
        count = weeks[week]
        if count is not None:
            (ahead,) = fan(states[week], 1)
            low, high = (
                _quantile(edge, ahead.total(), spread) for edge in (_OUTSIDE_95, 1 - _OUTSIDE_95)
            )
            sides[0] += count < low
            sides[1] += count > high
    return max(sides) >= 2
