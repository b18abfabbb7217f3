"""Behaviour of the Shopify parser that the recorded pages do not show."""

from __future__ import annotations

import pytest

from northstar import sources
from northstar.app.configuration import SourceTarget
from northstar.domain.errors import Invalid
from northstar.domain.reviews import Reply
from northstar.sources import shopify
from tests.unit.fixtures import stores

TARGET = SourceTarget("shopify", "an-app")


def test_an_edited_review_has_no_invented_first_day() -> None:
    """Where the store shows the day of the edit, that is all we say."""
    review = shopify.parse(stores.shopify_page()).reviews[0]
    assert (review.created, review.edited) == (None, stores.LATER.isoformat())


def test_text_keeps_its_lines_and_characters() -> None:
    """Line breaks, paragraphs and escaped characters come back as they were written."""
    review = shopify.parse(stores.shopify_page()).reviews[0]
    assert review.text == "First line\nsecond line\n\nA new paragraph & more."
    assert (review.author, review.country) == ("Tea <& Co>", "Côte d’Ivoire")
    assert review.reply == Reply(
        "We are sorry.\n\nHelp is near.", "3", "Our Team", stores.LATER.isoformat()
    )


def test_country_and_tenure_are_told_apart_by_content() -> None:
    """Either may be missing; a tenure is never taken for a country."""
    page = stores.shopify_page().decode()
    without = page.replace("<div>Côte d’Ivoire</div>", "")
    assert shopify.parse(without.encode()).reviews[0].country is None
    swapped = page.replace("<div>Germany</div>", "").replace(
        "<div>About 1 year using the app</div>", "<div>3 days using the app</div><div>Peru</div>"
    )
    assert shopify.parse(swapped.encode()).reviews[1].country == "Peru"


@pytest.mark.parametrize(
    "day",
    [
        "February 30, 2026",
        "Juli 27, 2026",
        "July 27",
        "27.7.2026",
        "July 27, 1999",
        "July 27, 2101",
    ],
)
def test_a_day_that_does_not_exist_is_not_understood(day: str) -> None:
    """A date in another form or of another time makes its review missing and the page partial."""
    page = stores.shopify_page().replace(b"March 3, 2026", day.encode())
    found = shopify.parse(page)
    assert (found.outcome, len(found.reviews)) == ("partial", 2)


def test_an_app_without_reviews_is_empty() -> None:
    """Published totals of zero are the proof that there are none."""
    page = shopify.parse(stores.shopify_page(0), shopify.address(TARGET, 1), TARGET)
    assert (page.outcome, page.reviews) == ("empty", ())
    assert page.published is not None
    assert page.published.count == 0


def test_an_empty_first_page_contradicts_published_reviews() -> None:
    """The same page is empty as page 9 and broken as page 1."""
    payload = stores.shopify_page(12, number=9)
    assert shopify.parse(payload, shopify.address(TARGET, 9), TARGET).outcome == "empty"
    first = shopify.parse(payload, shopify.address(TARGET, 1), TARGET)
    assert first.outcome == "broken"
    assert "12" in (first.reason or "")


def test_a_page_of_another_app_is_broken() -> None:
    """Reviews of another app are never taken for ours."""
    page = shopify.parse(stores.shopify_page(), target=SourceTarget("shopify", "other-app"))
    assert page.outcome == "broken"
    assert "an-app" in (page.reason or "")


def test_a_review_shown_twice_is_one_review() -> None:
    """A pinned copy on the same page adds nothing."""
    page = stores.shopify_page().decode()
    start, end = page.index('<div id="review-1"'), page.index("<div data-pagination-controls")
    doubled = page[:end] + page[start:end] + page[end:]
    found = shopify.parse(doubled.encode())
    assert (found.outcome, len(found.reviews)) == ("ok", 3)


def test_a_pager_without_its_next_link_is_a_fault() -> None:
    """The list does not end where the pager shows more pages."""
    page = stores.shopify_page(25)
    assert shopify.parse(page).next is not None
    cut = page.replace(b'rel="next"', b"").replace(b'aria-label="Go to Next Page"', b"")
    found = shopify.parse(cut)
    assert (found.outcome, found.next) == ("partial", None)


def test_totals_below_what_is_shown_are_a_fault() -> None:
    """A published count that the page itself contradicts is not passed on in silence."""
    page = stores.shopify_page().replace(b'"ratingCount": 3', b'"ratingCount": 0')
    assert shopify.parse(page).outcome == "partial"


def test_control_characters_do_not_reach_a_record() -> None:
    """Characters that no queue or store takes are left out of the text."""
    page = stores.shopify_page().replace(b"First line", b"First&#1;\x07 line")
    assert (shopify.parse(page).reviews[0].text or "").startswith("First line\n")


def test_addresses_are_newest_first_and_cannot_leave_the_host() -> None:
    """A handle is one path segment; an address override replaces the host only."""
    assert shopify.address(TARGET, 2) == (
        "https://apps.shopify.com/an-app/reviews?sort_by=newest&page=2"
    )
    odd = shopify.address(SourceTarget("shopify", "../@evil.example/"), 1)
    assert odd.startswith("https://apps.shopify.com/..%2F%40evil.example%2F/reviews?")
    local = SourceTarget("shopify", "an-app", address="http://127.0.0.1:9/")
    assert shopify.address(local, 1).startswith("http://127.0.0.1:9/an-app/reviews?")


def test_an_unknown_source_names_the_known_ones() -> None:
    """The error for a wrong name says which names there are."""
    assert sources.by_name("shopify").HOST == "apps.shopify.com"
    with pytest.raises(Invalid, match="shopify, apple_rss") as problem:
        sources.by_name("shopfy")
    assert problem.value.field == "source"
