"""Google Play's own pages: what is asked, and how an answer or the library's list is read."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from northstar.app.configuration import SourceTarget
from northstar.domain.reviews import Page, Reply
from northstar.sources import google_play_web as source
from tests.unit.fixtures import keyed

TARGET = SourceTarget("google_play_web", 'com.example.app","x', country="de", language="de")


def parsed(inner: Any, target: SourceTarget | None = None) -> Page:
    return source.parse(keyed.web_answer(inner), None, target)


@pytest.mark.parametrize("following", [None, keyed.TOKEN, 'quo"te'])
def test_the_newest_reviews_are_asked_for(following: str | None) -> None:
    """The call names the app, the newest order, the page size and the page, safely quoted."""
    call = source.request(TARGET, following)
    parts = urlsplit(call.url)
    assert (call.method, parts.scheme, parts.netloc) == ("POST", "https", "play.google.com")
    assert parts.path == "/_/PlayStoreUi/data/batchexecute"
    assert parse_qs(parts.query) == {"rpcids": ["UsvDTd"], "hl": ["de"], "gl": ["de"]}
    assert call.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    (form,) = parse_qs(call.body.decode())["f.req"]
    ((name, asked, nothing, kind),) = json.loads(form)[0]
    assert (name, nothing, kind) == ("UsvDTd", None, "generic")
    page = [150, None, following]
    assert json.loads(asked) == [None, None, [2, 2, page, None, []], [TARGET.app, 7]]


@pytest.mark.parametrize("chunked", [True, False])
def test_an_answer_is_read_field_by_field(chunked: bool) -> None:
    """Each place of the list is the field that it is; thumbs are no stars."""
    page = source.parse(keyed.web_answer(keyed.web_full_page(), chunked=chunked))
    assert (page.outcome, page.reason, page.next) == ("ok", None, keyed.TOKEN)
    first, second, third = page.reviews
    assert first.id == "0ba2f9d7-69f1-4f39-83eb-d9fa3658aeb1"
    assert (first.rating, first.title, first.text) == (2, None, f"Text {first.id}")
    assert (first.author, first.version) == (f"author {first.id}", "10.2")
    assert (first.created, first.edited) == ("2026-07-06T13:55:24Z", None)
    assert (first.country, first.language, first.url, first.reply) == (None,) * 4
    assert second.id.startswith("gp:AOqp")
    assert second.reply == Reply("Sorry", author="The Company", created="2026-07-07T01:20:13Z")
    assert third.title == "Hm"


def test_only_line_feeds_part_the_lines_of_an_answer() -> None:
    """Unicode's other line breaks may stand in a text, and end no part of the answer."""
    reviews = keyed.web_reviews()
    reviews[0][4] = "one\u2028two"
    answer = keyed.web_answer([reviews], chunked=True).replace(b"\\\\u2028", "\u2028".encode())
    assert "\u2028".encode() in answer
    page = source.parse(answer)
    assert (page.outcome, page.reviews[0].text) == ("ok", "one\u2028two")


def test_a_review_has_its_permalink_where_the_app_is_known() -> None:
    """The address names the app and the review."""
    review = parsed(keyed.web_full_page(), TARGET).reviews[1]
    parts = urlsplit(review.url or "")
    assert (parts.netloc, parts.path) == ("play.google.com", "/store/apps/details")
    assert parse_qs(parts.query) == {"id": [TARGET.app], "reviewId": [review.id]}


@pytest.mark.parametrize("chunked", [True, False])
def test_the_empty_answer_is_empty(chunked: bool) -> None:
    """The store says that there are none with an empty list."""
    assert source.parse(keyed.web_answer([], chunked=chunked)) == Page("empty")


@pytest.mark.parametrize("inner", [None, {}, "text", [[]], [None], [None, [None, "token"]], 5])
def test_an_answer_without_a_list_is_broken(inner: Any) -> None:
    """Everything else that holds no reviews is not believed."""
    assert parsed(inner).outcome == "broken"


