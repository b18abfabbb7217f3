"""The totals and the feed of a WordPress.org plugin's reviews are asked for and read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from northstar.app.configuration import SourceTarget
from northstar.domain.reviews import Page, Published
from northstar.sources import wordpress
from tests.unit.fixtures.keyless import dumped, wordpress_feed, wordpress_info, wordpress_item

TARGET = SourceTarget("wordpress", "tea-timer")
FEED = "https://wordpress.org/support/plugin/tea-timer/reviews/feed/"
NO_RATINGS = {"rating": 0, "ratings": [], "num_ratings": 0, "sections": {"reviews": ""}}


def parsed(payload: bytes | dict[str, Any], target: SourceTarget | None = TARGET) -> Page:
    return wordpress.parse(payload if isinstance(payload, bytes) else dumped(payload), None, target)


def test_the_feed_is_all_that_robots_may_read() -> None:
    """Unless the target ignores robots.txt, the host with the totals is not asked."""
    assert wordpress.request(TARGET).url == FEED


def test_the_totals_are_asked_for_before_the_feed() -> None:
    """Where they may be asked for, the plugin's information comes first and leads to the feed."""
    first = wordpress.request(replace(TARGET, ignore_robots=True))
    assert first.url == (
        "https://api.wordpress.org/plugins/info/1.2/?action=plugin_information"
        "&request%5Bslug%5D=tea-timer"
    )
    following = parsed(wordpress_info()).next
    assert following == FEED
    assert wordpress.request(TARGET, following).url == FEED
    assert first.method == wordpress.request(TARGET, following).method == "GET"


def test_the_totals_are_read() -> None:
    """Count, average and histogram are the store's own; percents become stars."""
    page = parsed(wordpress_info())
    assert (page.outcome, page.reviews) == ("ok", ())
    assert page.published == Published(10, 4.6, {"5": 8, "4": 1, "3": 0, "2": 0, "1": 1})


def test_the_feed_is_read_whole() -> None:
    """HTML becomes text with its breaks, and the forum's own lines are no part of it."""
    page = parsed(wordpress_feed())
    assert (page.outcome, page.next, page.published) == ("ok", None, None)
    first, second = page.reviews
    assert first.id == "good-plugin-15"
    assert (first.rating, first.title, first.author) == (1, "Good & plain 15", "User <15>")
    assert first.text == "First line\nsecond line\n\nNew one."
    assert first.created == "2026-06-15T09:00:00+00:00"
    assert first.url == "https://wordpress.org/support/topic/good-plugin-15/"
    assert (first.edited, first.reply, first.country, first.language) == (None, None, None, None)
    assert (second.rating, second.text) == (5, "Fine – thanks.")


def test_a_review_without_words_is_read() -> None:
    """A review may consist of its title and stars."""
    page = parsed(wordpress_feed([wordpress_item(1, 4, "")]))
    assert (page.outcome, page.reviews[0].text, page.reviews[0].rating) == ("ok", None, 4)


def test_the_stores_zero_is_empty() -> None:
    """A plugin that nobody has rated is empty, whichever way PHP writes no counts."""
    assert parsed(wordpress_info(**NO_RATINGS)).outcome == "empty"
    zeros = dict.fromkeys("12345", 0)
    assert parsed(wordpress_info(**NO_RATINGS | {"ratings": zeros})).outcome == "empty"


@pytest.mark.parametrize(
    "changed",
    [{"rating": 92}, {"ratings": {"5": 1}}, {"ratings": {"6": 0}}, {"ratings": None},
     {"num_ratings": 1}, {"sections": {"reviews": "<div></div>"}}, {"sections": {}},
     {"sections": None}],
)  # fmt: skip
def test_nothing_without_proof_is_broken(changed: dict[str, Any]) -> None:
    """A zero that anything contradicts is broken."""
    page = parsed(wordpress_info(**NO_RATINGS | changed))
    assert page.outcome == "broken"
    assert page.reason


def test_a_feed_without_items_is_broken() -> None:
    """The feed cannot prove that there is nothing."""
    page = parsed(wordpress_feed([]))
    assert page.outcome == "broken"
    assert "no proof" in (page.reason or "")


def test_totals_that_do_not_add_up_are_broken() -> None:
    """The counts of the stars are compared with the whole."""
    page = parsed(wordpress_info(num_ratings=11))
    assert page.outcome == "broken"
    assert "add up" in (page.reason or "")


@pytest.mark.parametrize("payload", [wordpress_info(), wordpress_feed()])
def test_another_plugin_is_broken(payload: bytes | dict[str, Any]) -> None:
    """Neither totals nor a feed of another plugin are taken."""
    page = parsed(payload, SourceTarget("wordpress", "coffee-timer"))
    assert page.outcome == "broken"
    assert "tea-timer" in (page.reason or "")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (b"(5 stars)", b"(5 points)", "title"),
        (b"(5 stars)", b"(4 stars)", "4 stars"),
        (b"Rating: 5 stars", b"Stars: 5", "description"),
        (b"Replies: 8", b"Answers: 8", "description"),
        (b"<guid>https://wordpress.org/support/topic/good-plugin-8/", b"<guid>8", "guid"),
        (b"Mon, 08 Jun 2026 09:00:00 +0000", b"8 June", "pubDate"),
        (b"Mon, 08 Jun 2026 09:00:00 +0000", b"Mon, 08 Jun 2026 09:00:00", "pubDate"),
        (b"<dc:creator>User &lt;8&gt;</dc:creator>", b"", "creator"),
    ],
)
def test_an_item_that_is_not_understood_is_left_out(old: bytes, new: bytes, named: str) -> None:
    """The other reviews are read, and the page says what it was."""
    payload = wordpress_feed()
    assert old in payload
    page = parsed(payload.replace(old, new))
    assert (page.outcome, [review.id for review in page.reviews]) == ("partial", ["good-plugin-15"])
    assert named in (page.reason or "")


def test_one_topic_for_two_reviews_is_partial() -> None:
    """Two different reviews under one address are never passed over."""
    page = parsed(wordpress_feed([wordpress_item(1), wordpress_item(1, 2)]))
    assert (page.outcome, len(page.reviews)) == ("partial", 1)


def test_an_error_is_told_in_the_stores_words() -> None:
    """An error object is broken, with what the store says."""
    page = parsed({"error": "Plugin not found."})
    assert page.outcome == "broken"
    assert "Plugin not found." in (page.reason or "")
