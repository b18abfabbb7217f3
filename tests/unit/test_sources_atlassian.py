"""The reviews of an app on the Atlassian Marketplace are asked for and read in both versions."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call, Fetched
from northstar.domain.errors import Invalid
from northstar.domain.reviews import Page, Published, Reply
from northstar.sources import atlassian
from tests.unit.fixtures.keyless import (
    atlassian_v2,
    atlassian_v2_review,
    atlassian_v3,
    atlassian_v3_review,
    dumped,
)

PRODUCT = "acd011b1-1111-45bc-902a-247046a11111"
WITH_KEY = SourceTarget("atlassian", PRODUCT, key="atlassian")
WITHOUT = SourceTarget("atlassian", "com.example.app")
V3 = f"https://api.atlassian.com/marketplace/rest/3/products/{PRODUCT}/reviews"
V2 = "https://marketplace.atlassian.com/rest/2/addons/com.example.app/reviews"


def parsed(data: Any, url: str | None = None, target: SourceTarget | None = None) -> Page:
    return atlassian.parse(dumped(data), url, target)


def nothing_is_sent(_: Call) -> Fetched:
    raise AssertionError


def authorized(key: str) -> dict[str, str]:
    return dict(atlassian.authorize(key, nothing_is_sent, datetime(2026, 7, 27, tzinfo=UTC)))


def test_a_key_chooses_the_version() -> None:
    """With a key version 3 is asked for the product, without one version 2 for the app's key."""
    assert atlassian.request(WITH_KEY).url == f"{V3}?sort=recent&limit=50"
    assert atlassian.request(WITHOUT).url == f"{V2}?sort=recent&limit=50"
    assert atlassian.request(WITHOUT).method == atlassian.request(WITH_KEY).method == "GET"


def test_pages_lead_to_the_next() -> None:
    """Version 3 goes on with a cursor, version 2 with an address."""
    cursor, link = parsed(atlassian_v3()).next, parsed(atlassian_v2()).next
    assert atlassian.request(WITH_KEY, cursor).url.endswith("&limit=50&cursor=eyJkYXRl%3D")
    assert link == f"{V2}?limit=2&offset=2"
    assert atlassian.request(WITHOUT, link).url == link


def test_the_key_becomes_basic_authentication() -> None:
    """E-mail and token of the key are sent as the documentation wants them."""
    header = authorized('{"email": "me@example.com", "token": "s3cret"}')["Authorization"]
    kind, _, value = header.partition(" ")
    assert (kind, base64.b64decode(value)) == ("Basic", b"me@example.com:s3cret")


@pytest.mark.parametrize(
    "key", ["", "s3cret", '["s3cret"]', '{"email": "s3cret"}', '{"email": "", "token": "s3cret"}',
            '{"email": 1, "token": "s3cret"}'],
)  # fmt: skip
def test_a_wrong_key_is_refused_without_telling_it(key: str) -> None:
    """The message says what the secret must hold, and nothing of what it holds."""
    with pytest.raises(Invalid, match="email") as caught:
        authorized(key)
    assert "s3cret" not in str(caught.value)


def test_version_3_is_read_whole() -> None:
    """Stars, words, times, authors, answers and totals come through."""
    page = parsed(atlassian_v3(), target=WITH_KEY)
    assert (page.outcome, page.published) == ("ok", Published(4, 4.5))
    answered, plain = page.reviews
    assert (answered.id, answered.rating, answered.author) == ("r-2", 3, "User 2")
    assert (answered.text, answered.created) == ("Words of review 2.", "2026-07-02T08:15:00Z")
    assert answered.reply == Reply("Thank you.\nMore soon.")
    assert (plain.id, plain.reply, plain.url) == ("r-1", None, None)


def test_version_2_is_read_whole() -> None:
    """Ids and permalinks are read from the links; a day stays a day."""
    page = parsed(atlassian_v2())
    assert (page.outcome, page.published) == ("ok", Published(4, 4.5))
    answered, plain = page.reviews
    assert (answered.id, answered.rating, answered.author) == ("2", 3, "User 2")
    assert (answered.text, answered.created) == ("Words of review 2.", "2026-07-02")
    assert answered.url == "https://marketplace.atlassian.com/apps/1/app?reviewId=2"
    assert answered.reply == Reply("Thank you.")
    assert (plain.id, plain.reply) == ("1", None)


def test_version_2_may_list_a_link_in_two_formats() -> None:
    """Where a link is a list, the first, which is the interface's own, is taken."""
    data = atlassian_v2()
    data["_links"]["next"] = [data["_links"]["next"], {"href": "/apps/1?page=2"}]
    assert parsed(data).next == f"{V2}?limit=2&offset=2"


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example/rest/2/addons/a/reviews",
        "/rest/2/vendors",
        "/rest/2/addons/a/reviews/5",
        "",
        "https://[",
    ],
)
def test_a_next_page_elsewhere_is_not_followed(href: str) -> None:
    """A next link that leaves the list is a fault, and not the end of the list."""
    data = atlassian_v2()
    data["_links"]["next"] = {"href": href}
    page = parsed(data)
    assert (page.outcome, page.next, len(page.reviews)) == ("partial", None, 2)


