"""What reviewers do after a reply: kept on the review, counted on the day of the reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from northstar.domain import replies
from northstar.domain.aggregates import Row, contribution, difference, rows
from northstar.domain.reviews import (
    Reply,
    Review,
    ReviewRecord,
    first_sight,
    gone,
    seen_again,
    seen_before,
)

ZONE = ZoneInfo("Europe/Berlin")
SEEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPLIED = SEEN + timedelta(days=2)
LATER = REPLIED + timedelta(days=30)
BARE = Review("shopify", "1", rating=2, text="Slow", created="2026-03-01")
ANSWERED = replace(BARE, reply=Reply("Sorry, it is fast now"))


def answered() -> ReviewRecord:
    """Return a review of two stars that we saw get a reply."""
    return seen_again(first_sight(BARE, "app", SEEN), ANSWERED, REPLIED)


def added(record: ReviewRecord) -> dict[str, int]:
    """Return what a review adds on the day of its reply, in the row of everything."""
    told = rows(contribution(record, ZONE).parts)
    return {name: n for (row, name), n in told.items() if row.dimension == "all" and "repl" in name}


def test_a_reply_that_we_saw_come_is_dated_by_our_look() -> None:
    """With the stars of that moment; the next reply, or a lost one, moves nothing."""
    record = answered()
    assert (record.replied_at, record.rated_before_reply) == (REPLIED, 2)
    assert (record.edited_after_reply, record.rated_after_reply) == (None, None)
    without = seen_again(record, BARE, LATER)
    again = seen_again(without, replace(BARE, reply=Reply("Once more")), LATER)
    assert (again.replied_at, again.edited_after_reply) == (REPLIED, None)


def test_the_store_dates_the_reply_where_that_can_be() -> None:
    """Between our first sight and this look; anything else is not believed."""
    told = replace(ANSWERED, reply=Reply("Sorry", created="2026-03-02T08:00:00Z"))
    fresh = first_sight(BARE, "app", SEEN)
    assert seen_again(fresh, told, REPLIED).replied_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    for wrong in ("2020-01-01", "2030-01-01"):
        odd = replace(ANSWERED, reply=Reply("Sorry", created=wrong))
        assert seen_again(fresh, odd, REPLIED).replied_at == REPLIED


def test_of_a_reply_that_was_there_at_first_sight_only_a_told_date_counts() -> None:
    """Unless the review was edited since, or was there before we began to look."""
    dated = replace(ANSWERED, reply=Reply("Sorry", created="2026-02-20T00:00:00Z"))
    record = first_sight(dated, "app", SEEN)
    assert record.replied_at == datetime(2026, 2, 20, tzinfo=UTC)
    assert record.rated_before_reply == 2
    for unknown in (
        first_sight(ANSWERED, "app", SEEN),
        first_sight(replace(dated, edited="2026-02-25"), "app", SEEN),
        first_sight(dated, "app", SEEN, history=True),
    ):
        assert (unknown.replied_at, unknown.rated_before_reply) == (None, None)
        changed = seen_again(unknown, replace(unknown.review, rating=5), LATER)
        assert (changed.replied_at, changed.edited_after_reply) == (None, None)
        assert added(changed) == {"replied": 1}


def test_a_change_after_the_reply_is_kept_with_the_newest_stars() -> None:
    """The first moment stays, and the stars are those at the end of ninety days, or so far."""
    up = seen_again(answered(), replace(ANSWERED, rating=5), LATER)
    assert (up.edited_after_reply, up.rated_after_reply) == (LATER, 5)
    assert added(up) == {
        "replied": 1,
        "replies": 1,
        "replies_rated": 1,
        "reply_edited": 1,
        "reply_raised": 1,
        "reply_stars_up": 3,
    }
    down = seen_again(up, replace(ANSWERED, rating=1), LATER + timedelta(days=1))
    assert (down.edited_after_reply, down.rated_after_reply) == (LATER, 1)
    assert added(down)["reply_stars_down"] == 1
    words = seen_again(answered(), replace(ANSWERED, text="Fast"), LATER)
    assert added(words) == {"replied": 1, "replies": 1, "replies_rated": 1, "reply_edited": 1}


def test_after_ninety_days_nothing_is_taken_for_what_came_after_the_reply() -> None:
    """Neither a first change nor another one; the store's own date decides where it tells one."""
    late = REPLIED + timedelta(days=90, seconds=1)
    changed = seen_again(answered(), replace(ANSWERED, rating=5), late)
    assert (changed.review.rating, changed.edited_after_reply) == (5, None)
    in_time = seen_again(answered(), replace(ANSWERED, rating=4), LATER)
    again = seen_again(in_time, replace(ANSWERED, rating=1), late)
    assert (again.rated_after_reply, again.edited_after_reply) == (4, LATER)
    told = replace(ANSWERED, rating=5, edited="2026-04-01T00:00:00Z")
    assert seen_again(answered(), told, late).rated_after_reply == 5


