"""Behaviour of the Apple feed's parser that the recorded feeds do not show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from northstar.app.configuration import SourceTarget
from northstar.sources import apple_rss
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
        ({"im_new": {"label": "x"}}, "entry 2: unknown field im:new"),
    ],
)
def test_the_reason_names_the_entry_and_the_field(fields: dict[str, Any], named: str) -> None:
    """One entry that is not understood makes the feed partial, and the others are kept."""
    page = apple_rss.parse(changed(**fields))
    assert page.outcome == "partial"
    assert named in (page.reason or "")
    assert {"3", "1"} <= {review.id for review in page.reviews}


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


def test_duplicate_keys_are_not_well_formed() -> None:
    """A second "entry" would hide the first; such a feed is broken."""
    payload = stores.apple_feed().replace(b'"rights"', b'"entry": [], "rights"')
    assert apple_rss.parse(payload).outcome == "broken"


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    """Only http and https links become a review's address."""
    link = {"attributes": {"rel": "related", "href": "javascript:alert(1)"}}
    page = apple_rss.parse(changed(link=link))
    assert page.reviews[1].url is None


def test_the_app_itself_is_no_review() -> None:
    """An old feed's first entry is passed over, and alone it is no proof that there are none."""
    data = json.loads(stores.apple_feed())
    app = {"im:name": {"label": "An app"}, "im:price": {"label": "Get"}}
    data["feed"]["entry"].insert(0, app)
    page = apple_rss.parse(json.dumps(data).encode())
    assert (page.outcome, len(page.reviews)) == ("ok", 3)
    data["feed"]["entry"] = app
    assert apple_rss.parse(json.dumps(data).encode()).outcome == "broken"
