"""Reads the reviews of an app on the Atlassian Marketplace, over API v3 (with a key) or v2.

Version 2 is public and announced to end; version 3 takes an Atlassian account's e-mail and token.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Capabilities, Fetch
from northstar.domain.errors import Broken, Invalid
from northstar.domain.reviews import Page, Published, Reply, Review
from northstar.sources.payload import (
    clean,
    dated,
    field,
    json_object,
    number,
    page_of,
    part,
    reviews_in,
    stars,
    whole,
    words,
)

NAME = "atlassian"
HOSTS = ("marketplace.atlassian.com", "api.atlassian.com")
CAPABILITIES = Capabilities(
    stars=True,
    time_of_day=True,
    complete_list=True,
    edits=True,
    replies=True,
    needs_key=False,
)

PER_PAGE = 50

_STORE = f"https://{HOSTS[0]}"
_V3 = f"https://{HOSTS[1]}/marketplace/rest/3/products"
_V2_KEYS = {
    "_links", "_embedded", "review", "stars", "date", "totalVotes", "helpfulVotes", "hosting",
}  # fmt: skip
_V3_LIST_KEYS = {"productId", "reviews", "cursor", "count", "averageStars"}
_V3_KEYS = {
    "id", "content", "responseContent", "stars", "date", "totalVotes", "helpfulVotes",
    "productHosting", "isFlagged", "authorName", "transitionedToFiveStarRating",
}  # fmt: skip
_V2_LIST = re.compile(r"/rest/2/addons/[^/?#]{1,200}/reviews")
_V2_ID = re.compile(r"/reviews/([\w-]{1,64})/?(?:\?|$)", re.ASCII)
_VISIBLE = re.compile(r"[!-~]{1,4000}")
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


def request(target: SourceTarget, following: str | None = None) -> Call:
    """Return the call for an app, newest first.

    With `target.key`, version 3 is asked, and the app is the product's id (a UUID); without it,
    version 2, and the app is its key (such as com.example.app). `following` is version 3's cursor
    or version 2's address. Sources: developer.atlassian.com/platform/marketplace/rest/v4
    (which documents version 3) and .../rest/v2, group "Reviews".
    """
    app = quote(target.app, safe="")
    if target.key:
        cursor = f"&cursor={quote(following, safe='')}" if following else ""
        url = f"{_V3}/{app}/reviews?sort=recent&limit={PER_PAGE}{cursor}"
    else:
        url = following or f"{_STORE}/rest/2/addons/{app}/reviews?sort=recent&limit={PER_PAGE}"
    return Call(url, headers={"Accept": "application/json"}, method="GET")


def authorize(key: str, send: Fetch, now: datetime) -> Mapping[str, str]:  # noqa: ARG001
    """Return the header of HTTP basic authentication. The key is {"email": ..., "token": ...}.

    Raises:
        Invalid: the key is something else.
    """
    try:
        found = json_object(key.encode())
        email, token = found.get("email"), found.get("token")
    except Broken:
        email = token = None
    if not (isinstance(email, str) and isinstance(token, str) and email and token):
        example = '{"email": "me@example.com", "token": "..."}'
        raise Invalid(f"the key of {NAME} must be JSON like {example}.", "key")
    return {"Authorization": f"Basic {b64encode(f'{email}:{token}'.encode()).decode()}"}


def parse(payload: bytes, url: str | None = None, target: SourceTarget | None = None) -> Page:
    """Return what a page of either version holds; never raises for its content.

    `created` is the store's date of the review, a day or a time with its zone. Atlassian gives
    stars of 1 to 5; reviews from the years of four stars keep what they show. The vendor's answer
    has no date in version 3. Version 3 has no permalinks.
    """
    try:
        return _page(json_object(payload), url or "", target)
    except Broken as problem:
        return Page("broken", reason=str(problem))


def _page(data: dict[str, Any], url: str, target: SourceTarget | None) -> Page:
    if "reviews" in data:
        return _v3_page(data, url, target)
    if "_embedded" in data:
        return _v2_page(data, url)
    raise Broken(f"This is no list of reviews (reviews not found){_said(data)}.")


def _said(data: dict[str, Any]) -> str:
    """Return the store's own words on what is wrong."""
    errors = data.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else data
    said = first.get("message") if isinstance(first, dict) else first
    return f": {clean(said)[:100]}" if isinstance(said, str) else ""


def _published(data: dict[str, Any], faults: list[str]) -> Published:
    """Return the store's totals. Raises Broken without a count."""
    count, average = whole(data.get("count")), number(data.get("averageStars"), 5)
    if count is None:
        raise Broken("count not found or not understood.")
    if count and average is None:
        faults.append("averageStars not found or not 0 to 5")
    return Published(count=count, average=average if count else None)


def _empty(published: Published, following: str | None, faults: list[str]) -> Page:
    if published.count or following or faults:
        raise Broken(f"No reviews, although {published.count} are published.")
    return Page("empty", published=published)


def _list(data: dict[str, Any]) -> list[Any]:
    items = field(data, "reviews")
    if not isinstance(items, list):
        raise Broken("reviews is not a list.")
    return items


