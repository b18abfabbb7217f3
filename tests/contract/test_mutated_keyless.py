"""Answers of Steam, Firefox, Atlassian and WordPress that changed or broke never pass as whole.

The promise checked everywhere: a page is *ok* only with every review and every field as the
unchanged page has them, and it is never *empty*.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from northstar.domain.reviews import Page
from northstar.sources import atlassian, firefox, steam, wordpress
from tests.unit.fixtures import keyless

SOURCES = {"steam": steam, "firefox": firefox, "atlassian": atlassian, "wordpress": wordpress}
ANSWERS: dict[str, tuple[ModuleType, Callable[[], dict[str, Any]], str | None]] = {
    "steam": (steam, keyless.steam_page, None),
    "firefox": (firefox, keyless.firefox_page, "https://x/?show_grouped_ratings=true"),
    "atlassian v3": (atlassian, keyless.atlassian_v3, None),
    "atlassian v2": (atlassian, keyless.atlassian_v2, None),
    "wordpress": (wordpress, keyless.wordpress_info, None),
}
FEED = "wordpress feed"
MAY_BE_LEFT_OUT = re.compile(
    r"reviews/\d/(authorName|responseContent|_embedded/(author|response))"  # as documented
)
FOREIGN = {
    "nothing": b"",
    "blanks": b" \n ",
    "consent": b"<!DOCTYPE html><html><body><h1>Before you continue</h1></body></html>",
    "captcha": b"<html><body>No reviews until you <b>prove</b> you are human</body></html>",
    "error": b'{"error": "internal", "reviews": [], "results": []}',
    "success without reviews": b'{"success": 1}',
    "only a zero": b'{"count": 0, "num_ratings": 0, "total_reviews": 0}',
    "an empty list": b'{"reviews": [], "results": [], "_embedded": {"reviews": []}}',
    "an empty object": b"{}",
    "a list": b"[]",
    "a null": b"null",
    "a number": b"1",
    "twice": b'{"success": 1, "success": 1, "query_summary": {"num_reviews": 0}, "reviews": []}',
    "not a number": b'{"count": NaN, "results": []}',
    "zeros": b"\0" * 1000,
    "not text": bytes(range(256)) * 20,
    "an empty feed": b"<rss version='2.0'><channel></channel></rss>",
    "another feed": b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>",
}
BOMBS = {
    "tags": b"<div>" * 1_000_000,
    "open brackets": b"[" * 1_000_000,
    "closed brackets": b"[" * 100_000 + b"]" * 100_000,
    "objects": b'{"reviews":' * 200_000,
    "zeros": b"\0" * 10_000_000,
    "digits": b'{"reviews": ' + b"9" * 1_000_000 + b"}",
    "exponent": b'{"count": 1e999999, "reviews": []}',
    "items": b'{"success": 1, "reviews": [' + b"{}," * 500_000 + b"{}]}",
    "xml": b"<rss><channel>" + b"<a>" * 15_000 + b"</a>" * 4_000,
    "nested feed": b"<rss><channel>" + b"<a>" * 9_000 + b"</a>" * 9_000 + b"</channel></rss>",
    "laughs": b'<!DOCTYPE f [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
}


def faithful(page: Page, whole: Page) -> bool:
    """Whether a page keeps the promise, seen beside the unchanged one."""
    same = set(page.reviews) == set(whole.reviews) and page.published == whole.published
    return page.outcome != "empty" and (page.outcome != "ok" or (same and page.next == whole.next))


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield every key of a JSON tree: its path, the object that holds it, and the key."""
    for key, child in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if isinstance(value, dict):
            yield "/".join(map(str, (*path, key))), value, key
        if isinstance(child, dict | list):
            yield from nodes(child, (*path, key))


def changed(answer: dict[str, Any], path: str, change: str) -> dict[str, Any]:
    """Return a copy of an answer with one key dropped, renamed, or with null in its place."""
    copy = json.loads(json.dumps(answer))
    holder, key = next((holder, key) for found, holder, key in nodes(copy) if found == path)
    value = holder.pop(key)
    if change == "renamed":
        holder[f"{key}_"] = value
    elif change == "null":
        holder[key] = None
    return copy


