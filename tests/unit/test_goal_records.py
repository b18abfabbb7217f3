"""What a goal was before, and how the forecasts that were shown have held."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from northstar.app.goals import Change, Issued, adopted, former, record
from northstar.domain.goals import Goal

START = date(2026, 1, 1)
GOAL = Goal("G", "net_public_reviews", 100, START, date(2026, 12, 31))


def issued(n: int, low: float, high: float, baseline: float = 0) -> Issued:
    """Return a forecast of the n-th day, of which the band in four weeks is given."""
    day = START + timedelta(n)
    bands = tuple((day + timedelta(7 * week), low, high) for week in range(1, 6))
    return Issued(day, baseline, 0.5, bands)


def test_a_record_counts_one_forecast_a_week() -> None:
    """Ends included; what is not over yet, and what is of another baseline, does not count."""
    values = {START + timedelta(n): float(n) for n in range(60)}
    kept = [issued(n, 28, 40) for n in range(50)]
    # days 0, 7, 14, 21, 28 come to 28, 35, 42, 49, 56
    assert record(kept, values, 0) == (2, 5)
    assert record(kept, values, 1) == (0, 0)
    assert record([], values, 0) == (0, 0)


def test_only_another_line_is_a_line_of_before() -> None:
    """A new owner draws none; the day is that of the zone."""
    at = datetime(2026, 5, 1, 23, tzinfo=UTC)
    owner = Goal("G", "net_public_reviews", 100, START, GOAL.deadline, owner="Ann")
    higher = Goal("G", "net_public_reviews", 200, START, GOAL.deadline, owner="Ann")
    changes = [
        Change(at, "kim", "set", higher),
        Change(at - timedelta(days=9), "kim", "confidence", owner),
        Change(at - timedelta(days=10), "kim", "set", owner),
        Change(at - timedelta(days=90), "kim", "set", GOAL),
    ]
    assert list(former(changes, ZoneInfo("Europe/Berlin"))) == [(date(2026, 5, 2), owner)]


def test_lines_of_before_are_counted_by_themselves() -> None:
    """Changes that draw no line take no room from those that do."""
    at = datetime(2026, 5, 1, tzinfo=UTC)
    owners = [replace(GOAL, target=200, owner=f"{n}") for n in range(9)]
    told = [*owners, GOAL]
    changes = [Change(at - timedelta(n), "kim", "set", goal) for n, goal in enumerate(told)]
    assert [goal.target for _, goal in former(changes, ZoneInfo("UTC"))] == [100]


def test_goals_of_the_file_come_first_in_its_order() -> None:
    """Before those that are only kept."""
    names = [Goal(name, "net_public_reviews", 9, START, GOAL.deadline) for name in "zya"]
    kept = list(adopted([], names, START))
    assert [one.goal.name for one in kept] == ["z", "y", "a"]
