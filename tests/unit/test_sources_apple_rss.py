"""Behaviour of the Apple feed's parser that the recorded feeds do not show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.sources import apple_rss
from northstar.sources.payload import LONGEST_TEXT
from tests.unit.fixtures import stores


def changed(**fields: Any) -> bytes:
    """Return a feed of three whose second entry has other fields; None removes one."""
    data = json.loads(stores.apple_feed())
    entry = data["feed"]["entry"][1]
    for field, value in fields.items():
        name = field.replace("im_", "im:")
        entry.pop(name, None)
        if value is not None:
            entry[name] = value
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"im_rating": {"label": "6"}}, "entry 2: im:rating"),
        ({"im_rating": {"label": 5}}, "entry 2: im:rating"),
        ({"im_rating": {"label": "٣"}}, "entry 2: im:rating"),
        ({"id": None}, "entry 2: id"),
        ({"content": {"text": "x"}}, "entry 2: content"),
        ({"updated": {"label": "yesterday"}}, "entry 2: updated"),
        ({"updated": None}, "entry 2: updated"),
        ({"updated": {"label": "2026W30T09"}}, "entry 2: updated"),
        ({"updated": {"label": "20260727T090000Z"}}, "entry 2: updated"),
        ({"updated": {"label": "2026-07-27T09:00:00"}}, "entry 2: updated"),
        ({"updated": {"label": "2026-07-27"}}, "entry 2: updated"),
        ({"updated": {"label": "2026-02-30T09:00:00Z"}}, "entry 2: updated"),
        ({"updated": {"label": "0001-01-01T00:00:00+05:00"}}, "entry 2: updated"),
        ({"updated": {"label": "1999-12-31T23:59:59Z"}}, "entry 2: updated"),
        ({"updated": {"label": "9999-12-31T23:59:59-12:00"}}, "entry 2: updated"),
        ({"im_new": {"label": "x"}}, "entry 2: unknown field im:new"),
    ],
)
def test_the_reason_names_the_entry_and_the_field(fields: dict[str, Any], named: str) -> None:
    """One entry that is not understood makes the feed partial, and the others are kept."""
    page = apple_rss.parse(changed(**fields))
    assert page.outcome == "partial"
    assert named in (page.reason or "")
    assert {"3", "1"} <= {review.id for review in page.reviews}


@pytest.mark.parametrize("place", ["feed", "entry"])
def test_the_name_of_an_unknown_field_is_cut(place: str) -> None:
    """A reason is a sentence, however long or strange the store's names are."""
    data = json.loads(stores.apple_feed())
    there = data["feed"] if place == "feed" else data["feed"]["entry"][1]
    there["\x9b31m" + "x" * 5000] = {"label": "x"}
    page = apple_rss.parse(json.dumps(data).encode())
    assert page.outcome == "partial"
    assert (page.reason or "").endswith("31m" + "x" * 77)


def test_author_and_version_may_be_missing() -> None:
    """An entry without them is whole: absent is not invented and not a fault."""
    page = apple_rss.parse(changed(author=None, im_version=None))
    assert page.outcome == "ok"
    assert (page.reviews[1].author, page.reviews[1].version) == (None, None)


def test_a_feed_of_another_app_is_broken() -> None:
    """Reviews of another app are never taken for ours."""
    page = apple_rss.parse(stores.apple_feed(), target=SourceTarget("apple_rss", "43", "de"))
    assert page.outcome == "broken"


def test_next_stays_in_the_format_and_ends_at_the_last_page() -> None:
    """The feed's own next link points to XML and past the end; ours does neither."""
    following = apple_rss.parse(stores.apple_feed(120)).next
    assert following == (
        "https://itunes.apple.com/de/rss/customerreviews/page=2/id=42/sortby=mostrecent/json"
    )
    assert apple_rss.parse(stores.apple_feed(120, number=3)).next is None


def address(number: int) -> str:
    """Return the address of a page of the app's feed."""
    path = f"de/rss/customerreviews/page={number}/id=42/sortby=mostrecent/json"
    return f"https://itunes.apple.com/{path}"


def test_pages_are_asked_for_one_after_the_other() -> None:
    """The newest page is asked for without more, a later one by the mark of the one before."""
    target = SourceTarget("apple_rss", "42", "DE", address="http://127.0.0.1:9")
    assert apple_rss.request(target) == Call(address(1), method="GET")
    following = apple_rss.parse(stores.apple_feed(120), address(1), target).next
    assert apple_rss.request(target, following) == Call(address(2), method="GET")
    odd = apple_rss.request(SourceTarget("apple_rss", "42/../7"))
    assert "itunes.apple.com/us/" in odd.url
    assert "/id=42%2F..%2F7/" in odd.url