def check_each_key(
    source: ModuleType, answer: dict[str, Any], url: str | None, paths: list[str]
) -> None:
    """Assert that no changed key leads to a page that says less and is called whole."""
    whole = source.parse(keyless.dumped(answer), url)
    assert whole.outcome == "ok"
    for path in paths:
        for change in ("dropped", "renamed"):
            page = source.parse(keyless.dumped(changed(answer, path, change)), url)
            optional = change == "dropped" and MAY_BE_LEFT_OUT.fullmatch(
                path.removeprefix("_embedded/")
            )
            assert page.outcome != "empty", (path, change)
            assert faithful(page, whole) or optional, (path, change)
        assert source.parse(keyless.dumped(changed(answer, path, "null")), url).outcome != "empty"


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_with_any_key_dropped_or_renamed(name: str) -> None:
    """Each key, dropped or renamed, leads to partial, broken, or the very same reviews."""
    source, made, url = ANSWERS[name]
    answer = made()
    paths = [path for path, _, _ in nodes(answer)]
    assert len(paths) > 10
    check_each_key(source, answer, url, paths)


@pytest.mark.parametrize("name", ["store_360.json", "store_40.json", "store_439700.json"])
def test_a_recorded_steam_store_with_any_key_dropped_or_renamed(
    shared_data: Path, name: str
) -> None:
    """The same holds for recorded reviews: for the keys around them and those of the first."""
    answer = json.loads((shared_data / "reviews/steam" / name).read_bytes())
    answer["reviews"] = dict(list(answer["reviews"].items())[:5])
    first = next(iter(answer["reviews"]))
    paths = [
        path
        for path, _, _ in nodes(answer)
        if not path.startswith("reviews/") or path.startswith(f"reviews/{first}/")
    ]
    assert len(paths) > 25
    check_each_key(steam, answer, None, paths)


@pytest.mark.parametrize("name", ["steam", "firefox", "atlassian v3", "atlassian v2"])
def test_a_field_that_is_gone_from_every_review_is_named(name: str) -> None:
    """A field that we read and that no review has any more is never passed over in silence."""
    source, made, url = ANSWERS[name]
    read = {
        "steam": ("recommendationid", "author", "language", "review", "timestamp_created",
                  "timestamp_updated", "voted_up"),
        "firefox": ("id", "addon", "body", "created", "user", "score", "reply", "version"),
        "atlassian v3": ("id", "content", "stars", "date"),
        "atlassian v2": ("_links", "_embedded", "review", "stars", "date"),
    }[name]  # fmt: skip
    for key in read:
        answer = made()
        for item in (
            answer.get("results") or answer.get("reviews") or answer["_embedded"]["reviews"]
        ):
            del item[key]
        page = source.parse(keyless.dumped(answer), url)
        assert page.outcome == "broken", key
        assert key in (page.reason or "")


@pytest.mark.parametrize("name", ANSWERS)
def test_the_order_does_not_matter(name: str) -> None:
    """Keys in another order and reviews in another order are the same reviews."""
    source, made, url = ANSWERS[name]
    whole = source.parse(keyless.dumped(made()), url)
    turned = source.parse(keyless.dumped(reversed_tree(made())), url)
    assert turned.outcome == "ok"
    assert set(turned.reviews) == set(whole.reviews)
    assert (turned.next, turned.published) == (whole.next, whole.published)


def reversed_tree(value: Any) -> Any:
    """Return a JSON tree with every object's keys and every list turned round."""
    if isinstance(value, dict):
        return {key: reversed_tree(child) for key, child in reversed(value.items())}
    return [reversed_tree(child) for child in reversed(value)] if isinstance(value, list) else value


