"""The Google Play Developer API: what is asked, how a token is got, and how a page is read."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call, Fetched
from northstar.domain.errors import Broken, Invalid
from northstar.domain.reviews import Page, Reply
from northstar.sources import google_play as source
from tests.unit.fixtures import keyed

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
TARGET = SourceTarget("google_play", "com.example.app")


def parsed(data: object) -> Page:
    return source.parse(keyed.encoded(data))


def secret(**changed: object) -> str:
    fields = {
        "type": "service_account",
        "client_email": "robot@example.iam.gserviceaccount.com",
        "private_key": keyed.pem(keyed.google_key()),
        "private_key_id": "k1",
        "token_uri": "https://evil.example/token",
    }
    return json.dumps(fields | changed)


class Google:
    """Answers every call with one body."""

    def __init__(self, answer: object) -> None:
        self.answer = keyed.encoded(answer)
        self.calls: list[Call] = []

    def send(self, call: Call) -> Fetched:
        self.calls.append(call)
        return Fetched(self.answer)


# ------------------------------------------------------------------ asking


def test_the_largest_page_is_asked_for() -> None:
    """The first call names the package and the largest page."""
    call = source.request(SourceTarget("google_play", "com.example/app"))
    parts = urlsplit(call.url)
    assert (call.method, parts.scheme, parts.netloc) == ("GET", "https", source.HOSTS[0])
    assert parts.path == "/androidpublisher/v3/applications/com.example%2Fapp/reviews"
    assert parse_qs(parts.query) == {"maxResults": ["100"]}


def test_the_following_page_is_asked_by_its_token() -> None:
    """The token of a page comes back unchanged in the next call."""
    page = parsed(keyed.play_full_page())
    call = source.request(TARGET, page.next)
    assert parse_qs(urlsplit(call.url).query) == {"maxResults": ["100"], "token": [keyed.TOKEN]}


def test_a_service_account_gets_a_token_from_google_alone() -> None:
    """A signed assertion goes to Google's address, whatever address the key names."""
    google = Google({"access_token": "ya29.c.x_y-z", "expires_in": 3599, "token_type": "Bearer"})
    headers = source.authorize(secret(), google.send, NOW)
    assert headers == {"Authorization": "Bearer ya29.c.x_y-z"}
    (call,) = google.calls
    assert (call.method, call.url) == ("POST", "https://oauth2.googleapis.com/token")
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    form = parse_qs(call.body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    (assertion,) = form["assertion"]
    said = jwt.decode(
        assertion,
        keyed.google_key().public_key(),
        algorithms=["RS256"],
        audience="https://oauth2.googleapis.com/token",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert jwt.get_unverified_header(assertion)["kid"] == "k1"
    assert said["iss"] == "robot@example.iam.gserviceaccount.com"
    assert said["scope"] == "https://www.googleapis.com/auth/androidpublisher"
    assert 0 < said["exp"] - said["iat"] <= 3600
    assert said["iat"] == int(NOW.timestamp())


WRONG_KEYS: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "not JSON": lambda: "s3cret",
    "a text": lambda: '"s3cret"',
    "another type": lambda: secret(type="authorized_user"),
    "no account": lambda: secret(client_email=None),
    "no PEM": lambda: secret(private_key="s3cret"),
    "an EC key": lambda: secret(private_key=keyed.pem(keyed.apple_key())),
}


@pytest.mark.parametrize("what", WRONG_KEYS)
def test_a_wrong_key_is_invalid_and_not_repeated(what: str) -> None:
    """What is no service account says what the secret must hold, and nothing of what it holds."""
    google = Google({"access_token": "x"})
    with pytest.raises(Invalid, match="service account") as caught:
        source.authorize(WRONG_KEYS[what](), google.send, NOW)
    told = "".join(traceback.format_exception(caught.value))
    assert "s3cret" not in told
    assert "BEGIN" not in told
    assert google.calls == []


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "invalid_grant", "error_description": "Invalid JWT Signature."},
        {"access_token": ""},
        {"access_token": "x\r\nHost: evil.example"},
        {"access_token": None},
        {},
        [],
    ],
)
def test_an_answer_without_a_token_is_broken(answer: object) -> None:
    """No token, or one that is no header value, is an error and no empty header."""
    with pytest.raises(Broken) as caught:
        source.authorize(secret(), Google(answer).send, NOW)
    assert "evil" not in str(caught.value)
    if isinstance(answer, dict) and "error" in answer:
        assert "Invalid JWT Signature" in str(caught.value)


# ------------------------------------------------------------------ reading


