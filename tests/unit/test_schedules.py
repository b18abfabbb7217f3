"""The interval of a schedule expression."""

from __future__ import annotations

from datetime import timedelta

import pytest

from northstar.domain.schedules import interval


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", timedelta(minutes=1)),
        ("rate(5 minutes)", timedelta(minutes=5)),
        ("rate(1 hour)", timedelta(hours=1)),
        ("rate(2 days)", timedelta(days=2)),
        ("rate(120 minutes)", timedelta(hours=2)),
    ],
)
def test_a_rate_is_its_own_interval(expression: str, expected: timedelta) -> None:
    """Minutes, hours and days, one or several, are the time between two firings."""
    assert interval(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 6 * * ? *)",
        "at(2026-11-22T06:00:00)",
        "rate(0 hours)",
        "rate(-1 hours)",
        "rate(1 week)",
        "rate(1.5 hours)",
        "rate(1 hour) ",
        "rate(99999999999999999999 days)",
        "rate(٣ hours)",
        "",
    ],
)
def test_anything_else_has_no_interval(expression: str) -> None:
    """A clock time, a moment and what is no rate at all have no interval, and raise nothing."""
    assert interval(expression) is None
