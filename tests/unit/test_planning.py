"""Planning: which jobs reach the queue, in which groups, and how often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from northstar.app.configuration import Collecting, Configuration, SourceTarget
from northstar.app.source import target_of
from northstar.domain.errors import Invalid
from northstar.runtime import bootstrap, freshness, planning

ON = SourceTarget("shopify", "acme")
FRONT = SourceTarget("apple_rss", "1", "us", ignore_robots=True)
OFF = SourceTarget("shopify", "paused", enabled=False)
CONFIGURATION = Configuration(sources=(ON, FRONT, OFF))

Sent = list[tuple[SourceTarget, str, str]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What reaches the queue: target, group and deduplication id."""
    messages: Sent = []

    class Queue:
        def send(self, body: Any, *, group: str, once: str) -> None:
            messages.append((target_of(body), group, once))

    monkeypatch.setattr(bootstrap, "collect_queue", Queue)
    return messages


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock; its only entry is the time in seconds."""
    now = [3_000_000.0]
    monkeypatch.setattr("northstar.runtime.planning.time.time", lambda: now[0])
    return now


def test_each_source_that_is_on_is_planned_in_the_group_of_its_store(sent: Sent) -> None:
    """One job each, whole; jobs of one store wait for each other."""
    assert planning.plan(CONFIGURATION) == 2
    assert [(target, group) for target, group, _ in sent] == [(ON, "shopify"), (FRONT, "apple_rss")]


def test_a_plan_that_comes_twice_is_one(sent: Sent, clock: list[float]) -> None:
    """Within what the queue remembers; the next schedule is another."""
    for clock[0] in (3_000_000.0, 3_000_200.0, 3_003_600.0):
        planning.plan(Configuration(sources=(ON,)))
    ids = [once for _, _, once in sent]
    assert ids[0] == ids[1] != ids[2]


def test_one_source_is_collected_at_once(sent: Sent) -> None:
    """The one of that app and store front, with all that is configured for it."""
    planning.collect_now(CONFIGURATION, "apple_rss", "1", "us")
    assert [(target, group) for target, group, _ in sent] == [(FRONT, "apple_rss")]


def test_asking_twice_is_asking_once_and_no_plan_stands_in_the_way(
    sent: Sent, clock: list[float]
) -> None:
    """For a minute; a plan of the same moment is a message of its own."""
    planning.plan(Configuration(sources=(ON,)))
    for clock[0] in (3_000_000.0, 3_000_030.0, 3_000_060.0):
        planning.collect_now(CONFIGURATION, "shopify", "acme", None)
    planned, first, again, later = (once for _, _, once in sent)
    assert first == again
    assert len({planned, first, later}) == 3


@pytest.mark.parametrize(
    ("source", "app", "country"),
    [
        ("shopify", "paused", None),
        ("shopify", "other", None),
        ("apple_rss", "1", None),
        ("apple_rss", "1", "de"),
        ("", "", None),
    ],
)
def test_what_is_off_or_unknown_is_refused(
    sent: Sent, source: str, app: str, country: str | None
) -> None:
    """And nothing reaches the queue."""
    with pytest.raises(Invalid, match="switched on"):
        planning.collect_now(CONFIGURATION, source, app, country)
    assert sent == []


@pytest.mark.parametrize(
    ("schedule", "hours", "expected"),
    [
        ("rate(1 hour)", None, timedelta(hours=2)),
        ("rate(15 minutes)", None, timedelta(minutes=30)),
        ("rate(1 hour)", 5, timedelta(hours=5)),
        ("cron(0 6 * * ? *)", None, timedelta(days=2)),
    ],
)
def test_when_a_source_is_out_of_date(
    monkeypatch: pytest.MonkeyPatch, schedule: str, hours: int | None, expected: timedelta
) -> None:
    """As configured, or after two intervals, or two days where these are unknown."""
    monkeypatch.setenv("COLLECT_EVERY", schedule)
    told = Configuration(collecting=Collecting(stale_after_hours=hours))
    assert freshness.stale_after(told) == expected
