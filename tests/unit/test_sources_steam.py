"""Steam's list of reviews is asked for and read as documented."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from northstar.app.configuration import SourceTarget
from northstar.domain.reviews import Page, Published, Reply
from northstar.sources import steam
from tests.unit.fixtures import keyless
from tests.unit.fixtures.keyless import dumped, steam_page, steam_review

TARGET = SourceTarget("steam", "440")
LATER = {"query_summary": {"num_reviews": 0}, "reviews": [], "cursor": "AoJ4zzz"}


def parsed(data: Any, url: str | None = None, target: SourceTarget | None = TARGET) -> Page:
    return steam.parse(dumped(data), url, target)


def asked(following: str | None = None) -> dict[str, list[str]]:
    return parse_qs(urlsplit(steam.request(TARGET, following).url).query)


def test_all_reviews_are_asked_for_newest_change_first() -> None:
    """The call names the app, every language and kind, and begins at Steam's first cursor."""
    call = steam.request(TARGET)
    assert call.url.startswith("https://store.steampowered.com/appreviews/440?")
    assert call.method == "GET"
    assert asked() == {
        "json": ["1"], "filter": ["updated"], "language": ["all"], "purchase_type": ["all"],
        "review_type": ["all"], "filter_offtopic_activity": ["0"], "num_per_page": ["100"],
        "cursor": ["*"],
    }  # fmt: skip


def test_the_cursor_of_a_page_leads_to_the_next() -> None:
    """A cursor with signs of its own arrives at Steam as it was given."""
    following = parsed(steam_page()).next
    assert following == "AoJ4+abc/def="
    assert asked(following)["cursor"] == ["AoJ4+abc/def="]


def test_a_page_is_read_whole() -> None:
    """Thumbs, times, edits, the developer's answer and permalinks come through; stars do not."""
    page = parsed(steam_page())
    assert (page.outcome, page.published) == ("ok", Published(count=200))
    answered, wordless, _ = page.reviews
    assert answered.id == "3"
    assert (answered.rating, answered.recommended) == (None, True)
    assert answered.created == "2026-07-27T09:00:03Z"
    assert answered.edited == "2026-07-28T09:00:00Z"
    assert answered.reply == Reply("We are sorry.\nHelp is near.", created="2026-07-29T09:00:00Z")
    assert answered.text == "Words of review 3.\n[b]Bold[/b] ones."
    assert answered.author == "76561198000000003"
    assert answered.url == "https://steamcommunity.com/profiles/76561198000000003/recommended/440/"
    assert (wordless.text, wordless.edited, wordless.reply) == (None, None, None)
    assert wordless.recommended is False


def test_languages_become_tags() -> None:
    """Steam's names become tags, and a name that is not known becomes nothing, without a fault."""
    names = {"schinese": "zh-Hans", "brazilian": "pt-BR", "koreana": "ko", "klingon": None}
    reviews = [steam_review(n, language=name) for n, name in enumerate(names)]
    page = parsed(steam_page(reviews))
    assert page.outcome == "ok"
    assert [review.language for review in page.reviews] == list(names.values())


def test_a_name_is_shown_before_a_number() -> None:
    """The author is the name where Steam tells it."""
    author = {"steamid": "7656", "personaname": " Tea & Co "}
    assert parsed(steam_page([steam_review(1, author=author)])).reviews[0].author == "Tea & Co"


def test_the_app_is_known_from_the_address() -> None:
    """Without a target the address leads to permalinks; without both there are none."""
    url = "https://store.steampowered.com/appreviews/440?cursor=*"
    with_app, without = parsed(steam_page(), url, None), parsed(steam_page(), None, None)
    assert with_app.reviews[0].url == parsed(steam_page()).reviews[0].url
    assert without.reviews[0].url is None


def test_a_later_page_has_no_totals() -> None:
    """The summary of a later page holds only its number of reviews; that is no fault."""
    page = parsed(steam_page(query_summary={"num_reviews": 3}), steam.request(TARGET, "AoJ").url)
    assert (page.outcome, page.published, len(page.reviews)) == ("ok", None, 3)


def test_a_first_page_without_totals_is_partial() -> None:
    """Where the first page was asked for, missing totals are named."""
    page = parsed(steam_page(query_summary={"num_reviews": 3}), steam.request(TARGET).url)
    assert page.outcome == "partial"
    assert "total_reviews" in (page.reason or "")


