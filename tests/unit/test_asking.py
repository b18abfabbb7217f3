"""The rules of asking: whom, when, and how often at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from northstar.domain import asking
from northstar.domain.asking import Contact, Delays, Rules
from northstar.domain.errors import Unavailable
from northstar.domain.tickets import Customer, Ticket

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
TICKET = Ticket("standard", "T", "email", NOW, Customer("c", "ann@example.org"))
NIGHT = Rules(quiet_from="21:00", quiet_until="08:00")


@pytest.mark.parametrize(
    ("changes", "rules", "reason"),
    [
        ({"tags": ("VIP", "no-survey")}, Rules(skip_tags=("No-Survey",)), "tag"),
        ({"tags": ("vip",)}, Rules(skip_tags=("no-survey",)), None),
        ({"team": "Fraud"}, Rules(skip_teams=("fraud",)), "team"),
        ({"team": "billing"}, Rules(skip_teams=("fraud",)), None),
        ({"by_bot": True}, Rules(), "bot_only"),
        ({"by_bot": True}, Rules(ask_after_bots=True), None),
        ({"internal": True}, Rules(), "internal"),
        ({"internal": True}, Rules(ask_colleagues=True), None),
        ({"customer": Customer("c")}, Rules(), "no_address"),
        ({"customer": Customer("c"), "channel": "link"}, Rules(), None),
        ({"customer": Customer("c"), "channel": "chat"}, Rules(), None),
        ({"solved_at": NOW - timedelta(days=7)}, Rules(oldest_days=7), "too_old"),
        ({"solved_at": NOW - timedelta(days=6)}, Rules(oldest_days=7), None),
        ({"solved_at": NOW - timedelta(days=999)}, Rules(), None),
        ({}, Rules(), None),
    ],
)
def test_who_is_never_asked(changes: dict[str, object], rules: Rules, reason: str | None) -> None:
    """By tag, team, bot, colleague and missing address, each with its own reason."""
    assert asking.skipped(replace(TICKET, **changes), rules, NOW) == reason  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (timedelta(0), "recently_asked"),
        (timedelta(days=14) - timedelta(seconds=1), "recently_asked"),
        (timedelta(days=14), None),
        (timedelta(days=-1), "recently_asked"),
        (timedelta(days=-14), None),
    ],
)
def test_a_person_is_asked_once_in_so_many_days(after: timedelta, reason: str | None) -> None:
    """Both ways in time: a late delivery may not slip an ask in before the one that was sent."""
    contact = Contact("p", 1, asked="other", asked_at=NOW)
    assert asking.unwelcome(contact, "ask", Rules(), NOW + after) == reason
    assert asking.unwelcome(contact, "other", Rules(), NOW + after) is None  # it is that ask
    assert asking.unwelcome(contact, "ask", Rules(days_between=0), NOW + after) is None


def test_a_claim_keeps_others_away_until_it_must_be_dead() -> None:
    """Somebody who is sending is left alone for a minute; then the claim was left by a crash.

    Another ask is not kept away by it, and a claim that is given back is gone.
    """
    claimed = asking.take_place(Contact("p"), "ask", NOW, to_send=True)
    assert (claimed.asked, claimed.asked_at, claimed.version) == ("ask", NOW, 1)
    last = NOW + asking.SENDING_LEASE - timedelta(seconds=1)
    with pytest.raises(Unavailable):
        asking.take_place(claimed, "ask", last, to_send=True)
    other = asking.take_place(claimed, "other", last, to_send=True)
    with pytest.raises(Unavailable):
        asking.take_place(other, "ask", last, to_send=True)
    again = asking.take_place(other, "ask", NOW + asking.SENDING_LEASE, to_send=True)
    assert again.asked_at == NOW + asking.SENDING_LEASE
    given_back = asking.give_place_back(claimed, "ask")
    assert asking.take_place(given_back, "ask", last, to_send=True).version == 3
    assert asking.give_place_back(given_back, "ask") is given_back


def test_a_link_that_the_desk_sends_is_claimed_by_nobody() -> None:
    """The same webhook at the same moment is no reason to come back later."""
    claimed = asking.take_place(Contact("p"), "ask", NOW, to_send=False)
    assert asking.take_place(claimed, "ask", NOW, to_send=False).asked == "ask"


@pytest.mark.parametrize("closed", ["unsubscribed", "bounced", "complained"])
def test_who_may_not_be_written_to_is_not_asked(closed: str) -> None:
    """Whenever it was, and also for the very ask."""
    contact = Contact("p", 1, asked="ask", closed=closed)  # type: ignore[arg-type]
    assert asking.unwelcome(contact, "ask", Rules(), NOW + timedelta(days=999)) == closed


def test_each_channel_has_its_delay() -> None:
    """Counted from the solution; a link is the caller's own business, and the past is now."""
    rules = Rules(delay_minutes=Delays(email=60, chat=5))
    assert asking.due(TICKET, rules, BERLIN, NOW) == NOW + timedelta(minutes=60)
    assert asking.due(replace(TICKET, channel="chat"), rules, BERLIN, NOW) == NOW + timedelta(
        minutes=5
    )
    assert asking.due(replace(TICKET, channel="link"), rules, BERLIN, NOW) == NOW
    ahead = replace(TICKET, solved_at=NOW + timedelta(hours=1))
    assert asking.due(ahead, Rules(), BERLIN, NOW) == NOW
    late = NOW + timedelta(hours=2)
    assert asking.due(TICKET, rules, BERLIN, late) == late


@pytest.mark.parametrize(
    ("zone", "utc", "awake"),
    [
        ("Europe/Berlin", "2026-11-22T19:59:59", "2026-11-22T19:59:59"),
        ("Europe/Berlin", "2026-11-22T20:00:00", "2026-11-23T07:00:00"),
        ("Europe/Berlin", "2026-11-23T06:59:59", "2026-11-23T07:00:00"),
        ("Europe/Berlin", "2026-11-23T07:00:00", "2026-11-23T07:00:00"),
        ("Asia/Tokyo", "2026-11-22T12:00:00", "2026-11-22T23:00:00"),
        ("America/Los_Angeles", "2026-11-22T12:00:00", "2026-11-22T16:00:00"),
        ("Nowhere/Land", "2026-11-22T20:00:00", "2026-11-23T07:00:00"),
        (None, "2026-11-22T20:00:00", "2026-11-23T07:00:00"),
        ("Europe/Berlin", "2026-03-28T23:00:00", "2026-03-29T06:00:00"),  # clocks go forward
        ("Europe/Berlin", "2026-10-24T22:00:00", "2026-10-25T07:00:00"),  # and back
    ],
)
def test_nobody_is_woken_up(zone: str | None, utc: str, awake: str) -> None:
    """Quiet hours are the customer's, or the business's where the zone is unknown."""
    ticket = replace(TICKET, customer=Customer("c", "a@b.example", time_zone=zone))
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(awake).replace(tzinfo=UTC)
    assert asking.awake(moment, ticket, NIGHT, BERLIN) == expected


def test_quiet_hours_may_lie_within_a_day() -> None:
    """Over noon as well as over night, and without them every hour is good."""
    siesta = Rules(quiet_from="12:30", quiet_until="15:00")
    assert asking.awake(NOW, TICKET, siesta, BERLIN) == NOW + timedelta(hours=2)
    morning = NOW - timedelta(hours=1)
    assert asking.awake(morning, TICKET, siesta, BERLIN) == morning
    assert asking.awake(NOW, TICKET, Rules(), BERLIN) == NOW
