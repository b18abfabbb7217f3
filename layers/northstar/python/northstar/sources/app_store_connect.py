"""Reads the reviews of our own apps from Apple's App Store Connect API, with a key of ours.

The format is the documented one: developer.apple.com/documentation/appstoreconnectapi, "List all
customer reviews for an app" and "Generating tokens for API requests".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, parse_qs, quote, urlencode, urlsplit

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Capabilities, Fetch
from northstar.domain.errors import Broken
from northstar.domain.reviews import Page, Published, Reply, Review
from northstar.sources.payload import (
    clean,
    dated,
    json_object,
    listed,
    page_of,
    part,
    reviews_in,
    stars,
    whole,
    words,
)
from northstar.sources.signing import secret_fields, signed_token

NAME = "app_store_connect"
HOSTS = ("api.appstoreconnect.apple.com",)
CAPABILITIES = Capabilities(
    stars=True,
    time_of_day=True,
    complete_list=True,
    edits=True,
    replies=True,
    needs_key=True,
)

PER_PAGE = 200
TOKEN_LIFE = timedelta(minutes=19)
"""Apple refuses most tokens that live longer than 20 minutes; one is for clocks that differ."""
KEY_HOLDS = (
    'a JSON object with "issuer_id" (left out for an individual key), "key_id" and "private_key" '
    "(the text of the .p8 file)"
)

_KEYS = {"data", "included", "links", "meta"}
_LINKS = {"self", "first", "next"}
_PAGING = {"total", "limit", "nextCursor"}
_REVIEW_KEYS = {"type", "id", "attributes", "relationships", "links"}
_ATTRIBUTES = {"rating", "title", "body", "reviewerNickname", "createdDate", "territory"}
_RESPONSE_ATTRIBUTES = {"responseBody", "lastModifiedDate", "state"}
_LIST = re.compile(r"/v1/(apps|appStoreVersions)/([\w.-]{1,100})/customerReviews", re.ASCII)
_VISIBLE = re.compile(r"[!-~]{1,4000}")
_ID_SHAPE = re.compile(r"[\w-]{1,100}", re.ASCII)


def request(target: SourceTarget, following: str | None = None) -> Call:
    """Return the call for the first page, newest reviews first, or for the following one.

    `target.app` is the app's Apple id, a number.
    """
    asked = urlencode({"include": "response", "limit": PER_PAGE, "sort": "-createdDate"})
    first = f"https://{HOSTS[0]}/v1/apps/{quote(target.app, safe='')}/customerReviews?{asked}"
    return Call(following or first, method="GET")


def authorize(key: str, send: Fetch, now: datetime) -> Mapping[str, str]:  # noqa: ARG001
    """Return the header with a token (ES256) that is signed here; nothing is asked for it.

    A team's key has an issuer; an individual key has none, and its token says `sub: user`.

    Raises:
        Invalid: the key is not what KEY_HOLDS says.
    """
    fields = secret_fields(key, ("key_id", "private_key"), KEY_HOLDS)
    whose = {"iss": fields["issuer_id"]} if fields.get("issuer_id") else {"sub": "user"}
    claims = whose | {
        "iat": int(now.timestamp()),
        "exp": int((now + TOKEN_LIFE).timestamp()),
        "aud": "appstoreconnect-v1",
    }
    token = signed_token(claims, fields["private_key"], "ES256", fields["key_id"], KEY_HOLDS)
    return {"Authorization": f"Bearer {token}"}


def parse(payload: bytes, url: str | None = None, target: SourceTarget | None = None) -> Page:
    """Return what a page of the list holds; never raises for its content.

    `created` has the zone that Apple gives; an edit shows only in the text, for it has no date.
    `country` is the territory's three letters. The store tells neither version nor language, and
    there are no permalinks. A response that is PENDING_PUBLISH is not public yet, so it is no
    reply. A page without reviews is *empty* when the store's own total is 0, or at the end of a
    list, on a later page that names no following one.
    """
    try:
        return _page(json_object(payload), url, target)
    except Broken as problem:
        return Page("broken", reason=str(problem))


def _page(data: dict[str, Any], url: str | None, target: SourceTarget | None) -> Page:
    if "errors" in data:
        raise Broken(f"The store answers with an error: {_said(data['errors'])}.")
    items = data.get("data")
    if not isinstance(items, list):
        raise Broken("data, the list of reviews, not found.")
    if len(items) > PER_PAGE:
        raise Broken(f"The page has {len(items)} reviews; the store gives at most {PER_PAGE}.")
    faults = [f"unknown field {key}" for key in _unknown(data, _KEYS)]
    links = _frame(data, "links", _LINKS, faults)
    own = _own(links, target, faults)
    following = _next(links, own, faults)
    paging = _frame(_frame(data, "meta", {"paging"}, faults), "paging", _PAGING, faults)
    total, limit = whole(paging.get("total")), whole(paging.get("limit"))
    if total is None or limit is None:
        faults.append("meta.paging.total and limit not found")
    later = "cursor" in parse_qs((_split(url) if url else own).query)
    if not items:
        return _without_reviews(total, following, faults, later=later)
    if following is None and (paging.get("nextCursor") or _goes_on(items, total, limit, later)):
        faults.append(f"links.next not found although the list of {total} goes on")
    if total is not None and total < len(items):
        faults.append(f"the published total {total} is below the reviews shown")
    reviews = _reviews(items, data.get("included", []), faults)
    return page_of(reviews, following, Published(total), faults)


def _without_reviews(
    total: int | None, following: str | None, faults: list[str], *, later: bool
) -> Page:
    if faults or total is None:
        raise Broken(f"No reviews, and no proof that there are none: {listed(faults)}.")
    if following or (total > 0 and not later):
        raise Broken(f"data is empty although {total} reviews are published.")
    return Page("empty", published=Published(total))


def _goes_on(items: list[Any], total: int | None, limit: int | None, later: bool) -> bool:
    """Return whether a page is full, and is not the one that the total ends with."""
    if not total or not limit or len(items) < limit:
        return False
    return total % limit != 0 if later else total > len(items)


# ------------------------------------------------------------------ reviews and replies


def _reviews(items: list[Any], included: Any, faults: list[str]) -> tuple[Review, ...]:
    replies = _included(included, faults)
    for attributes, known in (
        *((_inside(item, "attributes"), _ATTRIBUTES) for item in items),
        *((attributes, _RESPONSE_ATTRIBUTES) for attributes in replies.values()),
    ):
        faults.extend(f"unknown field attributes.{key}" for key in _unknown(attributes, known))
    unclaimed = replies.keys() - {_reply_id(item) for item in items}
    if unclaimed:
        faults.append(f"{len(unclaimed)} of the included responses belong to no review")
    return reviews_in(items, _REVIEW_KEYS, lambda item: _review(item, replies), faults)


def _review(item: dict[str, Any], replies: dict[str, Any]) -> Review:
    number = item.get("id")
    if item.get("type") != "customerReviews":
        raise Broken("type is not 'customerReviews'")
    if not isinstance(number, str) or not _ID_SHAPE.fullmatch(number):
        raise Broken("id not found or not understood")
    attributes = part(item, "attributes")
    created = dated(attributes.get("createdDate"))
    if created is None:
        raise Broken("createdDate is not a time like 2024-01-02T11:19:36-07:00")
    return Review(
        source=NAME,
        id=number,
        rating=stars(attributes, "rating"),
        title=words(attributes, "title"),
        text=words(attributes, "body"),
        author=words(attributes, "reviewerNickname"),
        country=words(attributes, "territory"),
        created=created,
        reply=_reply(_reply_id(item), replies),
    )


def _included(included: Any, faults: list[str]) -> dict[str, Any]:
    """Return the developer's responses by their ids."""
    if not isinstance(included, list):
        faults.append("included is not a list")
        return {}
    responses = [item for item in included if _inside(item, "type") == "customerReviewResponses"]
    if len(responses) < len(included):
        faults.append("included holds something else than customerReviewResponses")
    return {str(item.get("id")): item.get("attributes") for item in responses}


