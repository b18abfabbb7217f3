"""Recorded pages of real stores are read for exactly what they hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from northstar import sources
from northstar.domain.reviews import Page, Published, Review

SHOPIFY = {
    "2024-07_shopify-pos_p1_reviews_1-5.html": (
        ["1431992", "1452904", "1394646", "1428773", "1394946"],
        Published(515, 3.8, {"5": 249, "4": 81, "3": 32, "2": 31, "1": 122}),
        "https://apps.shopify.com/shopify-pos/reviews?page=2",
    ),
    "2026-07_klaviyo_newest_p1_reviews_1-5.html": (
        ["2300030", "2299685", "2299280", "2299025", "2298517"],
        Published(2919, 4.7, {"5": 2580, "4": 73, "3": 28, "2": 32, "1": 206}),
        "https://apps.shopify.com/klaviyo-email-marketing/reviews?sort_by=newest&page=2",
    ),
    "2026-09_rapid-tracking_2_blocks_a.html": (
        ["2302678", "2290935"],
        Published(68, 4.9, None),
        None,
    ),
}
APPLE = {  # file: (outcome, entries, first rating, store front, first date, following page)
    "2018_uk_first_entry_is_app_metadata.json": ("ok", 1, 1, "al", None, None),
    "2020_jp_p1_50_entries.xml": (
        "ok", 50, 5, "jp", "2020-08-12T04:06:20-07:00",
        "page=2/id=1404176564/sortby=mostrecent/xml",
    ),
    "2021_cn_p5_50_entries.json": (
        "ok", 50, 3, "cn", None, "page=6/id=497799835/sortby=mostrecent/json",
    ),
    "2021_empty_page.json": ("empty", 0, None, None, None, None),
    "2021_fr_p1_50_entries.json": (
        "ok", 50, 4, "fr", None, "page=2/id=497799835/sortby=mostrecent/json",
    ),
    "2021_gb_p1_4_entries.json": ("ok", 4, 5, "gb", None, None),
    "2021_unknown_app_gb_p1_no_entry.json": ("empty", 0, None, None, None, None),
    "2021_us_p1_50_entries_with_updated.json": (
        "ok", 50, 4, "us", "2021-11-20T10:25:34-07:00",
        "page=2/id=284815942/sortby=mostrecent/json",
    ),
    "2021_us_p1_browser_saved_malformed.xml": (
        "partial", 50, 1, "us", "2021-02-19T00:07:45-07:00",
        "page=2/id=333903271/sortby=mostrecent/xml",
    ),
    "2025_us_p1_3_entries.json": ("ok", 3, 3, "us", "2025-01-01T00:00:00Z", None),
    "2025_us_p1_50_entries_a.json": (
        "ok", 50, 3, "us", "2025-09-28T11:55:46-07:00",
        "page=2/id=389801252/sortby=mostrecent/json",
    ),
    "2025_us_p1_50_entries_unsorted.json": (
        "ok", 50, 5, "us", "2025-09-21T05:32:18-07:00",
        "page=2/id=595068606/sortby=mostrecent/json",
    ),
    "derived_single_entry_object.json": ("ok", 1, 3, "us", "2025-01-01T00:00:00Z", None),
    "mutated_invalid_feed_author_uri.json": ("ok", 1, 1, "gb", None, None),
    "mutated_invalid_rating.json": ("broken", 0, None, None, None, None),
    "page11_error_body.txt": ("broken", 0, None, None, None, None),
}  # fmt: skip


def page_of(shared_data: Path, source: str, name: str) -> Page:
    payload = (shared_data / "reviews" / source / name).read_bytes()
    return sources.by_name(source).parse(payload)


def by_id(page: Page) -> dict[str, Review]:
    return {review.id: review for review in page.reviews}


@pytest.mark.parametrize("name", SHOPIFY)
def test_a_recorded_shopify_page_gives_all_its_reviews(shared_data: Path, name: str) -> None:
    """Ids in order, the store's totals and the next page are those of the recorded page."""
    ids, published, following = SHOPIFY[name]
    page = page_of(shared_data, "shopify", name)
    assert (page.outcome, page.reason) == ("ok", None)
    assert [review.id for review in page.reviews] == ids
    assert page.published == published
    assert page.next == following


