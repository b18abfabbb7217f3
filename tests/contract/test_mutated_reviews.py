"""Pages that changed, broke or are something else never pass as whole, and never as empty.

The promise checked everywhere: a page is *ok* only with every review and every field as the
unchanged page has them, and it is never *empty*.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.store import StoreReply, StoreReview, apple_feed, shopify_page
from northstar import sources
from northstar.domain.reviews import Page
from tests.unit.fixtures import stores

SHOPIFY_FILES = (
    "2024-07_shopify-pos_p1_reviews_1-5.html",
    "2026-07_klaviyo_newest_p1_reviews_1-5.html",
    "2026-09_rapid-tracking_2_blocks_a.html",
)
APPLE_FILES = (
    "2020_jp_p1_50_entries.xml",
    "2021_fr_p1_50_entries.json",
    "2025_us_p1_50_entries_a.json",
)
FOREIGN = {
    "nothing": b"",
    "blanks": b" \n ",
    "consent": b"<!DOCTYPE html><html><body><h1>Before you continue</h1></body></html>",
    "captcha": b"<html><body>No reviews until you <b>prove</b> you are human</body></html>",
    "error in JSON": b'{"error": "internal", "entry": []}',
    "a list": b"[]",
    "a null": b"null",
    "an array feed": b'{"feed": []}',
    "an empty feed": b'{"feed": {}}',
    "zeros": b"\0" * 1000,
    "not text": bytes(range(256)) * 20,
    "no reviews": b"<html><body><p>No reviews on this page.</p></body></html>",
}
BOMBS = {
    "tags": b"<div>" * 1_000_000,
    "open brackets": b"[" * 1_000_000,
    "objects": b'{"feed":' * 200_000,
    "zeros": b"\0" * 10_000_000,
    "attributes": b"<div " + b" ".join(b"a%d=1" % n for n in range(300_000)) + b"></html>",
    "xml": b"<feed xmlns='http://www.w3.org/2005/Atom'>" + b"<a>" * 15_000 + b"</a>" * 4_000,
    "laughs": b'<!DOCTYPE f [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><feed>&b;</feed>',
    "digits": b'{"feed": {"entry": ' + b"9" * 1_000_000 + b"}}",
}


def faithful(page: Page, whole: Page) -> bool:
    """Whether a page keeps the promise, seen beside the unchanged one."""
    same = page.reviews == whole.reviews and page.published == whole.published
    return page.outcome != "empty" and (page.outcome != "ok" or (same and page.next == whole.next))


def recorded(shared_data: Path, source: str, name: str) -> bytes:
    return (shared_data / "reviews" / source / name).read_bytes()


@pytest.mark.parametrize("source", ["shopify", "apple_rss"])
@pytest.mark.parametrize("what", FOREIGN)
def test_something_else_is_broken(source: str, what: str) -> None:
    """Consent pages, captchas, errors with status 200 and noise are broken, with a reason."""
    page = sources.by_name(source).parse(FOREIGN[what])
    assert page.outcome == "broken"
    assert page.reason
    assert page.reviews == ()


@pytest.mark.parametrize("source", ["shopify", "apple_rss"])
@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_refused_in_bounded_time(source: str, what: str) -> None:
    """Deep nesting, a million tags and endless numbers are broken within seconds."""
    began = time.monotonic()
    page = sources.by_name(source).parse(BOMBS[what])
    assert page.outcome == "broken"
    assert time.monotonic() - began < 5


HOOKS = (
    "data-merchant-review=", "data-review-content-id", "out of 5 stars", 'role="img"',
    "data-truncate-content-copy", "data-merchant-review-reply", "data-reply-id", " title=",
    "application/ld+json", "aggregateRating", "ratingCount", "ratingValue", 'rel="next"',
    "total reviews", "ratings%5B%5D", "data-truncate-review", " replied", "2026", "July", "</html>",
    "tw-text-fg-tertiary", "data-pagination-controls", "data-review-share-link", "page=", "<p ",
)  # fmt: skip


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("name", SHOPIFY_FILES)
@pytest.mark.parametrize("once", [True, False])
def test_a_shopify_page_with_a_changed_hook(
    shared_data: Path, name: str, hook: str, once: bool
) -> None:
    """A hook renamed once or everywhere leads to partial, broken, or the very same reviews."""
    payload = recorded(shared_data, "shopify", name)
    whole = sources.by_name("shopify").parse(payload)
    renamed_hook = hook.translate(str.maketrans("aeou2mp", "430vZnq"))
    changed = payload.replace(hook.encode(), renamed_hook.encode(), 1 if once else -1)
    assert changed != payload or hook.encode() not in payload
    assert faithful(sources.by_name("shopify").parse(changed), whole)


@pytest.mark.parametrize("name", SHOPIFY_FILES)
def test_a_shopify_page_without_its_blocks_is_broken(shared_data: Path, name: str) -> None:
    """Totals above zero with no block are a changed page, never an empty one."""
    payload = recorded(shared_data, "shopify", name)
    without = re.sub(rb"data-(merchant-review|review|reply|truncate)[\w-]*", b"data-gone", payload)
    page = sources.by_name("shopify").parse(without)
    assert page.outcome == "broken"
    assert "[data-merchant-review]" in (page.reason or "")


@pytest.mark.parametrize(
    ("hook", "named"),
    [
        (b'data-review-content-id="2299685"', "data-review-content-id"),
        (b'aria-label="5 out of 5 stars"', "out of 5 stars"),
        (b"July 27, 2026", "date"),
    ],
)
def test_the_reason_names_the_missing_hook(shared_data: Path, hook: bytes, named: str) -> None:
    """One review without id, rating or date makes the page partial, and the reason says which."""
    payload = recorded(shared_data, "shopify", SHOPIFY_FILES[1])
    page = sources.by_name("shopify").parse(payload.replace(hook, b"", 1))
    assert (page.outcome, len(page.reviews)) == ("partial", 4)
    assert named in (page.reason or "")
    none_left = sources.by_name("shopify").parse(
        re.sub(rb"data-review-content-id=\S+", b"", payload)
    )
    assert none_left.outcome == "broken"


@pytest.mark.parametrize("source", ["shopify", "apple_rss"])
def test_a_cut_off_payload_is_never_whole(shared_data: Path, source: str) -> None:
    """Cut at any of a hundred places, a page is partial or broken, and no text is half."""
    for name in SHOPIFY_FILES if source == "shopify" else APPLE_FILES:
        payload = recorded(shared_data, source, name).rstrip()
        whole = sources.by_name(source).parse(payload)
        for percent in (0, 1, 10, 25, 50, 60, 70, 80, 90, 95, 99):
            page = sources.by_name(source).parse(payload[: len(payload) * percent // 100])
            assert page.outcome in {"partial", "broken"}
            assert set(page.reviews) <= set(whole.reviews)
        assert sources.by_name(source).parse(payload[:-1]).outcome in {"partial", "broken"}


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp1252", "utf-32", "shift-jis"])
@pytest.mark.parametrize("source", ["shopify", "apple_rss"])
def test_a_wrong_charset_is_not_read_as_text(shared_data: Path, source: str, encoding: str) -> None:
    """Bytes of another charset are broken, unless they are the same bytes."""
    for name in SHOPIFY_FILES if source == "shopify" else APPLE_FILES:
        payload = recorded(shared_data, source, name)
        whole = sources.by_name(source).parse(payload)
        other = payload.decode().replace("…", "é").encode(encoding, "ignore")
        page = sources.by_name(source).parse(other)
        if encoding.startswith("utf") or b"\xe9" in other:
            assert page.outcome == "broken"
        assert page.outcome != "empty"
        assert page.outcome != "ok" or len(page.reviews) == len(whole.reviews)


# ------------------------------------------------------------------ Apple, key by key


def renamed(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield every key of a JSON tree with an action that renames it."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(items):
        if isinstance(value, dict):
            yield "/".join(map(str, (*path, key))), lambda k=key: rename(value, k)
        if isinstance(child, dict | list):
            yield from renamed(child, (*path, key))


def rename(value: dict[str, Any], key: str) -> None:
    value[f"{key}_"] = value.pop(key)


UNREAD = (
    "rights",
    "icon",
    "vote",
    "contentType",
    "uri",
    "type",
    "link/attributes/rel",
    "alternate",
)


def test_an_apple_feed_with_any_key_renamed() -> None:
    """Each key of a feed, renamed, leads to partial, broken, or the very same reviews."""
    feed = stores.apple_feed()
    whole = sources.by_name("apple_rss").parse(feed)
    assert (whole.outcome, len(whole.reviews)) == ("ok", 3)
    paths = [path for path, _ in renamed(json.loads(feed), ())]
    assert len(paths) > 60
    for wanted in paths:
        data = json.loads(feed)
        dict(renamed(data, ()))[wanted]()
        page = sources.by_name("apple_rss").parse(json.dumps(data).encode())
        optional = re.search(r"entry/\d/(author/name(/label)?|im:version/label)$", wanted)
        link = re.search(r"entry/\d/link/attributes(/href)?$", wanted)
        assert page.outcome != "empty", wanted
        assert faithful(page, whole) or optional or link or "author" in wanted, wanted


@pytest.mark.parametrize(
    "key", ["id", "updated", "im:rating", "title", "content", "author", "im:version"]
)
def test_an_apple_feed_that_lost_a_field_everywhere(key: str) -> None:
    """A field that is gone from every entry is never passed over in silence."""
    data = json.loads(stores.apple_feed())
    for entry in data["feed"]["entry"]:
        del entry[key]
    page = sources.by_name("apple_rss").parse(json.dumps(data).encode())
    assert page.outcome in {"partial", "broken"}
    assert key in (page.reason or "")


def test_a_feed_that_lost_its_entries_is_not_empty() -> None:
    """Without entries, links that name further pages contradict: the feed is broken."""
    data = json.loads(stores.apple_feed())
    del data["feed"]["entry"]
    page = sources.by_name("apple_rss").parse(json.dumps(data).encode())
    assert page.outcome == "broken"


@pytest.mark.parametrize("name", ["2021_empty_page.json", "2021_unknown_app_gb_p1_no_entry.json"])
def test_an_empty_feed_needs_all_of_its_proof(shared_data: Path, name: str) -> None:
    """An empty feed with any of its proving fields gone or renamed is broken."""
    payload = recorded(shared_data, "apple_rss", name)
    for key in ("author", "updated", "title", "link", "id"):
        data = json.loads(payload)
        rename(data["feed"], key)
        page = sources.by_name("apple_rss").parse(json.dumps(data).encode())
        assert page.outcome == "broken", key


# ------------------------------------------------------------------ any order, any list


@pytest.mark.parametrize("reverse", [True, False])
def test_the_order_of_reviews_does_not_matter(reverse: bool) -> None:
    """The same reviews in another order are the same reviews."""
    listed = sorted(stores.reviews(7), key=lambda review: review.id, reverse=reverse)
    html = shopify_page("an-app", listed, 1, "https://apps.shopify.com")
    page = sources.by_name("shopify").parse(html.encode())
    assert page.outcome == "ok"
    assert [review.id for review in page.reviews] == [review.id for review in listed]
    feed = sources.by_name("apple_rss").parse(apple_feed("de", "1", listed, 1).encode())
    assert {review.id for review in feed.reviews} == {review.id for review in listed}


def test_the_reply_may_stand_before_the_review() -> None:
    """A reply that comes first in the markup is not read as the review's text or date."""
    review = StoreReview("1", 4, stores.DAY, "Mine", reply=StoreReply("Theirs", stores.LATER))
    html = shopify_page("an-app", [review], 1, "https://apps.shopify.com")
    block, pager = html.split("\n<div data-pagination-controls")
    before, reply = block.removesuffix("\n</div></div>").split("<div data-merchant-review-reply>")
    head, body = before.split('<div aria-label="4 out of 5 stars"')
    swapped = (
        f'{head}<div data-merchant-review-reply>{reply}<div aria-label="4 out of 5 stars"{body}'
        f"</div></div><div data-pagination-controls{pager}"
    )
    page = sources.by_name("shopify").parse(swapped.encode())
    assert page.reviews[0].text == "Mine"
    assert page.reviews[0].created == stores.DAY.isoformat()
    assert page.reviews[0].reply is not None
    assert page.reviews[0].reply.text == "Theirs"
