"""Behaviour of the Shopify parser that the recorded pages do not show."""

from __future__ import annotations

import pytest

from northstar import sources
from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.domain.errors import Invalid
from northstar.domain.reviews import Reply
from northstar.sources import shopify
from tests.unit.fixtures import stores

TARGET = SourceTarget("shopify", "an-app")


def address(number: int) -> str:
    """Return the address of a page of the app."""
    return f"https://apps.shopify.com/an-app/reviews?sort_by=newest&page={number}"


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
    page = shopify.parse(stores.shopify_page(0), address(1), TARGET)
    assert (page.outcome, page.reviews) == ("empty", ())
    assert page.published is not None
    assert page.published.count == 0


def test_totals_that_contradict_themselves_prove_nothing() -> None:
    """A count of zero beside filters that count reviews is no proof that there are none."""
    page = stores.shopify_page(0).replace(b"0 total reviews", b"7 total reviews", 1)
    assert shopify.parse(page, address(1), TARGET).outcome == "broken"


def test_an_empty_first_page_contradicts_published_reviews() -> None:
    """The same page is empty as page 9 and broken as page 1."""
    payload = stores.shopify_page(12, number=9)
    assert shopify.parse(payload, address(9), TARGET).outcome == "empty"
    first = shopify.parse(payload, address(1), TARGET)
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


def test_one_id_for_two_reviews_is_a_fault() -> None:
    """Of two reviews that claim the same id, none is dropped in silence."""
    page = (
        stores.shopify_page().replace(b'-id="1"', b'-id="2"').replace(b"/reviews/1", b"/reviews/2")
    )
    found = shopify.parse(page)
    assert (found.outcome, len(found.reviews)) == ("partial", 2)
    assert "review 2" in (found.reason or "")


def test_an_id_that_the_share_link_denies_is_a_fault() -> None:
    """Where a block's id and its permalink name two reviews, the block is not understood."""
    page = stores.shopify_page().replace(b'"/reviews/2"', b'"/reviews/20"')
    found = shopify.parse(page)
    assert (found.outcome, len(found.reviews)) == ("partial", 2)
    assert "data-review-share-link" in (found.reason or "")


def test_the_share_link_is_the_permalink_of_an_unknown_app() -> None:
    """A block that was saved without its page has the address that its share button copies."""
    page = stores.shopify_page().replace(b'rel="canonical"', b"").replace(b"/reviews?", b"/x?")
    review = shopify.parse(page).reviews[0]
    assert review.url == "https://apps.shopify.com/reviews/3"
    assert shopify.parse(page, target=TARGET).reviews[0].url == (
        "https://apps.shopify.com/an-app/reviews/3"
    )


@pytest.mark.parametrize("language", ["de", "zh-CN"])
def test_a_page_in_another_language_says_so(language: str) -> None:
    """Dates and stars are read in English; another language is the reason, not a riddle."""
    page = stores.shopify_page().replace(b'lang="en"', f'lang="{language}"'.encode())
    found = shopify.parse(page)
    assert found.outcome == "broken"
    assert language in (found.reason or "")
    british = stores.shopify_page().replace(b'lang="en"', b'lang="en-GB"')
    assert shopify.parse(british).outcome == "ok"


@pytest.mark.parametrize(
    "link",
    ["http://127.0.0.1:8000/an-app/reviews?page=2", "https://evil.example/an-app/reviews?page=2"],
)
def test_the_list_goes_on_at_the_store_only(link: str) -> None:
    """A next link to another host is not understood, and neither the end of the list."""
    page = stores.shopify_page(25).replace(address(2).replace("&", "&amp;").encode(), link.encode())
    found = shopify.parse(page)
    assert (found.outcome, found.next) == ("partial", None)
    assert "next link" in (found.reason or "")


def test_a_next_link_without_a_host_is_the_stores() -> None:
    """A path becomes an address of the store, wherever the page was read from."""
    page = stores.shopify_page(25).replace(b"https://apps.shopify.com/", b"/")
    assert shopify.parse(page, "http://127.0.0.1:8000/an-app/reviews").next == address(2)


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


def test_pages_are_asked_for_newest_first() -> None:
    """The first page is asked for without more, a later one by the mark of the one before."""
    assert shopify.request(TARGET) == Call(address(1), method="GET")
    following = shopify.parse(stores.shopify_page(25), address(1), TARGET).next
    assert shopify.request(TARGET, following) == Call(address(2), method="GET")


def test_a_request_names_the_store_itself() -> None:
    """A handle is one path segment, and a test's address is not the source's business."""
    odd = shopify.request(SourceTarget("shopify", "../@evil.example/"))
    assert odd.url.startswith("https://apps.shopify.com/..%2F%40evil.example%2F/reviews?")
    local = SourceTarget("shopify", "an-app", address="http://127.0.0.1:9/")
    assert shopify.request(local) == shopify.request(TARGET)


def test_an_unknown_source_names_the_known_ones() -> None:
    """The error for a wrong name says which names there are."""
    assert sources.by_name("shopify").HOSTS == ("apps.shopify.com",)
    with pytest.raises(Invalid, match=", ".join(sources.SOURCES)) as problem:
        sources.by_name("shopfy")
    assert problem.value.field == "source"