def test_a_refusal_says_so() -> None:
    """A call that the store did not answer is broken, with its code."""
    body = b')]}\'\n\n[["wrb.fr","UsvDTd",null,null,null,[3],"generic"],["di",54]]'
    page = source.parse(body)
    assert page.outcome == "broken"
    assert "code 3" in (page.reason or "")


def test_the_token_may_stand_in_another_place() -> None:
    """Answers to other templates have more parts; the token is known by its shape."""
    for parts in ([None, [None, "abc"]], [[None, "abc"], [True]]):
        page = parsed([keyed.web_reviews(), *parts])
        assert (page.outcome, page.next) == ("ok", "abc")


@pytest.mark.parametrize("parts", [[], [None], [[]], [[None]], [[None, None]]])
def test_the_last_page_names_none(parts: list[Any]) -> None:
    """A short page without a token is the end."""
    page = parsed([keyed.web_reviews(), *parts])
    assert (page.outcome, page.next, len(page.reviews)) == ("ok", None, 3)


@pytest.mark.parametrize(
    "parts",
    [[["abc", None]], [{"token": "abc"}], [[None, 5]], [[None, "a"], [None, "b"]], [[None, "a b"]]],
)
def test_a_token_that_is_not_understood_is_a_fault(parts: list[Any]) -> None:
    """A token of another shape never passes for the end of the list."""
    page = parsed([keyed.web_reviews(), *parts])
    assert (page.outcome, page.next, len(page.reviews)) == ("partial", None, 3)


def test_a_full_page_without_a_token_is_partial() -> None:
    """As many reviews as were asked for, and no way on, is not taken for the end."""
    page = parsed([[keyed.web_review(f"review-{number}") for number in range(150)]])
    assert (page.outcome, len(page.reviews)) == ("partial", 150)


@pytest.mark.parametrize("place", range(10))
def test_places_that_have_moved_are_noticed(place: int) -> None:
    """A review that lost a place, or got one, is not read as if it had not."""
    for moved in ("lost", "got"):
        reviews = keyed.web_reviews()
        if moved == "lost":
            del reviews[1][place]
        else:
            reviews[1].insert(place, None)
        page = parsed([reviews, [None, keyed.TOKEN]])
        assert (page.outcome, len(page.reviews)) == ("partial", 2), moved


# ------------------------------------------------------------------ the library's list


def test_the_librarys_list_is_read() -> None:
    """Times stay as the library writes them: to the second, and without a zone."""
    page = source.parse(keyed.encoded(keyed.library_list()))
    assert (page.outcome, page.next) == ("ok", None)
    first, second = page.reviews
    assert (first.id, first.rating, first.text) == ("0ba2f9d7-69f1", 2, "Slow")
    assert (first.author, first.version, first.reply) == ("Ann", "10.2", None)
    assert first.created == "2026-07-06T13:55:24"
    assert second.reply == Reply("Sorry", created="2026-07-07T01:20:13")


def test_the_library_may_write_a_blank_in_a_time() -> None:
    """Both common ways to write its time are the same time."""
    data = keyed.library_list()
    data[0]["at"] = "2026-07-06 13:55:24.000123"
    page = source.parse(keyed.encoded(data))
    assert (page.outcome, page.reviews[0].created) == ("ok", "2026-07-06T13:55:24")


def test_an_empty_list_of_the_library_proves_nothing() -> None:
    """The library takes a refusal for the end of the list, so that its zero is no proof."""
    page = source.parse(b"[]")
    assert page.outcome == "broken"
    assert "a list of reviews" in (page.reason or "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("score", 0), ("score", "2"), ("at", "yesterday"), ("at", 1783346124), ("at", None),
        ("at", "2026-13-01T00:00:00"), ("content", 5), ("userName", []), ("reviewId", ""),
        ("repliedAt", "2026-07-07T01:20:13"), ("replyContent", "alone"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_understood_is_named(field: str, value: object) -> None:
    """One odd value makes the list partial, and the reason names its field."""
    data = keyed.library_list()
    data[0][field] = value
    page = source.parse(keyed.encoded(data))
    assert (page.outcome, len(page.reviews)) == ("partial", 1)
    assert field in (page.reason or "")
