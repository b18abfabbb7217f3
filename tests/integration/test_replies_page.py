"""Replies and milestones through the whole stack: counted from the stream, shown behind a login."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from northstar.app.templates import Card
from northstar.domain.reviews import Reply, Review, ReviewRecord, first_sight, gone, seen_again
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline

NOW = datetime(2026, 9, 14, 6, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=120)
BARE = Review("shopify", "1", rating=2, text="My refund is late", created="2026-05-10")


@pytest.fixture
def stack(pipeline: Pipeline) -> Pipeline:
    """The pipeline in the morning of one day."""
    pipeline.at = NOW.timestamp()
    pipeline.configure('[[sources]]\nsource = "shopify"\napp = "acme"\n')
    return pipeline


def looks(stack: Pipeline, *reviews: tuple[Review, datetime]) -> ReviewRecord:
    """Let a review be seen so, one look after the other, each counted."""
    store, before, record = bootstrap.feedback_store(), None, None
    for review, at in reviews:
        record = seen_again(before, review, at) if before else first_sight(review, "acme", at)
        store.put_review(record, before)
        stack.work_off_stream()
        before = store.reviews("shopify", "acme", [review.id])[review.id]
    assert before
    return before


def page(stack: Pipeline, address: str) -> str:
    """Return a page as somebody sees it who is logged in."""
    response = stack.get(address, stack.log_in())
    assert response.status == 200, response.body
    return response.body.decode()


def test_what_comes_after_a_reply_is_counted_once_and_shown(stack: Pipeline) -> None:
    """On the day of the reply, for all, the source and the app; removed, nothing is left of it."""
    replied = replace(BARE, reply=Reply("Sorry, it is on its way"))
    record = looks(
        stack,
        (BARE, LONG_AGO),
        (replied, LONG_AGO + timedelta(days=1)),
        (replace(replied, rating=5), LONG_AGO + timedelta(days=9)),
    )
    assert record.rated_before_reply == 2
    for query in ("", "?source=shopify", "?app=shopify%3Aacme"):
        assert "1 of 1, 21–100%" in page(stack, f"/replies{query}")
    assert stack.total("reply_stars_up") == 3
    assert stack.recount().agrees
    bootstrap.feedback_store().put_review(gone(record, NOW), record)
    stack.work_off_stream()
    assert (stack.total("replies"), stack.total("reply_raised")) == (0, 0)
    assert stack.recount().agrees


def test_a_review_without_a_reply_waits_with_a_draft_until_it_has_one(stack: Pipeline) -> None:
    """The draft is of the card that is about what the review says."""
    card = Card("refund", topics=("refunds and billing",), text="Hello {name}, sorry.", version=1)
    bootstrap.template_store().save_card(card)
    record = looks(stack, (replace(BARE, author="Corner Shop", created="2026-09-10"), NOW))
    assert record.verdict
    about = record.verdict.about
    bootstrap.template_store().save_card(replace(card, topics=about[:1], version=2))
    html = page(stack, "/replies")
    assert "Hello Corner Shop, sorry.</textarea>" in html
    csv = page(stack, "/replies?format=csv")
    assert "shopify:acme:1" in csv
    answered = replace(record.review, reply=Reply("Done"))
    bootstrap.feedback_store().put_review(
        seen_again(record, answered, NOW + timedelta(minutes=1)), record
    )
    assert "No public review waits for a reply." in page(stack, "/replies")


@pytest.mark.parametrize(
    "address", ["/replies?rating=9", "/replies?app=x", "/replies?cursor=x", "/milestones?format=x"]
)
def test_what_is_not_known_is_refused(stack: Pipeline, address: str) -> None:
    """With a page that says why."""
    assert stack.get(address, stack.log_in()).status == 422


def test_milestones_are_a_page_and_a_file(stack: Pipeline) -> None:
    """Of every goal, before any is reached too; nobody sees them without a login."""
    goal = 'name = "G"\nmetric = "net_public_reviews"\ntarget = 8\nstart = 2026-09-01\n'
    stack.configure(f"[[goals]]\n{goal}deadline = 2026-12-31\n")
    stack.track()
    assert "A quarter of 8" in page(stack, "/milestones")
    assert page(stack, "/milestones?format=csv").count("ahead") == 4
    assert stack.get("/milestones").status == 401
    assert stack.get("/replies").status == 401
