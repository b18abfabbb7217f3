"""Recorded answers of Steam and the Atlassian Marketplace are read for exactly what they hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from northstar.app.configuration import SourceTarget
from northstar.domain.reviews import Page, Published, Review
from northstar.sources import atlassian, steam

STORES = {  # file: (app, reviews, edited, recommended, published, first review)
    "store_360.json": (
        "360", 104, 20, 84, 869,
        ("49042535", "The Best", "2019-02-17T01:32:53Z", None, True),
    ),
    "store_40.json": (
        "40", 102, 27, 97, 837,
        ("48888293", "fortnite killer", "2019-02-10T01:50:49Z", "2019-02-15T22:15:01Z", True),
    ),
    "store_439700.json": (
        "439700", 101, 12, 66, 387,
        (
            "49209906",
            ("[strike]Buy [i]PlayerUnknown's Battlegrounds[/i] instead.[/strike]\n\n"
            "[strike]Buy [i]Call of Duty: Black Ops 4[/i] instead.[/strike]\n\n"
            "Download [i]Apex Legends[/i] instead.\n\n"
            "(Why is there a separate review for the test server?!)"),
            "2019-02-24T12:46:53Z", "2019-02-25T09:34:08Z", False,
        ),
    ),
}  # fmt: skip
SUMMARIES = "appreviews_summary_only_2026-09_a.json"


def recorded(shared_data: Path, source: str, name: str) -> bytes:
    return (shared_data / "reviews" / source / name).read_bytes()


def steam_page(shared_data: Path, name: str, app: str | None = None) -> Page:
    target = SourceTarget("steam", app) if app else None
    return steam.parse(recorded(shared_data, "steam", name), None, target)


def utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("name", STORES)
def test_a_recorded_steam_store_gives_all_its_reviews(shared_data: Path, name: str) -> None:
    """Counts, edits, thumbs, the store's total and the first review are those of the file."""
    _, reviews, edited, recommended, published, first = STORES[name]
    page = steam_page(shared_data, name)
    assert (page.outcome, page.next, page.reason) == ("ok", None, None)
    assert len(page.reviews) == reviews
    assert sum(review.edited is not None for review in page.reviews) == edited
    assert sum(review.recommended is True for review in page.reviews) == recommended
    assert page.published == Published(count=published)
    one = page.reviews[0]
    assert (one.id, one.text, one.created, one.edited, one.recommended) == first


@pytest.mark.parametrize("name", STORES)
def test_each_recorded_steam_review_is_read_as_it_stands(shared_data: Path, name: str) -> None:
    """Field by field each review is what the file says, in its order, and nothing is invented."""
    app = STORES[name][0]
    items: dict[str, dict[str, Any]] = json.loads(recorded(shared_data, "steam", name))["reviews"]
    expected = tuple(
        Review(
            source="steam",
            id=number,
            text=item["review"].strip(),
            author=item["author"]["steamid"],
            language="en",
            created=utc(item["timestamp_created"]),
            edited=utc(item["timestamp_updated"])
            if item["timestamp_updated"] != item["timestamp_created"]
            else None,
            url=f"https://steamcommunity.com/profiles/{item['author']['steamid']}/recommended/{app}/",
            recommended=item["voted_up"],
        )
        for number, item in items.items()
    )
    assert steam_page(shared_data, name, app).reviews == expected


def test_recorded_summaries_need_the_app(shared_data: Path) -> None:
    """Two answers in one file are one app's only where it is named; only a zero is empty."""
    unnamed = steam_page(shared_data, SUMMARIES)
    assert unnamed.outcome == "broken"
    assert "1245620, 999999999" in (unnamed.reason or "")
    empty = steam_page(shared_data, SUMMARIES, "999999999")
    assert (empty.outcome, empty.published) == ("empty", Published(count=0))
    full = steam_page(shared_data, SUMMARIES, "1245620")
    assert full.outcome == "broken"
    assert "1154113" in (full.reason or "")
    assert steam_page(shared_data, SUMMARIES, "10").outcome == "broken"


def test_atlassians_documented_example_is_broken(shared_data: Path) -> None:
    """Placeholders are no reviews: fifteen stars are not taken for any."""
    name = "doc_v2_ReviewCollection_schema_example.json"
    page = atlassian.parse(recorded(shared_data, "atlassian", name))
    assert (page.outcome, page.reviews) == ("broken", ())
    assert "stars is '15', not 1 to 5" in (page.reason or "")
