"""Measures how fast pages of stores are parsed, and how much memory that takes.

Every source is measured on its recorded payloads, where they are on this machine; a table says how
many reviews a second, and the largest peak that one payload needs of Python's own memory. Shopify
and Apple's XML feed are also measured beside plain versions of the same extraction
(`benchmarks.rivals`), in turns, as how many times faster ours is; without recorded payloads on made
ones. It is processor time, the best of several rounds, which other work on the machine disturbs
least.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from benchmarks import rivals
from local.store import SHOPIFY, StoreReview, shopify_page
from northstar import sources
from northstar.domain.reviews import Page
from northstar.sources import apple_rss, shopify

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "reviews"
RECORDED = {
    "shopify": ("shopify/*.html",),
    "app_store_connect": ("app_store_connect/*.json",),
    "apple_rss": ("apple_rss/*.json", "apple_rss/*.xml"),
    "google_play": ("google_play_api/*.json",),
    "google_play_web": ("google_play_scraper/raw_*",),
    "steam": ("steam/store_*.json",),
    "file": ("shopify/*.csv", "shopify/*.json", "apple_labelled/*.json"),
}
"""Of the others no payload was recorded that holds a review."""

SHOPIFY_PAGES = "shopify/*_p1_*.html"
APPLE_FEEDS = "apple_rss/2020_jp_p1_50_entries.xml"
Rival = Callable[[bytes], rivals.Found]
Parse = Callable[[bytes], Page]

ROUNDS = 7
LEAST_SECONDS = 0.1


def run() -> dict[str, Any]:
    """Return how many times faster than its rivals ours is, and the table of the sources."""
    pages = _payloads([SHOPIFY_PAGES]) or [_made_page()]
    feeds = _payloads([APPLE_FEEDS]) or [_made_feed()]
    page_rivals: dict[str, Rival] = {
        "shopify_times_soup": partial(rivals.shopify_with_soup, builder="html.parser"),
        "shopify_times_soup_lxml": partial(rivals.shopify_with_soup, builder="lxml"),
    }
    feed_rivals: dict[str, Rival] = {
        "apple_times_soup": partial(rivals.apple_with_soup, builder="html.parser"),
        "apple_times_soup_lxml": partial(rivals.apple_with_soup, builder="xml"),
        "apple_times_feedparser": rivals.apple_with_feedparser,
    }
    return {
        **{name: _times_faster(shopify.parse, one, pages) for name, one in page_rivals.items()},
        **{name: _times_faster(apple_rss.parse, one, feeds) for name, one in feed_rivals.items()},
        "sources": [_source(name) for name in sources.SOURCES],
    }


# ------------------------------------------------------------------ beside the rivals


def _times_faster(parse: Parse, rival: Rival, payloads: list[bytes]) -> float:
    for payload in payloads:
        _check_same(parse(payload), rival(payload))
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(parse, payloads))
        theirs.append(_seconds(rival, payloads))
    return round(min(theirs) / min(ours), 1)


def _check_same(page: Page, found: rivals.Found) -> None:
    """Raise RuntimeError unless both ways found the same: less work would be faster."""
    ours = [
        (one.id, one.rating, one.author, (one.created or one.edited or "")) for one in page.reviews
    ]
    theirs = [(number, stars, author, _day(day)) for number, stars, author, day in found]
    if not ours or ours != theirs:
        raise RuntimeError(f"The rival found {theirs[:2]} of {len(theirs)}, ours {ours[:2]}.")


def _day(shown: str) -> str:
    """Return a day as Shopify shows it in ISO 8601; Apple's times already are."""
    named = shown[:1].isalpha()
    return datetime.strptime(shown, "%B %d, %Y").date().isoformat() if named else shown  # noqa: DTZ007


# ------------------------------------------------------------------ source by source


