"""Payloads of App Store Connect and Google Play that changed or broke never pass as whole.

The promise checked everywhere: a page is *ok* only with every review and every field as the
unchanged page has them, and it is never *empty*.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from northstar import sources
from northstar.domain.reviews import Page
from tests.unit.fixtures import keyed

Change = Callable[[Any], None]

OBJECTS: dict[str, tuple[str, Callable[[], Any]]] = {
    "app_store_connect": ("app_store_connect", keyed.apple_full_page),
    "google_play": ("google_play", keyed.play_full_page),
    "library": ("google_play_web", keyed.library_list),
}
RECORDED = {
    "app_store_connect/doc_customerReviews_page_with_next.json": "app_store_connect",
    "google_play_api/doc_reviews_list_with_token.json": "google_play",
    "google_play_scraper/parsed_1.2.7_2026-07_translate-initial.json": "google_play_web",
    "google_play_scraper/raw_batchexecute_2021-05_review_relevant.txt": "google_play_web",
    "google_play_scraper/raw_batchexecute_2026-07_translate-initial.txt": "google_play_web",
}
MAY_BE_MISSING = ("authorName", "reviewerLanguage", "appVersionName", "tokenPagination")
"""Keys without which a single review, or the last page, is as good as any other."""
SOURCES = ("app_store_connect", "google_play", "google_play_web")
FOREIGN = {
    "nothing": b"",
    "blanks": b" \n ",
    "consent": b"<!DOCTYPE html><html><body><h1>Before you continue</h1></body></html>",
    "captcha": b"<html><body>No reviews until you <b>prove</b> you are human</body></html>",
    "Apple's error": b'{"errors": [{"status": "401", "detail": "Not authorized"}]}',
    "Google's error": b'{"error": {"code": 403, "message": "No", "status": "X"}, "reviews": []}',
    "a list": b"[]",
    "a null": b"null",
    "a text": b'"reviews"',
    "no data": b'{"data": []}',
    "no reviews": b'{"reviews": []}',
    "a total": b'{"data": [], "meta": {"paging": {"total": 0, "limit": 200}}}',
    "twice": b'{"reviews": [], "reviews": []}',
    "guard": b")]}'",
    "guard and nothing": b")]}'\n\n[]",
    "guard and error": b')]}\'\n\n[["er",null,null,null,null,400,null,null,null,3]]',
    "refused": b')]}\'\n\n[["wrb.fr","UsvDTd",null,null,null,[5],"generic"]]',
    "another call": b')]}\'\n\n[["wrb.fr","xdSrCf","[]",null,null,null,"generic"]]',
    "two answers": b')]}\'\n\n[["wrb.fr","UsvDTd","[]"],["wrb.fr","UsvDTd","[]"]]',
    "zeros": b"\0" * 1000,
    "not text": bytes(range(256)) * 20,
}
BOMBS = {
    "open brackets": b"[" * 1_000_000,
    "brackets": b"[" * 1_000_000 + b"]" * 1_000_000,
    "objects": b'{"data":' * 200_000,
    "guarded brackets": b")]}'\n" + b"[" * 1_000_000,
    "lines of brackets": b")]}'\n5\n" + b"[\n" * 1_000_000,
    "brackets in the answer": keyed.web_answer([]).replace(b'"[]"', b'"' + b"[" * 1_000_000 + b'"'),
    "digits": b'{"data": ' + b"9" * 1_000_000 + b"}",
    "guarded digits": b")]}'\n" + b"9" * 1_000_000,
    "many reviews": b'{"reviews": [' + b"{}," * 1_000_000 + b"{}]}",
    "many data": b'{"data": [' + b"{}," * 1_000_000 + b"{}]}",
    "tags": b"<div>" * 700_000,
    "zeros": b"\0" * 10_000_000,
}


def parse(source: str, payload: bytes) -> Page:
    return sources.by_name(source).parse(payload)


def faithful(page: Page, whole: Page) -> bool:
    """Whether a page keeps the promise, seen beside the unchanged one."""
    same = page.reviews == whole.reviews and page.published == whole.published
    return page.outcome != "empty" and (page.outcome != "ok" or (same and page.next == whole.next))


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("what", FOREIGN)
def test_something_else_is_broken(source: str, what: str) -> None:
    """Consent pages, captchas, errors with status 200 and noise are broken, with a reason."""
    page = parse(source, FOREIGN[what])
    assert page.outcome == "broken"
    assert page.reason
    assert page.reviews == ()


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_refused_in_bounded_time(source: str, what: str) -> None:
    """Deep nesting, a million reviews and endless numbers are broken within seconds."""
    began = time.monotonic()
    page = parse(source, BOMBS[what])
    assert page.outcome == "broken"
    assert len(page.reason or "") < 2000
    assert time.monotonic() - began < 5


# ------------------------------------------------------------------ key by key


def keys(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every key of a JSON tree."""
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(value, dict):
            yield (*path, key)
        if isinstance(child, dict | list):
            yield from keys(child, (*path, key))