def test_a_review_is_read_field_by_field() -> None:
    """Title and text part at the tab; date and reply are to the second in UTC."""
    page = parsed(keyed.play_full_page())
    assert (page.outcome, page.reason, page.next) == ("ok", None, keyed.TOKEN)
    assert page.published is None
    first, second, _ = page.reviews
    assert (first.id, first.rating, first.title, first.text) == ("p-1", 4, "Good", "Very good")
    assert (first.author, first.language, first.version) == ("author p-1", "de", "1.2.3")
    assert (first.created, first.edited) == ("2026-07-06T13:55:24Z", None)
    assert (first.country, first.url, first.recommended, first.reply) == (None,) * 4
    assert (second.title, second.text) == (None, "Bad")
    assert second.reply == Reply("Sorry", created="2026-07-07T01:20:13Z")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("\tOnly a text", None, "Only a text"),
        ("Only a title\t", "Only a title", None),
        ("T\tone\ttwo\nthree", "T", "one\ttwo\nthree"),
        ("No tab", None, "No tab"),
    ],
)
def test_title_and_text_part_at_the_first_tab(
    text: str, title: str | None, body: str | None
) -> None:
    """What stands before the first tab is the title; line breaks stay."""
    (review,) = parsed(keyed.play_page([keyed.play_review("p", text)])).reviews
    assert (review.title, review.text) == (title, body)


def test_a_translated_review_is_read_as_it_was_written() -> None:
    """The text that the reviewer wrote goes before its translation."""
    review = keyed.play_review("p", "Translated\tGood")
    review["comments"][0]["userComment"]["originalText"] = "Titel\tGut"
    (read,) = parsed(keyed.play_page([review])).reviews
    assert (read.title, read.text) == ("Titel", "Gut")


def test_an_author_may_be_missing() -> None:
    """A review without a name is a review; a whole page without names is a fault."""
    reviews = [keyed.play_review(f"p-{number}") for number in range(3)]
    del reviews[0]["authorName"]
    page = parsed(keyed.play_page(reviews))
    assert (page.outcome, page.reviews[0].author) == ("ok", None)
    for review in reviews:
        review.pop("authorName", None)
    assert parsed(keyed.play_page(reviews[:2])).outcome == "ok"
    page = parsed(keyed.play_page(reviews))
    assert page.outcome == "partial"
    assert "authorName" in (page.reason or "")


def test_only_the_empty_object_is_empty() -> None:
    """The API says that it has none by saying nothing at all; an empty list it never sends."""
    assert parsed({}) == Page("empty")
    for other in ('{"reviews": []}', '{"reviews": null}', '{"tokenPagination": {}}', '{"k": 1}'):
        page = source.parse(other.encode())
        assert page.outcome == "broken"
        assert "{}" in (page.reason or "")


def test_a_full_page_without_a_token_is_partial() -> None:
    """A hundred reviews and no way on may be the API's known fault, and not the end."""
    reviews = [keyed.play_review(f"p-{number}") for number in range(100)]
    page = parsed(keyed.play_page(reviews))
    assert (page.outcome, len(page.reviews), page.next) == ("partial", 100, None)
    assert "tokenPagination" in (page.reason or "")
    assert parsed(keyed.play_page(reviews[1:])).outcome == "ok"
    assert parsed(keyed.play_page(reviews, keyed.TOKEN)).outcome == "ok"
    more = [*reviews, keyed.play_review("p-100")]
    assert parsed(keyed.play_page(more, keyed.TOKEN)).outcome == "broken"


@pytest.mark.parametrize("token", [5, "", "a b", {}, "x\n"])
def test_a_token_that_is_not_understood_is_a_fault(token: object) -> None:
    """A token of another kind is not followed and named."""
    data = keyed.play_full_page()
    data["tokenPagination"]["nextPageToken"] = token
    page = parsed(data)
    assert (page.outcome, page.next, len(page.reviews)) == ("partial", None, 3)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starRating", 0), ("starRating", 6), ("starRating", "4"), ("starRating", True),
        ("lastModified", {"seconds": "0"}), ("lastModified", {"seconds": "-5"}),
        ("lastModified", {"seconds": "99999999999"}), ("lastModified", "2026-01-01"),
        ("text", ""), ("text", "\t"), ("text", None), ("appVersionName", 5),
        ("reviewerLanguage", "not a language"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_understood_is_named(field: str, value: object) -> None:
    """One odd value makes the page partial, and the reason names its field."""
    reviews = [keyed.play_review("p-1"), keyed.play_review("p-2")]
    reviews[0]["comments"][0]["userComment"][field] = value
    page = parsed(keyed.play_page(reviews))
    assert page.outcome == "partial"
    assert field in (page.reason or "")
    assert page.reviews[-1].id == "p-2"


SECOND = keyed.play_review("p-3", "Another")["comments"][0]


@pytest.mark.parametrize("extra", [SECOND, {}, {"note": {}}, {"userComment": 5}, 5])
def test_a_comment_of_another_kind_is_not_passed_over(extra: object) -> None:
    """A second text of the reviewer, or something unknown, makes the page partial."""
    reviews = [keyed.play_review("p-1"), keyed.play_review("p-2")]
    reviews[0]["comments"].append(extra)
    page = parsed(keyed.play_page(reviews))
    assert (page.outcome, [review.id for review in page.reviews]) == ("partial", ["p-2"])


def test_an_error_is_broken_with_the_stores_words() -> None:
    """An error body says what the store says."""
    page = parsed({"error": {"code": 403, "message": "The caller may not", "status": "X"}})
    assert page.outcome == "broken"
    assert "The caller may not" in (page.reason or "")