def _source(name: str) -> dict[str, Any]:
    parse = sources.by_name(name).parse
    found = [(one, len(parse(one).reviews)) for one in _payloads(RECORDED.get(name, ()))]
    payloads = [payload for payload, reviews in found if reviews]
    row: dict[str, Any] = {"source": name, "payloads": len(payloads), "reviews": "", "kb": ""}
    if not payloads:
        return row | {"reviews_per_second": "", "peak_kb": "", "note": "no recorded payloads here"}
    reviews = sum(reviews for _, reviews in found)
    return row | {
        "reviews": reviews,
        "kb": sum(map(len, payloads)) // 1024,
        "reviews_per_second": round(reviews / min(_seconds(parse, payloads) for _ in range(3))),
        "peak_kb": max(_peak(parse, payload) for payload in payloads) // 1024,
        "note": "",
    }


def _peak(parse: Parse, payload: bytes) -> int:
    tracemalloc.start()
    try:
        parse(payload)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _seconds(parse: Callable[[bytes], object], payloads: list[bytes]) -> float:
    """Return the seconds for all payloads, as a mean over LEAST_SECONDS or longer."""
    rounds, start = 0, time.process_time()
    while not rounds or time.process_time() - start < LEAST_SECONDS:
        for payload in payloads:
            parse(payload)
        rounds += 1
    return (time.process_time() - start) / rounds


# ------------------------------------------------------------------ payloads


def _payloads(patterns: tuple[str, ...] | list[str]) -> list[bytes]:
    return [path.read_bytes() for one in patterns for path in sorted(DATA.glob(one))]


_LINK = (
    '<li class="tw-flex tw-items-center tw-gap-xs"><a class="tw-text-link-xs" href="/categories/a">'
    '<svg class="tw-w-md tw-h-md" viewBox="0 0 16 16"><path d="M7 1 L9 6 L15 6 Z"></path></svg>'
    '<span class="tw-text-body-xs">A category</span></a></li>'
)


def _made_page() -> bytes:
    """Return a page of ten reviews among about as many tags as a real page has."""
    reviews = [
        StoreReview(str(number), 5, date(2026, 3, 1), f"Words of review {number}. " * 9, "A shop")
        for number in range(10)
    ]
    page = shopify_page("an-app", reviews, 1, SHOPIFY)
    return page.replace("</body>", f"<ul>{_LINK * 100}</ul></body>").encode()


_TABLE = (
    '<table border="0" width="100%"><tr><td><b><a href="https://apps.apple.com/de/app/id42?uo=2">'
    'A title</a></b><br/><font size="2" face="Helvetica,Arial,Geneva,Swiss,SunSans-Regular"></font>'
    f"</td></tr><tr><td><font>{'Words &amp; more. ' * 9}</font><br/></td></tr></table>"
)


def _made_feed() -> bytes:
    """Return a page of Apple's XML feed with fifty entries in the recorded format."""
    address = "https://itunes.apple.com/de/rss/customerreviews/page=1/id=42/sortby=mostrecent/xml"
    entries = "".join(
        f"<entry><updated>2026-03-01T09:00:00-07:00</updated><id>{number}</id>"
        f'<title>A title</title><content type="text">{escape("Words & more. " * 9)}</content>'
        '<im:contentType term="Application" label="Application"/><im:voteSum>0</im:voteSum>'
        "<im:voteCount>0</im:voteCount><im:rating>5</im:rating><im:version>1.0</im:version>"
        f"<author><name>Name {number}</name><uri>https://itunes.apple.com/</uri></author>"
        f'<content type="html">{escape(_TABLE)}</content></entry>'
        for number in range(50)
    )
    links = "".join(
        f'<link rel="{rel}" href="{address}"/>'
        for rel in ("self", "first", "last", "previous", "next")
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<feed xmlns:im="http://itunes.apple.com/rss" xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{address}</id><title>iTunes Store: Customer Reviews</title>"
        f"<updated>2026-03-01T09:00:00-07:00</updated>{links}<icon>http://itunes.apple.com/</icon>"
        "<author><name>iTunes Store</name><uri>http://www.apple.com/</uri></author>"
        f"<rights>None</rights>{entries}</feed>"
    ).encode()
