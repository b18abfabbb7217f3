"""Bad news: what is worth an alert, and what is history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from northstar.app.bad_news import bad_news
from northstar.app.configuration import Alerting
from northstar.app.ports import Alert
from northstar.domain import surveys
from northstar.domain.aggregates import Record
from northstar.domain.remarks import Remark, Said
from northstar.domain.reviews import Review, first_sight, gone
from northstar.domain.sentiment import Score
from northstar.domain.surveys import AnonymousAnswer, Response
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.domain.verdicts import Verdict

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")


def told(record: Record, stars: int = 2) -> Alert | None:
    """Return what is told of a record now."""
    return bad_news(record, Alerting(bad_stars=stars), ZONE, NOW)


def answered(
    response: Response, at: datetime = NOW, template: Template | None = None
) -> surveys.Ask:
    """Return an answered ask."""
    ticket = Ticket("standard", "T 1", "link", at, Customer("c"), template=template, agent="Ann")
    ask = surveys.hand_over(surveys.plan(ticket, b"p", at), at)
    return surveys.answer(ask, response, at)


def verdict(label: str) -> Verdict:
    """Return a verdict."""
    value = {"negative": -0.5, "positive": 0.5}[label]
    return Verdict(Score(value, label, 0.9, "en", "declared", "test"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stars", "limit", "detail"),
    [(1, 2, "1 of 5."), (2, 2, "2 of 5."), (3, 2, None), (3, 3, "3 of 5."), (1, 0, None)],
)
def test_a_rating_is_bad_up_to_the_limit(stars: int, limit: int, detail: str | None) -> None:
    """The operator says how many stars are bad; it is the same for answers and reviews."""
    review = first_sight(Review("shopify", "1", rating=stars, created="2026-11-20"), "app", NOW)
    for record in (answered(Response(csat=stars)), review):
        found = told(record, limit)
        assert (found.detail if found else None) == detail


def test_a_no_is_bad_news_with_where_it_happened_and_not_what_was_said() -> None:
    """The outbox holds no words of the customer, so that nobody's stay there when erased."""
    ask = answered(Response(solved=False, comment="secret words"), template=Template("refund", "2"))
    found = told(ask)
    assert found is not None
    assert (found.kind, found.record, found.at) == ("bad_answer", ask.id, NOW)
    assert found.data["template"] == "refund@2"
    assert found.data["agent"] == "Ann"
    assert "secret" not in repr(found)
    assert told(answered(Response(solved=True), template=Template("refund"))) is None


def test_an_anonymous_no_is_bad_news_of_its_day() -> None:
    """It leads back to nobody, and is told all the same."""
    said = AnonymousAnswer("a1", 1, "2026-11-22", "csat", Response(csat=1), "email", "s")
    found = told(said)
    assert found is not None
    assert found.at == datetime(2026, 11, 22, tzinfo=ZONE)


def test_without_a_rating_the_text_decides() -> None:
    """A rating speaks for itself; where there is none, what was understood of the text does."""
    without = first_sight(Review("steam", "1", text="bad", created="2026-11-20"), "app", NOW)
    assert told(without) is None
    assert told(replace(without, verdict=verdict("negative"))) is not None
    assert told(replace(without, verdict=verdict("positive"))) is None
    thumb = first_sight(Review("steam", "1", recommended=False, created="2026-11-20"), "app", NOW)
    assert told(thumb) is not None
    five = replace(without, review=replace(without.review, rating=5), verdict=verdict("negative"))
    assert told(five) is None


def test_a_remark_of_an_agent_is_no_complaint() -> None:
    """An agent's note about a problem is not a customer's bad word."""
    said = Said("standard", "r", "note", NOW, text="bad")
    remark = Remark(id="h", version=1, said=said, person=None, verdict=verdict("negative"))
    assert told(remark) is not None
    assert told(replace(remark, said=replace(said, author="agent"))) is None


def test_history_is_no_news() -> None:
    """What was there before we looked, what is gone, and what is a week old raise nothing."""
    review = Review("shopify", "1", rating=1, created="2020-01-01")
    assert told(first_sight(review, "app", NOW, history=True)) is None
    assert told(gone(first_sight(review, "app", NOW), NOW)) is None
    assert told(first_sight(review, "app", NOW)) is not None
    week = timedelta(days=7)
    assert told(answered(Response(csat=1), NOW - week)) is not None
    assert told(answered(Response(csat=1), NOW - week - timedelta(seconds=1))) is None
    assert told(answered(Response(csat=1), NOW + timedelta(days=2))) is None
