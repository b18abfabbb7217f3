"""The invented data: the same for everyone, of the right size, and inside its year."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from local import demo
from local.demo_texts import REMARKS
from northstar.desks import Told, by_name
from northstar.domain.goals import Goal
from northstar.domain.remarks import Said
from northstar.domain.tickets import Ticket, Withdrawn

TODAY = date(2026, 11, 22)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_same_day_gives_the_same_data() -> None:
    """Reviews and tickets follow from the day alone, so a load can go on after a crash."""
    assert demo.reviews(TODAY, 300) == demo.reviews(TODAY, 300)
    assert demo.deliveries(TODAY) == demo.deliveries(TODAY)


def test_reviews_look_like_a_store() -> None:
    """Newest first, unique, mostly five stars, some edited, answered or without text."""
    made = demo.reviews(TODAY, 880)
    stars = Counter(review.rating for review in made)

    assert len({review.id for review in made}) == 880
    assert [r.day for r in made] == sorted((r.day for r in made), reverse=True)
    assert all(TODAY - timedelta(days=700) <= review.day < TODAY for review in made)
    assert stars[5] > 880 * 0.7
    assert min(stars[n] for n in range(1, 6)) > 0
    assert any(review.edited for review in made)
    assert any(review.reply for review in made)
    assert any(not review.text for review in made)


def test_reviews_become_more_frequent() -> None:
    """The second half of the time holds more reviews than the first."""
    middle = TODAY - timedelta(days=350)
    late = sum(review.day >= middle for review in demo.reviews(TODAY, 880))
    assert late > 880 / 2


def test_tickets_are_what_a_desk_would_send() -> None:
    """Every body is what its desk reads: tickets, each once, some reopened, and remarks."""
    told = [_told(delivery) for delivery in demo.deliveries(TODAY)]
    read = [one for one in told if isinstance(one, Ticket)]

    assert len(read) == demo.TICKETS + demo.MAILS + demo.CHATS
    assert len({ticket.id for ticket in read}) == len(read)
    assert Counter(ticket.channel for ticket in read)["email"] == demo.MAILS
    assert Counter(ticket.channel for ticket in read)["chat"] == demo.CHATS
    assert {"en", "ar", "ja"} <= {ticket.language for ticket in read}
    assert sum(isinstance(one, Withdrawn) for one in told) > 5
    assert sum(isinstance(one, Said) for one in told) == len(REMARKS)
    assert len({t.template.id for t in read if t.template}) == 8
    assert {t.template.version for t in read if t.template} == {"1", "2"}
    assert any(ticket.template is None for ticket in read)


def _told(delivery: demo.Delivery) -> Told:
    body = json.dumps(delivery.body).encode()
    return by_name(delivery.desk).read(body, datetime.now(UTC) + timedelta(3650))


def test_about_a_third_is_answered_and_nothing_in_the_future() -> None:
    """Answers follow their ticket and fit its question; none lies after the day of the load."""
    made = demo.deliveries(TODAY)
    answered = [delivery for delivery in made if delivery.form]

    assert 0.28 < len(answered) / len(made) < 0.42
    for delivery in answered:
        assert delivery.form
        assert delivery.answered_at
        assert delivery.at < delivery.answered_at <= MIDNIGHT
        choices = {"yes", "no"} if "template" in delivery.body["ticket"] else set("12345")
        assert delivery.form["answer"] in choices
    assert all(delivery.at <= MIDNIGHT for delivery in made)


def test_the_number_of_reviews_makes_a_story() -> None:
    """The demo stands a little behind an even pace, whatever the goal; without one it is half."""
    goal = Goal("G", "net_public_reviews", 600, date(2026, 1, 1), date(2026, 12, 31))

    assert 500 < demo.how_many(goal, TODAY) < 600
    assert demo.how_many(None, TODAY) == demo.MOST_REVIEWS // 2
    huge = Goal("G", "net_public_reviews", 10**6, date(2026, 1, 1), date(2026, 12, 31))
    assert demo.how_many(huge, TODAY) == demo.MOST_REVIEWS
