"""Reads Mozilla's public list of the ratings of a Firefox add-on (API v5 of addons.mozilla.org).

The list shows the newest rating of each person; an edit shows in its content only, without a date.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlsplit

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Capabilities
from northstar.domain.errors import Broken
from northstar.domain.reviews import Page, Published, Reply, Review
from northstar.sources.payload import (
    clean,
    dated,
    field,
    json_object,
    page_of,
    part,
    reviews_in,
    stars,
    whole,
    words,
)

NAME = "firefox"
HOSTS = ("addons.mozilla.org",)
CAPABILITIES = Capabilities(
    stars=True,
    time_of_day=True,
    complete_list=True,
    edits=True,
    replies=True,
    needs_key=False,
)

_PATH = "/api/v5/ratings/rating/"
_TOTALS = "show_grouped_ratings"
_LIST_KEYS = {
    "count", "next", "previous", "page_size", "page_count", "results", "grouped_ratings",
}  # fmt: skip
_RATING_KEYS = {
    "id", "addon", "body", "created", "flags", "is_deleted", "is_developer_reply", "is_latest",
    "previous_count", "user", "score", "reply", "version", "title",
}  # fmt: skip
_SLUG = re.compile(r"[^\s/?#<>\"\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,200}")


def request(target: SourceTarget, following: str | None = None) -> Call:
    """Return the call for an add-on (its slug, number or guid), newest first.

    `following` is the next page's address as the list gives it. Source:
    mozilla.github.io/addons-server/topics/api/ratings.html.
    """
    query = f"addon={quote(target.app, safe='')}&page_size=50&{_TOTALS}=true"
    return Call(following or f"https://{HOSTS[0]}{_PATH}?{query}", method="GET")


def parse(payload: bytes, url: str | None = None, target: SourceTarget | None = None) -> Page:
    """Return what a page of the list holds; never raises for its content.

    Ratings without words are part of the list. `created` is a time in UTC.
    """
    try:
        return _page(json_object(payload), url or "", target)
    except Broken as problem:
        return Page("broken", reason=str(problem))


def _page(data: dict[str, Any], url: str, target: SourceTarget | None) -> Page:
    items, count = data.get("results"), whole(data.get("count"))
    if not isinstance(items, list) or count is None:
        said = f": {clean(data['detail'])[:100]}" if isinstance(data.get("detail"), str) else ""
        raise Broken(f"This is no list of ratings (results and count not found){said}.")
    faults = [f"unknown field {key[:80]!r}" for key in sorted(data.keys() - _LIST_KEYS)]
    following = _following(data, faults)
    published = Published(count=count, histogram=_histogram(data, url, faults))
    if not items:
        return _without_ratings(published, following, faults)
    alone = following is None and field(data, "previous") is None
    if len(items) > count or (alone and len(items) < count):
        faults.append(f"the page holds {len(items)} ratings of {count}")
    reviews = reviews_in(items, _RATING_KEYS, lambda item: _review(item, target), faults)
    return page_of(reviews, following, published, faults)


def _without_ratings(published: Published, following: str | None, faults: list[str]) -> Page:
    if published.count or any((published.histogram or {}).values()) or following or faults:
        raise Broken(f"No ratings, although {published.count} are published.")
    return Page("empty", published=published)


def _following(data: dict[str, Any], faults: list[str]) -> str | None:
    """Return the next page's address, which must be the list's own."""
    link = data.get("next", "")
    if link is None:
        return None
    try:
        parts = urlsplit(link if isinstance(link, str) else "")
    except ValueError:
        parts = urlsplit("")
    if (parts.scheme, parts.netloc, parts.path) != ("https", HOSTS[0], _PATH):
        faults.append("next not found or not an address of this list")
        return None
    return str(link)


def _histogram(data: dict[str, Any], url: str, faults: list[str]) -> dict[str, int] | None:
    """Return the counts of 5 to 1 stars, where they were asked for."""
    grouped = data.get("grouped_ratings")
    links = (url, data.get("next"), data.get("previous"))
    if grouped is None and not any(isinstance(link, str) and _TOTALS in link for link in links):
        return None
    counts = (
        {star: whole(grouped.get(star)) for star in "54321"} if isinstance(grouped, dict) else {}
    )
    found = {star: count for star, count in counts.items() if count is not None}
    if len(found) != 5:
        faults.append("grouped_ratings not found or not understood")
        return None
    return found


# ------------------------------------------------------------------ one rating


def _review(item: dict[str, Any], target: SourceTarget | None) -> Review:
    number = whole(field(item, "id"), 2**63)
    if number is None:
        raise Broken("id is not a number")
    for key, expected in (
        ("is_latest", True),
        ("is_deleted", False),
        ("is_developer_reply", False),
    ):
        if field(item, key) is not expected:
            raise Broken(f"{key} is {str(item[key])[:20]!r}: not a rating that is shown now")
    version = field(item, "version")
    return Review(
        source=NAME,
        id=str(number),
        rating=stars(item, "score"),
        text=words(item, "body"),
        author=words(part(item, "user"), "name"),
        created=_time(item),
        reply=_reply(item),
        version=words(part(item, "version"), "version") if version is not None else None,
        url=f"https://{HOSTS[0]}/firefox/addon/{_slug(item, target)}/reviews/{number}/",
    )


def _slug(item: dict[str, Any], target: SourceTarget | None) -> str:
    addon = part(item, "addon")
    slug = addon.get("slug")
    if not (isinstance(slug, str) and _SLUG.fullmatch(slug)):
        raise Broken("addon.slug not found or not understood")
    app = target.app.casefold() if target else slug.casefold()
    is_guid = "@" in app or app.startswith("{")
    if not is_guid and app not in {slug.casefold(), str(addon.get("id"))}:
        raise Broken(f"it is about the add-on {slug}")
    return quote(slug, safe="")


def _reply(item: dict[str, Any]) -> Reply | None:
    if field(item, "reply") is None:
        return None
    reply = part(item, "reply")
    number, text = whole(reply.get("id"), 2**63), words(reply, "body")
    if number is None or text is None:
        raise Broken("reply not understood (its id and body)")
    author = words(part(reply, "user"), "name")
    return Reply(text=text, id=str(number), author=author, created=_time(reply))


def _time(item: dict[str, Any]) -> str:
    time = dated(field(item, "created"))
    if time is None:
        raise Broken(f"created is {str(item['created'])[:40]!r}, not a time with its zone")
    return time