def test_the_last_page_is_whole() -> None:
    """Without a following page the list is whole where the count is reached."""
    data = atlassian_v2()
    del data["_links"]["next"]
    assert parsed(data, f"{V2}?offset=2").outcome == "ok"
    assert parsed(data, f"{V2}?offset=0").outcome == "partial"
    assert parsed(atlassian_v3(cursor=None, count=2)).outcome == "ok"
    assert parsed(atlassian_v3(cursor=None), f"{V3}?cursor=abc").outcome == "ok"
    assert parsed(atlassian_v3(cursor=None), V3).outcome == "partial"


def test_the_stores_zero_is_empty() -> None:
    """No reviews and a count of zero is proof, in both versions."""
    assert parsed(atlassian_v3([], cursor=None, count=0, averageStars=0)).outcome == "empty"
    assert parsed(atlassian_v2([], _links={}, count=0)).outcome == "empty"


@pytest.mark.parametrize("changed", [{"count": 4}, {"count": None}, {"cursor": "abc"}, {"n": 1}])
def test_nothing_without_proof_is_broken(changed: dict[str, Any]) -> None:
    """No reviews although anything tells of some is broken."""
    page = parsed(atlassian_v3([], cursor=None, count=0, averageStars=0) | changed)
    assert page.outcome == "broken"
    assert page.reason


def test_another_product_is_broken() -> None:
    """A list about a product that was not asked for is not taken."""
    page = parsed(atlassian_v3(productId="other"), target=WITH_KEY)
    assert page.outcome == "broken"
    assert "other" in (page.reason or "")


@pytest.mark.parametrize(
    ("field", "value"),
    [("stars", 15), ("stars", 0), ("stars", "5"), ("date", "July 1"), ("id", "<b>"), ("content", 5),
     ("responseContent", 5), ("authorName", {})],
)  # fmt: skip
def test_a_review_that_is_not_understood_is_left_out(field: str, value: Any) -> None:
    """The other reviews are read, and the page says which field it was."""
    page = parsed(atlassian_v3([atlassian_v3_review(1, **{field: value}), atlassian_v3_review(2)]))
    assert (page.outcome, [review.id for review in page.reviews]) == ("partial", ["r-2"])
    assert field in (page.reason or "")


def test_an_unknown_embedded_field_is_named() -> None:
    """What may be the author or the answer under another name makes the page partial."""
    embedded = {"user": {"name": "Somebody"}}
    page = parsed(atlassian_v2([atlassian_v2_review(1, _embedded=embedded)]))
    assert page.outcome == "partial"
    assert "_embedded.user" in (page.reason or "")


@pytest.mark.parametrize("href", ["", "https://evil.example/", "javascript:alert(1)"])
def test_a_permalink_out_of_the_store_is_not_taken(href: str) -> None:
    """A review whose permalink leads elsewhere is read without it, and that is said."""
    review = atlassian_v2_review(1)
    review["_links"]["alternate"]["href"] = href
    page = parsed(atlassian_v2([review]))
    assert (page.outcome, page.reviews[0].url) == ("partial", None)
    assert "permalink" in (page.reason or "")


@pytest.mark.parametrize(
    "error",
    [
        {"errors": [{"message": "No such app"}]},
        {"errors": ["No such app"]},
        {"message": "No such app"},
    ],
)
def test_an_error_is_told_in_the_stores_words(error: dict[str, Any]) -> None:
    """An error object is broken, with what the store says."""
    page = parsed(error)
    assert page.outcome == "broken"
    assert "No such app" in (page.reason or "")


@pytest.mark.parametrize(("told", "read_as"), [("a-1", "a-1"), (17, "17"), ("17", "17")])
def test_an_id_is_a_text_or_a_whole_number(told: Any, read_as: str) -> None:
    """Either is kept as text."""
    page = parsed(atlassian_v3([atlassian_v3_review(1) | {"id": told}], cursor=None, count=1))
    assert [review.id for review in page.reviews] == [read_as]


@pytest.mark.parametrize("told", [None, True, False, [], ["a"], {}, 1.5, -1, "", "a b"])
def test_what_is_no_id_is_not_understood(told: Any) -> None:
    """Null or a list never becomes a review called "None" or "[]"."""
    items = [atlassian_v3_review(1) | {"id": told}, atlassian_v3_review(2)]
    page = parsed(atlassian_v3(items, cursor=None, count=2))
    assert (page.outcome, len(page.reviews)) == ("partial", 1)
    assert "id not understood" in (page.reason or "")
