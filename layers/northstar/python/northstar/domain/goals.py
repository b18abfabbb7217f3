"""Goals: how far, how fast, and how fast it would have to be. The forecast is another module's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import ceil
from typing import Literal

Metric = Literal[
    "net_public_reviews",
    "five_star_reviews",
    "average_rating",
    "csat",
    "solved_rate",
    "response_rate",
    "hour_coverage",
    "north_star",
    "custom",
]
Unit = Literal["count", "percent", "stars", "number"]

UNITS: Mapping[Metric, Unit] = {
    "net_public_reviews": "count",
    "five_star_reviews": "count",
    "average_rating": "stars",
    "csat": "percent",
    "solved_rate": "percent",
    "response_rate": "percent",
    "hour_coverage": "percent",
    "north_star": "percent",
    "custom": "number",
}
OF_REVIEWS: tuple[Metric, ...] = ("net_public_reviews", "five_star_reviews", "average_rating")
"""The metrics that can be told of one app or one store by itself."""

RECENT = timedelta(weeks=8)
DUE_DAYS = 7
YEARS = range(2000, 2101)
NAME_LIMIT = 80
NOTE_LIMIT = 1000

_LIMITS = {"app": 200, "source": 200, "number": 200, "owner": NAME_LIMIT, "note": NOTE_LIMIT}

Series = tuple[tuple[date, float], ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A target for a metric by a deadline, counted from a start day and the value it then had.

    `target` and `baseline` are whole for counts, a percentage for rates, 1 to 5 for stars.
    `baseline` is the value at the start of `start`; None means: as counted. `app` (such as
    "shopify:handle") or `source` (a store) narrow a metric of reviews; `number` names the posted
    number of the metric "custom".
    """

    name: str
    metric: Metric
    target: int | float
    start: date
    deadline: date
    baseline: int | float | None = None
    app: str | None = None
    source: str | None = None
    number: str | None = None
    owner: str | None = None
    note: str | None = None

    @property
    def unit(self) -> Unit:
        """What the target is told in."""
        return UNITS[self.metric]

    @property
    def adds_up(self) -> bool:
        """Whether the metric is a count that grows by what each day adds."""
        return self.unit == "count"

    @property
    def subject(self) -> str:
        """What is counted, of what and from when; a goal of other ones is another goal."""
        told = (self.metric, self.app, self.source, self.number, self.start.isoformat())
        return " ".join(one for one in told if one)

    @property
    def holds(self) -> bool:
        """Whether the metric is one to hold at the deadline: reached before, it can be lost."""
        return self.unit in {"percent", "stars"} and self.metric != "hour_coverage"


@dataclass(frozen=True, slots=True)
class Due:
    """What is needed by the end of a day to be on even pace: the value, and how much is missing."""

    day: date
    value: float
    missing: float


@dataclass(frozen=True, slots=True)
class Progress:
    """A goal on one day. Rates are per week; `needed_rate` is None with nothing or no time left.

    `value` is None as long as nothing is known, `n` how many it is told of (0 where nothing is
    divided). `series` are the known values from the evening before the start.
    """

    goal: Goal
    today: date
    value: float | None
    n: int
    baseline: float
    series: Series
    even_pace: float
    recent_rate: float | None
    needed_rate: float | None
    reached_on: date | None

    @property
    def ahead(self) -> float | None:
        """Value minus even pace, of counts in whole ones; negative is behind."""
        if self.value is None:
            return None
        apart = self.value - self.even_pace
        return round(apart) if self.goal.adds_up else apart

    @property
    def share(self) -> float:
        """Value over target, 0..1."""
        return max(0.0, min(1.0, (self.value or 0) / self.goal.target))

    @property
    def safe_days(self) -> int | None:
        """How many more days it stays on even pace if nothing comes any more.

        0 is behind already; None where no day is left on which it could fall behind, and for what
        is to be held, which has no pace.
        """
        if self.value is None or self.value >= self.goal.target or self.goal.holds:
            return None
        left = max((self.goal.deadline - self.today).days, 0)
        for days in range(left + 1):
            if even_pace(self.goal, self.baseline, self.today + timedelta(days)) > self.value:
                return days
        return None

    @property
    def due_by(self) -> tuple[Due, ...]:
        """What even pace needs at the end of each of the next seven days, until the deadline."""
        return () if self.value is None or self.goal.holds else tuple(self._dues())

    def _dues(self) -> Iterator[Due]:
        for n in range(1, DUE_DAYS + 1):
            day = self.today + timedelta(n)
            if self.goal.start <= day <= self.goal.deadline:
                value = even_pace(self.goal, self.baseline, day)
                value = ceil(value - 1e-9) if self.goal.adds_up else value
                yield Due(day, value, max(value - (self.value or 0), 0))


def objection(goal: Goal) -> tuple[str, str] | None:
    """Return the field of a goal that cannot be meant, and why and what to do; None if all can."""
    faults = (*_faulty_words(goal), *_faulty_target(goal), *_faulty_scope(goal))
    return next(iter(faults), None)


