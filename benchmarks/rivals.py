"""The same extraction as one would first write it, with BeautifulSoup or feedparser: what our
parsers are measured against. Nothing here is checked, so it is as fast as that way can be.
"""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

import feedparser
from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)

Found = list[tuple[str, int, str, str]]
"""For each review its id, stars, author and day, as far as all ways give the same."""

_DATE = re.compile(r"(?:Edited )?([A-Z][a-z]+ \d{1,2}, \d{4})")


def shopify_with_soup(payload: bytes, builder: str) -> Found:
    """Return the reviews of a Shopify page; text, reply, totals and next page are read too."""
    soup = BeautifulSoup(payload, builder)
    totals = json.loads(soup.find("script", type="application/ld+json").string)
    _ = totals["aggregateRating"], soup.select_one('a[rel="next"]')
    return [_shopify_block(block) for block in soup.select("[data-merchant-review]")]


def _shopify_block(block: Any) -> tuple[str, int, str, str]:
    reply = block.select_one("[data-merchant-review-reply]")
    _ = reply.extract().get_text("\n", strip=True)
    _ = block.select_one("[data-truncate-content-copy]").get_text("\n", strip=True)
    stars = block.select_one('[aria-label$="out of 5 stars"]')["aria-label"]
    author = block.select_one("[title]:not(button)")["title"]
    days = filter(None, map(_DATE.fullmatch, block.stripped_strings))
    return block["data-review-content-id"], int(stars[0]), author, next(days)[1]


def apple_with_soup(payload: bytes, builder: str) -> Found:
    """Return the reviews of Apple's XML feed; title, text and version are read too."""
    soup = BeautifulSoup(payload, builder)
    return [_apple_entry(entry) for entry in soup.find_all("entry")]


def _apple_entry(entry: Any) -> tuple[str, int, str, str]:
    _ = entry.find("title").get_text(), entry.find("content", type="text").get_text()
    _ = entry.find("im:version").get_text()
    stars, author = entry.find("im:rating").get_text(), entry.find("author").find("name")
    return entry.find("id").get_text(), int(stars), author.get_text(), entry.find("updated").text


def apple_with_feedparser(payload: bytes) -> Found:
    """Return the reviews of Apple's XML feed; title, text and version are read too."""
    entries = feedparser.parse(payload).entries
    _ = [(one.title, one.content[0].value, one.im_version) for one in entries]
    return [(one.id, int(one.im_rating), one.author, one.updated) for one in entries]
