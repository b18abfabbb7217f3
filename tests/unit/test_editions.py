"""Which reader's verdicts are shown, and when the next one takes over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from northstar.domain.editions import PATIENCE, Editions, began, found, passed, want

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SETTLED = passed(want(Editions(), "one"), NOW)


def test_the_first_reader_fills_what_is_shown() -> None:
    """There is nothing else to show."""
    first = want(Editions(), "one")
    assert (first.shown, first.wanted, first.reader, first.settled) == ("a", "a", "one", False)
    assert SETTLED.settled


def test_who_is_wanted_already_changes_nothing() -> None:
    """So that asking is free."""
    assert want(SETTLED, "one") is SETTLED


def test_a_new_reader_fills_what_is_not_shown() -> None:
    """And the one after it takes the same place, from the beginning."""
    second = want(SETTLED, "two")
    assert (second.shown, second.wanted, second.a, second.b) == ("a", "b", "one", "two")
    half = found(replace(second, resume="here"), unread=False, uncounted=True)
    third = want(half, "three")
    assert (third.shown, third.wanted, third.b) == ("a", "b", "three")
    assert (third.resume, third.uncounted) == (None, False)
    assert SETTLED.generation < second.generation < third.generation


def test_back_to_the_shown_reader_is_a_pass_over_what_is_shown() -> None:
    """Texts that came in between were read by the other one only."""
    back = want(want(SETTLED, "two"), "one")
    assert (back.shown, back.wanted, back.settled) == ("a", "a", False)


def test_the_other_edition_is_shown_after_a_pass_that_found_nothing() -> None:
    """Not before: any part that found something left to do asks for one more pass."""
    second = want(SETTLED, "two")
    for unread, uncounted in ((True, False), (False, True)):
        part = found(
            found(second, unread=unread, uncounted=uncounted), unread=False, uncounted=False
        )
        after = passed(part, NOW)
        assert (after.shown, after.settled) == ("a", False)
        assert (after.unread, after.uncounted, after.resume) == (False, False, None)
    done = passed(found(second, unread=False, uncounted=False), NOW)
    assert (done.shown, done.wanted, done.settled) == ("b", "b", True)


def test_a_record_that_cannot_be_counted_holds_nobody_up_for_ever() -> None:
    """An hour after every text was read, the new edition is shown all the same."""
    waiting = found(want(SETTLED, "two"), unread=False, uncounted=True)
    first = passed(waiting, NOW)
    later = found(first, unread=False, uncounted=True)
    assert not passed(later, NOW + PATIENCE - timedelta(seconds=1)).settled
    assert passed(later, NOW + PATIENCE).settled
    again = passed(found(first, unread=True, uncounted=True), NOW)
    assert not passed(found(again, unread=False, uncounted=True), NOW + PATIENCE).settled


def test_the_beginning_is_remembered_until_it_is_done() -> None:
    """So that somebody is told when it takes too long."""
    begun = began(want(SETTLED, "two"), NOW)
    assert began(begun, NOW + PATIENCE).begun_at == NOW
    assert passed(begun, NOW).begun_at is None
