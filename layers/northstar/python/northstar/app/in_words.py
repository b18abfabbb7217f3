"""Statuses, amounts, rates and how many there are, in the words of alerts and pages alike."""

from __future__ import annotations

from collections.abc import Mapping

from northstar.domain.goals import Unit
from northstar.domain.rates import Rate
from northstar.domain.status import Status

STATUSES: Mapping[Status, str] = {
    "reached": "Goal reached",
    "on track": "On track",
    "close": "Close",
    "off track": "Off track",
    "too early": "Too early",
    "no forecast": "No forecast",
    "not begun": "Not begun",
    "stale": "No fresh data",
    "ended": "Deadline passed",
}

_DECIMALS: Mapping[Unit, int] = {"count": 0, "percent": 0, "stars": 1, "number": 2}


def amount(value: float, unit: Unit) -> str:
    """Return the value of a goal in its unit: "8,032", "91%", "4.6", "12.5"."""
    told = f"{value:,.{_DECIMALS[unit]}f}".replace("-", "\N{MINUS SIGN}")
    if unit == "number":
        return told.rstrip("0").rstrip(".")
    return f"{told}%" if unit == "percent" else told


def many(number: int, unit: str) -> str:
    """Return how many there are of something: "1 ticket", "2,024 tickets"."""
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"


def percent(share: float) -> str:
    """Return a share 0..1 as a percentage without decimals: "91%".

    Below 1 % and above 99 % it has one decimal, so that only nothing is 0 % and only all is 100 %.
    """
    return f"{_percentage(share)}%"


def interval(rate: Rate) -> str:
    """Return the Wilson interval of a rate in words: "88–91%"."""
    return f"{_percentage(rate.low)}–{_percentage(rate.high)}%"


def _percentage(share: float) -> str:
    value = share * 100
    if 0 < value < 0.1:
        return "<0.1"
    if 99.9 < value < 100:
        return ">99.9"
    if 0 < value < 1 or 99 < value < 100:
        return f"{value:.1f}"
    return f"{value:.0f}"
