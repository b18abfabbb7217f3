"""App Store Connect: what is asked, how we prove who we are, and how a page is read."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call, Fetched
from northstar.domain.errors import Invalid
from northstar.domain.reviews import Page, Published, Reply
from northstar.sources import app_store_connect as source
from tests.unit.fixtures import keyed

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
TARGET = SourceTarget("app_store_connect", "4711")


def parsed(data: object, url: str | None = None) -> Page:
    return source.parse(keyed.encoded(data), url, TARGET)


def unsendable(call: Call) -> Fetched:
    raise AssertionError(f"asked {call.url}")


def secret(**changed: object) -> str:
    fields = {"issuer_id": "i-1", "key_id": "K1", "private_key": keyed.pem(keyed.apple_key())}
    return json.dumps({key: value for key, value in (fields | changed).items() if value})


def claims(key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header = source.authorize(key, unsendable, NOW)["Authorization"]
    kind, token = header.split(" ")
    assert kind == "Bearer"
    said = jwt.decode(
        token,
        keyed.apple_key().public_key(),
        algorithms=["ES256"],
        audience="appstoreconnect-v1",
        options={"verify_exp": False, "verify_iat": False},
    )
    return jwt.get_unverified_header(token), said


# ------------------------------------------------------------------ asking


def test_the_first_page_is_asked_newest_first_with_replies() -> None:
    """The first call names the app, the largest page, the order and the replies."""
    call = source.request(SourceTarget("app_store_connect", "47/11"))
    parts = urlsplit(call.url)
    assert (call.method, parts.scheme, parts.netloc) == ("GET", "https", source.HOSTS[0])
    assert parts.path == "/v1/apps/47%2F11/customerReviews"
    assert parse_qs(parts.query) == {
        "include": ["response"], "limit": ["200"], "sort": ["-createdDate"],
    }  # fmt: skip


def test_the_following_page_is_asked_where_the_store_says() -> None:
    """What a page names as the next is asked as it stands."""
    page = parsed(keyed.apple_full_page())
    assert page.next is not None
    assert source.request(TARGET, page.next) == Call(page.next, method="GET")


def test_a_teams_key_signs_a_short_token() -> None:
    """The token names issuer, key and audience, and lives less than twenty minutes."""
    header, said = claims(secret())
    began = int(NOW.timestamp())
    assert header == {"alg": "ES256", "kid": "K1", "typ": "JWT"}
    assert (said["iss"], said["iat"]) == ("i-1", began)
    assert began < said["exp"] <= began + 1200
    assert "sub" not in said


def test_an_individual_key_signs_as_a_user() -> None:
    """Without an issuer, the token is of the user that the key belongs to."""
    _, said = claims(secret(issuer_id=None))
    assert said["sub"] == "user"
    assert "iss" not in said


WRONG_KEYS: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "not JSON": lambda: "not JSON but s3cret",
    "a list": lambda: '["s3cret"]',
    "no private key": lambda: '{"key_id": "s3cret"}',
    "no text": lambda: '{"key_id": 5, "private_key": "s3cret"}',
    "no PEM": lambda: '{"key_id": "K", "private_key": "s3cret"}',
    "no Unicode": lambda: '{"key_id": "K", "private_key": "s3cret \ud800"}',
    "an RSA key": lambda: secret(private_key=keyed.pem(keyed.google_key())),
    "another curve": lambda: secret(private_key=keyed.pem(ec.generate_private_key(ec.SECP384R1()))),
}


@pytest.mark.parametrize("what", WRONG_KEYS)
def test_a_wrong_key_is_invalid_and_not_repeated(what: str) -> None:
    """What is no key of the store says what the secret must hold, and nothing of what it holds."""
    with pytest.raises(Invalid, match=r"issuer_id.*key_id.*private_key") as caught:
        source.authorize(WRONG_KEYS[what](), unsendable, NOW)
    told = "".join(traceback.format_exception(caught.value))
    assert "s3cret" not in told
    assert "BEGIN" not in told


# ------------------------------------------------------------------ reading


def test_a_review_is_read_field_by_field() -> None:
    """Every field stands where it belongs; what the store does not tell is absent."""
    page = parsed(keyed.apple_full_page())
    assert (page.outcome, page.reason, page.published) == ("ok", None, Published(7))
    assert [review.id for review in page.reviews] == ["a-1", "a-2", "a-3"]
    review = page.reviews[1]
    assert (review.rating, review.title, review.author) == (1, "Title a-2", "nick a-2")
    assert review.text == "First line a-2\nsecond line"
    assert (review.country, review.created) == ("DEU", "2026-03-02T11:19:36-08:00")
    assert (review.edited, review.language, review.version, review.url) == (None,) * 4
    assert review.reply == Reply("Thank you r-2", id="r-2", created="2026-03-04T08:00:00-08:00")
    assert page.reviews[0].reply is None


def test_a_reply_that_is_not_published_yet_is_none() -> None:
    """A response that waits for its publication is not public, and no fault either."""
    included = [keyed.apple_response("r-1", "PENDING_PUBLISH")]
    page = parsed(keyed.apple_page([keyed.apple_review("a", reply="r-1")], included, total=1))
    assert page.outcome == "ok"
    assert page.reviews[0].reply is None


def test_a_reply_of_unknown_state_is_not_passed_over() -> None:
    """A state that is not documented makes the page partial, without the review."""
    included = [keyed.apple_response("r-1", "HIDDEN")]
    reviews = [keyed.apple_review("a", reply="r-1"), keyed.apple_review("b")]
    page = parsed(keyed.apple_page(reviews, included, total=2))
    assert (page.outcome, [review.id for review in page.reviews]) == ("partial", ["b"])
    assert "state" in (page.reason or "")


def test_a_response_with_a_new_field_is_read_and_the_field_named() -> None:
    """A field that nobody knows yet makes the page partial, and costs no review."""
    data = keyed.apple_full_page()
    data["included"][0]["attributes"]["language"] = "de"
    page = parsed(data)
    assert (page.outcome, len(page.reviews)) == ("partial", 3)
    assert "attributes.language" in (page.reason or "")
    assert page.reviews[1].reply is not None


@pytest.mark.parametrize("null", ["title", "body", "reviewerNickname", "territory"])
def test_a_null_is_absent(null: str) -> None:
    """What the store gives as null is None and no fault."""
    page = parsed(keyed.apple_page([keyed.apple_review("a", changed={null: None})], total=1))
    assert page.outcome == "ok"
    shown = page.reviews[0]
    assert [shown.title, shown.text, shown.author, shown.country].count(None) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rating", 0), ("rating", 6), ("rating", "5"), ("rating", True), ("rating", None),
        ("createdDate", "2026-03-02T11:19:36"), ("createdDate", "2026-13-02T11:19:36Z"),
        ("createdDate", None), ("body", 5), ("title", ["x"]), ("territory", {}),
    ],
)  # fmt: skip
def test_a_value_that_is_not_understood_is_named(field: str, value: object) -> None:
    """One odd value makes the page partial, and the reason names its field."""
    reviews = [keyed.apple_review("a", changed={field: value}), keyed.apple_review("b")]
    page = parsed(keyed.apple_page(reviews, total=2))
    assert (page.outcome, len(page.reviews)) == ("partial", 1)
    assert field in (page.reason or "")


@pytest.mark.parametrize(
    "link",
    [
        "http://api.appstoreconnect.apple.com/v1/apps/4711/customerReviews?cursor=x",
        "https://api.appstoreconnect.apple.com.evil.example/v1/apps/4711/customerReviews?cursor=x",
        "https://key@api.appstoreconnect.apple.com/v1/apps/4711/customerReviews?cursor=x",
        "https://api.appstoreconnect.apple.com:444/v1/apps/4711/customerReviews?cursor=x",
        "https://api.appstoreconnect.apple.com/v1/apps/4712/customerReviews?cursor=x",
        "https://api.appstoreconnect.apple.com/v1/users?cursor=x",
        "https://api.appstoreconnect.apple.com/v1/apps/4711/customerReviews",
        "https://api.appstoreconnect.apple.com/v1/apps/4711/customerReviews?cursor=x\n",
        "https://[/v1",
        5,
        "",
    ],
)
def test_a_next_link_that_leads_elsewhere_is_not_followed(link: object) -> None:
    """Another host, scheme, port or path than the list's own is a fault."""
    data = keyed.apple_full_page()
    data["links"]["next"] = link
    page = parsed(data)
    assert (page.outcome, page.next, len(page.reviews)) == ("partial", None, 3)
    assert "links.next" in (page.reason or "")


