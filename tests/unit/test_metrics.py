"""What each metric is, against values computed by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from northstar.domain import coverage, metrics
from northstar.domain.goals import Goal, Metric
from northstar.domain.shares import Answers

START, TODAY = date(2026, 3, 1), date(2026, 4, 9)
DEADLINE = date(2026, 12, 31)


def goal(metric: Metric, target: float = 90, **more: str) -> Goal:
    """Return a goal of a metric."""
    return Goal("G", metric, target, START, DEADLINE, **more)  # type: ignore[arg-type]


def value(metric: Metric, days: metrics.Daily, target: float = 90) -> tuple[float | None, int]:
    """Return value and n of a metric today."""
    standing = metrics.standing_of(goal(metric, target), days, {}, TODAY, within=60)
    return standing.value, standing.n


@pytest.mark.parametrize(
    ("metric", "measures", "expected"),
    [
        ("csat", {"csat_5": 3, "csat_4": 1, "csat_3": 4}, (50, 8)),
        ("solved_rate", {"solved_yes": 3, "solved_no": 1}, (75, 4)),
        ("response_rate", {"answered": 1, "sent": 8}, (12.5, 8)),
        ("north_star", {"confirmed": 2, "tickets": 5}, (40, 5)),
        ("north_star", {"confirmed": 3, "tickets": 2}, (100, 2)),
        ("north_star", {"confirmed": 5, "tickets": 5, "repeated": 1}, (80, 5)),
    ],
)
def test_rates_are_those_of_four_weeks(
    metric: Metric, measures: dict[str, int], expected: tuple[float, int]
) -> None:
    """The day 27 days ago counts, the one before it does not.

    Confirmed are never more than could be: anonymous answers may be of tickets of other days.
    """
    days = {TODAY - timedelta(27): measures}
    assert value(metric, days) == expected
    assert value(metric, {TODAY - timedelta(28): measures}) == (None, 0)


def test_a_rate_forgets_what_is_older() -> None:
    """What was said four weeks ago is out of it today."""
    days = {
        TODAY - timedelta(28): {"csat_1": 100},
        TODAY - timedelta(1): {"csat_5": 1, "csat_1": 1},
    }
    assert value("csat", days) == (50, 2)


def test_the_average_is_that_of_all_stars_ever() -> None:
    """Also of those from before the goal began."""
    days = {START - timedelta(300): {"stars_1": 1}, TODAY: {"stars_5": 3}}
    assert value("average_rating", days, 4.6) == (4, 4)
    assert value("average_rating", {}, 4.6) == (None, 0)


def test_counts_add_up_by_their_own_measure() -> None:
    """Five stars are a part of all reviews."""
    days = {TODAY: {"reviews": 5, "stars_5": 3}}
    assert value("net_public_reviews", days, 100) == (5, 0)
    assert value("five_star_reviews", days, 100) == (3, 0)


def test_the_future_is_left_aside() -> None:
    """A clock that jumps, or a day of another zone, does not count before its time."""
    assert value("net_public_reviews", {TODAY + timedelta(1): {"reviews": 5}}, 100) == (0, 0)


def test_a_posted_number_is_the_newest_one() -> None:
    """The one before the start is where it begins."""
    posted = {START - timedelta(10): 3.5, START + timedelta(5): 4.0, TODAY + timedelta(1): 99.0}
    standing = metrics.standing_of(goal("custom", 10, number="x"), {}, posted, TODAY, within=60)
    assert (standing.value, standing.series) == (4.0, ((START + timedelta(5), 4.0),))
    early = metrics.standing_of(
        goal("custom", 10, number="x"), {}, {START - timedelta(10): 3.5}, TODAY, within=60
    )
    assert early.value == 3.5


def test_weeks_end_on_the_last_day() -> None:
    """Of stars, the hits are the part of four stars above the first."""
    days = {TODAY - timedelta(n): {"stars_5": 1, "stars_3": 1, "csat_4": 1} for n in range(20)}
    assert metrics.weeks(goal("average_rating", 4.5), days, TODAY) == [Answers(10.5, 14)] * 2
    assert metrics.weeks(goal("csat"), days, TODAY) == [Answers(7, 7)] * 2
    assert metrics.weeks(goal("csat"), {}, TODAY) == [Answers(0, 0)] * 0
    late = {TODAY: {"confirmed": 3}, TODAY - timedelta(1): {"tickets": 2}}
    assert metrics.weeks(goal("north_star"), late | {TODAY - timedelta(6): {}}, TODAY) == []
    late[TODAY - timedelta(6)] = {"tickets": 2, "repeated": 2}
    assert metrics.weeks(goal("north_star"), late, TODAY) == [Answers(2, 4)]


@pytest.mark.parametrize("later", [0, 1, 3, 7, 20])
def test_hours_are_told_at_the_deadline_when_it_is_over(later: int) -> None:
    """Of the four weeks until then, whatever the day is on which somebody looks."""
    days = {DEADLINE - timedelta(n): {"09_reply_60": 4, "10_reply_240": 1} for n in range(7)}
    today = DEADLINE + timedelta(later)
    days[DEADLINE + timedelta(1)] = {"11_reply_slow": 9}
    standing = metrics.standing_of(goal("hour_coverage"), days, {}, today, within=60)
    assert (standing.value, standing.n) == (50, 14)


def test_hours_begin_on_the_first_day_of_the_goal() -> None:
    """So what it is counted from is the same on every later day."""
    days = {
        START: {"09_reply_5": 1, "10_slow": 1},
        START + timedelta(3): {"09_reply_slow": 1},
    }
    for n in range(5, 12):
        today = START + timedelta(n)
        standing = metrics.standing_of(goal("hour_coverage"), days, {}, today, within=60)
        assert (standing.baseline, standing.value) == (100, 50)


@pytest.mark.parametrize("within", [5, 45, 60, 1440, 5000])
def test_a_goal_on_hours_counts_as_the_map_of_the_hours_does(within: int) -> None:
    """Every step of replies, every hour and every weekday."""
    names = (*(f"reply_{bound}" for bound in coverage.BOUNDS), coverage.SLOW, "tickets", "csat_1")
    days = {
        TODAY - timedelta(n): {
            f"{hour:02}_{name}": (n * 7 + hour * 3 + at * 5) % 4
            for hour in range(24)
            for at, name in enumerate(names)
            if (n + hour) % 3
        }
        for n in range(40)
    }
    told = {day: coverage.answered(measures, within) for day, measures in days.items()}
    assert coverage.covered_on(told, TODAY, 28) == coverage.covered(
        coverage.cells(days, TODAY, 28), within
    )


def test_each_goal_has_its_rows() -> None:
    """Of an app, of a store, of the hours, or of all."""
    assert metrics.scope(goal("net_public_reviews", 10, app="shopify:a")) == ("app", "shopify:a")
    assert metrics.scope(goal("net_public_reviews", 10, source="steam")) == ("source", "steam")
    assert metrics.scope(goal("hour_coverage")) == ("hour", "all")
    assert metrics.scope(goal("csat")) == ("all", "all")