def test_the_tenth_page_is_the_last() -> None:
    """The store has no eleventh page, however many a feed speaks of."""
    feed = stores.apple_feed(900, number=9)
    assert apple_rss.parse(feed, address(9)).next == address(10)
    tenth = stores.apple_feed(900, number=10).replace(b"page=10/", b"page=18/")
    assert apple_rss.parse(tenth, address(10)).next is None


@pytest.mark.parametrize(("number", "following"), [(1, 2), (4, 5), (9, 10), (10, None)])
def test_an_empty_page_is_not_the_end(number: int, following: int | None) -> None:
    """A page without entries may stand before full ones: it names the next, up to the tenth."""
    page = apple_rss.parse(stores.apple_feed(0), address(number))
    assert (page.outcome, page.next) == ("empty", following and address(following))


def test_an_empty_page_that_nobody_asked_for_by_number_has_no_next() -> None:
    """Its own links are blank, so without the address there is nothing to go on from."""
    for url in (None, "https://itunes.apple.com/de/rss/customerreviews/id=42/json"):
        page = apple_rss.parse(stores.apple_feed(0), url)
        assert (page.outcome, page.next) == ("empty", None)


def test_a_country_is_one_however_it_is_spelled() -> None:
    """A store front is told in lower case."""
    target = SourceTarget("apple_rss", "42", "DE")
    page = apple_rss.parse(stores.apple_feed(), address(1), target)
    assert {review.country for review in page.reviews} == {"de"}


def test_one_id_for_two_entries_is_a_fault() -> None:
    """Of two entries that claim the same id, none is dropped in silence; a copy is none."""
    page = apple_rss.parse(changed(id={"label": "3"}))
    assert (page.outcome, len(page.reviews)) == ("partial", 2)
    data = json.loads(stores.apple_feed())
    data["feed"]["entry"].append(data["feed"]["entry"][0])
    page = apple_rss.parse(json.dumps(data).encode())
    assert (page.outcome, len(page.reviews)) == ("ok", 3)


def test_duplicate_keys_are_not_well_formed() -> None:
    """A second "entry" would hide the first; such a feed is broken."""
    payload = stores.apple_feed().replace(b'"rights"', b'"entry": [], "rights"')
    assert apple_rss.parse(payload).outcome == "broken"


@pytest.mark.parametrize(
    "stamp", ["2000-01-01T00:00:00Z", "2026-07-27T09:00:00-07:00", "2100-12-31T23:59:59.5+14:00"]
)
def test_plain_times_are_understood(stamp: str) -> None:
    """A date with a time of day and a zone is passed on as the feed gives it."""
    page = apple_rss.parse(changed(updated={"label": stamp}))
    assert (page.outcome, page.reviews[1].created) == ("ok", stamp)


def linked(href: str) -> str | None:
    """Return the address of a review whose entry has that link."""
    link = {"attributes": {"rel": "related", "href": href}}
    return apple_rss.parse(changed(link=link)).reviews[1].url


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "https://evil.example/review?id=42",
        "https://evilapple.com/us/review",
        "https://apple.com.evil.example/",
        "https://apple.com@evil.example/",
        "https://evil.example\\@apple.com/",
        "https://evil.example/.apple.com/",
        "//apps.apple.com/us/review",
        "https://apps.apple.com:x/us",
        "https://apps.apple.com/us review",
    ],
)
def test_a_link_that_leaves_the_store_is_left_out(href: str) -> None:
    """Only a web address of Apple's own becomes a review's address."""
    assert linked(href) is None


@pytest.mark.parametrize(
    "href",
    [
        "https://itunes.apple.com/us/review?id=42&type=Purple%20Software",
        "http://apple.com",
        "https://apps.apple.com/de/app/id42?see-all=reviews",
    ],
)
def test_a_link_into_the_store_is_kept(href: str) -> None:
    """Apple's host and those under it may be a review's address."""
    assert linked(href) == href


def test_title_and_text_are_cut() -> None:
    """What no record could hold ends at the limit, and is the same text at every look."""
    long = {"label": "y" * 450_000}
    review = apple_rss.parse(changed(title=long, content=long)).reviews[1]
    assert review.title == review.text == "y" * LONGEST_TEXT


def test_the_app_itself_is_no_review() -> None:
    """An old feed's first entry is passed over, and alone it is no proof that there are none."""
    data = json.loads(stores.apple_feed())
    app = {"im:name": {"label": "An app"}, "im:price": {"label": "Get"}}
    data["feed"]["entry"].insert(0, app)
    page = apple_rss.parse(json.dumps(data).encode())
    assert (page.outcome, len(page.reviews)) == ("ok", 3)
    data["feed"]["entry"] = app
    assert apple_rss.parse(json.dumps(data).encode()).outcome == "broken"