def test_a_page_about_another_app_is_broken() -> None:
    """Reviews of another app are never taken for ours."""
    page = source.parse(
        keyed.encoded(keyed.apple_full_page()), None, SourceTarget("app_store_connect", "1")
    )
    assert (page.outcome, page.reviews) == ("broken", ())
    assert "4711" in (page.reason or "")


def test_an_app_without_reviews_is_empty() -> None:
    """The store's own zero is the proof."""
    page = parsed(keyed.apple_page([], total=0))
    assert (page.outcome, page.published, page.next) == ("empty", Published(0), None)


def test_an_empty_page_at_the_end_of_a_list_is_empty() -> None:
    """A later page without reviews that names no further one is the end, in url or in itself."""
    end = keyed.apple_page([], total=6, cursor="AQ.z")
    assert parsed(end).outcome == "empty"
    bare = keyed.apple_page([], total=6)
    assert parsed(bare, f"{keyed.APPLE_LIST}?cursor=AQ.z").outcome == "empty"


def test_no_reviews_although_some_are_published_is_broken() -> None:
    """Neither a first page without what the total counts nor a page between is believed."""
    assert parsed(keyed.apple_page([], total=6)).outcome == "broken"
    between = keyed.apple_page([], total=6, cursor="AQ.z", following="AQ.y")
    assert parsed(between).outcome == "broken"


