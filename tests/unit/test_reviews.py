"""A review as we keep it, over edits, disappearances and returns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from northstar.domain.reviews import (
    Reply,
    Review,
    changes,
    digest,
    filled,
    first_sight,
    gone,
    missed,
    seen_again,
    seen_before,
)
from northstar.domain.sentiment import Score
from northstar.domain.verdicts import Verdict

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 23, tzinfo=UTC)
REVIEW = Review("shopify", "1", rating=5, text="Great", created="2026-10-01")
VERDICT = Verdict(Score(0.6, "positive", 0.8, "en", "declared", "test"))


def test_an_unchanged_review_is_the_same_record() -> None:
    """What a reader does not see as a change is none: names and countries may change."""
    record = first_sight(replace(REVIEW, author="Shop", country="FR"), "app", NOW)
    assert seen_again(record, replace(REVIEW, author="Renamed", country="NZ"), LATER) is record


def test_what_was_not_understood_before_is_filled_in() -> None:
    """A field that a broken parser lost comes back with a good look, and is no change to tell."""
    record = first_sight(replace(REVIEW, created=None), "app", NOW)
    whole = seen_again(record, replace(REVIEW, author="Shop", url="https://a.example/1"), LATER)
    assert (whole.review.author, whole.review.url) == ("Shop", "https://a.example/1")
    assert (whole.review.created, whole.version, whole.seen_at) == ("2026-10-01", 2, NOW)
    assert changes(record, whole) == frozenset()
    assert seen_again(whole, replace(REVIEW, author="Other"), LATER) is whole


def test_a_reply_makes_no_date() -> None:
    """The day of an edit does not become the first one when only the reply is new, or a return."""
    only_edited = first_sight(replace(REVIEW, created=None, edited="2026-10-02"), "app", NOW)
    look = replace(only_edited.review, reply=Reply("Thanks"))
    assert seen_again(only_edited, look, LATER).review.created is None
    dated = first_sight(replace(REVIEW, edited="2026-11-05"), "app", NOW)
    back = seen_again(gone(dated, NOW), replace(REVIEW, created="2026-11-05"), LATER)
    assert (back.review.created, back.review.edited) == ("2026-10-01", "2026-11-05")


def test_a_missed_review_that_is_seen_is_missed_no_more() -> None:
    """Misses count in a row; they are no change for a reader."""
    record = missed(missed(first_sight(REVIEW, "app", NOW)))
    assert (record.missed, record.public) == (2, True)
    seen = seen_again(record, REVIEW, LATER)
    assert (seen.missed, changes(record, seen)) == (0, frozenset())


def test_an_edit_keeps_the_first_date() -> None:
    """A store that shows only the day of the edit does not move the review to another day."""
    record = first_sight(REVIEW, "app", NOW)
    look = replace(REVIEW, rating=1, created=None, edited="2026-11-20")
    edited = seen_again(record, look, LATER)
    assert edited.version == 2
    assert edited.written == "2026-10-01"
    assert edited.review.edited == "2026-11-20"
    assert (edited.first_seen, edited.seen_at) == (NOW, LATER)


def test_a_new_text_and_a_new_rating_are_read_again_and_a_reply_is_not() -> None:
    """The verdict belongs to the text; with other stars it is read again, for they may differ."""
    record = replace(first_sight(REVIEW, "app", NOW), verdict=VERDICT)
    replied = seen_again(record, replace(REVIEW, reply=Reply("Thanks!")), LATER)
    assert replied.verdict == VERDICT
    assert not replied.needs_score
    rerated = seen_again(record, replace(REVIEW, rating=1), LATER)
    assert rerated.verdict == replace(VERDICT, again=True)
    assert rerated.needs_score
    assert seen_again(record, replace(REVIEW, text="Awful"), LATER).needs_score


def test_a_reply_is_a_change() -> None:
    """A reply that came, or was edited, makes a version."""
    record = first_sight(REVIEW, "app", NOW)
    assert seen_again(record, replace(REVIEW, reply=Reply("Thanks")), LATER).version == 2


def test_gone_and_back_again() -> None:
    """A removed review is not public; seen again it is, as the same record."""
    removed = gone(first_sight(REVIEW, "app", NOW), NOW)
    back = seen_again(removed, REVIEW, LATER)
    assert (removed.public, removed.version, removed.removed_at) == (False, 2, NOW)
    assert (back.public, back.version, back.removed_at) == (True, 3, None)
    assert gone(removed, NOW) is removed


def test_a_review_without_any_date_counts_on_the_day_we_saw_it() -> None:
    """Nothing is invented in the review itself."""
    record = first_sight(replace(REVIEW, created=None), "app", NOW)
    assert record.written.startswith("2026-11-22T12:00")
    assert record.review.created is None


def test_a_store_with_one_date_keeps_the_first_that_we_saw() -> None:
    """Where the only date moves with new words, it is the day of the edit; without, it is not."""
    record = first_sight(REVIEW, "app", NOW)
    moved = seen_again(record, replace(REVIEW, text="Changed", created="2026-11-21"), LATER)
    assert (moved.review.created, moved.review.edited) == ("2026-10-01", "2026-11-21")
    back = seen_again(gone(record, NOW), replace(REVIEW, created="2026-11-21"), LATER)
    assert (back.review.created, back.review.edited) == ("2026-10-01", None)
    only_edited = first_sight(replace(REVIEW, created=None, edited="2026-10-02"), "app", NOW)
    again = seen_again(
        only_edited, replace(REVIEW, text="New", created=None, edited="2026-11-20"), LATER
    )
    assert (again.review.created, again.review.edited) == ("2026-10-02", "2026-11-20")


def test_each_kind_of_change_is_told() -> None:
    """Words, stars, thumbs, the reply, disappearance and return are told apart, and together."""
    record = first_sight(REVIEW, "app", NOW)

    def after(**look: Any) -> frozenset[str]:
        return changes(record, seen_again(record, replace(REVIEW, **look), LATER))

    assert changes(None, record) == {"new"}
    assert after() == frozenset()
    assert after(text="Other") == {"edited"}
    assert after(title="Title") == {"edited"}
    assert after(rating=1) == {"rerated"}
    assert after(recommended=False) == {"rerated"}
    assert after(reply=Reply("Thanks")) == {"replied"}
    assert after(rating=2, text="Worse", reply=Reply("Sorry")) == {"rerated", "edited", "replied"}
    removed = gone(record, LATER)
    assert changes(record, removed) == {"removed"}
    assert changes(removed, seen_again(removed, REVIEW, LATER)) == {"restored"}


def test_a_thumb_is_no_star() -> None:
    """A changed thumb is a change, and a review with a thumb alone has no rating."""
    up = Review("steam", "1", text="Fun", recommended=True)
    assert digest(up) != digest(replace(up, recommended=False))
    assert "rating" not in filled(up)


def test_an_earlier_look_fills_in_the_first_date_and_no_more() -> None:
    """What is shown now stays; the day it was written and our first sight move back."""
    edited = replace(REVIEW, text="Now", created=None, edited="2026-11-22")
    record = first_sight(edited, "app", LATER)
    learned = seen_before(record, REVIEW, NOW)
    assert (learned.review.text, learned.written) == ("Now", "2026-10-01")
    assert (learned.first_seen, learned.seen_at, learned.version) == (NOW, LATER, 2)
    assert seen_before(learned, REVIEW, NOW) is learned


def test_what_is_filled_is_told() -> None:
    """A field counts when it has something; either date counts as one."""
    assert set(filled(REVIEW)) == {"rating", "text", "date"}
    assert "date" in filled(replace(REVIEW, created=None, edited="2026-10-01"))
