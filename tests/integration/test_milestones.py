"""Milestones: kept once, told once and together, with those behind them; never of old days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from northstar.app.alert_texts import title_of
from northstar.app.goals import Milestone, set_goal
from northstar.app.ports import Alert, Memory, Run
from northstar.domain.aggregates import Row
from northstar.domain.goals import Goal
from northstar.domain.reviews import Review, first_sight
from northstar.runtime import bootstrap
from northstar.store import keys
from tests.integration.conftest import Pipeline

NOW = datetime(2026, 9, 14, 6, tzinfo=UTC)
TODAY = NOW.date()
GOAL = Goal("Reviews", "net_public_reviews", 1000, date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def stack(pipeline: Pipeline) -> Pipeline:
    """A source that was just read, and a goal that has been tracked before, at 240 of 1,000."""
    pipeline.at = NOW.timestamp()
    pipeline.configure('[[sources]]\nsource = "shopify"\napp = "acme"\n')
    run = Run("shopify", "acme", NOW, NOW, "ok", 1, 10, 0, 0, 0, complete=True)
    memory = Memory(good_at=NOW, settled_at=NOW, read_at=NOW)
    bootstrap.progress_store().save_run(run, None, memory)
    counted(date(2026, 3, 1), 240)
    keep()
    later(pipeline, minutes=1)
    return pipeline


def keep(goal: Goal = GOAL, at: float = NOW.timestamp()) -> None:
    """Set a goal."""
    now = datetime.fromtimestamp(at, UTC)
    set_goal(goal, bootstrap.goal_store(), value=None, by="kim", now=now)


def counted(day: date, reviews: int) -> None:
    """Let reviews be counted on a day."""
    table = bootstrap.progress_store()._table
    for dimension, value in (("all", "all"), ("app", "shopify:acme")):
        row = keys.aggregate(Row(dimension, value, day.isoformat()))
        table.transact([{"Update": table.add(row, {"reviews": reviews})}])


def later(stack: Pipeline, **by: int) -> None:
    """Let time pass, then track."""
    stack.at += timedelta(**by).total_seconds()
    stack.track()


def told() -> list[Alert]:
    """Return what was told of milestones, newest first."""
    kept = bootstrap.alert_store().newest(50)
    return [one.alert for one in kept if one.alert.kind == "milestone"]


def kept() -> list[Milestone]:
    """Return the milestones that are kept."""
    return bootstrap.goal_store().milestones()


def test_a_milestone_is_told_once_with_the_days_it_took(stack: Pipeline) -> None:
    """Whatever is removed and restored later, and however often it is looked at."""
    counted(TODAY, 10)
    later(stack, minutes=15)
    (alert,) = told()
    assert (alert.subject, alert.n, alert.path) == ("Reviews", 250, "/milestones")
    assert alert.detail == "A quarter of 1,000 was reached on 14 September 2026, after 257 days."
    assert (alert.data["value"], alert.data["target"], alert.data["days"]) == (250, 1000, 257)
    assert title_of(alert) == "A quarter of 1,000: Reviews"
    assert alert.data["metric"] == "net_public_reviews"
    counted(TODAY, -10)
    later(stack, minutes=15)
    counted(TODAY, 10)
    later(stack, minutes=15)
    assert told() == [alert]
    assert [(one.value, one.target, one.days) for one in kept()] == [(250, 1000, 257)]


def test_of_several_at_once_the_last_is_told(stack: Pipeline) -> None:
    """All of them are kept."""
    counted(TODAY, 600)
    later(stack, minutes=15)
    assert [one.data["value"] for one in told()] == [750]
    assert [one.value for one in kept()] == [250, 500, 750]


def test_what_was_there_when_a_goal_is_tracked_first_is_no_news(stack: Pipeline) -> None:
    """Neither of a new goal nor of one that counts something else now; what comes then is."""
    keep(replace(GOAL, name="New", app="shopify:acme"))
    counted(TODAY, 260)
    later(stack, minutes=15)
    assert [(one.subject, one.data["value"]) for one in told()] == [("Reviews", 500)]
    keep(replace(GOAL, start=date(2026, 2, 1), baseline=0), stack.at + 60)
    later(stack, minutes=15)
    assert len(told()) == 1
    counted(TODAY, 500)
    later(stack, minutes=15)
    assert {(one.subject, one.data["value"]) for one in told()} == {
        ("Reviews", 500),
        ("Reviews", 1000),
        ("New", 1000),
    }


@pytest.mark.parametrize("begun", [-10, 5])
def test_what_a_source_had_when_it_was_first_read_is_no_news(
    pipeline: Pipeline, begun: int
) -> None:
    """Whether the goal was tracked before that reading, or while it went on; what comes then is."""
    pipeline.at = NOW.timestamp()
    pipeline.configure('[[sources]]\nsource = "shopify"\napp = "acme"\n')
    keep()
    later(pipeline, minutes=1)
    first, end = NOW + timedelta(minutes=begun), NOW + timedelta(minutes=10)
    run = Run("shopify", "acme", first, end, "ok", 1, 10, 600, 0, 0, complete=True)
    memory = Memory(begun_at=first, good_at=end, settled_at=end, read_at=first)
    bootstrap.progress_store().save_run(run, None, memory)
    counted(TODAY, 600)
    later(pipeline, minutes=15)
    assert [one.value for one in kept()] == [250, 500]
    counted(TODAY, 150)
    later(pipeline, minutes=15)
    assert [one.data["value"] for one in told()] == [750]


@pytest.mark.parametrize(("days", "news"), [(21, True), (22, False)])
def test_what_was_reached_weeks_ago_is_no_news(stack: Pipeline, days: int, *, news: bool) -> None:
    """A late arrival, or an import, lands on its own day."""
    counted(TODAY - timedelta(days), 10)
    later(stack, minutes=15)
    assert bool(told()) is news
    assert [one.value for one in kept()] == [250]


def test_those_behind_the_newest_reviews_are_named(stack: Pipeline) -> None:
    """Of the goal's own app: its newest reviews, and the agents whom they name."""
    store = bootstrap.feedback_store()
    for number, app, text in (("1", "acme", "Kim was great"), ("2", "other", "Kim again")):
        review = Review("shopify", number, rating=5, text=text, created="2026-09-13")
        store.put_review(first_sight(review, app, NOW), None)
    times = dict.fromkeys(("opened_at", "first_reply_at", "solved_at"), "2026-09-13T10:00:00Z")
    link = stack.solved(**times)["survey_url"]
    stack.answer(link, answer="yes")
    keep(replace(GOAL, name="Acme", app="shopify:acme"))
    later(stack, minutes=15)
    counted(TODAY, 260)
    later(stack, minutes=15)
    (alert,) = (one for one in told() if one.subject == "Acme")
    assert alert.data["people"] == [["Kim", 1]]
    assert alert.data["reviews"] == ["shopify:acme:1"]
    (row,) = (one for one in kept() if one.goal == "Acme" and one.people)
    assert (row.people, row.reviews) == ((("Kim", 1),), ("shopify:acme:1",))


def test_a_milestone_and_its_alert_are_there_together_or_not_at_all(stack: Pipeline) -> None:
    """Whoever comes second writes neither."""
    store = bootstrap.goal_store()
    one = Milestone("G", GOAL.subject, 5, TODAY, NOW)
    alert = Alert("milestone", NOW, "G", "Half of 10")
    assert store.add_milestone(one, alert)
    assert not store.add_milestone(one, replace(alert, at=NOW + timedelta(hours=1)))
    assert not store.add_milestone(replace(one, value=10), alert)
    assert [one.value for one in kept() if one.goal == "G"] == [5]
    assert len(told()) == 1
