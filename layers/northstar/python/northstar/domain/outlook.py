"""What a daily series lets expect, and how often such expectations have held.

Days are grouped into weeks counted back from the last known day, so that each week holds each
weekday once. The models of `fan.py` look ahead from there, and from weeks in the past: what came
then says how much wider or narrower the shown fan has to be (`calibration.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import fsum, log
from statistics import fmean
from typing import NamedTuple

from northstar.domain.calibration import Coverage, Miss, Spread, origins, spread
from northstar.domain.counts import Total, at_most, normal, normal_quantile, place, quantile
from northstar.domain.fan import Ahead, Belief, Weeks, beliefs, fan

WEEK = 7
MOST_WEEKS = 104
MOST_WEEKS_AHEAD = 156
LEAST_WEEKS = 8
SETTLED_WEEKS = 120 / WEEK

_SHARE_DAYS = 364
_SHARE_PRIOR = 4
_MOST_MISSING = 3
_PRIORS = {4: 0.9, 9: 0.87, 18: 1.0, 36: 1.0}
_PRIOR_UNSETTLED = 1.3
_OUTSIDE_95 = 0.025


class Past(NamedTuple):
    """A forecast made again without what came later: its 80 % interval, and what came."""

    made: date
    until: date
    low: int
    high: int
    came: int

    @property
    def held(self) -> bool:
        """Whether what came lies in the interval, ends included."""
        return self.low <= self.came <= self.high


class Checked(NamedTuple):
    """Past forecasts for so many weeks ahead, oldest first, and the spread that they teach."""

    weeks: int
    past: tuple[Past, ...]
    spread: Spread


@dataclass(frozen=True, slots=True)
class Outlook:
    """The fan from the last known day on, whatever the goal, and past forecasts by horizon.

    It is learnt from the days since `first`, in which `counted` came. `shares` are those of the
    seven days after `last` in a week. `pace_changed`: two of the last three weeks were outside the
    95 % band for one week, on the same side.
    """

    first: date
    last: date
    counted: int
    ahead: tuple[Ahead, ...]
    shares: tuple[float, ...]
    checked: tuple[Checked, ...]
    pace_changed: bool

    def total(self, days: int) -> Total:
        """Return what so many days bring together by the models, before the spread."""
        weeks, rest = divmod(days, WEEK)
        if rest:
            return self.ahead[weeks].total(fsum(self.shares[:rest]))
        return self.ahead[weeks - 1].total() if weeks else Total(0.0, 0.0)

    def spread(self, days: int) -> float:
        """Return the spread factor: between those of two horizons by the logarithm of the days."""
        weeks = max(days / WEEK, self.checked[0].weeks)
        for near, far in pairwise(self.checked):
            if weeks < far.weeks:
                way = log(weeks / near.weeks) / log(far.weeks / near.weeks)
                return near.spread.factor + way * (far.spread.factor - near.spread.factor)
        return self.checked[-1].spread.factor

    def quantile(self, probability: float, days: int) -> int:
        """Return the smallest count that so many days stay within, with this probability."""
        return _quantile(probability, self.total(days), self.spread(days))

    def at_least(self, need: int, days: int) -> float:
        """Return the probability that so many days bring at least `need`."""
        if need <= 0:
            return 1.0
        below = at_most(need - 1, self.total(days))
        return normal(-normal_quantile(below) / self.spread(days))

    def nearest(self, days: int) -> Checked:
        """Return the past forecasts for the horizon that is nearest to so many days by ratio."""
        return min(self.checked, key=lambda one: abs(log(one.weeks * WEEK / days)))

    def coverage(self, days: int) -> Coverage:
        """Return how often the nearest past forecasts held, with the factor for so many days."""
        near = self.nearest(days)
        return Coverage(
            held=sum(past.held for past in near.past),
            tried=len(near.past),
            n_eff=near.spread.n_eff,
            s=self.spread(days),
            days=near.weeks * WEEK,
        )


def look_ahead(counts: Mapping[date, int], last: date) -> Outlook | None:
    """Return what a series lets expect after its last day; None where it is too short to tell.

    `counts` are complete days. One that is not among them is not known: its week is scaled by the
    weekdays that are, and is left out with more than three such days. Fewer than eight weeks, or
    none after which a past forecast can be checked, are too short.
    """
    days = _known(counts, last)
    if len(days) < LEAST_WEEKS * WEEK:
        return None
    shares = _weekday_shares(days)
    weeks = [_week(days[at : at + WEEK], shares) for at in range(0, len(days), WEEK)]
    if sum(count is not None for count in weeks) < LEAST_WEEKS:
        return None
    now = len(weeks)
    starts = {origin for horizon in _PRIORS for origin in origins(now, horizon)}
    states = beliefs(weeks, starts | {now - 3, now - 2, now - 1, now})
    fans = {start: fan(states[start], _farthest(start, now)) for start in starts}
    checked = tuple(
        _check(horizon, tries, now, last)
        for horizon in _PRIORS
        if (tries := _tries(weeks, horizon, fans))
    )
    if not checked:
        return None
    return Outlook(
        first=last - timedelta(WEEK * now - 1),
        last=last,
        counted=sum(count for count in days if count is not None),
        ahead=tuple(fan(states[now], MOST_WEEKS_AHEAD)),
        shares=shares,
        checked=checked,
        pace_changed=_pace_changed(weeks, states, checked[0].spread.factor),
    )


def _known(counts: Mapping[date, int], last: date) -> list[int | None]:
    """The counts of whole weeks up to the last day, oldest first, as far back as they go."""
    first = min(counts, default=last)
    weeks = min(((last - first).days + 1) // WEEK, MOST_WEEKS)
    return [counts.get(last - timedelta(back)) for back in reversed(range(weeks * WEEK))]


def _weekday_shares(days: Sequence[int | None]) -> tuple[float, ...]:
    """The share of each of the seven days in a week; the year before counts, drawn to even.

    A weekday that is not always known counts as if it were; one that never is, as the mean.
    """
    year = days[-_SHARE_DAYS:]
    known = [[max(count, 0) for count in year[at::WEEK] if count is not None] for at in range(WEEK)]
    mean = fmean(count for each in known for count in each)
    sums = [_SHARE_PRIOR + (fmean(each) if each else mean) * len(year) / WEEK for each in known]
    return tuple(one / fsum(sums) for one in sums)


def _week(days: Sequence[int | None], shares: Sequence[float]) -> float | None:
    """The count of a week, never below 0; None where more than three days are missing."""
    known = [(count, share) for count, share in zip(days, shares, strict=True) if count is not None]
    if WEEK - len(known) > _MOST_MISSING:
        return None
    count = max(sum(count for count, _ in known), 0)
    return count if len(known) == WEEK else count / fsum(share for _, share in known)


def _farthest(origin: int, now: int) -> int:
    """The longest horizon that is tried after some week."""
    return max(horizon for horizon in _PRIORS if origin in origins(now, horizon))


class _Try(NamedTuple):
    """A past forecast: after how many weeks, its total, and what came."""

    origin: int
    total: Total
    came: int


def _tries(weeks: Weeks, horizon: int, fans: Mapping[int, Sequence[Ahead]]) -> list[_Try]:
    """The past forecasts for a horizon of which it is known what came, oldest first."""
    tries = []
    for origin in reversed(origins(len(weeks), horizon)):
        came = [count for count in weeks[origin : origin + horizon] if count is not None]
        if len(came) == horizon:
            tries.append(_Try(origin, fans[origin][horizon - 1].total(), round(sum(came))))
    return tries


def _check(horizon: int, tries: Sequence[_Try], now: int, last: date) -> Checked:
    """The past forecasts, each widened by what those before it had taught by then."""
    misses = [Miss(one.origin, normal_quantile(place(one.came, one.total))) for one in tries]
    past = []
    for one in tries:
        factor = _spread(misses, horizon, one.origin).factor
        made = last - timedelta(WEEK * (now - one.origin))
        low, high = (_quantile(level, one.total, factor) for level in (0.1, 0.9))
        past.append(Past(made, made + timedelta(WEEK * horizon), low, high, one.came))
    return Checked(horizon, tuple(past), _spread(misses, horizon, now))


def _spread(misses: Sequence[Miss], horizon: int, now: int) -> Spread:
    """Until there is a past, the fan is taken slightly narrowed; a far or an early one is not."""
    prior = _PRIORS[horizon] if now >= SETTLED_WEEKS else _PRIOR_UNSETTLED
    return spread(misses, horizon, now, prior)


def _quantile(probability: float, total: Total, factor: float) -> int:
    return quantile(normal(factor * normal_quantile(probability)), total)


def _pace_changed(weeks: Weeks, states: Mapping[int, Belief], factor: float) -> bool:
    """Whether two of the last three weeks were outside the 95 % band, on the same side."""
    below = above = 0
    for week in range(len(weeks) - 3, len(weeks)):
        count = weeks[week]
        if count is not None:
            total = fan(states[week], 1)[0].total()
            below += count < _quantile(_OUTSIDE_95, total, factor)
            above += count > _quantile(1 - _OUTSIDE_95, total, factor)
    return max(below, above) >= 2