def _reply_id(item: Any) -> str | None:
    relation = _inside(item, "relationships", "response", "data")
    return None if relation is None else str(_inside(relation, "id"))


def _reply(number: str | None, replies: dict[str, Any]) -> Reply | None:
    if number is None:
        return None
    attributes = replies.get(number)
    if not isinstance(attributes, dict):
        raise Broken("its response is not found among included, or has no attributes")
    text = words(attributes, "responseBody")
    created = dated(attributes.get("lastModifiedDate"))
    state = attributes.get("state")
    if text is None or created is None or state not in ("PUBLISHED", "PENDING_PUBLISH"):
        raise Broken("its response is not understood (responseBody, lastModifiedDate, state)")
    return Reply(text, id=number, created=created) if state == "PUBLISHED" else None


# ------------------------------------------------------------------ the page around the reviews


def _own(links: dict[str, Any], target: SourceTarget | None, faults: list[str]) -> SplitResult:
    """Return the page's own address. Raises Broken where it is about another app."""
    own = _split(links.get("self"))
    place = _LIST.fullmatch(own.path)
    if not place:
        faults.append("links.self is not the address of a list of reviews")
    elif target and place[1] == "apps" and place[2] != target.app:
        raise Broken(f"The page is about the app {place[2]}, not {target.app}.")
    return own


def _next(links: dict[str, Any], own: SplitResult, faults: list[str]) -> str | None:
    """Return the following page's address; one that leads elsewhere is a fault, not followed."""
    link = links.get("next")
    if link is None:
        return None
    place = _split(link)
    here = (place.scheme, place.netloc, place.path) == ("https", HOSTS[0], own.path)
    if here and place.query and _LIST.fullmatch(place.path) and _VISIBLE.fullmatch(link):
        return str(link)
    faults.append("links.next does not lead to a page of the same list")
    return None


def _frame(around: dict[str, Any], key: str, known: set[str], faults: list[str]) -> dict[str, Any]:
    found = around.get(key)
    if not isinstance(found, dict):
        faults.append(f"{key} not found")
        return {}
    faults.extend(f"unknown field {key}.{name}" for name in _unknown(found, known))
    return found


def _said(errors: Any) -> str:
    """Return what the first error says (Apple's "Parsing the error response code")."""
    first = errors[0] if isinstance(errors, list) and errors else {}
    said = _inside(first, "detail") or _inside(first, "title") or _inside(first, "code")
    return clean(said)[:200] if isinstance(said, str) else "without words"


def _unknown(value: Any, known: set[str]) -> list[str]:
    keys = value if isinstance(value, dict) else ()
    return [clean(key)[:80] for key in keys if key not in known]


def _split(link: Any) -> SplitResult:
    try:
        return urlsplit(link if isinstance(link, str) else "")
    except ValueError:
        return urlsplit("")


def _inside(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