def _created(item: dict[str, Any]) -> str:
    date = dated(field(item, "date"))
    if date is None:
        raise Broken(f"date is {str(item['date'])[:40]!r}, not an ISO 8601 day or time")
    return date


# ------------------------------------------------------------------ version 3


def _v3_page(data: dict[str, Any], url: str, target: SourceTarget | None) -> Page:
    items = _list(data)
    product = words(data, "productId")
    if target and target.key and product != target.app:
        raise Broken(f"The list is about the product {str(product)[:80]}, not {target.app}.")
    faults = [f"unknown field {key[:80]!r}" for key in sorted(data.keys() - _V3_LIST_KEYS)]
    published = _published(data, faults)
    following = data.get("cursor") or None
    if following and not (isinstance(following, str) and _VISIBLE.fullmatch(following)):
        faults.append("cursor not understood")
        following = None
    if not items:
        return _empty(published, following, faults)
    is_first = "cursor" not in _query(url)
    if is_first and following is None and len(items) < (published.count or 0):
        faults.append(f"cursor not found although the page holds {len(items)} of {published.count}")
    reviews = reviews_in(items, _V3_KEYS, _v3_review, faults)
    return page_of(reviews, following, published, faults)


def _v3_review(item: dict[str, Any]) -> Review:
    told = field(item, "id")
    number = whole(told, 2**63)
    review_id = told if number is None else str(number)
    if not isinstance(review_id, str) or not _ID.fullmatch(review_id):
        raise Broken("id not understood")
    answer = words(item, "responseContent") if "responseContent" in item else None
    return Review(
        source=NAME,
        id=review_id,
        rating=stars(item, "stars"),
        text=words(item, "content"),
        author=words(item, "authorName") if "authorName" in item else None,
        created=_created(item),
        reply=Reply(text=answer) if answer else None,
    )


# ------------------------------------------------------------------ version 2


def _v2_page(data: dict[str, Any], url: str) -> Page:
    items = _list(part(data, "_embedded"))
    links = part(data, "_links")
    faults: list[str] = []
    published = _published(data, faults)
    following = _v2_following(links, faults)
    if not items:
        return _empty(published, following, faults)
    seen = _offset(url) or _offset(_href(links, "self"))
    if following is None and not faults and seen + len(items) < (published.count or 0):
        faults.append(f"_links.next not found after {seen + len(items)} of {published.count}")
    reviews = reviews_in(items, _V2_KEYS, lambda item: _v2_review(item, faults), faults)
    return page_of(reviews, following, published, faults)


def _v2_review(item: dict[str, Any], faults: list[str]) -> Review:
    links, embedded, rating = part(item, "_links"), part(item, "_embedded"), stars(item, "stars")
    found = _V2_ID.search(_href(links, "self"))
    if not found:
        raise Broken("its id (the end of _links.self.href) not found")
    permalink = _own(_href(links, "alternate"))
    if permalink is None:
        faults.append(f"review {found[1]}: permalink (_links.alternate.href) not found")
    unknown = sorted(embedded.keys() - {"author", "response"})
    faults.extend(
        f"review {found[1]}: unknown field _embedded.{clean(key)[:60]}" for key in unknown
    )
    return Review(
        source=NAME,
        id=found[1],
        rating=rating,
        text=words(item, "review"),
        author=words(part(embedded, "author"), "name") if "author" in embedded else None,
        created=_created(item),
        reply=_v2_reply(embedded),
        url=permalink,
    )


def _v2_reply(embedded: dict[str, Any]) -> Reply | None:
    if embedded.get("response") is None:
        return None
    response = part(embedded, "response")
    text = words(response, "text")
    if text is None:
        raise Broken("_embedded.response.text is empty")
    return Reply(text=text, created=dated(response.get("date")))


def _v2_following(links: dict[str, Any], faults: list[str]) -> str | None:
    """Return the next page's address, which must be one of the same list."""
    if "next" not in links:
        return None
    link = _own(_href(links, "next"))
    if link is None or not _V2_LIST.fullmatch(urlsplit(link).path):
        faults.append("_links.next is not an address of this list")
        return None
    return link


def _href(links: dict[str, Any], rel: str) -> str:
    """Return a link's address; where several formats are given, that of the first."""
    link = links.get(rel)
    link = link[0] if isinstance(link, list) and link else link
    href = link.get("href") if isinstance(link, dict) else None
    return href if isinstance(href, str) else ""


def _own(href: str) -> str | None:
    """Return a link as a whole address; None where it leads nowhere or out of the store."""
    try:
        link = urljoin(_STORE, href)
    except ValueError:
        return None
    return link if link.startswith(f"{_STORE}/") and _VISIBLE.fullmatch(link) else None


def _offset(url: str) -> int:
    offset = _query(url).get("offset", ["0"])[0]
    return int(offset) if re.fullmatch(r"\d{1,9}", offset, re.ASCII) else 0


def _query(url: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(url).query)
    except ValueError:
        return {}
