"""What each metric of a goal is: which measures of which aggregate row, and its value day by day.

Counts and the average rating are told of everything until that day; rates of the last 28 days, so
that each weekday is in them four times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from northstar.domain import coverage
from northstar.domain.aggregates import Measures
from northstar.domain.aggregates import total as added_up
from northstar.domain.goals import Goal, Metric, Progress, progress, standing
from northstar.domain.rates import Rate, wilson
from northstar.domain.shares import Answers

WINDOW = 28
"""Days that a rate is told of."""

Daily = Mapping[date, Measures]
STARS = range(1, 6)


class Scope(NamedTuple):
    """The aggregate rows that a metric is read from."""

    dimension: str
    value: str


ALL = Scope("all", "all")
HOURS = Scope("hour", "all")


@dataclass(frozen=True, slots=True)
class Share:
    """A rate: the measures that are hits, and those that it is a share of.

    What is counted in `never` can be no hit. Anonymous answers are counted on another day than
    their tickets, so that a few days can have more hits than there were to be had: then all were.
    """

    hits: tuple[str, ...]
    of: tuple[str, ...]
    never: tuple[str, ...] = ()

    def counts(self, measures: Measures) -> tuple[int, int]:
        """Return the hits in these measures, and of how many."""
        n = _sum(measures, self.of)
        most = max(0, n - _sum(measures, self.never))
        return min(_sum(measures, self.hits), most), n

    def rate(self, measures: Measures) -> Rate:
        """Return the rate in these measures."""
        return wilson(*self.counts(measures))


COUNTED: Mapping[Metric, str] = {"net_public_reviews": "reviews", "five_star_reviews": "stars_5"}
SHARES: Mapping[Metric, Share] = {
    "csat": Share(("csat_4", "csat_5"), tuple(f"csat_{n}" for n in STARS)),
    "solved_rate": Share(("solved_yes",), ("solved_yes", "solved_no")),
    "response_rate": Share(("answered",), ("sent",)),
    "north_star": Share(("confirmed",), ("tickets",), ("repeated",)),
}


FORETOLD: tuple[Metric, ...] = (*COUNTED, *SHARES, "average_rating")
"""The metrics of which a method tells what to expect."""


def scope(goal: Goal) -> Scope:
    """Return which aggregate rows a goal is read from; a posted number has none of its own."""
    if goal.app:
        return Scope("app", goal.app)
    if goal.source:
        return Scope("source", goal.source)
    return HOURS if goal.metric == "hour_coverage" else ALL


def of_app(source: str, app: str) -> Scope:
    """Return which aggregate rows tell of one app of one store."""
    return Scope("app", f"{source}:{app}")


def amounts(goal: Goal, days: Daily) -> dict[date, int]:
    """Return what each day adds to a count, or how many answers a rate or an average has of it."""
    if goal.adds_up:
        return {day: measures.get(COUNTED[goal.metric], 0) for day, measures in days.items()}
    return {day: _answers(goal, measures).n for day, measures in days.items()}


def standing_of(
    goal: Goal, days: Daily, posted: Mapping[date, float], today: date, *, within: int
) -> Progress:
    """Return how a goal stands today, from the rows of its scope and the numbers that were posted.

    Days after today are left aside. `within` are the minutes in which a first reply is in time.
    """
    days = {day: measures for day, measures in days.items() if day <= today}
    if goal.adds_up:
        return progress(goal, amounts(goal, days), today)
    if goal.metric == "custom":
        known = sorted((day, value) for day, value in posted.items() if day <= today)
        series = tuple((day, value) for day, value in known if day >= goal.start) or known[-1:]
        newest = series[-1][1] if series else None
        return standing(goal, tuple(series), today, value=newest, n=0)
    told = list(_told(goal, days, today, within))
    series = tuple((day, value) for day, value, _ in told)
    if not told or told[-1][0] < min(today, goal.deadline):
        return standing(goal, series, today, value=None, n=0)
    return standing(goal, series, today, value=told[-1][1], n=told[-1][2])


def weeks(goal: Goal, days: Daily, last: date) -> list[Answers]:
    """Return what a rate or an average is made of, by weeks that end on `last`, oldest first.

    Of stars, the hits are the sum of (stars − 1)/4.
    """
    first = min((day for day, measures in days.items() if _answers(goal, measures).n), default=last)
    number = ((last - first).days + 1) // 7
    found = []
    for back in reversed(range(number)):
        week = [days.get(last - timedelta(7 * back + n), {}) for n in range(7)]
        found.append(_answers(goal, added_up(week)))
    return found


def stars(days: Daily) -> tuple[int, int]:
    """Return the sum and the number of all stars."""
    n = sum(measures.get(f"stars_{star}", 0) for measures in days.values() for star in STARS)
    total = sum(
        star * measures.get(f"stars_{star}", 0) for measures in days.values() for star in STARS
    )
    return total, n


def five_stars_needed(total: int, n: int, target: float) -> int | None:
    """Return how many five-star ratings in a row bring an average up to a target.

    It is the least k with (total + 5k)/(n + k) >= target; None where no number does.
    """
    aim = Fraction(str(target))
    missing = aim * n - total
    if missing <= 0:
        return 0
    return ceil(missing / (5 - aim)) if aim < 5 else None


def worst_and_best(total: int, n: int, more: int) -> tuple[float, float]:
    """Return the averages that so many more ratings can make at worst and at best."""
    return (total + more) / (n + more), (total + 5 * more) / (n + more)


def without_suspects(days: Daily) -> Daily:
    """Return the same days without the answers that look machine-made."""
    return {
        day: {
            name: amount - measures.get(f"suspect_{name}", 0) for name, amount in measures.items()
        }
        for day, measures in days.items()
    }


def _answers(goal: Goal, measures: Measures) -> Answers:
    if goal.metric == "average_rating":
        total, n = stars({date.min: measures})
        return Answers((total - n) / 4, n)
    return Answers(*SHARES[goal.metric].counts(measures))


def _told(goal: Goal, days: Daily, today: date, within: int) -> Iterator[tuple[date, float, int]]:
    """Yield (day, value, n) for each day of the goal on which something is known."""
    if goal.metric == "average_rating":
        yield from _averages(goal, days, today)
    elif goal.metric == "hour_coverage":
        yield from _covered(goal, days, today, within)
    else:
        yield from _rates(goal, SHARES[goal.metric], days, today)


def _averages(goal: Goal, days: Daily, today: date) -> Iterator[tuple[date, float, int]]:
    total, n = stars({day: told for day, told in days.items() if day < goal.start})
    for day in _days(goal, today):
        more, many = stars({day: days.get(day, {})})
        total, n = total + more, n + many
        if n:
            yield day, total / n, n


def _rates(goal: Goal, share: Share, days: Daily, today: date) -> Iterator[tuple[date, float, int]]:
    window: Counter[str] = Counter()
    for back in range(1, WINDOW + 1):
        window.update(_part(days.get(goal.start - timedelta(back)), share))
    for day in _days(goal, today):
        window.update(_part(days.get(day), share))
        window.subtract(_part(days.get(day - timedelta(WINDOW)), share))
        hits, n = share.counts(window)
        if n > 0:
            yield day, 100 * hits / n, n


def _part(measures: Measures | None, share: Share) -> dict[str, int]:
    names = {*share.hits, *share.of, *share.never}
    return {name: (measures or {}).get(name, 0) for name in names}


def _covered(
    goal: Goal, days: Daily, today: date, within: int
) -> Iterator[tuple[date, float, int]]:
    """A value a week is enough for what moves so slowly; the first and the last are among them."""
    answered = {day: coverage.answered(measures, within) for day, measures in days.items()}
    last = min(today, goal.deadline)
    for day in _days(goal, today):
        if day != goal.start and (last - day).days % 7:
            continue
        found = coverage.covered_on(answered, day, WINDOW)
        if found.n:
            yield day, 100 * found.hits / found.n, found.n


def _days(goal: Goal, today: date) -> Iterator[date]:
    for n in range((min(today, goal.deadline) - goal.start).days + 1):
        yield goal.start + timedelta(n)


def _sum(measures: Measures, names: tuple[str, ...]) -> int:
    return sum(measures.get(name, 0) for name in names)
