"""Reads what WordPress.org shows of a plugin's reviews: the totals, then the feed of the newest.

The plugin's information (JSON) holds the totals and ten reviews without ids; the feed (RSS) holds
the newest reviews with their addresses. So the first, which only an operator can switch on, gives
the totals only, and the second, which is its `next`, gives the reviews.
"""

from __future__ import annotations

import hashlib
import re
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Capabilities
from northstar.domain.errors import Broken
from northstar.domain.reviews import Outcome, Page, Published, Review
from northstar.sources.feeds import root_of
from northstar.sources.payload import (
    YEARS,
    check_markup,
    clean,
    decoded,
    each_once,
    field,
    html_text,
    json_object,
    listed,
    number,
    page_of,
    part,
    whole,
)

NAME = "wordpress"
HOSTS = ("api.wordpress.org", "wordpress.org")
CAPABILITIES = Capabilities(
    stars=True,
    time_of_day=True,
    complete_list=False,
    edits=True,
    replies=False,
    needs_key=False,
)

_INFO = f"https://{HOSTS[0]}/plugins/info/1.2/?action=plugin_information"
_ATOM_LINK = "{http://www.w3.org/2005/Atom}link"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_SLUG = re.compile(r"[\w%-]{1,200}", re.ASCII)
_FEED = re.compile(r"/support/plugin/([^/]{1,200})/reviews/feed/?", re.ASCII)
_TOPIC = re.compile(r"https://wordpress\.org/support/topic/([\w%.~-]{1,300})/", re.ASCII)
_TITLE = re.compile(r"(.*) \(([1-5]) stars?\)", re.DOTALL)
_HEAD = re.compile(r"Replies: [\d,]{1,9}\s+Rating: ([1-5]) stars?(?:\s+|$)", re.ASCII)


def request(target: SourceTarget, following: str | None = None) -> Call:
    """Return the call for a plugin (its slug): the feed, which robots.txt allows.

    Where the target ignores robots.txt, the information with the totals comes first: its host
    disallows everything to robots.

    Sources: codex.wordpress.org/WordPress.org_API and, in the repository WordPress/wordpress.org,
    plugin-directory/api/routes/class-plugin.php, support-forums/inc/class-ratings-compat.php.
    """
    slug = quote(target.app, safe="")
    info = f"{_INFO}&request%5Bslug%5D={slug}"
    first = info if target.ignore_robots else _feed_of(slug)
    return Call(following or first, method="GET")


def _feed_of(slug: str) -> str:
    return f"https://{HOSTS[1]}/support/plugin/{slug}/reviews/feed/"


def parse(payload: bytes, url: str | None = None, target: SourceTarget | None = None) -> Page:  # noqa: ARG001
    """Return what the information or the feed holds; never raises for its content.

    The id of a review is the name of its topic in the forum. `created` is the time of the topic in
    UTC. The feed tells how many answers a topic has, but not which one is the developer's, so
    there is no `reply`. A plugin is *empty* only where WordPress.org counts no rating at all.
    """
    try:
        text = decoded(payload).lstrip()
        if text.startswith("<"):
            return _feed_page(text, target)
        return _info_page(json_object(payload), target)
    except Broken as problem:
        return Page("broken", reason=str(problem))


# ------------------------------------------------------------------ the totals


def _info_page(data: dict[str, Any], target: SourceTarget | None) -> Page:
    slug, count = data.get("slug"), whole(data.get("num_ratings"))
    if count is None or not (isinstance(slug, str) and _SLUG.fullmatch(slug)):
        said = f": {clean(data['error'])[:100]}" if isinstance(data.get("error"), str) else ""
        raise Broken(f"This is no plugin's information (slug, num_ratings not found){said}.")
    _check_slug(slug, target)
    histogram = _histogram(field(data, "ratings"))
    if histogram is None or sum(histogram.values()) != count:
        raise Broken(f"ratings do not add up to num_ratings, {count}.")
    if count == 0:
        _check_nothing(data)
        return Page("empty", published=Published(count, None, histogram))
    percent = number(data.get("rating"), 100)
    faults = [] if percent else ["rating not found or not 1 to 100"]
    published = Published(count, round(percent) / 20 if percent else None, histogram)
    following = _feed_of(slug)
    outcome: Outcome = "partial" if faults else "ok"
    return Page(outcome, (), following, published, listed(faults), mark=_newest(data))