def test_an_edit_in_the_same_look_counts_only_where_the_store_says_it_came_later() -> None:
    """Else nobody knows which of the two was first."""
    fresh = first_sight(BARE, "app", SEEN)
    reply = Reply("Sorry", created="2026-03-02T08:00:00Z")
    both = replace(BARE, rating=5, reply=reply)
    unknown = seen_again(fresh, both, REPLIED)
    assert (unknown.rated_before_reply, unknown.edited_after_reply) == (5, None)
    later = seen_again(fresh, replace(both, edited="2026-03-02T09:00:00Z"), REPLIED)
    assert (later.rated_before_reply, later.rated_after_reply) == (2, 5)
    assert later.edited_after_reply == datetime(2026, 3, 2, 9, tzinfo=UTC)
    before = seen_again(fresh, replace(both, edited="2026-03-02T07:00:00Z"), REPLIED)
    assert (before.rated_before_reply, before.edited_after_reply) == (5, None)


def test_a_removed_review_counts_nothing_and_a_restored_one_the_same_again() -> None:
    """What is known of its reply stays through both, and through what an earlier look tells."""
    up = seen_again(answered(), replace(ANSWERED, rating=5), LATER)
    removed = gone(up, LATER)
    assert added(removed) == {}
    back = seen_again(removed, up.review, LATER + timedelta(days=1))
    assert contribution(back, ZONE).parts == contribution(up, ZONE).parts
    learned = seen_before(back, replace(ANSWERED, text="Older"), SEEN - timedelta(days=9))
    assert learned.replied_at == REPLIED
    assert added(learned) == added(up)


def test_every_step_leads_to_the_rows_of_a_recount() -> None:
    """The differences of all versions add up to what the newest one is."""
    steps = [first_sight(BARE, "app", SEEN)]
    steps.append(seen_again(steps[-1], ANSWERED, REPLIED))
    steps.append(seen_again(steps[-1], replace(ANSWERED, rating=5), LATER))
    steps.append(gone(steps[-1], LATER))
    steps.append(seen_again(steps[-1], replace(ANSWERED, rating=3), LATER + timedelta(days=1)))
    counted = rows([])
    before: list[ReviewRecord] = []
    for step in steps:
        new, old = contribution(step, ZONE), [contribution(one, ZONE) for one in before]
        for row, measures in difference([new], old).items():
            counted.update({(row, name): n for name, n in measures.items()})
        before = [step]
    assert +counted == rows(contribution(steps[-1], ZONE).parts)
    assert counted[Row("app", "shopify:app", "2026-03-03"), "reply_raised"] == 1


@pytest.mark.parametrize(("days", "over"), [(90, 0), (91, 1)])
def test_only_replies_whose_ninety_days_are_over_are_in_the_rates(days: int, over: int) -> None:
    """Younger ones are told apart, with what came after them so far."""
    today = date(2026, 9, 14)
    told = {"replies": 2, "replies_rated": 1, "reply_edited": 1, "reply_raised": 1}
    found = replies.effect({today - timedelta(days): told, today + timedelta(1): told}, today)
    assert (found.edited.hits, found.edited.n) == (over, 2 * over)
    assert (found.raised.hits, found.raised.n) == (over, over)
    assert (found.open, found.open_edited) == (2 - 2 * over, 1 - over)
    assert found.lowered.hits == 0
