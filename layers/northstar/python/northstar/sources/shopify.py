"""Reads the public review pages of the Shopify App Store, as recorded from 2024-07 to 2026-09.

There is no API. The page is found by its `data-*` and `aria-label` hooks, which outlived three
changes of its classes; text without a hook (date, country) is told apart by its content.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NoReturn
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Capabilities
from northstar.domain.errors import Broken
from northstar.domain.reviews import Page, Published, Reply, Review
from northstar.sources.payload import (
    YEARS,
    check_markup,
    clean,
    decoded,
    listed,
    node_text,
    refuse,
)

NAME = "shopify"
HOSTS = ("apps.shopify.com",)
CAPABILITIES = Capabilities(
    stars=True,
    time_of_day=False,
    complete_list=True,
    edits=True,
    replies=True,
    needs_key=False,
)

PER_PAGE = 10
MOST_BLOCKS = 200

_STORE = f"https://{HOSTS[0]}"
_BLOCK = "[data-merchant-review]"
_ID = "data-review-content-id"
_SHARE = "data-review-share-link"
_RATING = '[aria-label$="out of 5 stars"][role="img"]'
_BODY = "[data-truncate-content-copy]"
_REPLY = "[data-merchant-review-reply]"
_TRACES = (f"[{_ID}]", f"[{_SHARE}]", "[data-reply-id]", _BODY, _REPLY)

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DATE = re.compile(r"(Edited )?([A-Z][a-z]{2,8}) (\d{1,2}), (\d{4})", re.ASCII)
_REPLIED = re.compile(r"(.{1,200}) replied (.{1,40})", re.DOTALL)
_STARS = re.compile(r"([1-5]) out of 5 stars", re.ASCII)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}", re.ASCII)
_TOTAL = re.compile(r"([\d,]{1,12}) total reviews?", re.ASCII)
_ID_SHAPE = re.compile(r"\d{1,20}", re.ASCII)
_NONE_HERE = re.compile(r"no reviews\b.{0,60}", re.IGNORECASE)


def request(target: SourceTarget, following: str | None = None) -> Call:
    """Return the call for the first page of an app's reviews, newest first, or for a later one."""
    first = f"{_STORE}/{quote(target.app, safe='')}/reviews?sort_by=newest&page=1"
    return Call(following or first, method="GET")


def parse(payload: bytes, url: str | None = None, target: SourceTarget | None = None) -> Page:
    """Return what a page holds; never raises for its content.

    `created` and `edited` are days. Where the store shows the day of the last edit, it shows no
    other, so `created` is None. `country` is the country's name as shown. `next` is an address of
    the store's own host.
    """
    try:
        text = decoded(payload)
        check_markup(text)
        return _page(LexborHTMLParser(text), text, url, target)
    except Broken as problem:
        return Page("broken", reason=str(problem))


def _page(tree: LexborHTMLParser, text: str, url: str | None, target: SourceTarget | None) -> Page:
    faults: list[str] = []
    cut_off = "</html>" not in text[-10_000:].lower()
    if cut_off:
        faults.append("the page is cut off: </html> not found")
    language = _attribute(tree.css_first("html"), "lang")
    if not language.lower().startswith("en") and language:
        raise Broken(f"The page is in the language {language[:20]!r}; only English is read.")
    handle = _handle(tree, url)
    if target and handle and handle != target.app:
        raise Broken(f"The page is about the app {handle!r}, not {target.app!r}.")
    published = _published(tree, faults)
    blocks = tree.css(_BLOCK)
    _check_blocks(tree, blocks, faults)
    following = _next(tree, url, published, faults)
    if not blocks:
        return _without_blocks(tree, url, published, following, faults, cut_off=cut_off)
    app = target.app if target else handle
    reviews = _reviews(blocks[:-1] if cut_off else blocks, app, faults)
    if published and (published.count or 0) < len(reviews):
        faults.append(f"the published count {published.count} is below the reviews shown")
    reason = listed(faults)
    if not reviews:
        raise Broken(f"None of {len(blocks)} reviews was understood: {reason}.")
    return Page("partial" if faults else "ok", reviews, following, published, reason)


