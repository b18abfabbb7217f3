"""Reads the reviews of our own apps from the Google Play Developer API, with a service account.

The format is the documented one: developers.google.com/android-publisher/reply-to-reviews and the
reference of `reviews.list`. The API shows reviews that have a text and were written or changed in
the last seven days, so an app has to be asked at least every few days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Capabilities, Fetch
from northstar.domain.errors import Broken, Invalid
from northstar.domain.reviews import Page, Reply, Review
from northstar.sources.payload import YEARS, clean, json_object, page_of, reviews_in, stars
from northstar.sources.signing import secret_fields, signed_token

NAME = "google_play"
HOSTS = ("androidpublisher.googleapis.com", "oauth2.googleapis.com")
CAPABILITIES = Capabilities(
    stars=True,
    time_of_day=True,
    complete_list=False,
    edits=True,
    replies=True,
    needs_key=True,
    window=timedelta(days=7),
)

PER_PAGE = 100
TOKEN_ADDRESS = f"https://{HOSTS[1]}/token"
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_LIFE = timedelta(minutes=10)
KEY_HOLDS = "the JSON key file of a service account (type, client_email, private_key)"

_KEYS = {"reviews", "tokenPagination", "pageInfo"}
_REVIEW_KEYS = {"reviewId", "authorName", "comments"}
_COMMENT_KEYS = {"userComment", "developerComment"}
_USER_KEYS = {
    "text", "lastModified", "starRating", "reviewerLanguage", "device", "androidOsVersion",
    "appVersionCode", "appVersionName", "thumbsUpCount", "thumbsDownCount", "deviceMetadata",
    "originalText",
}  # fmt: skip
_DEVELOPER_KEYS = {"text", "lastModified"}
_ID_SHAPE = re.compile(r"[\w:.=-]{1,200}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{2,8})*", re.ASCII)
_SECONDS = re.compile(r"[1-9][0-9]{0,10}", re.ASCII)
_TOKEN = re.compile(r"[!-~]{1,4000}")


def request(target: SourceTarget, following: str | None = None) -> Call:
    """Return the call for the first page, or for the one that a page's token names.

    `target.app` is the app's package name. No translation is asked for.
    """
    asked = {"maxResults": str(PER_PAGE)} | ({"token": following} if following else {})
    place = f"/androidpublisher/v3/applications/{quote(target.app, safe='')}/reviews"
    return Call(f"https://{HOSTS[0]}{place}?{urlencode(asked)}", method="GET")


def authorize(key: str, send: Fetch, now: datetime) -> Mapping[str, str]:
    """Return the header with an access token, which Google gives for a signed assertion (RFC 7523).

    The assertion goes to Google's own address, whatever `token_uri` the key names.

    Raises:
        Invalid: the key is not what KEY_HOLDS says.
        Broken: the answer holds no token.
    """
    fields = secret_fields(key, ("client_email", "private_key"), KEY_HOLDS)
    if fields.get("type") != "service_account":
        raise Invalid(f"The key's type is not 'service_account'; it must hold {KEY_HOLDS}.", "key")
    claims = {
        "iss": fields["client_email"],
        "scope": SCOPE,
        "aud": TOKEN_ADDRESS,
        "iat": int(now.timestamp()),
        "exp": int((now + ASSERTION_LIFE).timestamp()),
    }
    key_id = fields.get("private_key_id")
    assertion = signed_token(
        claims,
        fields["private_key"],
        "RS256",
        key_id if isinstance(key_id, str) else None,
        KEY_HOLDS,
    )
    body = urlencode({"grant_type": GRANT, "assertion": assertion}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = json_object(send(Call(TOKEN_ADDRESS, kind, body)).body)
    token = answer.get("access_token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        said = _said(answer.get("error_description") or answer.get("error"))
        raise Broken(f"Google gave no access token, but an answer: {said}.")
    return {"Authorization": f"Bearer {token}"}


def parse(payload: bytes, url: str | None = None, target: SourceTarget | None = None) -> Page:
    """Return what a page of the list holds; never raises for its content.

    `created` is `lastModified`, the only date there is: when the review was written or last
    changed, to the second, in UTC. Title and body are what stands before and after the tab in
    the text; of a translated review, the text as it was written. `language` is
    `reviewerLanguage`, which is the language of the reviewer's device. Thumbs are not stars. The
    API gives no permalinks. Only `{}` is *empty*: that is how it says that no review is in its
    window. A full page that names no following one is *partial*, since the API is known to leave
    the token out. `url` and `target` add nothing here.
    """
    del url, target
    try:
        return _page(json_object(payload))
    except Broken as problem:
        return Page("broken", reason=str(problem))


def _page(data: dict[str, Any]) -> Page:
    if not data:
        return Page("empty")
    if "error" in data:
        raise Broken(f"The store answers with an error: {_said(data['error'])}.")
    items = data.get("reviews")
    if not isinstance(items, list) or not items:
        raise Broken("reviews not found, and the answer is not the empty one, {}.")
    if len(items) > PER_PAGE:
        raise Broken(f"The page has {len(items)} reviews; the store gives at most {PER_PAGE}.")
    faults = [f"unknown field {clean(key)[:80]}" for key in data.keys() - _KEYS]
    following = _next(data, len(items), faults)
    reviews = reviews_in(items, _REVIEW_KEYS, lambda item: _review(item, faults), faults)
    if len(reviews) > 2 and not any(review.author for review in reviews):
        faults.append("no review has authorName")
    return page_of(reviews, following, None, faults)


def _next(data: dict[str, Any], shown: int, faults: list[str]) -> str | None:
    pagination = data.get("tokenPagination")
    if pagination is None:
        if shown == PER_PAGE:
            faults.append("the page is full and has no tokenPagination; the list may go on")
        return None
    if not isinstance(pagination, dict) or not pagination:
        faults.append("tokenPagination not understood")
        return None
    unknown = pagination.keys() - {"nextPageToken", "previousPageToken"}
    faults.extend(f"unknown field tokenPagination.{clean(key)[:80]}" for key in unknown)
    token = pagination.get("nextPageToken")
    if isinstance(token, str) and _TOKEN.fullmatch(token):
        return token
    if token is not None:
        faults.append("tokenPagination.nextPageToken not understood")
    return None


# ------------------------------------------------------------------ one review


def _review(item: dict[str, Any], faults: list[str]) -> Review:
    number = item.get("reviewId")
    if not isinstance(number, str) or not _ID_SHAPE.fullmatch(number):
        raise Broken("reviewId not found or not understood")
    user, developer = _comments(item.get("comments"))
    for part, known, name in (
        (user, _USER_KEYS, "userComment"),
        (developer or {}, _DEVELOPER_KEYS, "developerComment"),
    ):
        faults.extend(f"unknown field {name}.{clean(key)[:80]}" for key in part.keys() - known)
    title, text = _title_and_text(user)
    return Review(
        source=NAME,
        id=number,
        rating=stars(user, "starRating"),
        title=title,
        text=text,
        author=_text(item, "authorName"),
        language=_language(user, faults),
        created=_second(user, "userComment"),
        reply=_reply(developer) if developer is not None else None,
        version=_text(user, "appVersionName"),
    )


def _comments(comments: Any) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return what the reviewer wrote, and what the developer did."""
    found: dict[str, dict[str, Any]] = {}
    for comment in comments if isinstance(comments, list) else []:
        key, value = next(iter(comment.items())) if _is_single(comment) else ("?", None)
        if key not in _COMMENT_KEYS or key in found or not isinstance(value, dict):
            raise Broken(f"comments.{clean(key)[:80]} not understood")
        found[key] = value
    if "userComment" not in found:
        raise Broken("comments.userComment not found")
    return found["userComment"], found.get("developerComment")