def changed(data: Any, path: tuple[Any, ...], change: str) -> Any:
    """Return a copy of a JSON tree without one key, or with another name for it."""
    copied = copy.deepcopy(data)
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    value = inner.pop(path[-1])
    if change == "renamed":
        inner[f"{path[-1]}_"] = value
    return copied


@pytest.mark.parametrize("change", ["dropped", "renamed"])
@pytest.mark.parametrize("name", OBJECTS)
def test_any_key_dropped_or_renamed(name: str, change: str) -> None:
    """Each key leads to partial, broken, or the very same reviews."""
    source, make = OBJECTS[name]
    data = make()
    whole = parse(source, keyed.encoded(data))
    assert whole.outcome == "ok"
    paths = list(keys(data))
    assert len(paths) > 15
    for path in paths:
        page = parse(source, keyed.encoded(changed(data, path, change)))
        assert page.outcome != "empty", path
        missing = change == "dropped" and path[-1] in MAY_BE_MISSING
        assert faithful(page, whole) or missing, path
        assert len(page.reviews) == len(whole.reviews) or page.outcome in {"partial", "broken"}


def everywhere(value: Any, name: str, change: str) -> Any:
    """Return a JSON tree without a key, or with another name for it, wherever it stands."""
    if isinstance(value, list):
        return [everywhere(child, name, change) for child in value]
    if not isinstance(value, dict):
        return value
    return {
        f"{key}_" if key == name else key: everywhere(child, name, change)
        for key, child in value.items()
        if key != name or change == "renamed"
    }


@pytest.mark.parametrize("change", ["dropped", "renamed"])
@pytest.mark.parametrize("path", list(RECORDED)[:3])
def test_a_key_that_a_recorded_payload_lost_everywhere(
    shared_data: Path, path: str, change: str
) -> None:
    """A key gone, or renamed, all over a recorded payload is never passed over in silence."""
    payload = (shared_data / "reviews" / path).read_bytes()
    whole = parse(RECORDED[path], payload)
    data = json.loads(payload)
    for name in {place[-1] for place in keys(data)}:
        page = parse(RECORDED[path], keyed.encoded(everywhere(data, name, change)))
        missing = change == "dropped" and name in MAY_BE_MISSING
        assert page.outcome != "empty", name
        assert faithful(page, whole) or missing, name


def test_any_place_of_an_answer_dropped_or_swapped() -> None:
    """Each place of a review, gone or changed with its neighbour, is noticed or of no account."""
    page = keyed.web_full_page()
    whole = parse("google_play_web", keyed.web_answer(page))
    assert whole.outcome == "ok"
    places = range(17)
    for place in places:
        without = copy.deepcopy(page)
        del without[0][1][place]
        assert keeps(without, whole) or place == 10, place  # a version may be missing
    for left, right in pairwise(places):
        swapped = copy.deepcopy(page)
        row = swapped[0][1]
        row[left], row[right] = row[right], row[left]
        assert keeps(swapped, whole) or (left, right) == (10, 11), (left, right)


def keeps(inner: Any, whole: Page) -> bool:
    return faithful(parse("google_play_web", keyed.web_answer(inner)), whole)


