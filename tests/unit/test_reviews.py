"""A review as we keep it, over edits, disappearances and returns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from northstar.domain.reviews import Reply, Review, first_sight, gone, seen_again
from northstar.domain.sentiment import Score

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REVIEW = Review("shopify", "1", rating=5, text="Great", created="2026-10-01")
SCORE = Score(0.6, "positive", 0.8, "en", "declared", "test")


def test_an_unchanged_review_is_the_same_record() -> None:
    """What a reader does not see as a change is none: names and countries may change."""
    record = first_sight(REVIEW, "app", NOW)
    assert seen_again(record, replace(REVIEW, author="Renamed", country="NZ")) is record


def test_an_edit_keeps_the_first_date() -> None:
    """A store that shows only the day of the edit does not move the review to another day."""
    record = first_sight(REVIEW, "app", NOW)
    edited = seen_again(record, replace(REVIEW, rating=1, created=None, edited="2026-11-20"))
    assert edited.version == 2
    assert edited.written == "2026-10-01"
    assert edited.review.edited == "2026-11-20"


def test_a_new_text_needs_a_new_score_and_a_new_rating_does_not() -> None:
    """The score belongs to the text."""
    record = replace(first_sight(REVIEW, "app", NOW), score=SCORE)
    assert seen_again(record, replace(REVIEW, rating=1)).score == SCORE
    assert seen_again(record, replace(REVIEW, text="Awful")).needs_score


def test_a_reply_is_a_change() -> None:
    """A reply that came, or was edited, makes a version."""
    record = first_sight(REVIEW, "app", NOW)
    assert seen_again(record, replace(REVIEW, reply=Reply("Thanks"))).version == 2


def test_gone_and_back_again() -> None:
    """A removed review is not public; seen again it is, as the same record."""
    removed = gone(first_sight(REVIEW, "app", NOW), NOW)
    back = seen_again(removed, REVIEW)
    assert (removed.public, removed.version, removed.removed_at) == (False, 2, NOW)
    assert (back.public, back.version, back.removed_at) == (True, 3, None)
    assert gone(removed, NOW) is removed


def test_a_review_without_any_date_counts_on_the_day_we_saw_it() -> None:
    """Nothing is invented in the review itself."""
    record = first_sight(replace(REVIEW, created=None), "app", NOW)
    assert record.written.startswith("2026-11-22T12:00")
    assert record.review.created is None