@pytest.mark.parametrize("without", ["links", "meta"])
def test_no_reviews_without_proof_is_broken(without: str) -> None:
    """An empty list is empty only with its address and its total."""
    data = keyed.apple_page([], total=0)
    del data[without]
    assert parsed(data).outcome == "broken"


@pytest.mark.parametrize(("cursor", "total"), [(None, 4), ("AQ.z", 4)])
def test_a_full_page_without_a_next_one_is_partial(cursor: str | None, total: int) -> None:
    """A list that must go on, and does not say where, is not taken for whole."""
    reviews = [keyed.apple_review(number) for number in "abc"]
    page = parsed(keyed.apple_page(reviews, total=total, cursor=cursor))
    assert (page.outcome, len(page.reviews), page.next) == ("partial", 3, None)
    assert "links.next" in (page.reason or "")


@pytest.mark.parametrize(("cursor", "total"), [(None, 3), ("AQ.z", 6)])
def test_a_full_last_page_is_whole(cursor: str | None, total: int) -> None:
    """A full page with which the total is reached is the end."""
    reviews = [keyed.apple_review(number) for number in "abc"]
    assert parsed(keyed.apple_page(reviews, total=total, cursor=cursor)).outcome == "ok"


def test_a_cursor_without_a_next_link_is_partial() -> None:
    """A short page that has a cursor for the next one and no link goes on all the same."""
    data = keyed.apple_page([keyed.apple_review("a")], total=1)
    data["meta"]["paging"]["nextCursor"] = "AQ.x"
    page = parsed(data)
    assert (page.outcome, page.next, len(page.reviews)) == ("partial", None, 1)


def test_a_page_that_does_not_say_whose_it_is_is_partial() -> None:
    """Reviews of a page without its own address may be another app's."""
    data = keyed.apple_page([keyed.apple_review("a")], total=1)
    data["links"]["self"] = f"{keyed.APPLE}/builds?limit=1"
    page = parsed(data)
    assert (page.outcome, len(page.reviews)) == ("partial", 1)
    assert "links.self" in (page.reason or "")


@pytest.mark.parametrize("kind", ["builds", None])
def test_other_things_than_reviews_and_responses_are_named(kind: str | None) -> None:
    """What has another type is no review, and among the included no response."""
    other = keyed.apple_review("a") | {"type": kind}
    page = parsed(keyed.apple_page([other, keyed.apple_review("b")], total=2))
    assert (page.outcome, [review.id for review in page.reviews]) == ("partial", ["b"])
    page = parsed(keyed.apple_page([keyed.apple_review("b")], [other], total=1))
    assert (page.outcome, len(page.reviews)) == ("partial", 1)


def test_more_reviews_than_the_store_gives_are_not_believed() -> None:
    """A page holds at most 200."""
    reviews = [keyed.apple_review(f"a-{number}") for number in range(201)]
    assert parsed(keyed.apple_page(reviews, total=201, limit=201)).outcome == "broken"
    assert parsed(keyed.apple_page(reviews[1:], total=200, limit=200)).outcome == "ok"


def test_a_total_below_what_is_shown_is_a_fault() -> None:
    """Counts that cannot be true are named."""
    page = parsed(keyed.apple_page([keyed.apple_review("a"), keyed.apple_review("b")], total=1))
    assert page.outcome == "partial"
    assert "total 1" in (page.reason or "")


def test_an_error_is_broken_with_the_stores_words() -> None:
    """An error body says what the store says."""
    error = {"status": "403", "code": "FORBIDDEN_ERROR", "title": "No", "detail": "Wrong role"}
    page = parsed({"errors": [error]})
    assert page.outcome == "broken"
    assert "Wrong role" in (page.reason or "")
