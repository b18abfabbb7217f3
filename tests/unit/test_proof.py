"""The public wall: what is drawn, what is left out, who is named, and what is counted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.app import proof
from northstar.app.configuration import SourceTarget
from northstar.domain.errors import NotFound
from northstar.domain.reviews import Published
from northstar.web import frame
from northstar.web import proof as page
from tests.walls import CONFIGURATION, NOW, Memories, gone, ids, review

MANY = [review(number) for number in range(60)]
ADDRESS = "https://reviews.example"
STORE = Published(812, 4.83, None)


def configured(**changes: Any) -> Any:
    """Return the configuration with another wall."""
    return replace(CONFIGURATION, proof=replace(CONFIGURATION.proof, **changes))


def drawn(memory: Memories, **how: Any) -> LexborHTMLParser:
    """Return the page as a browser would have it."""
    return LexborHTMLParser(page.page(memory.wall(), address=ADDRESS, **how))


def test_the_sample_lasts_a_business_day() -> None:
    """Until midnight in Berlin it is the same, even when newer reviews come; then it is another."""
    memory = Memories(MANY)
    first = ids(memory.make())
    newer = [review(100 + n, created="2026-11-22") for n in range(20)]
    memory.records = [*MANY, *newer]
    assert ids(memory.make(NOW.replace(hour=22, minute=59))) == first
    assert memory.reads == 1
    assert ids(memory.make(NOW.replace(hour=23))) != first
    assert memory.reads == 2


def test_only_the_newest_public_texts_are_drawn_from() -> None:
    """Star-only, older and removed reviews never; of an app that is not on the wall neither."""
    newest = MANY[:12]
    silent = [review(200 + n, text=None, created="2026-11-22") for n in range(9)]
    removed = [gone(review(300 + n, created="2026-11-22")) for n in range(9)]
    other = [review(400 + n, app="other", created="2026-11-22") for n in range(9)]
    memory = Memories(
        [*MANY, *silent, *removed, *other], configuration=configured(newest=12, shown=12)
    )
    assert sorted(ids(memory.make())) == sorted(one.id for one in newest)
    assert memory.wall().drawn_from == 12


def test_a_hidden_review_is_gone_at_once_and_another_is_there() -> None:
    """Before the wall is made again, and after; the count and the average stay."""
    memory = Memories(MANY, STORE)
    before = memory.make()
    memory.hide(ids(before)[0], NOW)
    for now in (None, NOW + timedelta(minutes=15), NOW + timedelta(days=1)):
        after = memory.make(now) if now else memory.wall()
        assert ids(before)[0] not in ids(after)
        assert len(after.sample) == len(before.sample)
        assert after.apps == before.apps
    assert memory.show(ids(before)[0])
    assert ids(memory.make(NOW)) == ids(before)


def test_what_is_hidden_takes_no_place_in_the_draw() -> None:
    """However many are hidden, as many are shown, from those that come after them."""
    memory = Memories(MANY, configuration=configured(newest=12))
    for one in MANY[:12]:
        memory.hide(one.id, NOW)
    assert set(ids(memory.make())) <= {one.id for one in MANY[12:24]}
    assert len(memory.wall().sample) == 6


def test_a_removed_review_disappears_and_an_edited_one_says_what_it_says_now() -> None:
    """Without another draw: those that are left stay."""
    memory = Memories(MANY)
    first, second, *others = ids(memory.make())
    memory.records = [
        gone(one) if one.id == first
        else replace(one, review=replace(one.review, text="Changed", edited="2026-11-23"))
        if one.id == second
        else one
        for one in MANY
    ]  # fmt: skip
    after = memory.make(NOW + timedelta(minutes=15))
    assert ids(after)[: len(others) + 1] == [second, *others]
    assert (after.sample[0].text, after.sample[0].edited) == ("Changed", True)
    assert memory.reads == 1


def test_the_sample_is_drawn_again_when_too_little_is_left() -> None:
    """As on the first day, when reviews come one after the other."""
    memory = Memories(MANY[:3])
    assert len(memory.make().sample) == 3
    memory.records = MANY
    assert len(memory.make(NOW + timedelta(minutes=15)).sample) == 6


def test_the_stores_own_totals_come_first() -> None:
    """With their own moment; else ours, of what is public and has stars."""
    (store,) = Memories(MANY, STORE).make().apps
    assert (store.count, store.average, store.counted_by) == (812, 4.83, "store")
    assert store.as_of == NOW - timedelta(hours=3)
    days = {NOW.date(): {"reviews": 4, "stars_5": 2, "stars_4": 1}}
    (ours,) = Memories(MANY, Published(None), days).make().apps
    assert (ours.count, ours.average, ours.counted_by) == (4, 4.67, "us")
    by_stars = Published(3, None, {"5": 2, "2": 1})
    assert Memories(MANY, by_stars).make().apps[0].average == 4.0
    assert Memories(MANY).make().apps == ()


def test_one_app_has_its_own_sample() -> None:
    """One that is not on the wall is not found, and neither is a wall that is off."""
    sources = (SourceTarget("shopify", "acme"), SourceTarget("shopify", "other"))
    others = [review(500 + n, app="other") for n in range(30)]
    memory = Memories(
        [*MANY, *others], STORE, configuration=replace(CONFIGURATION, sources=sources)
    )
    both = memory.make()
    assert len(both.apps) == 2
    one = memory.wall("shopify:other")
    assert {shown.app for shown in one.sample} == {"shopify:other"}
    assert len(one.sample) == 6
    with pytest.raises(NotFound):
        memory.wall("shopify:acme2")
    memory.configuration = configured(apps=("shopify:acme",))
    with pytest.raises(NotFound):
        memory.wall("shopify:other")
    assert {shown.app for shown in memory.wall().sample} == {"shopify:acme"}
    memory.configuration = configured(enabled=False)
    with pytest.raises(NotFound):
        memory.wall()


@pytest.mark.parametrize(
    ("author", "names", "shown"),
    [
        ("Ann Mary Smith", "initials", "A. M. S."),
        ("one two three four", "initials", "O. T. T."),
        ("山田太郎", "initials", "山."),
        ("<b>Bob</b>", "initials", None),
        ("Ann Smith", "full", "Ann Smith"),
        ("Ann Smith", "none", None),
        (None, "full", None),
    ],
)
def test_names_are_shown_as_configured(author: str | None, names: Any, shown: str | None) -> None:
    """At once, also of a sample that was drawn before."""
    assert proof.as_shown(author, names) == shown
    memory = Memories([review(1, author=author)])
    memory.make()
    memory.configuration = configured(names=names)
    assert memory.wall().sample[0].author == shown


def test_a_long_text_is_cut_and_not_left_out() -> None:
    """The store has the rest."""
    memory = Memories([review(1, text="x" * 5000, url="https://apps.shopify.com/acme/reviews/1")])
    memory.make()
    (card,) = drawn(memory).css(".wall .card")
    assert card.css_first(".said").text().strip() == "x" * proof.TEXT_LIMIT + "…"
    link = card.css_first("a").attributes
    assert link["href"] == "https://apps.shopify.com/acme/reviews/1"
    assert link["rel"] == "nofollow noopener"


def test_a_reader_learns_what_is_counted_and_how_it_was_chosen() -> None:
    """Count, average, who counts and when, the draw, and the line that embeds it."""
    memory = Memories(MANY, STORE)
    memory.make()
    shown = drawn(memory, theme="dark")
    assert shown.css_first("html").attributes["data-theme"] == "dark"
    totals = " ".join(shown.css_first(".totals").text().split())
    assert totals.startswith("4.8 of 5 stars 812 reviews · Shopify App Store")
    assert "as Shopify App Store counts on 22 Nov 2026" in totals
    how = shown.css_first("details").text()
    assert "drawn by lot on 22 Nov 2026 from 60 public reviews" in how
    assert "answers to our surveys never are" in how
    line = LexborHTMLParser(shown.css_first("code").text()).css_first("iframe").attributes
    assert line["src"] == f"{ADDRESS}/proof?theme=dark"
    assert shown.css(".wall .card .stars")[0].attributes["aria-label"].endswith("of 5 stars")


def test_an_average_that_is_not_five_does_not_look_like_it() -> None:
    """4.97 is not rounded up to 5.0."""
    memory = Memories(MANY, Published(100, 4.97))
    memory.make()
    assert drawn(memory).css_first(".figure").text().split()[0] == "4.97"


def test_search_engines_are_told_only_when_wanted_and_of_one_app() -> None:
    """What is visible on the page, and no more."""
    memory = Memories(MANY, STORE)
    memory.make()
    assert drawn(memory).css_first("script") is None
    memory.configuration = configured(structured_data=True)
    told = json.loads(drawn(memory).css_first("script[type='application/ld+json']").text())
    assert told["@type"] == "SoftwareApplication"
    rating = told["aggregateRating"]
    assert (rating["ratingValue"], rating["reviewCount"], rating["bestRating"]) == ("4.8", 812, 5)
    totals = drawn(memory).css_first(".totals").text()
    assert rating["ratingValue"] in totals
    assert str(rating["reviewCount"]) in totals
    sources = (*CONFIGURATION.sources, SourceTarget("shopify", "other"))
    memory.configuration = replace(memory.configuration, sources=sources)
    memory.make()
    assert drawn(memory).css_first("script") is None
    nobody = Memories(MANY, Published(5, None), configuration=configured(structured_data=True))
    nobody.make()
    assert drawn(nobody).css_first("script") is None


def test_naughty_strings_do_nothing(shared_data: Path) -> None:
    """In the page, in JSON and in JSON-LD, whatever a text, a title, a name or a handle says."""
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    naughty += ["</script><script>alert(1)</script>", "\u2028\u2029<!--", "javascript:alert(1)"]
    for n in range(0, len(naughty), 24):
        some = [one for one in naughty[n : n + 24] if one.strip()]
        handle = next((one for one in some if ":" not in one), "acme")
        told = [
            review(k, app=handle, text=one, title=one, author=one, url=one, language=one)
            for k, one in enumerate(some)
        ]
        shown = configured(shown=24, names="full", structured_data=True)
        sources = (SourceTarget("shopify", handle),)
        memory = Memories(told, configuration=replace(shown, sources=sources))
        memory.days = {NOW.date(): {"reviews": 1, "stars_5": 1}}
        memory.make()
        html = page.page(memory.wall(), address=ADDRESS)
        tree = LexborHTMLParser(html)
        assert len(tree.css(".wall .card")) == len(some)
        assert [one.attributes.get("type") for one in tree.css("script")] == ["application/ld+json"]
        assert json.loads(tree.css_first("script").text())["name"] == handle
        assert not re.search("[<>&\u2028\u2029]", tree.css_first("script").text())
        assert tree.css("img, iframe, object, form, svg") == []
        for node in tree.css("*"):
            assert not [name for name in node.attributes if name.startswith("on")]
            assert (node.attributes.get("href") or "https:").split(":")[0] in {
                "https",
                "data",
                "/proof.json",
                "http",
            }
        told_back = json.loads(page.as_json(memory.wall()))
        assert {one["text"] for one in told_back["sample"]} == {one.strip() for one in some}
        assert all(
            one["url"] is None or one["url"].startswith("http") for one in told_back["sample"]
        )


def test_the_page_may_be_framed_and_runs_nothing() -> None:
    """Its one style sheet by hash, no script, no form, no other site; framed by anybody."""
    memory = Memories(MANY, STORE)
    memory.make()
    policy = frame.public_headers(page.STYLE)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert "frame-ancestors *" in policy
    assert "frame-ancestors 'none'" in frame.headers()["Content-Security-Policy"]
    html = page.page(memory.wall(), address=ADDRESS)
    assert len(html.encode()) < 20 * 1024
