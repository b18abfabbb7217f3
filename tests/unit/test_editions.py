"""Which reader's verdicts are shown, and when the next one takes over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from northstar.domain.aggregates import contribution, of_edition, rows
from northstar.domain.editions import PATIENCE, Editions, began, found, passed, want
from northstar.domain.reviews import Review, ReviewRecord, first_sight
from northstar.domain.sentiment import Score
from northstar.domain.verdicts import Reading, Verdict, correct

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


def read(**changes: Any) -> ReviewRecord:
    """A four-star review: in edition a a French text about login, in b an English one on price."""
    shown = Review("shopify", "1", 4, None, "Bon", language="es", created="2026-11-20")
    verdict = Verdict(
        Score(0.5, "positive", 0.9, "en", "detected", "two"),
        topics=("price",),
        edition="b",
        earlier=Reading(Score(-0.25, "negative", 0.9, "fr", "detected", "one"), ("login",)),
    )
    return replace(first_sight(shown, "app", NOW), **({"verdict": verdict} | changes))


def counted(record: ReviewRecord, dimension: str) -> dict[str, dict[str, int]]:
    """What a record adds to the rows of a dimension, by value."""
    told: dict[str, dict[str, int]] = {}
    for (row, measure), amount in rows(contribution(record, ZoneInfo("UTC")).parts).items():
        if row.dimension == dimension:
            told.setdefault(row.value, {})[measure] = amount
    return told


def test_language_and_topic_are_those_of_each_edition() -> None:
    """A text that a newer reader files elsewhere stands in its old rows until that one is shown."""
    for dimension, one, two in (("language", "fr", "en"), ("topic", "login", "price")):
        told = counted(read(), dimension)
        assert set(told) == {one, two}
        said = {"feedback": 1, "reviews": 1, "stars_4": 1}
        assert of_edition(told[one], "a") == said | {"review_negative": 1, "review_sentiment": -250}
        assert of_edition(told[two], "b") == said | {"review_positive": 1, "review_sentiment": 500}
        assert of_edition(told[one], "b") == of_edition(told[two], "a") == {}


def test_elsewhere_only_the_sentiment_is_of_an_edition() -> None:
    """A review counts once in its source, whoever has read it."""
    assert counted(read(), "source")["shopify"] == {
        "feedback": 1,
        "reviews": 1,
        "stars_4": 1,
        "review_negative": 1,
        "review_sentiment": -250,
        "b_review_positive": 1,
        "b_review_sentiment": 500,
    }


def test_what_has_no_text_is_in_both_editions() -> None:
    """By the language that was declared; and what was sent is of no edition."""
    bare = read(verdict=None)
    stars = replace(bare, review=replace(bare.review, text=None))
    row = counted(stars, "language")["es"]
    assert of_edition(row, "a") == of_edition(row, "b")
    assert of_edition(row | {"sent": 3, "tickets": 4}, "b")["sent"] == 3


def test_a_correction_counts_in_both_editions() -> None:
    """In the rows of the language and the topics that a person has told."""
    verdict = read().verdict
    assert verdict
    said = correct(verdict, NOW, label="neutral", language="pt", topics=())
    found = counted(read(verdict=said), "language")
    assert set(found) == {"pt"}
    for edition in ("a", "b"):
        told = of_edition(found["pt"], edition)  # type: ignore[arg-type]
        assert (told["review_neutral"], told["reviews"], told["wrong_label"]) == (1, 1, 1)
    assert counted(read(verdict=said), "topic") == {}


def test_an_engine_that_said_nothing_was_not_wrong() -> None:
    """A label where there was none, and a language where there was none, are counted apart."""
    unsure = Verdict(Score(None, "undetermined", 0.0, "und", "unknown", "none"))
    told = counted(read(verdict=correct(unsure, NOW, label="negative", language="fi")), "source")
    checks = {name for name in told["shopify"] if "_" in name and not name.startswith("review")}
    assert checks == {"stars_4"}
    assert (told["shopify"]["abstained"], told["shopify"]["unknown"]) == (1, 1)
    wrong = Verdict(Score(0.5, "positive", 0.9, "fi", "detected", "one"))
    told = counted(read(verdict=correct(wrong, NOW, label="negative", topics=())), "source")
    assert told["shopify"]["checked_label"] == told["shopify"]["wrong_label"] == 1
    assert told["shopify"]["checked_topics"] == 1
    assert "wrong_topics" not in told["shopify"]