@pytest.mark.parametrize("name", [*ANSWERS, FEED])
def test_a_cut_off_answer_is_broken(name: str) -> None:
    """Cut at any of a hundred places, an answer is broken."""
    source, payload, url = payload_of(name)
    for place in range(0, len(payload) - 1, max(1, len(payload) // 100)):
        assert source.parse(payload[:place], url).outcome == "broken"
    assert source.parse(payload[:-1], url).outcome == "broken"


def payload_of(name: str) -> tuple[ModuleType, bytes, str | None]:
    """Return an answer's source, its bytes in UTF-8 with signs beyond ASCII, and its address."""
    if name == FEED:
        return (
            wordpress,
            keyless.wordpress_feed().decode().replace("Words", "Größe").strip().encode(),
            None,
        )
    source, made, url = ANSWERS[name]
    return source, json.dumps(made(), ensure_ascii=False).replace("Words", "Größe…").encode(), url


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1", "cp1252"])
@pytest.mark.parametrize("name", ["steam", "firefox", "atlassian v3", "atlassian v2"])
def test_a_wrong_charset_is_not_read_as_text(name: str, encoding: str) -> None:
    """Bytes of another charset are broken and never guessed at."""
    source, payload, url = payload_of(name)
    assert source.parse(payload, url).outcome == "ok"
    assert source.parse(payload.decode().encode(encoding, "ignore"), url).outcome == "broken"


def test_a_feed_in_a_wrong_charset_is_broken() -> None:
    """The feed is UTF-8, whatever its declaration says."""
    feed = keyless.wordpress_feed().decode().replace("First", "Größe")
    assert wordpress.parse(feed.encode()).outcome == "ok"
    assert wordpress.parse(feed.encode("latin-1")).outcome == "broken"


HOOKS = (
    "rss", "channel", "atom:link", "href", "/reviews/feed/", "<item", "guid", "/support/topic/",
    "title", "pubDate", "+0000", "dc:creator", "description", "Replies:", "Rating:", "stars)",
    "star)", "CDATA", "xmlns", "<link", "language", "http://purl.org",
)  # fmt: skip


@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize("hook", HOOKS)
def test_a_feed_with_a_changed_hook(hook: str, once: bool) -> None:
    """A hook renamed once or everywhere leads to partial, broken, or the very same reviews."""
    feed = keyless.wordpress_feed().decode()
    assert hook in feed
    renamed = hook[:-1] + ("Q" if hook[-1] != "/" else "Q/")
    page = wordpress.parse(feed.replace(hook, renamed, 1 if once else -1).encode())
    assert faithful(page, wordpress.parse(feed.encode()))


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("what", FOREIGN)
def test_something_else_is_broken(source: str, what: str) -> None:
    """Consent pages, captchas, errors with status 200 and noise are broken, with a reason."""
    page = SOURCES[source].parse(FOREIGN[what])
    assert page.outcome == "broken"
    assert page.reason
    assert page.reviews == ()


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_refused_in_bounded_time(source: str, what: str) -> None:
    """Deep nesting, a million tags and endless numbers are broken within seconds."""
    began = time.monotonic()
    page = SOURCES[source].parse(BOMBS[what])
    assert page.outcome == "broken"
    assert len(page.reason or "") < 1000
    assert time.monotonic() - began < 5


def test_markup_in_a_review_is_refused_in_bounded_time() -> None:
    """A description of very many nested tags is left out, and the other reviews are read."""
    deep = keyless.wordpress_item(1, text="<div>" * 3_000)
    began = time.monotonic()
    page = wordpress.parse(keyless.wordpress_feed([deep, keyless.wordpress_item(2)]))
    assert (page.outcome, len(page.reviews)) == ("partial", 1)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("name", ["steam", "firefox", "atlassian v3", "atlassian v2"])
def test_an_answer_that_lost_its_reviews_is_not_empty(name: str) -> None:
    """An empty list beside totals above zero is a changed answer."""
    source, made, url = ANSWERS[name]
    answer = made()
    holder = answer.get("_embedded", answer)
    holder["results" if "results" in holder else "reviews"] = []
    page = source.parse(keyless.dumped(answer), url)
    assert page.outcome == "broken"
    assert page.reason
