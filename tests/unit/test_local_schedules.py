"""When schedules are due."""

from __future__ import annotations

import pytest

from local.schedules import next_time, one_time, starts_at_once
from northstar.domain.errors import Invalid
from northstar.domain.times import parse


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("rate(1 hour)", "2026-11-22T10:15:30Z", "2026-11-22T11:15:30Z"),
        ("rate(5 minutes)", "2026-11-22T10:15:30Z", "2026-11-22T10:20:30Z"),
        ("rate(7 days)", "2026-11-22T10:15:30Z", "2026-11-29T10:15:30Z"),
        ("cron(0 6 * * ? *)", "2026-11-22T06:00:00Z", "2026-11-23T06:00:00Z"),
        ("cron(0 6 * * ? *)", "2026-11-22T05:59:59Z", "2026-11-22T06:00:00Z"),
        ("cron(0 8 ? * MON *)", "2026-11-22T10:00:00Z", "2026-11-23T08:00:00Z"),
        ("cron(0 8 ? * 2-6 *)", "2026-11-20T10:00:00Z", "2026-11-23T08:00:00Z"),
        ("cron(*/20 9-10 * * ? *)", "2026-11-22T09:40:00Z", "2026-11-22T10:00:00Z"),
        ("cron(30 1,13 1 JAN ? *)", "2026-11-22T00:00:00Z", "2027-01-01T01:30:00Z"),
        ("cron(0 0 29 2 ? *)", "2026-11-22T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("cron(15/30 * * * ? *)", "2026-11-22T10:15:00Z", "2026-11-22T10:45:00Z"),
    ],
)
def test_next_time(expression: str, after: str, expected: str) -> None:
    """A schedule is due at its next moment, strictly after the given one."""
    assert next_time(expression, parse(after)) == parse(expected)


@pytest.mark.parametrize(
    "expression",
    [
        "at(2026-11-22T10:00:00)",
        "rate(1 week)",
        "cron(0 6 L * ? *)",
        "cron(0 6 ? * MON#1 *)",
        "cron(61 6 * * ? *)",
        "cron(0 0 30 2 ? *)",
    ],
)
def test_what_is_not_understood_is_refused(expression: str) -> None:
    """A schedule that is not mapped, or never due, stops instead of being guessed at."""
    with pytest.raises(Invalid):
        next_time(expression, parse("2026-11-22T10:00:00Z"))


def test_rates_start_at_once() -> None:
    """A rate begins when it is made, a clock time does not."""
    assert starts_at_once("rate(1 hour)")
    assert not starts_at_once("cron(0 6 * * ? *)")


def test_the_moment_of_a_one_off_schedule() -> None:
    """A one-off schedule has one moment, in UTC."""
    assert one_time("at(2026-11-22T10:00:05)") == parse("2026-11-22T10:00:05Z")


@pytest.mark.parametrize(
    "expression",
    ["rate(1 hour)", "at(2026-11-22)", "at(2026-11-31T10:00:00)", "at(2026-11-22T10:00:00Z)", ""],
)
def test_another_one_off_schedule_is_refused(expression: str) -> None:
    """What has no single moment in the documented form is refused."""
    with pytest.raises(Invalid, match="at"):
        one_time(expression)
