"""The ratings of a Firefox add-on are asked for and read as documented."""

from __future__ import annotations

from typing import Any

import pytest

from northstar.app.configuration import SourceTarget
from northstar.domain.reviews import Page, Published, Reply
from northstar.sources import firefox
from tests.unit.fixtures.keyless import dumped, firefox_page, firefox_rating

TARGET = SourceTarget("firefox", "tea-timer")
LIST = "https://addons.mozilla.org/api/v5/ratings/rating/"
NEXT = f"{LIST}?addon=tea-timer&page=2&page_size=50&show_grouped_ratings=true"


def parsed(data: Any, url: str | None = None, target: SourceTarget | None = TARGET) -> Page:
    return firefox.parse(dumped(data), url, target)


def test_the_list_is_asked_for_with_its_totals() -> None:
    """The call names the add-on, also one whose name is a guid, and asks for the totals."""
    call = firefox.request(TARGET)
    assert call.url == f"{LIST}?addon=tea-timer&page_size=50&show_grouped_ratings=true"
    assert call.method == "GET"
    assert "addon=%7Bab-c%7D&" in firefox.request(SourceTarget("firefox", "{ab-c}")).url
    assert firefox.request(TARGET, NEXT).url == NEXT


def test_a_page_is_read_whole() -> None:
    """Stars, words, times, versions, answers and permalinks come through; what is null is None."""
    page = parsed(firefox_page())
    assert (page.outcome, page.next) == ("ok", None)
    histogram = {"5": 1, "4": 1, "3": 1, "2": 0, "1": 0}
    assert page.published == Published(3, None, histogram)
    answered, wordless, versionless = page.reviews
    assert (answered.id, answered.rating, answered.author) == ("3", 5, "User 3")
    assert answered.text == "Words of rating 3.\nMore."
    assert (answered.created, answered.edited) == ("2026-07-03T09:00:00Z", None)
    assert answered.version == "2.4.1"
    assert answered.url == "https://addons.mozilla.org/firefox/addon/tea-timer/reviews/3/"
    assert answered.reply == Reply("We are sorry.", "9", "User 9", "2026-07-09T09:00:00Z")
    assert (wordless.text, wordless.rating, wordless.reply) == (None, 3, None)
    assert versionless.version is None


def test_a_page_leads_to_the_next() -> None:
    """The list's own address of the next page is taken as it is."""
    page = parsed(firefox_page(count=90, next=NEXT))
    assert (page.outcome, page.next) == ("ok", NEXT)


@pytest.mark.parametrize(
    "link",
    ["https://evil.example/api/v5/ratings/rating/?page=2", "/api/v5/ratings/rating/?page=2",
     "http://addons.mozilla.org/api/v5/ratings/rating/?page=2", "https://[", 2,
     "https://addons.mozilla.org/api/v5/accounts/?page=2"],
)  # fmt: skip
def test_a_next_page_elsewhere_is_not_followed(link: Any) -> None:
    """An address of another host, scheme or path is a fault, and not the end of the list."""
    page = parsed(firefox_page(count=90, next=link))
    assert (page.outcome, page.next, len(page.reviews)) == ("partial", None, 3)


def test_the_stores_zero_is_empty() -> None:
    """No ratings and a count of zero is proof."""
    assert parsed(firefox_page([])).outcome == "empty"


@pytest.mark.parametrize(
    "changed",
    [{"count": 3}, {"next": NEXT}, {"grouped_ratings": dict.fromkeys("12345", 1)}, {"n": 1}],
)
def test_nothing_without_proof_is_broken(changed: dict[str, Any]) -> None:
    """No ratings although anything tells of some is broken."""
    page = parsed(firefox_page([]) | changed)
    assert page.outcome == "broken"
    assert "No ratings" in (page.reason or "")


def test_a_missing_rating_is_partial() -> None:
    """A list on one page holds as many ratings as it counts."""
    page = parsed(firefox_page(count=4))
    assert (page.outcome, page.reason) == ("partial", "the page holds 3 ratings of 4")


def test_another_add_on_is_broken() -> None:
    """Ratings of an add-on that was not asked for are not taken; its number and a guid are fine."""
    assert parsed(firefox_page(), target=SourceTarget("firefox", "77")).outcome == "ok"
    assert parsed(firefox_page(), target=SourceTarget("firefox", "t@x")).outcome == "ok"
    page = parsed(firefox_page(), target=SourceTarget("firefox", "coffee-timer"))
    assert page.outcome == "broken"
    assert "tea-timer" in (page.reason or "")


@pytest.mark.parametrize("field", ["is_latest", "is_deleted", "is_developer_reply"])
@pytest.mark.parametrize("value", ["\x1b[31m" * 99, "\x9b2J", {"\x00": ["\n"] * 99}])
def test_a_flag_that_is_no_flag_is_told_shortly(field: str, value: Any) -> None:
    """What stands there instead is quoted in the reason: cut, and without control characters."""
    page = parsed(firefox_page([firefox_rating(1, **{field: value}), firefox_rating(2)]))
    assert page.outcome == "partial"
    assert (page.reason or "").isprintable()
    assert len(page.reason or "") < 100


@pytest.mark.parametrize(
    ("field", "value"),
    [("is_latest", False), ("is_deleted", True), ("is_developer_reply", True), ("score", 0),
     ("score", 6), ("score", True), ("score", "5"), ("created", "2026-07-03 09:00"), ("id", "3"),
     ("created", "2026-07-03T09:00:00"), ("user", None), ("body", 5)],
)  # fmt: skip
def test_a_rating_that_is_not_one_is_left_out(field: str, value: Any) -> None:
    """What is not a rating that is shown now is left out, and the page says which field it was."""
    page = parsed(firefox_page([firefox_rating(1, **{field: value}), firefox_rating(2)]))
    assert (page.outcome, [review.id for review in page.reviews]) == ("partial", ["2"])
    assert field in (page.reason or "")


def test_totals_that_were_asked_for_are_missed() -> None:
    """Without the totals the page is partial if they were asked for, and whole if not."""
    data = firefox_page()
    del data["grouped_ratings"]
    assert parsed(data).outcome == "ok"
    assert parsed(data, firefox.request(TARGET).url).outcome == "partial"


def test_an_error_is_told_in_the_stores_words() -> None:
    """An error object is broken, with what the store says."""
    page = parsed({"detail": "Not found."})
    assert page.outcome == "broken"
    assert "Not found." in (page.reason or "")