def test_a_cursor_that_comes_again_is_the_end() -> None:
    """Steam's list goes round where it gives the cursor that was asked for."""
    url = steam.request(TARGET, "AoJ4+abc/def=").url
    assert parsed(steam_page(), url).next is None


@pytest.mark.parametrize("cursor", ["", "*", None, 7, "a" * 501, "\ud800", "a b"])
def test_a_cursor_that_leads_nowhere_is_a_fault(cursor: Any) -> None:
    """Without a cursor to go on with, a page with reviews is partial and not the last."""
    page = parsed(steam_page(cursor=cursor))
    assert (page.outcome, page.next, len(page.reviews)) == ("partial", None, 3)
    assert "cursor" in (page.reason or "")


def test_steams_zero_is_empty() -> None:
    """No reviews and a total of zero is proof."""
    none = {"num_reviews": 0, "total_positive": 0, "total_negative": 0, "total_reviews": 0}
    page = parsed(steam_page([], query_summary=none, cursor="*"))
    assert (page.outcome, page.published) == ("empty", Published(count=0))


def test_the_page_after_the_last_is_empty() -> None:
    """A later page without reviews is the mark of the end."""
    assert parsed({"success": 1, **LATER}).outcome == "empty"


@pytest.mark.parametrize(
    "changed",
    [
        {"query_summary": keyless.steam_page([])["query_summary"]},
        {"query_summary": {"num_reviews": 2}},
        {"query_summary": {"num_reviews": 0, "review_score": 8}},
        {"cursor": "*"},
        {"cursor": None},
        {"query_summary": {"num_reviews": 0, "total_positive": 5, "total_reviews": 0}},
        {"reviews": {}},
        {"success": 2},
    ],
)
def test_nothing_without_proof_is_broken(changed: dict[str, Any]) -> None:
    """Whatever contradicts the end mark makes an empty page broken."""
    page = parsed({"success": 1, **LATER} | changed)
    assert page.outcome == "broken"
    assert page.reason


def test_a_first_page_in_the_form_of_the_end_is_broken() -> None:
    """The end mark is no answer to the first cursor."""
    assert parsed({"success": 1, **LATER}, steam.request(TARGET).url).outcome == "broken"


def test_a_count_that_differs_is_partial() -> None:
    """The number of reviews that Steam tells is compared with those on the page."""
    data = steam_page()
    data["reviews"].pop()
    page = parsed(data)
    assert (page.outcome, len(page.reviews)) == ("partial", 2)
    assert "num_reviews" in (page.reason or "")


def test_a_new_field_is_named() -> None:
    """A field that nobody knows makes the page partial, with its name and how often it came."""
    page = parsed(steam_page([steam_review(1, dev_reply="x"), steam_review(2, dev_reply="y")]))
    assert (page.outcome, len(page.reviews)) == ("partial", 2)
    assert page.reason == "unknown field 'dev_reply' in 2 reviews"


def test_one_id_for_two_reviews_is_partial() -> None:
    """Two different reviews under one id are never passed over."""
    page = parsed(steam_page([steam_review(1), steam_review(1, review="Another")]))
    assert (page.outcome, len(page.reviews)) == ("partial", 1)


def test_saved_answers_of_several_apps_need_the_app() -> None:
    """A file of answers by app is read where the app is known, and broken where it is not."""
    saved = {"440": steam_page(), "10": steam_page([])}
    assert parsed(saved).reviews == parsed(steam_page()).reviews
    unknown = parsed(saved, target=None)
    assert unknown.outcome == "broken"
    assert "440, 10" in (unknown.reason or "")


def test_saved_reviews_by_id_are_read() -> None:
    """Reviews saved as an object keyed by id are read; a key that is not the id is refused."""
    summary = steam_page()["query_summary"]
    reviews = {str(n): steam_review(n) for n in (1, 2)}
    page = parsed({"reviews": reviews, "query_summary": summary})
    assert (page.outcome, len(page.reviews), page.published) == ("ok", 2, Published(count=200))
    swapped = {"1": reviews["2"], "2": reviews["1"]}
    assert parsed({"reviews": swapped, "query_summary": summary}).outcome == "broken"


def test_an_error_is_told_in_steams_words() -> None:
    """An answer without success is broken, with what Steam says."""
    page = parsed({"success": 2, "error": "Too busy"})
    assert page.outcome == "broken"
    assert "Too busy" in (page.reason or "")