def _faulty_words(goal: Goal) -> Iterator[tuple[str, str]]:
    if not goal.name.strip() or len(goal.name) > NAME_LIMIT or not goal.name.isprintable():
        yield "name", f"must have 1 to {NAME_LIMIT} printable characters"
    for field, limit in _LIMITS.items():
        told = getattr(goal, field) or ""
        lines = told.replace("\r\n", "\n").split("\n") if field == "note" else [told]
        if len(told) > limit or not all(line.isprintable() for line in lines):
            yield field, f"must have at most {limit} characters, all of them printable"
    for field in ("start", "deadline"):
        if getattr(goal, field).year not in YEARS:
            yield field, f"must lie between {YEARS[0]} and {YEARS[-1]}"
    if goal.deadline <= goal.start:
        yield "deadline", "must lie after the start"


def _faulty_target(goal: Goal) -> Iterator[tuple[str, str]]:
    for field in ("target", "baseline"):
        value = getattr(goal, field)
        if value is None:
            continue
        if not abs(value) <= 1e12:
            yield field, "is not a usable number; write one such as 1000"
        elif goal.adds_up and value != int(value):
            yield field, "must be a whole number; this metric counts"
    if goal.unit == "percent" and not 1 < goal.target <= 100:
        yield "target", "is a percentage; write one such as 90"
    if goal.unit == "stars" and not 1 < goal.target <= 5:
        yield "target", "is an average of stars; write one such as 4.6"
    if goal.target <= max(goal.baseline or 0, 0):
        yield "target", "must be above the baseline, and above 0"


def _faulty_scope(goal: Goal) -> Iterator[tuple[str, str]]:
    for field in ("app", "source"):
        if getattr(goal, field) is not None and goal.metric not in OF_REVIEWS:
            yield field, f"is for {', '.join(OF_REVIEWS)} only; leave it out"
    if goal.app and goal.source:
        yield "source", "is a part of the app already; leave one of the two out"
    if goal.app is not None and not all(goal.app.partition(":")[::2]):
        yield "app", "is not an app of a store; write one such as shopify:your-app-handle"
    if goal.metric == "custom" and not (goal.number or "").strip():
        yield "number", "is missing; name the number that is posted"
    if goal.metric != "custom" and goal.number is not None:
        yield "number", 'is for the metric "custom" only; leave it out'


def progress(goal: Goal, daily: Mapping[date, int], today: date) -> Progress:
    """Return how a goal that adds up stands today from the net change of each day (in any order).

    The recent rate is that of the last eight weeks, or since the first day known, if later.
    """
    before = sum(change for day, change in daily.items() if day < goal.start)
    baseline = before if goal.baseline is None else goal.baseline
    days = [goal.start + timedelta(n) for n in range(max(0, (today - goal.start).days) + 1)]
    totals = accumulate((daily.get(day, 0) for day in days), initial=baseline)
    series = tuple(zip([goal.start - timedelta(1), *days], totals, strict=True))
    first = min((day for day in daily if day <= today), default=today)
    since = max(first, today - RECENT + timedelta(1))
    came = sum(change for day, change in daily.items() if since <= day <= today)
    rate = came / max((today - since).days + 1, 1) * 7
    return _standing(
        goal, series, today, value=series[-1][1], n=0, baseline=baseline, recent_rate=rate
    )


def standing(goal: Goal, series: Series, today: date, *, value: float | None, n: int) -> Progress:
    """Return how any other goal stands: the value of today, of `n`, after the known ones before.

    Without a baseline it begins at the first of them. Only a number that is to grow, not one to
    hold, has rates.
    """
    first = series[0][1] if series else 0
    baseline = first if goal.baseline is None else goal.baseline
    rate = None if goal.holds else _rate(series, today)
    return _standing(goal, series, today, value=value, n=n, baseline=baseline, recent_rate=rate)


def _standing(
    goal: Goal,
    series: Series,
    today: date,
    *,
    value: float | None,
    n: int,
    baseline: float,
    recent_rate: float | None,
) -> Progress:
    reached = next((day for day, known in series if known >= goal.target), None)
    return Progress(
        goal=goal,
        today=today,
        value=value,
        n=n,
        baseline=baseline,
        series=series,
        even_pace=even_pace(goal, baseline, today),
        recent_rate=recent_rate,
        needed_rate=None if goal.holds else _needed_rate(goal, value, today),
        reached_on=reached if value is not None and value >= goal.target else None,
    )


def even_pace(goal: Goal, baseline: float, day: date) -> float:
    """Return where an even pace from baseline to target would be at the end of `day`.

    From a baseline that is over the target already, it is the target.
    """
    whole = (goal.deadline - goal.start).days + 1
    passed = min(max((day - goal.start).days + 1, 0), whole)
    start = min(baseline, goal.target)
    return start + (goal.target - start) * passed / whole


def _rate(series: Series, today: date) -> float | None:
    """Change a week over the last eight weeks, or since the first known value, if later."""
    window = [(day, value) for day, value in series if today - RECENT <= day <= today]
    if len(window) < 2:
        return None
    (first, low), (last, high) = window[0], window[-1]
    return (high - low) / (last - first).days * 7


def _needed_rate(goal: Goal, value: float | None, today: date) -> float | None:
    left = (goal.deadline - today).days
    if value is None or value >= goal.target or left <= 0:
        return None
    return (goal.target - value) / left * 7