def test_every_field_of_a_shopify_review_is_read(shared_data: Path) -> None:
    """Rating, store, country, day, permalink and the developer's reply stand where they belong."""
    page = page_of(shared_data, "shopify", "2026-07_klaviyo_newest_p1_reviews_1-5.html")
    review = by_id(page)["2299280"]
    assert (review.rating, review.text, review.title) == (5, "easy to use!", None)
    assert (review.author, review.country) == ("Align and Vibe", "United Kingdom")
    assert (review.created, review.edited) == ("2026-07-27", None)
    assert review.url == "https://apps.shopify.com/klaviyo-email-marketing/reviews/2299280"
    assert review.reply is not None
    assert (review.reply.id, review.reply.author) == ("527933", "Klaviyo")
    assert review.reply.created == "2026-07-28"
    assert review.reply.text.startswith("Thank you for the positive review.")


def test_a_shopify_review_without_text_is_a_review(shared_data: Path) -> None:
    """Stars alone are valid: the text is absent and the reply's text does not take its place."""
    page = page_of(shared_data, "shopify", "2026-07_klaviyo_newest_p1_reviews_1-5.html")
    review = by_id(page)["2298517"]
    assert (review.rating, review.text) == (5, None)
    assert review.reply is not None


def test_the_older_shopify_layout_is_read_too(shared_data: Path) -> None:
    """The layout of 2024 keeps its names, line breaks and replies."""
    reviews = by_id(page_of(shared_data, "shopify", "2024-07_shopify-pos_p1_reviews_1-5.html"))
    assert reviews["1431992"].author == "Loshen & Crem"
    assert reviews["1431992"].country == "Canada"
    assert reviews["1431992"].created == "2024-06-10"
    assert (reviews["1452904"].text or "").count("\n\n") == 4
    assert "not solved yet.\nhttps://community" in (reviews["1428773"].text or "")
    replies = [review.reply for review in reviews.values()]
    assert [reply.author for reply in replies if reply] == ["Shopify"] * 5


def test_a_page_past_the_end_of_a_shopify_list_is_empty(shared_data: Path) -> None:
    """A whole page that says it has no reviews is empty, with the totals of its filters."""
    page = page_of(shared_data, "shopify", "synthetic_empty_page.html")
    assert (page.outcome, page.reviews, page.next) == ("empty", (), None)
    assert page.published is not None
    assert page.published.histogram == {"5": 1234, "4": 320, "3": 40, "2": 18, "1": 1034}


@pytest.mark.parametrize("name", APPLE)
def test_a_recorded_apple_feed_gives_what_it_holds(shared_data: Path, name: str) -> None:
    """Outcome, number of reviews, first rating, store front, date and next page are right."""
    outcome, count, rating, country, created, following = APPLE[name]
    page = page_of(shared_data, "apple_rss", name)
    assert (page.outcome, len(page.reviews)) == (outcome, count)
    assert (page.next or "").endswith(following or "")
    assert (page.next is None) == (following is None)
    if not page.reviews:
        return
    first = page.reviews[0]
    assert (first.rating, first.country) == (rating, country)
    assert (first.created or "").startswith(created or "")
    assert (first.created is None) == (created is None)


def test_an_apple_entry_is_read_field_by_field(shared_data: Path) -> None:
    """Title, text, author, version and address are the labels of the feed."""
    name = "2025_us_p1_50_entries_a.json"
    raw = json.loads((shared_data / "reviews" / "apple_rss" / name).read_text("utf-8"))
    reviews = by_id(page_of(shared_data, "apple_rss", name))
    for entry in raw["feed"]["entry"]:
        review = reviews[entry["id"]["label"]]
        assert review.title == entry["title"]["label"]
        assert review.text == entry["content"]["label"]
        assert review.author == entry["author"]["name"]["label"]
        assert review.version == entry["im:version"]["label"]
        assert review.created == entry["updated"]["label"]
        assert str(review.rating) == entry["im:rating"]["label"]


def test_xml_takes_the_text_and_not_the_table(shared_data: Path) -> None:
    """Of the two contents of an XML entry, the plain text is the review."""
    page = page_of(shared_data, "apple_rss", "2020_jp_p1_50_entries.xml")
    first = page.reviews[0]
    assert (first.text or "").startswith("いろんな髪型追加して欲しい\n片方")
    assert not any("<table" in (review.text or "") for review in page.reviews)