def _newest(data: dict[str, Any]) -> str | None:
    """Return a hash of the ten newest reviews, by which a change of one of them is noticed."""
    shown = part(data, "sections").get("reviews") if "sections" in data else None
    if not isinstance(shown, str):
        return None
    return hashlib.sha256(shown.encode(errors="surrogatepass")).hexdigest()[:16]


def _check_nothing(data: dict[str, Any]) -> None:
    if data.get("rating") != 0 or part(data, "sections").get("reviews") != "":
        raise Broken("No ratings, but rating and sections.reviews do not say so.")


def _histogram(ratings: Any) -> dict[str, int] | None:
    """Return the counts of 5 to 1 stars; an empty list is how PHP writes no counts."""
    if ratings == []:
        ratings = {}
    if not isinstance(ratings, dict) or ratings.keys() - set("12345"):
        return None
    counts = {star: whole(ratings.get(star, 0)) for star in "54321"}
    found = {star: count for star, count in counts.items() if count is not None}
    return found if len(found) == 5 else None


def _check_slug(slug: str, target: SourceTarget | None) -> None:
    if target and slug.casefold() not in {target.app.casefold(), quote(target.app).casefold()}:
        raise Broken(f"This is about the plugin {slug}, not {target.app}.")


# ------------------------------------------------------------------ the feed


def _feed_page(text: str, target: SourceTarget | None) -> Page:
    check_markup(text)
    try:
        root = root_of(text)
    except ParseError as error:
        raise Broken(f"The feed is not well-formed XML: {error}.") from error
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise Broken(f"This is not a feed but <{root.tag[:80]}>.")
    own = channel.find(_ATOM_LINK)
    slug = _FEED.fullmatch(_path(own.get("href") or "" if own is not None else ""))
    if not slug:
        raise Broken("The feed is not one of a plugin's reviews (atom:link not found).")
    _check_slug(slug[1], target)
    items = channel.findall("item")
    if not items:
        raise Broken("The feed holds no item, which is no proof that there are no reviews.")
    faults: list[str] = []
    return page_of(each_once(items, _review, faults, "item"), None, None, faults)


def _review(item: Element) -> Review:
    link = _content(item, "guid")
    topic = _TOPIC.fullmatch(link)
    if not topic:
        raise Broken("guid is not the address of a topic")
    title = _TITLE.fullmatch(html_text(_content(item, "title")))
    if not title:
        raise Broken("title does not end like '(5 stars)'")
    rating, text = _body(html_text(_content(item, "description")))
    if rating != title[2]:
        raise Broken(f"it has {title[2]} stars in its title and {rating} in its description")
    return Review(
        source=NAME,
        id=topic[1],
        rating=int(rating),
        title=title[1] or None,
        text=text or None,
        author=clean(_content(item, _CREATOR)) or None,
        created=_time(_content(item, "pubDate")),
        url=link,
    )


def _body(text: str) -> tuple[str, str]:
    """Return rating and text of a description, which begins with two lines of the forum's own."""
    head = _HEAD.match(text)
    if not head:
        raise Broken("description does not begin with 'Replies: 0', 'Rating: 5 stars'")
    return head[1], text[head.end() :]


def _content(item: Element, tag: str) -> str:
    element = item.find(tag)
    if element is None:
        raise Broken(f"{tag.rpartition('}')[2]} not found")
    return (element.text or "").strip()


def _time(date: str) -> str:
    """Return a date of RFC 822 ("Mon, 27 Jul 2026 09:00:00 +0000") as ISO 8601 with its zone."""
    try:
        time = parsedate_to_datetime(date)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None or time.year not in YEARS:
        raise Broken(f"pubDate is {date[:40]!r}, not a time with its zone")
    return time.isoformat()


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.path if parts.hostname == HOSTS[1] else ""
