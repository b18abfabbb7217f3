"""Recorded exports of real reviews are read for exactly what they hold."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from northstar.domain.reviews import Page, Reply, Review
from northstar.sources import file

FILES = {  # file: (reviews, by stars 1 to 5, edited, with reply, without text)
    "shopify/2024-06_postcode-shipping_reviews_even.csv": (78, (2, 1, 0, 0, 75), 6, 0, 0),
    "shopify/2024-07_shopify-pos_reviews_even.csv": (256, (60, 15, 19, 38, 124), 20, 0, 39),
    "shopify/2023-06_search-and-discovery_reviews.json": (53, (0, 0, 0, 0, 53), 12, 0, 0),
    "shopify/2023-06_zendrop_reviews.json": (128, (0, 0, 128, 0, 0), 6, 0, 0),
    "apple_labelled/us_reviews_with_manual_sentiment_even.json": (
        750, (181, 28, 41, 79, 421), 0, 0, 0,
    ),
    "google_play_scraper/parsed_1.2.7_2026-07_translate-initial.json": (
        150, (34, 15, 16, 8, 77), 0, 42, 0,
    ),
}  # fmt: skip
FIRST: dict[str, dict[str, Any]] = {
    "shopify/2024-07_shopify-pos_reviews_even.csv": {
        "id": "1431992",
        "rating": 1,
        "author": "Loshen & Crem",
        "country": "Canada",
        "created": "2024-06-10",
    },
    "shopify/2024-06_postcode-shipping_reviews_even.csv": {
        "rating": 5,
        "author": "Stay In Bed",
        "country": "United Kingdom",
        "created": "2024-03-20",
    },
    "shopify/2023-06_zendrop_reviews.json": {
        "rating": 3,
        "title": None,
        "author": None,
        "created": "2023-05-24",
    },
    "apple_labelled/us_reviews_with_manual_sentiment_even.json": {
        "id": "14288751631",
        "rating": 5,
        "title": "The Promise of",
        "text": "Hope",
        "author": "Melrose0000",
        "created": "2026-07-10T21:34:53-07:00",
        "version": "6.48.1",
    },
    "google_play_scraper/parsed_1.2.7_2026-07_translate-initial.json": {
        "id": "017452fc-0d4b-471d-b406-bcf0f52387a7",
        "rating": 5,
        "text": "niec",
        "author": "Formann Ali",
        "created": "2026-07-06",
        "version": None,
        "reply": None,
    },
}


def page_of(shared_data: Path, name: str) -> Page:
    """Return what the file source reads in a recorded export."""
    return file.parse((shared_data / "reviews" / name).read_bytes())


def rows_of(shared_data: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a recorded export, read in another way."""
    content = (shared_data / "reviews" / name).read_text("utf-8")
    if name.endswith(".csv"):
        return list(csv.DictReader(io.StringIO(content, newline="")))
    rows: list[Any] = json.loads(content)
    return [*chain.from_iterable(part if isinstance(part, list) else [part] for part in rows)]


@pytest.mark.parametrize("name", FILES)
def test_an_export_holds_exactly_this(shared_data: Path, name: str) -> None:
    """The number of reviews, of each star, of edits, of replies and of reviews without a text."""
    page = page_of(shared_data, name)
    stars = Counter(review.rating for review in page.reviews)
    assert (page.outcome, page.reason) == ("ok", None)
    assert (
        len({review.id for review in page.reviews}),
        tuple(stars[star] for star in range(1, 6)),
        sum(review.edited is not None for review in page.reviews),
        sum(review.reply is not None for review in page.reviews),
        sum(review.text is None for review in page.reviews),
    ) == FILES[name]


@pytest.mark.parametrize("name", FIRST)
def test_the_first_review_is_read_whole(shared_data: Path, name: str) -> None:
    """Each field that the export has, in its precision; what it has not is null."""
    first = page_of(shared_data, name).reviews[0]
    assert {field: getattr(first, field) for field in FIRST[name]} == FIRST[name]


@pytest.mark.parametrize("name", FILES)
def test_every_text_is_the_exports(shared_data: Path, name: str) -> None:
    """In order, to the character, but for blanks around it and the kind of line ends."""
    rows = rows_of(shared_data, name)
    column = next(one for one in ("content", "Body", "Title") if one in rows[0])
    told = [row[column].replace("\r\n", "\n").strip() or None for row in rows]
    assert [review.text for review in page_of(shared_data, name).reviews] == told


def test_an_edit_is_no_first_date(shared_data: Path) -> None:
    """Where the store shows "Edited …", the first date is not known."""
    name = "shopify/2024-07_shopify-pos_reviews_even.csv"
    page = page_of(shared_data, name)
    for row, review in zip(rows_of(shared_data, name), page.reviews, strict=True):
        assert (review.edited is not None) == row["date"].startswith("Edited ")
        assert (review.created is None) == (review.edited is not None)


def test_replies_have_their_own_day(shared_data: Path) -> None:
    """The library's times have no zone, so that only their days are kept."""
    name = "google_play_scraper/parsed_1.2.7_2026-07_translate-initial.json"
    reviews = {review.id: review for review in page_of(shared_data, name).reviews}
    for row in rows_of(shared_data, name):
        text, at = row["replyContent"], row["repliedAt"]
        expected = Reply(text.strip().replace("\r\n", "\n"), created=at[:10]) if text else None
        assert reviews[row["reviewId"]].reply == expected


@pytest.mark.parametrize("name", FILES)
def test_parts_of_an_export_are_never_taken_for_all_of_it(shared_data: Path, name: str) -> None:
    """Cut off inside a row, it is not ok; without a column, no review is lost."""
    payload = (shared_data / "reviews" / name).read_bytes()
    for cut in (len(payload) // 3, len(payload) // 2, len(payload) - 40):
        assert file.parse(payload[:cut]).outcome in {"partial", "broken"}
    for column in rows_of(shared_data, name)[0]:
        quoted = payload.replace(f'"{column}"'.encode(), b'"zzz"')
        renamed = quoted if name.endswith("json") else payload.replace(column.encode(), b"zzz", 1)
        page = file.parse(renamed)
        whole = page.outcome == "ok" and len(page.reviews) == FILES[name][0]
        assert whole or page.outcome in {"partial", "broken"}, column


@pytest.mark.parametrize("folder", ["apple_rss", "google_play_api", "shopify", "steam"])
def test_payloads_of_stores_are_no_exports(shared_data: Path, folder: str) -> None:
    """A page or an answer of a store's API is never taken for an empty table."""
    for path in sorted((shared_data / "reviews" / folder).iterdir()):
        if f"{folder}/{path.name}" not in FILES:
            page = file.parse(path.read_bytes())
            assert page.outcome == "broken", path.name
            assert page.reason


def test_one_review_is_told_once(shared_data: Path) -> None:
    """The same export twice in one file holds no more reviews."""
    name = "shopify/2023-06_zendrop_reviews.json"
    content = (shared_data / "reviews" / name).read_text("utf-8")
    found = file.parse(f"[{content},{content}]".encode())
    assert isinstance(found.reviews[0], Review)
    assert (found.outcome, len(found.reviews)) == ("ok", 128)
