"""The status of a goal, against the table of rules, and how it settles."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from northstar.domain.calibration import Coverage
from northstar.domain.forecast import Forecast
from northstar.domain.goals import Goal, Metric, Progress, standing
from northstar.domain.status import Settled, Status, settle, shown, status

START, DEADLINE = date(2026, 1, 1), date(2026, 12, 31)
TODAY = date(2026, 7, 1)
COVERAGE = Coverage(8, 10, 4.0, 1.0, 60)


def at(
    value: float | None, *, metric: Metric = "net_public_reviews", today: date = TODAY
) -> Progress:
    """Return how a goal of 100 (90 for rates) stands with a value."""
    target = 100 if metric in {"net_public_reviews", "custom"} else 90
    goal = Goal("G", metric, target, START, DEADLINE)
    series = () if value is None else ((START, 0.0), (min(today, DEADLINE), value))
    return standing(goal, series, today, value=value, n=50)


def foretold(low: float, high: float) -> Forecast:
    """Return a forecast with this 80 % interval."""
    return Forecast("likely", 0, p50=(low, high), p80=(low, high), coverage=COVERAGE)


@pytest.mark.parametrize(
    ("progress", "forecast", "stale", "expected"),
    [
        (at(100), foretold(120, 140), False, "reached"),
        (at(100), None, True, "reached"),
        (at(99), foretold(100, 140), False, "on track"),
        (at(99), foretold(99, 140), False, "close"),
        (at(50), foretold(60, 100), False, "close"),
        (at(50), foretold(60, 99), False, "off track"),
        (at(50), foretold(100, 140), True, "stale"),
        (at(50), Forecast("stale", 50), False, "stale"),
        (at(50), Forecast("too early", 50), False, "too early"),
        (at(50), None, False, "too early"),
        (at(None), None, False, "too early"),
        (at(50, today=date(2025, 12, 1)), None, False, "not begun"),
        (at(99, today=DEADLINE), foretold(99, 101), False, "close"),
        (at(99, today=DEADLINE + timedelta(1)), foretold(99, 101), False, "ended"),
        (at(100, today=DEADLINE + timedelta(1)), None, False, "reached"),
        (at(95, metric="csat"), foretold(91, 97), False, "on track"),
        (at(95, metric="csat"), foretold(85, 97), False, "close"),
        (at(95, metric="csat", today=DEADLINE + timedelta(1)), None, False, "reached"),
        (at(85, metric="csat", today=DEADLINE + timedelta(1)), None, False, "ended"),
        (at(50, metric="custom"), None, False, "no forecast"),
        (at(50, metric="hour_coverage"), None, False, "no forecast"),
    ],
)
def test_status(
    progress: Progress, forecast: Forecast | None, stale: bool, expected: Status
) -> None:
    """Read off the 80 % interval; what is to hold at the deadline is not reached before it."""
    assert status(progress, forecast, stale=stale) == expected


def test_a_change_of_mind_counts_from_its_second_day() -> None:
    """Runs of the same day are one day; going back in between forgets it."""
    day = [TODAY + timedelta(n) for n in range(5)]
    now = settle(None, "on track", day[0])
    now = settle(now, "close", day[1])
    assert now == Settled("on track", "close", day[1])
    assert settle(now, "close", day[1]).shown == "on track"
    assert settle(now, "on track", day[2]) == Settled("on track")
    assert settle(now, "close", day[2]) == Settled("close")
    assert settle(now, "off track", day[2]) == Settled("on track", "off track", day[2])


@pytest.mark.parametrize("certain", ["reached", "ended", "stale", "too early"])
def test_what_is_certain_is_said_at_once(certain: Status) -> None:
    """In both directions."""
    assert settle(Settled("close"), certain, TODAY) == Settled(certain)
    assert settle(Settled(certain), "off track", TODAY) == Settled("off track")
    assert shown(Settled("close"), certain) == certain
    assert shown(Settled(certain), "close") == "close"
    assert shown(Settled("on track"), "close") == "on track"
    assert shown(None, "close") == "close"
