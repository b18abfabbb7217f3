"""Reads Apple's public feed of customer reviews, JSON and XML, as recorded from 2018 to 2025.

The feed holds the newest 500 reviews of one store front and never the developer's replies. Its
host's robots.txt disallows it, so it stays off unless an operator decides otherwise.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, ParseError

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Capabilities
from northstar.domain.errors import Broken
from northstar.domain.reviews import Page, Review
from northstar.sources.feeds import root_of
from northstar.sources.payload import (
    check_markup,
    clean,
    dated,
    decoded,
    first,
    json_object,
    listed,
)

NAME = "apple_rss"
HOSTS = ("itunes.apple.com",)
CAPABILITIES = Capabilities(
    stars=True,
    time_of_day=True,
    complete_list=False,
    edits=True,
    replies=False,
    needs_key=False,
    empty_pages_at_end=3,
)

MOST_PAGES = 10

_FEED_KEYS = {"author", "entry", "updated", "rights", "title", "icon", "link", "id"}
_PROOF_KEYS = ("author", "updated", "title", "link", "id")
_ENTRY_KEYS = {
    "author", "updated", "im:rating", "im:version", "id", "title", "content", "link",
    "im:voteSum", "im:contentType", "im:voteCount",
}  # fmt: skip
_ENTRIES_CARRY_DATES_SINCE = "2021-11"
_ATOM = "{http://www.w3.org/2005/Atom}"
_IM = "{http://itunes.apple.com/rss}"
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,10};)")
_COUNTRY = re.compile(r"apple\.com/([a-z]{2})/|[?&]cc=([a-z]{2})(?:&|$)", re.ASCII)
_APP = re.compile(r"/id=(-?\d{1,20})(?:[/?]|$)", re.ASCII)
_PAGE = re.compile(r"/page=(\d{1,3})(?:[/?]|$)", re.ASCII)
_FORMAT = re.compile(r"/(json|xml)(?:\?|$)", re.ASCII)
_APPLES_OWN = re.compile(r"https?://(?:[\w-]+\.)*apple\.com(?:[/?#]\S*)?", re.ASCII)
_ID_SHAPE = re.compile(r"[\w-]{1,64}", re.ASCII)


def request(target: SourceTarget, following: str | None = None) -> Call:
    """Return the call for the newest page of an app's feed, or for a later one.

    A target without a country means the store front of the US.
    """
    start = _address((target.country or "us").lower(), quote(target.app, safe=""), 1, "json")
    return Call(following or start, method="GET")


def parse(payload: bytes, url: str | None = None, target: SourceTarget | None = None) -> Page:
    """Return what a page of the feed holds; never raises for its content.

    `created` is the entry's `updated`, the only date there is, in the zone the feed gives; feeds
    before November 2021 have none. `country` is the store front's code where the feed names it.
    A feed without entries is *empty* only when it is whole and all its page links are blank, as
    in every recorded empty page. An unknown app looks exactly like that; see docs/sources.md. An
    empty page may stand before full ones, so it too has a `next` where `url` tells its number.
    """
    try:
        faults: list[str] = []
        feed = _feed(payload, faults)
        return _page(feed, faults, url, target)
    except Broken as problem:
        return Page("broken", reason=str(problem))


def _page(
    feed: dict[str, Any], faults: list[str], url: str | None, target: SourceTarget | None
) -> Page:
    links = _links(feed)
    own = _label(feed.get("id")) or links.get("self", "")
    app = first(_APP, own)
    if target and app and app != target.app:
        raise Broken(f"The feed is about the app {app}, not {target.app}.")
    entries = feed.get("entry", [])
    entries = entries if isinstance(entries, list) else [entries]
    if _label(_inside(feed, "author", "name")) != "iTunes Store":
        faults.append("feed.author.name is not 'iTunes Store'")
    unknown = sorted(feed.keys() - _FEED_KEYS)
    if unknown:
        faults.append(f"unknown field feed.{clean(unknown[0])[:80]}")
    if all(map(_is_the_app, entries)):
        return _without_entries(feed, links, faults, url or "")
    if "id" in feed and not links.keys() >= {"self", "last"}:
        faults.append("feed.link not understood")
    front = target.country.lower() if target and target.country else None
    country = front or _country(url or "") or _country(own)
    reviews = _reviews(feed, entries, country, faults)
    reason = listed(faults)
    if not reviews:
        raise Broken(f"None of {len(entries)} entries was understood: {reason}.")
    return Page("partial" if faults else "ok", reviews, _next(links, own, url), None, reason)


def _without_entries(
    feed: dict[str, Any], links: dict[str, str], faults: list[str], url: str
) -> Page:
    lacking = [f"feed.{key}" for key in _PROOF_KEYS if not feed.get(key)]
    if "/customerreviews/" not in _label(feed.get("id")):
        lacking.append("feed.id of a review feed")
    for rel in ("first", "last", "next", "previous"):
        if rel not in links:
            lacking.append(f"feed.link {rel}")
        elif links[rel]:
            faults.append(f"feed.link {rel} names a page although there is no entry")
    if faults or lacking:
        reason = listed(faults + [f"{what} not found" for what in lacking])
        raise Broken(f"No entries, and no proof that there are none: {reason}.")
    asked = first(_PAGE, url), _country(url), first(_APP, url), first(_FORMAT, url)
    return Page("empty", next=_following(*asked))


# ------------------------------------------------------------------ entries


def _reviews(
    feed: dict[str, Any], entries: list[Any], country: str | None, faults: list[str]
) -> tuple[Review, ...]:
    found: dict[str, Review] = {}
    dated = _label(feed.get("updated")) >= _ENTRIES_CARRY_DATES_SINCE or any(
        isinstance(entry, dict) and "updated" in entry and not _is_the_app(entry)
        for entry in entries
    )
    for number, entry in enumerate(entries, 1):
        if _is_the_app(entry):
            continue
        try:
            review = _review(entry, country, dated=dated)
        except Broken as problem:
            faults.append(f"entry {number}: {problem}")
            continue
        unknown = sorted(entry.keys() - _ENTRY_KEYS)
        if unknown:
            faults.append(f"entry {number}: unknown field {clean(unknown[0])[:80]}")
        if found.setdefault(review.id, review) != review:
            faults.append(f"entry {number}: its id {review.id} is another entry's")
    reviews = tuple(found.values())
    for field, name in (("author", "author.name"), ("version", "im:version")):
        if len(reviews) > 2 and not any(getattr(review, field) for review in reviews):
            faults.append(f"no entry has {name}")
    return reviews


def _is_the_app(entry: Any) -> bool:
    """Return whether an entry is the app itself, with which old feeds begin."""
    return isinstance(entry, dict) and "im:name" in entry and "im:rating" not in entry


def _review(entry: Any, country: str | None, *, dated: bool) -> Review:
    if not isinstance(entry, dict):
        raise Broken("not an object")
    number = _label(entry.get("id"))
    if not _ID_SHAPE.fullmatch(number):
        raise Broken("id not found or not understood")
    rating = _label(entry.get("im:rating"))
    if rating not in {"1", "2", "3", "4", "5"}:
        raise Broken(f"im:rating is {rating[:20]!r}, not 1 to 5")
    for field in ("title", "content"):
        if not isinstance(_inside(entry, field, "label"), str):
            raise Broken(f"{field}.label not found")
    link = _inside(entry, "link", "attributes", "href")
    link = link if isinstance(link, str) and _APPLES_OWN.fullmatch(link) else None
    return Review(
        source=NAME,
        id=number,
        rating=int(rating),
        title=clean(_label(entry["title"])) or None,
        text=clean(_label(entry["content"])) or None,
        author=clean(_label(_inside(entry, "author", "name"))) or None,
        country=country or _country(link or ""),
        created=_stamp(entry) if dated else None,
        version=clean(_label(entry.get("im:version"))) or None,
        url=clean(link) if link else None,
    )


def _stamp(entry: dict[str, Any]) -> str:
    """Return when an entry was last changed: ISO 8601 with a time of day and a zone."""
    shown = _label(entry.get("updated"))
    stamp = dated(shown) if "T" in shown else None
    if stamp is None:
        raise Broken(f"updated is {shown[:40]!r}, not a time like 2026-07-27T09:00:00Z")
    return stamp


# ------------------------------------------------------------------ the two formats


def _feed(payload: bytes, faults: list[str]) -> dict[str, Any]:
    """Return the feed in the shape of its JSON form.

    Raises:
        Broken: neither a JSON nor an Atom feed.
    """
    text = decoded(payload).lstrip()
    if text.startswith("{"):
        return _json_feed(payload)
    if text.startswith("<"):
        return _xml_feed(text, faults)
    raise Broken(f"This is not a feed: {clean(text[:80])!r}.")


def _json_feed(payload: bytes) -> dict[str, Any]:
    feed = json_object(payload).get("feed")
    if not isinstance(feed, dict):
        raise Broken("The JSON has no object 'feed'.")
    return feed


def _xml_feed(text: str, faults: list[str]) -> dict[str, Any]:
    check_markup(text)
    try:
        root = root_of(text)
    except ParseError as error:
        # Saved from a browser, a feed has bare "&" in its links; it is read, and said so.
        try:
            root = root_of(_BARE_AMPERSAND.sub("&amp;", text))
        except ParseError:
            raise Broken(f"The feed is not well-formed XML: {error}.") from error
        faults.append(f"not well-formed XML ({error}); read with bare '&' escaped")
    if root.tag != f"{_ATOM}feed":
        raise Broken(f"The XML is not an Atom feed but <{root.tag[:80]}>.")
    root.attrib.clear()  # the language of the feed's frame, not of the reviews
    try:
        return _object(root)
    except RecursionError:
        raise Broken("The XML is nested too deeply.") from None


def _object(element: Element) -> dict[str, Any]:
    """Return an Atom element as the JSON feed would show it: label, attributes, children."""
    shown: dict[str, Any] = {}
    if element.attrib:
        shown["attributes"] = dict(element.attrib)
    if not len(element):
        shown["label"] = element.text or ""
    for child in element:
        name = child.tag.replace(_ATOM, "").replace(_IM, "im:")
        if name == "content" and child.get("type") != "text":
            continue
        value = _object(child) if name != "content" else {"label": "".join(child.itertext())}
        _add(shown, name, value)
    return shown


def _add(shown: dict[str, Any], name: str, value: dict[str, Any]) -> None:
    if name not in shown:
        shown[name] = value
    elif isinstance(shown[name], list):
        shown[name].append(value)
    else:
        shown[name] = [shown[name], value]


# ------------------------------------------------------------------ links and labels


def _next(links: dict[str, str], own: str, url: str | None) -> str | None:
    """Return the next page's address in this feed's own format.

    The feed's own `next` link points to XML even in JSON, and past the last page.
    """
    last = links.get("last", "")
    current = first(_PAGE, url or "") or first(_PAGE, own) or "1"
    if int(current) >= int(first(_PAGE, last) or 0):
        return None
    country = _country(own) or _country(last)
    return _following(current, country, first(_APP, last), first(_FORMAT, own))


def _following(
    current: str | None, country: str | None, app: str | None, form: str | None
) -> str | None:
    """Return the address of the page after one, in the same format; None where there is none."""
    if not (current and country and app) or int(current) >= MOST_PAGES:
        return None
    return _address(country, app, int(current) + 1, form or "json")


def _address(country: str, app: str, page: int, form: str) -> str:
    path = f"{country}/rss/customerreviews/page={page}/id={app}/sortby=mostrecent/{form}"
    return f"https://{HOSTS[0]}/{path}"


def _links(feed: dict[str, Any]) -> dict[str, str]:
    links = feed.get("link")
    pairs = (
        (_inside(link, "attributes", "rel"), _inside(link, "attributes", "href"))
        for link in (links if isinstance(links, list) else [links])
    )
    return {rel: href for rel, href in pairs if isinstance(rel, str) and isinstance(href, str)}


def _country(link: str) -> str | None:
    match = _COUNTRY.search(link)
    return (match[1] or match[2]) if match else None


def _label(value: Any) -> str:
    label = _inside(value, "label")
    return label if isinstance(label, str) else ""


def _inside(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