def _is_single(comment: Any) -> bool:
    return isinstance(comment, dict) and len(comment) == 1


def _title_and_text(user: dict[str, Any]) -> tuple[str | None, str | None]:
    written = user.get("originalText") or user.get("text")
    if not isinstance(written, str) or not isinstance(user.get("text"), str):
        raise Broken("userComment.text not found")
    before, tab, after = written.partition("\t")
    title, text = (before, after) if tab else ("", before)
    if not clean(written):
        raise Broken("userComment.text is blank")
    return clean(title) or None, clean(text) or None


def _reply(developer: dict[str, Any]) -> Reply:
    text = _text(developer, "text")
    if text is None:
        raise Broken("developerComment.text not found")
    return Reply(text, created=_second(developer, "developerComment"))


def _second(comment: dict[str, Any], name: str) -> str:
    """Return `lastModified` in UTC. The documentation's own example has one of 1974."""
    stamp = comment.get("lastModified")
    seconds = str(stamp.get("seconds")) if isinstance(stamp, dict) else ""
    if not _SECONDS.fullmatch(seconds):
        raise Broken(f"{name}.lastModified.seconds not found or not understood")
    moment = datetime.fromtimestamp(int(seconds), UTC)
    if moment.year not in range(1970, YEARS.stop):
        raise Broken(f"{name}.lastModified is of the year {moment.year}")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _language(user: dict[str, Any], faults: list[str]) -> str | None:
    language = _text(user, "reviewerLanguage")
    if language is None or _LANGUAGE.fullmatch(language):
        return language
    faults.append(f"userComment.reviewerLanguage is {language[:20]!r}")
    return None


def _text(part: dict[str, Any], key: str) -> str | None:
    """Return a text that may be missing."""
    value = part.get(key)
    if value is not None and not isinstance(value, str):
        raise Broken(f"{key} is not a text")
    return clean(value or "") or None


def _said(error: Any) -> str:
    said = error.get("message") if isinstance(error, dict) else error
    return clean(said)[:200] if isinstance(said, str) else "without words"
