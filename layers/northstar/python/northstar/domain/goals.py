"""Goals: how far, how fast, and how fast it would have to be. The forecast is another module's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Literal

Metric = Literal["net_public_reviews"]
RECENT = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Goal:
    """A target for a metric by a deadline, counted from a start day and the value it then had.

    `baseline` is the value at the start of `start`; None means: as counted.
    """

    name: str
    metric: Metric
    target: int
    start: date
    deadline: date
    baseline: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A goal on one day. Rates are per week; `needed` is None once nothing (or no time) is left."""

    goal: Goal
    today: date
    value: int
    baseline: int
    series: tuple[tuple[date, int], ...]
    even_pace: float
    recent_rate: float
    needed_rate: float | None
    reached_on: date | None

    @property
    def ahead(self) -> int:
        """Value minus even pace, rounded to whole reviews; negative is behind."""
        return round(self.value - self.even_pace)

    @property
    def share(self) -> float:
        """Value over target, 0..1."""
        return max(0.0, min(1.0, self.value / self.goal.target))


def progress(goal: Goal, daily: dict[date, int], today: date) -> Progress:
    """Return how a goal stands today from the net change of each day (any days, in any order)."""
    before = sum(change for day, change in daily.items() if day < goal.start)
    baseline = before if goal.baseline is None else goal.baseline
    days = [goal.start + timedelta(n) for n in range(max(0, (today - goal.start).days) + 1)]
    totals = accumulate((daily.get(day, 0) for day in days), initial=baseline)
    series = tuple(zip([goal.start - timedelta(1), *days], totals, strict=True))
    value = series[-1][1]
    reached = next((day for day, total in series if total >= goal.target), None)
    return Progress(
        goal=goal,
        today=today,
        value=value,
        baseline=baseline,
        series=series,
        even_pace=even_pace(goal, baseline, today),
        recent_rate=_recent_rate(daily, today),
        needed_rate=_needed_rate(goal, value, today),
        reached_on=reached if value >= goal.target else None,
    )


def even_pace(goal: Goal, baseline: int, day: date) -> float:
    """Return where an even pace from baseline to target would be at the end of `day`."""
    whole = (goal.deadline - goal.start).days + 1
    passed = min(max((day - goal.start).days + 1, 0), whole)
    return baseline + (goal.target - baseline) * passed / whole


def _recent_rate(daily: dict[date, int], today: date) -> float:
    """Net change a week over the last eight weeks, or since the first day known, if later."""
    first = min((day for day in daily if day <= today), default=today)
    days = min(RECENT.days, max((today - first).days + 1, 1))
    window = (daily.get(today - timedelta(n), 0) for n in range(days))
    return sum(window) / days * 7


def _needed_rate(goal: Goal, value: int, today: date) -> float | None:
    left = (goal.deadline - today).days
    if value >= goal.target or left <= 0:
        return None
    return (goal.target - value) / left * 7
