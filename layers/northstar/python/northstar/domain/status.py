"""The status of a goal: one word, read off the 80 % interval, that does not flap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from northstar.domain import metrics
from northstar.domain.forecast import Forecast
from northstar.domain.goals import Goal, Progress

Status = Literal[
    "reached",
    "on track",
    "close",
    "off track",
    "too early",
    "no forecast",
    "not begun",
    "stale",
    "ended",
]

_MINDS: tuple[Status, ...] = ("on track", "close", "off track")
"""The ones that a forecast tells; from one of them to another it takes two days."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The status that is shown, and another one that is found since a day but not shown yet."""

    shown: Status
    found: Status | None = None
    since: date | None = None


def status(standing: Progress, forecast: Forecast | None, *, stale: bool) -> Status:
    """Return how a goal stands today; `stale` says that its data are not up to date.

    With an 80 % interval wholly at or above the target it is on track, wholly below it off track,
    else close. What is to be held at the deadline is reached on that day only.
    """
    goal = standing.goal
    over = standing.today > goal.deadline
    if standing.value is not None and standing.value >= goal.target and (over or not goal.holds):
        return "reached"
    if over:
        return "ended"
    if standing.today < goal.start:
        return "not begun"
    if stale or (forecast and forecast.status == "stale"):
        return "stale"
    return _foretold(goal, forecast) if goal.metric in metrics.FORETOLD else "no forecast"


def _foretold(goal: Goal, forecast: Forecast | None) -> Status:
    if forecast is None or forecast.p80 is None:
        return "too early"
    low, high = forecast.p80
    if low >= goal.target:
        return "on track"
    return "off track" if high < goal.target else "close"


def shown(settled: Settled | None, now: Status) -> Status:
    """Return what a page says now: what settled, unless something has become certain since."""
    if settled and {now, settled.shown} <= set(_MINDS):
        return settled.shown
    return now


def settle(before: Settled | None, found: Status, day: date) -> Settled:
    """Return what to show on a day: a forecast's change of mind counts from its second day on."""
    if before is None or found == before.shown:
        return Settled(found)
    if not {found, before.shown} <= set(_MINDS):
        return Settled(found)
    if before.found == found and before.since is not None:
        return Settled(found) if day > before.since else before
    return Settled(before.shown, found, day)
