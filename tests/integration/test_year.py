"""A year made short: what the functions tell whom is a sensible story, and tells nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.year import START, Plan, Told, Year, begun
from northstar.app.alerts import BAD
from northstar.app.notices import Notice
from northstar.app.recount import recount
from northstar.runtime import bootstrap

PLAN = Plan(
    days=80,
    target=60,
    tickets=(3,),
    mended=28,
    removed=35,
    restored=42,
    breaks=52,
    broken=0.05,
    tracked_on=(0, 3),
)


@pytest.fixture(scope="module")
def year() -> Iterator[Year]:
    """Eleven weeks of the shop, lived through."""
    with begun(PLAN) as lived:
        for number in range(PLAN.days):
            lived.day(number)
        yield lived


def subjects(year: Year, to: str = "office@example.com") -> list[str]:
    """Return what somebody was told, oldest first, without the gaps that keep names from links."""
    return [one.subject.replace("\u200b", "") for one in year.told if one.to == to]


def test_each_bad_word_reaches_one_person_once(year: Year) -> None:
    """As many messages as bad answers and reviews, to the office by day, to the rota at night."""
    store = bootstrap.alert_store()
    bad = [one for one in store.newest(1000) if one.alert.kind in BAD]
    records = Counter(one.alert.record for one in bad)
    assert len(records) > 10
    assert set(records.values()) == {1}
    assert {len(one.told) for one in bad} == {1}
    told = [one for one in year.told if one.subject.startswith(("Bad answer", "Bad review"))]
    assert len(told) == len(bad)
    assert {working_hours(one) for one in told if one.to == "office@example.com"} == {True}
    assert {working_hours(one) for one in told if one.to != "office@example.com"} == {False}
    assert {one.to for one in told} == {f"{who}@example.com" for who in ("office", "anna", "ben")}


def working_hours(told: Told) -> bool:
    """Return whether it was told between nine and six on a weekday."""
    return told.at.weekday() < 5 and 9 <= told.at.hour < 18


def test_reviews_that_come_back_are_no_news(year: Year) -> None:
    """A third of them went for a week; the bad ones among them were told when they were written."""
    back = START + timedelta(PLAN.restored)
    reviews = bootstrap.feedback_store().all_reviews("shopify", "printworks")
    again = [one for one in reviews if one.seen_at.date() == back and one.first_seen.date() < back]
    assert len(again) > 5
    low = [one for one in again if (one.review.rating or 5) <= 2]
    assert low
    on_that_day = {
        one.alert.record
        for one in bootstrap.alert_store().newest(1000)
        if one.alert.at.date() == back
    }
    assert not {one.id for one in low} & on_that_day


def test_milestones_are_celebrated_once_each(year: Year) -> None:
    """With what they took, and never again when reviews go and come back."""
    reached = ["A quarter of 60", "Half of 60", "Three quarters of 60", "Goal reached"]
    told = [one for one in subjects(year) if one.startswith(tuple(reached))]
    assert [one.partition(":")[0] for one in told] == reached[: len(told)]
    assert len(told) >= 3


def test_a_template_is_promoted_and_demoted(year: Year) -> None:
    """Ready, automated by an editor, demoted when it stops helping; the helpdesk hears of each."""
    states = [one.partition(":") for one in subjects(year) if "reset-printer" in one]
    steps = [first for first, _, rest in states if rest.strip() == "reset-printer@1"]
    assert steps == ["Ready to automate", "Automated", "Demoted"]
    events = [one.content for one in year.told if one.to == "helpdesk"]
    machine = [one.data["about"] for one in events if isinstance(one, Notice)]
    assert [one["state"] for one in machine if one["template"] == "reset-printer"] == [
        "ready",
        "automated",
        "demoted",
    ]


def test_every_monday_both_audiences_get_their_mail(year: Year) -> None:
    """One each, and the sheet of the week is kept."""
    mondays = [START + timedelta(days) for days in range(0, PLAN.days, 7)]
    for to in ("board@example.com", "team@example.com"):
        assert [one.at.date() for one in year.told if one.to == to] == mondays
    progress = bootstrap.progress_store()
    assert all(progress.snapshot(f"sheet:{monday}") for monday in mondays)


def test_in_the_end_everything_is_told_and_counted_once(year: Year) -> None:
    """Nothing waits in the outbox, and the aggregates are those of the records."""
    assert not bootstrap.alert_store().pending(10)
    found = recount(
        feedback=bootstrap.feedback_store(),
        progress=bootstrap.progress_store(),
        zone=bootstrap.configuration().business.zone,
    )
    assert found.agrees