def _without_blocks(
    tree: LexborHTMLParser,
    url: str | None,
    published: Published | None,
    following: str | None,
    faults: list[str],
    *,
    cut_off: bool,
) -> Page:
    """Return an empty page where the store itself says so; everything else is broken."""
    if published is None:
        raise Broken(f"This is not a review page: {_BLOCK} and published totals not found.")
    strays = sum(len(tree.css(trace)) for trace in _TRACES)
    if cut_off or strays:
        raise Broken(f"{_BLOCK} not found: {listed(faults)}.")
    first = _number(tree, url) == 1 or following is not None
    says_none = any(_NONE_HERE.fullmatch(text) for text, _ in _leaves(tree.body))
    counts = published.count, *(published.histogram or {}).values()
    if not any(counts) or (says_none and not first):
        return Page("empty", published=published)
    raise Broken(f"{_BLOCK} not found although {published.count} reviews are published.")


def _check_blocks(tree: LexborHTMLParser, blocks: list[LexborNode], faults: list[str]) -> None:
    if len(blocks) > MOST_BLOCKS:
        raise Broken(f"The page has {len(blocks)} blocks {_BLOCK}; at most {MOST_BLOCKS} are read.")
    if any(len(block.css(_BLOCK)) > 1 for block in blocks):
        raise Broken(f"{_BLOCK} contains another one.")
    for trace in _TRACES:
        strays = len(tree.css(trace)) - sum(len(block.css(trace)) for block in blocks)
        if strays:
            faults.append(f"{strays} of {trace} outside {_BLOCK}")


# ------------------------------------------------------------------ one review


def _reviews(blocks: list[LexborNode], app: str | None, faults: list[str]) -> tuple[Review, ...]:
    """Return the reviews that were understood, each once; `faults` gets the rest."""
    found: dict[str, Review] = {}
    for block in blocks:
        review = _understood(block, faults)
        if review:
            link = f"{_STORE}/{app}/reviews/{review.id}" if app else _share_link(block)
            if link is None:
                faults.append(f"review {review.id}: permalink not found")
            review = replace(review, url=link)
            if found.setdefault(review.id, review) != review:
                faults.append(f"review {review.id}: another review has the same id")
    return tuple(found.values())


def _understood(block: LexborNode, faults: list[str]) -> Review | None:
    name = f"review {block.attributes.get(_ID) or '?'}"
    try:
        review = _review(block)
    except Broken as problem:
        faults.append(f"{name}: {problem}")
        return None
    if review.author is None:
        faults.append(f"{name}: store name ([title]) not found")
    return review


def _review(block: LexborNode) -> Review:
    """Return the review of a block, whose reply is taken out of the tree on the way."""
    number = block.attributes.get(_ID) or ""
    if not _ID_SHAPE.fullmatch(number):
        _missing(_ID)
    shared = _attribute(block.css_first(f"[{_SHARE}]"), _SHARE)
    if shared and shared.rsplit("/")[-1] != number:
        raise Broken(f"{_SHARE} names another review: {shared[:80]!r}")
    reply = _reply(block)
    stars = _STARS.fullmatch(_attribute(block.css_first(_RATING), "aria-label"))
    if not stars:
        _missing(_RATING)
    body = block.css_first(_BODY)
    if body is None:
        _missing(_BODY)
    author = next((node for node in block.css("[title]") if node.tag != "button"), None)
    leaves = [text for text, node in _leaves(block) if "title" not in node.attributes]
    days = [day for day in map(_day, leaves) if day]
    if not days:
        _missing("date (like 'July 27, 2026' or 'Edited July 27, 2026')")
    day, edited = days[0]
    return Review(
        source=NAME,
        id=number,
        rating=int(stars[1]),
        text=node_text(body) or None,
        author=clean(_attribute(author, "title")) or None,
        country=_country(leaves) if author is not None else None,
        created=None if edited else day,
        edited=day if edited else None,
        reply=reply,
    )


