"""Pace and rates of a goal, against tables computed by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from northstar.domain.goals import Goal, even_pace, progress, standing
from northstar.domain.rates import wilson

START, DEADLINE = date(2026, 1, 1), date(2026, 4, 10)  # 100 days
GOAL = Goal("Reviews", "net_public_reviews", 300, START, DEADLINE)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), 100),
        (START, 102),
        (date(2026, 2, 19), 200),
        (DEADLINE, 300),
        (date(2027, 1, 1), 300),
    ],
)
def test_even_pace(day: date, expected: int) -> None:
    """From 100 to 300 in 100 days is two a day, and flat before and after."""
    assert even_pace(GOAL, 100, day) == pytest.approx(expected)


def test_progress_counts_what_was_before_the_start_and_what_went() -> None:
    """Reviews before the start are the baseline; removals lower the value on their day."""
    daily = {date(2025, 6, 1): 100, START: 3, date(2026, 1, 3): -1, date(2026, 1, 20): 5}
    now = progress(GOAL, daily, date(2026, 1, 10))
    assert (now.baseline, now.value) == (100, 102)
    assert now.series[0] == (date(2025, 12, 31), 100)
    assert [total for _, total in now.series[1:5]] == [103, 103, 102, 102]
    assert now.ahead == 102 - 120
    assert now.needed_rate == pytest.approx((300 - 102) / 90 * 7)
    assert now.reached_on is None


def test_the_recent_rate_is_over_eight_weeks_or_what_there_is() -> None:
    """Four weeks of one a day are seven a week, also when there are only four weeks."""
    today = date(2026, 1, 28)
    month = {today - timedelta(n): 1 for n in range(28)}
    assert progress(GOAL, month, today).recent_rate == pytest.approx(7)
    year = {today - timedelta(n): 1 for n in range(365)}
    assert progress(GOAL, year, today).recent_rate == pytest.approx(7)
    assert progress(GOAL, {}, today).recent_rate == 0


def test_a_reached_goal_needs_nothing_more_until_it_is_lost_again() -> None:
    """Reached is said with its day while the value is there, and no longer when it is not."""
    daily = {START: 300, date(2026, 1, 5): 1}
    reached = progress(GOAL, daily, date(2026, 1, 6))
    assert (reached.needed_rate, reached.reached_on) == (None, START)
    lost = progress(GOAL, daily | {date(2026, 1, 7): -5}, date(2026, 1, 8))
    assert lost.reached_on is None
    assert lost.needed_rate is not None


def test_after_the_deadline_nothing_is_needed_any_more() -> None:
    """No rate can reach a goal without days."""
    assert progress(GOAL, {START: 5}, DEADLINE).needed_rate is None


def test_a_given_baseline_wins() -> None:
    """A baseline in the configuration replaces what was counted before the start."""
    goal = Goal("Reviews", "net_public_reviews", 300, START, DEADLINE, baseline=10)
    assert progress(goal, {date(2025, 6, 1): 100, START: 1}, START).value == 11


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(13, 15, 0.621, 0.963), (9, 10, 0.596, 0.982), (45, 50, 0.786, 0.957), (5, 5, 0.566, 1.0)],
)
def test_wilson(hits: int, n: int, low: float, high: float) -> None:
    """The intervals are those of published tables, and stay within 0 and 1."""
    rate = wilson(hits, n)
    assert (rate.low, rate.high) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))
    assert rate.share == hits / n


def test_nothing_asked_is_nothing_known() -> None:
    """Without trials there is no share, and everything is possible."""
    assert (wilson(0, 0).share, wilson(0, 0).low, wilson(0, 0).high) == (None, 0, 1)


def day(n: int) -> date:
    """Return the n-th day of the goal, from 1."""
    return START + timedelta(n - 1)


@pytest.mark.parametrize(
    ("n", "value", "safe"),
    [
        # from 0 to 300 in 100 days is three a day: at the end of day n the pace is at 3n
        (10, 29, 0),
        (10, 30, 1),
        (10, 32, 1),
        (10, 33, 2),
        (10, 60, 11),
        (10, 299, 90),
        (10, 300, None),
        (99, 298, 1),
        (100, 299, 0),
    ],
)
def test_safe_days(n: int, value: int, safe: int | None) -> None:
    """How many days from now on until it is behind, if nothing more comes; 0 is behind."""
    assert progress(GOAL, {START: value}, day(n)).safe_days == safe


def test_due_by() -> None:
    """What three a day ask for in the next seven days, and how much of it is missing."""
    dues = progress(GOAL, {START: 35}, day(10)).due_by
    assert [(due.day, due.value, due.missing) for due in dues] == [
        (day(11), 33, 0),
        (day(12), 36, 1),
        (day(13), 39, 4),
        (day(14), 42, 7),
        (day(15), 45, 10),
        (day(16), 48, 13),
        (day(17), 51, 16),
    ]
    assert [due.value for due in progress(GOAL, {}, day(98)).due_by] == [297, 300]
    assert progress(GOAL, {}, day(100)).due_by == ()


def test_due_by_is_whole_for_counts_and_rounded_up() -> None:
    """Half a review more is one review more."""
    goal = Goal("Reviews", "net_public_reviews", 50, START, DEADLINE)
    dues = progress(goal, {}, START).due_by
    assert [due.value for due in dues] == [1, 2, 2, 3, 3, 4, 4]


def test_a_number_to_hold_has_no_rate() -> None:
    """Only what is to grow needs so much a week."""
    held = standing(
        Goal("CSAT", "csat", 90, START, DEADLINE),
        ((START, 80.0), (day(10), 85.0)),
        day(10),
        value=85,
        n=9,
    )
    assert (held.recent_rate, held.needed_rate, held.value, held.n) == (None, None, 85, 9)
    grown = standing(
        Goal("Stars", "custom", 90, START, DEADLINE, number="stars"),
        ((START, 80.0), (day(8), 85.0)),
        day(10),
        value=85,
        n=0,
    )
    assert grown.recent_rate == pytest.approx(5)
    assert grown.needed_rate == pytest.approx(5 / 90 * 7)
