"""How figures, days and rates are written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from northstar.domain.rates import wilson
from northstar.web import numbers


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (8032, "8,032"), (-1200, "−1,200"), (1_000_000, "1,000,000")]
)
def test_counts_are_written_in_full(value: int, text: str) -> None:
    """A count has thousands separators and a true minus."""
    assert numbers.count(value) == text


@pytest.mark.parametrize(("value", "text"), [(344, "+344"), (-1200, "−1,200"), (0, "0")])
def test_differences_carry_their_sign(value: int, text: str) -> None:
    """A difference says its direction; none has no sign."""
    assert numbers.signed(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0%"),
        (0.0001, "<0.1%"),
        (0.004, "0.4%"),
        (0.236, "24%"),
        (0.91, "91%"),
        (0.9941, "99.4%"),
        (0.9999, ">99.9%"),
        (1.0, "100%"),
    ],
)
def test_only_nothing_is_zero_and_only_all_is_a_hundred_percent(share: float, text: str) -> None:
    """A percentage has no decimals, but one where rounding would say none or all."""
    assert numbers.percent(share) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [(184.6, "185 / week"), (9.54, "9.5 / week"), (0, "0 / week"), (-3.25, "−3.2 / week")],
)
def test_rates_are_per_week(rate: float, text: str) -> None:
    """A rate per week has one decimal below ten."""
    assert numbers.weekly(rate) == text


def test_moments_name_their_zone() -> None:
    """A moment is written in the business zone, which is named."""
    at = datetime(2026, 9, 14, 23, 30, tzinfo=UTC)
    assert numbers.moment(at, "UTC") == "14 Sep 2026, 23:30 UTC"
    assert numbers.moment(at, "Europe/Berlin") == "15 Sep 2026, 01:30 CEST"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-07-27", "27 Jul 2026"),
        ("2026-07-27T23:30:00.000Z", "28 Jul 2026"),
        ("2026-07-27T01:30:00+09:00", "26 Jul 2026"),
    ],
)
def test_days_are_business_days(text: str, day: str) -> None:
    """A moment lands on its day in the business zone; a bare day stays."""
    assert numbers.day_of(text, "Europe/Berlin") == day


def test_days_without_and_with_a_year() -> None:
    """A day is written as people say it."""
    assert numbers.short_day(date(2026, 7, 6)) == "6 Jul"
    assert numbers.long_day(date(2026, 12, 28)) == "28 Dec 2026"


def test_the_interval_is_written_with_both_ends() -> None:
    """The Wilson interval of 1168 of 1284 is 89.3 to 92.4 %."""
    assert numbers.interval(wilson(1168, 1284)) == "89–92%"


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        ((1168, 1284), (1012, 1160), "+4 pts on the 30 days before"),
        ((1814, 7890), (1900, 7610), "−2 pts on the 30 days before"),
        ((9100, 10000), (9000, 10000), "+1 pt on the 30 days before"),
        ((412, 530), (398, 520), "About the same as before"),
        ((9, 10), (5, 10), "About the same as before"),
        ((90_300, 100_000), (90_000, 100_000), "Less than 1 pt of change"),
        ((9, 10), (0, 0), "No earlier answers to compare"),
    ],
)
def test_a_change_is_said_only_when_it_is_certain(
    now: tuple[int, int], before: tuple[int, int], text: str
) -> None:
    """Points are given only when the interval of the difference leaves out zero."""
    assert numbers.change(wilson(*now), wilson(*before)) == text


def test_the_interval_of_a_difference_follows_newcombe() -> None:
    """The paper's example, 56 of 70 against 48 of 80, is +20 points, 5.2 to 33.4 %: certain."""
    assert numbers.change(wilson(56, 70), wilson(48, 80)) == "+20 pts on the 30 days before"