def _reply(block: LexborNode) -> Reply | None:
    """Return the reply and take it out of the block, lest it be read as the review's own."""
    places = block.css(_REPLY)
    if len(places) != 1:
        _missing(_REPLY)
    place = places[0]
    body, holder = place.css_first(_BODY), place.css_first("[data-reply-id]")
    leaves = [text for text, _ in _leaves(place)]
    text = node_text(body) if body is not None else ""
    place.decompose()
    if not leaves and not text and holder is None:
        return None
    header = next((match for match in map(_REPLIED.fullmatch, leaves) if match), None)
    day = _day(header[2]) if header else None
    number = _attribute(holder, "data-reply-id")
    if not (text and day and header and number):
        raise Broken("reply not understood ([data-reply-id], 'X replied July 28, 2026', its text)")
    return Reply(text=text, id=number, author=clean(header[1]), created=day[0])


def _country(leaves: list[str]) -> str | None:
    """Return the one text that is neither a date nor how long the app has been used."""
    rest = [text for text in leaves if not _day(text) and not text.endswith("using the app")]
    return rest[0] if len(rest) == 1 else None


def _day(text: str) -> tuple[str, bool] | None:
    """Return a shown date as (ISO day, whether it is the day of an edit)."""
    match = _DATE.fullmatch(text)
    if not match or match[2] not in _MONTHS or int(match[4]) not in YEARS:
        return None
    try:
        day = date(int(match[4]), _MONTHS.index(match[2]) + 1, int(match[3]))
    except ValueError:
        return None
    return day.isoformat(), match[1] is not None


def _share_link(block: LexborNode) -> str | None:
    path = _attribute(block.css_first(f"[{_SHARE}]"), _SHARE)
    return f"{_STORE}{path}" if re.fullmatch(r"/[\w/-]{1,200}", path, re.ASCII) else None


# ------------------------------------------------------------------ the page around the reviews


def _published(tree: LexborHTMLParser, faults: list[str]) -> Published | None:
    """Return the store's own totals; its average is no plain mean of the stars."""
    histogram = _histogram(tree)
    count, average = _aggregate(tree)
    if count is None or average is None:
        faults.append("published totals (aggregateRating in script[type='application/ld+json'])")
        faults[-1] += " not found"
    if histogram is None and tree.css_first('link[rel="canonical"]') is not None:
        faults.append("published histogram (a[href*=ratings]) not found")
    if count is None and histogram is not None:
        count = sum(histogram.values())
    return Published(count, average, histogram) if count is not None else None


def _aggregate(tree: LexborHTMLParser) -> tuple[int | None, float | None]:
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            data = json.loads(script.text(), parse_constant=refuse)
        except (ValueError, RecursionError):
            continue
        rating = data.get("aggregateRating") if isinstance(data, dict) else None
        if isinstance(rating, dict):
            return _count(rating.get("ratingCount")), _average(rating.get("ratingValue"))
    return None, None


def _count(value: Any) -> int | None:
    whole = isinstance(value, (int, str)) and not isinstance(value, bool)
    return int(value) if whole and re.fullmatch(r"[0-9]{1,9}", str(value)) else None


def _average(value: Any) -> float | None:
    number = isinstance(value, (int, float, str)) and not isinstance(value, bool)
    return float(value) if number and re.fullmatch(r"[0-5](\.[0-9]{1,9})?", str(value)) else None


