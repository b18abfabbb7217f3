"""Recorded and documented payloads of App Store Connect and Google Play, for what they hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from northstar import sources
from northstar.domain.reviews import Page, Published, Reply

OLD_ID = "gp:AOqpTOEG141w8NXyoj4CFpinzfXvBYYywrWQdoRk3NMYLgGE-8TmYXHQhFgs-pXL25gDnLulPidwqJvbcxNK3A"
RAW = {  # file: (reviews, first id, ratings from 1 to 5, replies, with a version, end of the token)
    "raw_batchexecute_2021-05_review_relevant.txt": (
        40, OLD_ID, None, 0, 40, "yZV92MmE",
    ),
    "raw_batchexecute_2026-07_translate-initial.txt": (
        150, "017452fc-0d4b-471d-b406-bcf0f52387a7", (34, 15, 16, 8, 77), 42, 117, "KNWLtNIG",
    ),
}  # fmt: skip


def payload(shared_data: Path, folder: str, name: str) -> bytes:
    return (shared_data / "reviews" / folder / name).read_bytes()


def page_of(shared_data: Path, source: str, folder: str, name: str) -> Page:
    return sources.by_name(source).parse(payload(shared_data, folder, name))


def test_the_documented_page_of_app_store_connect(shared_data: Path) -> None:
    """The documentation's page is one of ten reviews, read field by field, and names the next."""
    name = "doc_customerReviews_page_with_next.json"
    page = page_of(shared_data, "app_store_connect", "app_store_connect", name)
    assert (page.outcome, page.reason, page.published) == ("ok", None, Published(10))
    (review,) = page.reviews
    assert review.id == "00000028-b08c-0014-9674-c54800000000"
    assert (review.rating, review.title) == (5, "Pretty Stellar")
    assert (review.text or "").endswith("explore the depths of my imagination!")
    assert (review.author, review.country) == ("Juan Chavez", "USA")
    assert (review.created, review.edited) == ("2024-01-02T11:19:36-07:00", None)
    assert (review.language, review.version, review.reply, review.url) == (None,) * 4
    assert page.next is not None
    assert page.next.endswith("?cursor=AQ.AJJtGDc&filter%5Bterritory%5D=USA&limit=1")


def test_the_documented_list_of_google_play(shared_data: Path) -> None:
    """The documentation's list has two reviews, one with a reply, and a token."""
    name = "doc_reviews_list_with_token.json"
    page = page_of(shared_data, "google_play", "google_play_api", name)
    assert (page.outcome, page.reason, page.next) == ("ok", None, "12334566")
    first, second = page.reviews
    assert (first.id, first.rating, first.author) == ("12345678", 5, "Jane Bloggs")
    assert (first.title, first.text) == (None, "This is the best app ever!")
    assert first.created == "2015-10-01T05:20:26Z"
    assert (first.language, first.version, first.reply) == (None,) * 3
    assert (second.id, second.rating, second.author) == ("11223344", 5, "John Doe")
    assert (second.language, second.version) == ("en", "1.2.3")
    assert second.created == "1974-06-27T16:22:14Z"
    assert second.reply == Reply("That's great to hear!", created="2015-02-05T01:57:47Z")


def test_the_observed_empty_list_of_google_play(shared_data: Path) -> None:
    """An empty object is how the API says that it has none."""
    page = page_of(shared_data, "google_play", "google_play_api", "empty_list_observed.json")
    assert page == Page("empty")


def test_another_answer_of_google_play_is_no_list(shared_data: Path) -> None:
    """The answer to a reply is not mistaken for a list without reviews."""
    page = page_of(shared_data, "google_play", "google_play_api", "doc_reviews_reply.json")
    assert (page.outcome, page.reviews) == ("broken", ())


@pytest.mark.parametrize("name", RAW)
def test_a_recorded_answer_of_google_play(shared_data: Path, name: str) -> None:
    """Count, ids, ratings, replies, versions and the token are those of the recording."""
    count, first, ratings, replies, versions, token = RAW[name]
    page = page_of(shared_data, "google_play_web", "google_play_scraper", name)
    assert (page.outcome, page.reason, len(page.reviews)) == ("ok", None, count)
    assert page.reviews[0].id == first
    given = [review.rating for review in page.reviews]
    assert ratings is None or tuple(map(given.count, range(1, 6))) == ratings
    assert sum(review.reply is not None for review in page.reviews) == replies
    assert sum(review.version is not None for review in page.reviews) == versions
    assert all(review.author and review.text and review.created for review in page.reviews)
    assert (page.next or "").endswith(token)


def test_the_oldest_answer_has_its_dates_in_utc(shared_data: Path) -> None:
    """Seconds since 1970 are read as what they are."""
    name = "raw_batchexecute_2021-05_review_relevant.txt"
    review = page_of(shared_data, "google_play_web", "google_play_scraper", name).reviews[0]
    assert (review.author, review.rating) == ("hayzel rose ilagan", 5)
    assert (review.created, review.version) == ("2021-01-20T01:34:05Z", "8.76.0-release.01")


def test_an_answer_and_what_the_library_makes_of_it_agree(shared_data: Path) -> None:
    """The store's answer and the library's list of it are the same reviews, field by field."""
    name = "parsed_1.2.7_2026-07_translate-initial.json"
    data = payload(shared_data, "google_play_scraper", name)
    page = sources.by_name("google_play_web").parse(data)
    assert (page.outcome, page.reason, page.next) == ("ok", None, None)
    raw_name = "raw_batchexecute_2026-07_translate-initial.txt"
    raw = page_of(shared_data, "google_play_web", "google_play_scraper", raw_name)
    listed: list[dict[str, Any]] = json.loads(data)
    assert len(page.reviews) == len(raw.reviews) == len(listed) == 150
    for ours, theirs, item in zip(page.reviews, raw.reviews, listed, strict=True):
        assert (ours.id, ours.rating, ours.text) == (theirs.id, theirs.rating, theirs.text)
        assert (ours.id, ours.rating, ours.text) == (
            item["reviewId"], item["score"], item["content"].strip(),
        )  # fmt: skip
        assert (ours.author, ours.version) == (theirs.author, theirs.version)
        assert f"{ours.created}Z" == theirs.created
        assert ours.created == item["at"]
        assert (ours.reply is None) == (theirs.reply is None) == (item["replyContent"] is None)
        if ours.reply and theirs.reply:
            assert ours.reply.text == theirs.reply.text
            assert f"{ours.reply.created}Z" == theirs.reply.created
            assert theirs.reply.author == "Google LLC"
    assert [review.title for review in raw.reviews if review.title] == ["Laughable."]
