"""What to expect of any goal: which series it is, which method tells it, and from when on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import ceil

from northstar.domain import metrics
from northstar.domain.forecast import SETTLED, Forecast, doubts_of, forecast
from northstar.domain.goals import Goal, Progress
from northstar.domain.outlook import LEAST_WEEKS, MOST_WEEKS_AHEAD, WEEK, look_ahead
from northstar.domain.shares import (
    AverageForecast,
    ShareForecast,
    average_forecast,
    share_forecast,
)

_WINDOW_WEEKS = metrics.WINDOW // WEEK
_QUARTER_AND_HALF = (0.25, 0.5)


def prospect(
    standing: Progress, days: metrics.Daily, *, last: date, whole: bool
) -> Forecast | None:
    """Return what to expect at the deadline of a goal; None where no method tells it.

    `days` are the rows of the goal's scope, known completely until `last`; `whole` says that they
    go back to the beginning, and do not only begin where a list was cut off.
    """
    goal = standing.goal
    if standing.value is None or standing.today < goal.start or last >= goal.deadline:
        return None
    if goal.adds_up:
        return _of_count(standing, days, last, whole=whole)
    if (goal.deadline - last).days > MOST_WEEKS_AHEAD * WEEK:
        return Forecast("too early", standing.value, ("too far",))
    if goal.metric in metrics.SHARES:
        return _of_share(standing, days, last)
    if goal.metric == "average_rating":
        return _of_average(standing, days, last)
    return None


def forecast_from(
    goal: Goal, days: metrics.Daily, found: Forecast | None, last: date
) -> date | None:
    """Return from which day on there is a forecast, where it is only too early for one."""
    doubts = found.doubts if found else ("short history",)
    first = _first(metrics.amounts(goal, days), last) if goal.metric in metrics.FORETOLD else None
    if first is None or (found and found.p80):
        return None
    if "after launch" in doubts:
        return first + SETTLED + timedelta(1)
    return first + timedelta(LEAST_WEEKS * WEEK + 1) if "short history" in doubts else None


def _of_count(standing: Progress, days: metrics.Daily, last: date, *, whole: bool) -> Forecast:
    """A list that was cut off begins with a week of which the older part is missing."""
    goal = standing.goal
    came = metrics.amounts(goal, days)
    first = _first(came, last)
    cut = first + timedelta(WEEK) if first and not whole else first
    return forecast(
        _each_day(came, cut, last),
        target=int(goal.target),
        value=int(dict(standing.series).get(last, standing.baseline)),
        deadline=goal.deadline,
        as_of=standing.today - timedelta(1),
        launch=first if whole else None,
    )


def _of_share(standing: Progress, days: metrics.Daily, last: date) -> Forecast | None:
    """The share in the four weeks up to the deadline.

    How many will answer is in doubt itself: of its median and its lower quartile the wider counts.
    """
    goal = standing.goal
    outlook = look_ahead(_answers(goal, days, last), last)
    if outlook is None:
        return None
    found = [
        share_forecast(
            metrics.weeks(goal, days, last),
            window=_WINDOW_WEEKS,
            ahead=ceil((goal.deadline - last).days / WEEK),
            answers=max(outlook.quantile(level, metrics.WINDOW), 1),
            target=goal.target / 100,
        )
        for level in _QUARTER_AND_HALF
    ]
    told = [one for one in found if one]
    widest = max(told, key=lambda one: one.p80[1] - one.p80[0], default=None)
    return _told(widest, standing, 100) if widest else None


def _of_average(standing: Progress, days: metrics.Daily, last: date) -> Forecast | None:
    """The average of all stars at the deadline, with as many new ones as are likely by then."""
    goal, ahead = standing.goal, (standing.goal.deadline - last).days
    outlook = look_ahead(_answers(goal, days, last), last)
    if outlook is None:
        return None
    total, n = metrics.stars({day: told for day, told in days.items() if day <= last})
    found = average_forecast(
        metrics.weeks(goal, days, last),
        stars=total,
        n=n,
        new=max(outlook.quantile(0.5, ahead), 1),
        ahead=ceil(ahead / WEEK),
        target=float(goal.target),
    )
    return _told(found, standing, 1) if found else None


def _told(found: ShareForecast | AverageForecast, standing: Progress, unit: int) -> Forecast:
    """The same in the shape and the unit of the goal."""
    return Forecast(
        status="likely" if found.probability >= 0.5 else "at risk",
        value=standing.value or 0.0,
        doubts=tuple(doubts_of(found.coverage, (standing.goal.deadline - standing.today).days)),
        expected=unit * found.expected,
        p50=(unit * found.p50[0], unit * found.p50[1]),
        p80=(unit * found.p80[0], unit * found.p80[1]),
        probability=found.probability,
        coverage=found.coverage,
    )


def _answers(goal: Goal, days: metrics.Daily, last: date) -> dict[date, int]:
    """How many answers came on each day, from the first day with one on."""
    came = metrics.amounts(goal, days)
    return _each_day(came, _first(came, last), last)


def _first(came: Mapping[date, int], last: date) -> date | None:
    return min((day for day, amount in came.items() if amount and day <= last), default=None)


def _each_day(came: Mapping[date, int], first: date | None, last: date) -> dict[date, int]:
    """Every day from the first to the last; one without a row is 0."""
    span = (last - first).days + 1 if first else 0
    return {last - timedelta(back): came.get(last - timedelta(back), 0) for back in range(span)}