def _histogram(tree: LexborHTMLParser) -> dict[str, int] | None:
    """Return the counts of 5 to 1 stars from the filters; a visible "2.6K" is no number."""
    counts: dict[str, int] = {}
    for link in tree.css('a[href*="ratings"]'):
        stars = parse_qs(urlsplit(link.attributes.get("href") or "").query).get("ratings[]", [])
        label = _TOTAL.fullmatch(_attribute(link, "aria-label"))
        found = _NUMBER.fullmatch(label[1] if label else _flat(link.text()))
        if len(stars) == 1 and found:
            counts.setdefault(stars[0], int(found[0].replace(",", "")))
    for box in tree.css('input[name="ratings[]"]')[:PER_PAGE]:
        label_text = box.parent.text() if box.parent else ""
        bracket = re.search(r"\(([\d,]{1,12})\)", label_text, re.ASCII)
        if bracket and _NUMBER.fullmatch(bracket[1]):
            counts.setdefault(_attribute(box, "value"), int(bracket[1].replace(",", "")))
    stars_shown = ("5", "4", "3", "2", "1")
    return (
        {star: counts[star] for star in stars_shown} if counts.keys() >= set(stars_shown) else None
    )


def _next(
    tree: LexborHTMLParser, url: str | None, published: Published | None, faults: list[str]
) -> str | None:
    """Return the address of the next page; a pager that cannot be read is a fault, not the end."""
    for selector in ('a[rel="next"]', 'a[aria-label="Go to Next Page"]'):
        link = _attribute(tree.css_first(selector), "href")
        following = urljoin(_STORE, link) if _page_number(link) else ""
        if following.startswith(f"{_STORE}/"):
            return following
        if link:
            faults.append(f"next link ({selector}) not understood: {link[:80]!r}")
            return None
    pages = [_page_number(_attribute(link, "href")) for link in tree.css('a[href*="page="]')]
    last = max((page for page in pages if page), default=None)
    if last is None:
        full_page = tree.css_first('link[rel="canonical"]') is not None
        if full_page and published and (published.count or 0) > PER_PAGE:
            faults.append(f"pager not found although {published.count} reviews are published")
    elif last > (_number(tree, url) or 1):
        faults.append(f"next link (a[rel=next]) not found although there are {last} pages")
    return None


def _number(tree: LexborHTMLParser, url: str | None) -> int | None:
    """Return which page this is, from its address or from its pager."""
    current = _attribute(tree.css_first('[aria-label^="Current Page, Page "]'), "aria-label")
    return _page_number(url or "") or _whole(current.removeprefix("Current Page, Page "))


def _page_number(link: str) -> int | None:
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    is_reviews = parts.path.endswith("/reviews")
    return _whole(parse_qs(parts.query).get("page", [""])[0]) if is_reviews else None


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,5}", text) else None


def _handle(tree: LexborHTMLParser, url: str | None) -> str | None:
    """Return the app's handle as the page names itself, else as its address does."""
    canonical = _attribute(tree.css_first('link[rel="canonical"]'), "href")
    filters = _attribute(tree.css_first('a[href*="/reviews?ratings"]'), "href")
    for link in (canonical, filters, url or ""):
        match = re.search(
            r"(?:^|//[^/?#]{1,255})/([\w.-]{1,100})/reviews(?:[?#]|$)", link, re.ASCII
        )
        if match:
            return match[1]
    return None


# ------------------------------------------------------------------ text


def _leaves(root: LexborNode | None) -> Iterator[tuple[str, LexborNode]]:
    """Yield each innermost text with its element, in order, without buttons and review texts."""
    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        hidden = node.tag in {"button", "script", "style", "svg"}
        if hidden or "data-truncate-content-copy" in node.attributes:
            continue
        children = [child for child in node.iter(include_text=False) if child.is_element_node]
        text = "" if children else _flat(node.text())
        if text:
            yield text, node
        waiting.extend(reversed(children))


def _flat(text: str) -> str:
    return clean(" ".join(text.split()))


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "") if node is not None else ""


def _missing(hook: str) -> NoReturn:
    raise Broken(f"{hook} not found or not understood")