@pytest.mark.parametrize("where", ["frames", "parts"])
def test_the_envelope_of_an_answer_changed(where: str) -> None:
    """Without its name, its call or its list, an answer is not read; in any order it is."""
    whole = parse("google_play_web", keyed.web_answer(keyed.web_full_page()))
    text = keyed.web_answer(keyed.web_full_page()).decode()
    frames = json.loads(text[4:])
    if where == "frames":
        for place in range(3):
            other = copy.deepcopy(frames)
            del other[0][place]
            assert answered(other).outcome == "broken"
        assert answered(frames[::-1]) == whole
    else:
        swapped = keyed.web_full_page()[::-1]
        assert parse("google_play_web", keyed.web_answer(swapped)).outcome == "broken"


def answered(frames: Any) -> Page:
    return parse("google_play_web", b")]}'\n\n" + keyed.encoded(frames))


# ------------------------------------------------------------------ bytes


def payloads() -> dict[str, tuple[str, bytes]]:
    found = {name: (source, keyed.encoded(make())) for name, (source, make) in OBJECTS.items()}
    web = keyed.web_full_page()
    web[0][0][4] = "Größe — 評価"
    found["web"] = ("google_play_web", keyed.web_answer(web))
    found["chunked"] = ("google_play_web", keyed.web_answer(web, chunked=True))
    return found


@pytest.mark.parametrize("name", [*OBJECTS, "web", "chunked"])
def test_a_cut_off_payload_is_never_whole(name: str) -> None:
    """Cut at any byte, a payload is broken or the very same reviews."""
    source, payload = payloads()[name]
    whole = parse(source, payload)
    assert whole.outcome == "ok"
    for end in range(len(payload)):
        assert faithful(parse(source, payload[:end]), whole), end


@pytest.mark.parametrize("path", RECORDED)
def test_a_recorded_payload_cut_off_is_broken(shared_data: Path, path: str) -> None:
    """Cut at any of many places, a recorded payload is broken."""
    payload = (shared_data / "reviews" / path).read_bytes().rstrip()
    for percent in (0, 1, 10, 25, 50, 75, 90, 99):
        page = parse(RECORDED[path], payload[: len(payload) * percent // 100])
        assert page.outcome == "broken"
    assert parse(RECORDED[path], payload[:-1]).outcome == "broken"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1", "cp1252", "shift-jis"])
@pytest.mark.parametrize("name", [*OBJECTS, "web", "chunked"])
def test_a_wrong_charset_is_not_read_as_text(name: str, encoding: str) -> None:
    """Bytes of another charset are broken, unless they are the same bytes."""
    source, payload = payloads()[name]
    whole = parse(source, payload)
    text = payload.decode().replace("nick", "ニッé").replace("author", "ニッé")
    assert faithful(parse(source, text.encode(encoding, "ignore")), whole)
    if encoding.startswith("utf"):
        assert parse(source, text.encode(encoding)).outcome == "broken"


@pytest.mark.parametrize("name", OBJECTS)
def test_the_order_of_reviews_and_keys_does_not_matter(name: str) -> None:
    """The same reviews in another order are the same reviews."""
    source, make = OBJECTS[name]
    data = make()
    whole = parse(source, keyed.encoded(data))
    items = data if isinstance(data, list) else data.get("data") or data["reviews"]
    items.reverse()
    page = parse(source, json.dumps(data, sort_keys=True).encode())
    assert page.outcome == "ok"
    assert page.reviews == whole.reviews[::-1]


@pytest.mark.parametrize("name", OBJECTS)
def test_a_review_that_stands_twice_with_two_texts_is_a_fault(name: str) -> None:
    """One id for two different reviews is named, and not one of them dropped in silence."""
    source, make = OBJECTS[name]
    data = make()
    items = data if isinstance(data, list) else data.get("data") or data["reviews"]
    id_key = next(key for key in ("id", "reviewId") if key in items[0])
    items[1][id_key] = items[0][id_key]
    assert parse(source, keyed.encoded(data)).outcome == "partial"
