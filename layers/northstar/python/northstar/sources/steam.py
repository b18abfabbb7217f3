"""Reads Steam's public list of an app's reviews, as documented and as recorded from 2019 to 2026.

Steam has thumbs instead of stars: `rating` is always None, and `recommended` tells the thumb.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Capabilities
from northstar.domain.errors import Broken
from northstar.domain.reviews import Page, Published, Reply, Review
from northstar.sources.payload import (
    clean,
    field,
    first,
    json_object,
    page_of,
    part,
    reviews_in,
    utc,
    whole,
    words,
)

NAME = "steam"
HOSTS = ("store.steampowered.com",)
CAPABILITIES = Capabilities(
    stars=False,
    time_of_day=True,
    complete_list=True,
    edits=True,
    replies=True,
    needs_key=False,
)

_FIRST = "*"
_QUERY = (
    "json=1&filter=updated&language=all&purchase_type=all&review_type=all"
    "&filter_offtopic_activity=0&num_per_page=100"
)
_REVIEW_KEYS = {
    "recommendationid", "author", "language", "review", "timestamp_created", "timestamp_updated",
    "voted_up", "votes_up", "votes_funny", "weighted_vote_score", "comment_count",
    "steam_purchase", "received_for_free", "refunded", "written_during_early_access",
    "primarily_steam_deck", "hidden_in_steam_china", "steam_china_location", "app_release_date",
    "reactions", "developer_response", "timestamp_dev_responded",
}  # fmt: skip
_LANGUAGES = {
    "arabic": "ar", "brazilian": "pt-BR", "bulgarian": "bg", "czech": "cs", "danish": "da",
    "dutch": "nl", "english": "en", "finnish": "fi", "french": "fr", "german": "de",
    "greek": "el", "hungarian": "hu", "indonesian": "id", "italian": "it", "japanese": "ja",
    "koreana": "ko", "latam": "es-419", "malay": "ms", "norwegian": "no", "polish": "pl",
    "portuguese": "pt-PT", "romanian": "ro", "russian": "ru", "schinese": "zh-Hans",
    "spanish": "es-ES", "swedish": "sv", "tchinese": "zh-Hant", "thai": "th", "turkish": "tr",
    "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip
"""Steam's own names (partner.steamgames.com/doc/store/localization/languages) as BCP 47 tags."""
_APP = re.compile(r"/appreviews/(\d{1,10})(?:[/?]|$)", re.ASCII)
_CURSOR = re.compile(r"[!-~]{1,500}")
_NUMBER = re.compile(r"\d{1,20}", re.ASCII)


def request(target: SourceTarget, following: str | None = None) -> Call:
    """Return the call for an app (its number), newest change first; `following` is a cursor.

    Source: partner.steamgames.com/doc/store/getreviews.
    """
    path = f"https://{HOSTS[0]}/appreviews/{quote(target.app, safe='')}"
    return Call(f"{path}?{_QUERY}&cursor={quote(following or _FIRST, safe='')}", method="GET")


def parse(payload: bytes, url: str | None = None, target: SourceTarget | None = None) -> Page:
    """Return what a page of the list holds; never raises for its content.

    Times are UTC. `author` is the name where Steam tells it, else the number of the account.
    Steam's markup ([b], [spoiler]) stays as written. `published` stands on the first page only.
    A short page is not the end; an empty page is, if it looks as Steam's last page does. An app
    that does not exist looks like one without reviews.

    Two kinds of files that others have saved are read as well: the reviews as an object by their
    ids, and answers by their apps, where `url` or `target` names the app.
    """
    try:
        app = target.app if target else first(_APP, url or "")
        return _page(_answer(json_object(payload), app), _cursor(url or ""), app)
    except Broken as problem:
        return Page("broken", reason=str(problem))


def _answer(data: dict[str, Any], app: str | None) -> dict[str, Any]:
    """Return the answer itself where a file holds the answers of several apps."""
    by_app = data and all(
        _NUMBER.fullmatch(key) and isinstance(value, dict) and "query_summary" in value
        for key, value in data.items()
    )
    if not by_app:
        return data
    if app not in data:
        known = ", ".join(list(data)[:5])
        raise Broken(f"These are answers for the apps {known}; which one is meant is not known.")
    return part(data, app)


def _page(data: dict[str, Any], asked: str | None, app: str | None) -> Page:
    items = data.get("reviews")
    saved = isinstance(items, dict)
    if not saved or "success" in data:
        _check_success(data)
    if isinstance(items, dict):
        if any(_id(item) != key for key, item in items.items()):
            raise Broken("A review stands under an id that is not its own.")
        items = list(items.values())
    if not isinstance(items, list):
        raise Broken("reviews not found.")
    summary = part(data, "query_summary")
    if not items:
        return _without_reviews(data, summary, asked)
    faults: list[str] = []
    if not saved and summary.get("num_reviews") != len(items):
        faults.append(f"query_summary.num_reviews is not the number of reviews, {len(items)}")
    published = _published(summary, asked, faults)
    following = None if saved else _following(data, asked, faults)
    reviews = reviews_in(items, _REVIEW_KEYS, lambda item: _review(item, app), faults)
    return page_of(reviews, following, published, faults)


def _check_success(data: dict[str, Any]) -> None:
    if data.get("success") != 1:
        said = f": {clean(data['error'])[:100]}" if isinstance(data.get("error"), str) else ""
        raise Broken(f"Steam does not say that it answers (success is not 1){said}.")


def _without_reviews(data: dict[str, Any], summary: dict[str, Any], asked: str | None) -> Page:
    """Return an empty page, if it is one: Steam's zero, or the page after the last."""
    count = whole(summary.get("total_reviews"))
    if summary.get("num_reviews") != 0 or data.get("reviews") != []:
        raise Broken("No reviews, and query_summary.num_reviews does not say so.")
    if count == 0 and summary.get("total_positive") == summary.get("total_negative") == 0:
        return Page("empty", published=Published(count=0))
    if (
        _is_later(summary, asked)
        and isinstance(data.get("cursor"), str)
        and data["cursor"] != _FIRST
    ):
        return Page("empty")
    known = "an unknown number" if count is None else count
    raise Broken(f"No reviews on a first page, although {known} are published.")


def _is_later(summary: dict[str, Any], asked: str | None) -> bool:
    """Return whether this is not the first page, whose summary alone holds the totals."""
    return summary.keys() == {"num_reviews"} and asked != _FIRST


def _published(summary: dict[str, Any], asked: str | None, faults: list[str]) -> Published | None:
    if _is_later(summary, asked):
        return None
    count = whole(summary.get("total_reviews"))
    if count is None:
        faults.append("query_summary.total_reviews not found")
        return None
    return Published(count=count)


def _following(data: dict[str, Any], asked: str | None, faults: list[str]) -> str | None:
    """Return the next page's cursor; None where Steam gives the one again that was asked for."""
    cursor = data.get("cursor")
    if not isinstance(cursor, str) or cursor == _FIRST or not _CURSOR.fullmatch(cursor):
        faults.append("cursor not found or not understood")
        return None
    return cursor if cursor != asked else None


# ------------------------------------------------------------------ one review


def _review(item: dict[str, Any], app: str | None) -> Review:
    number = _id(item)
    author = part(item, "author")
    account = author.get("steamid")
    if not (isinstance(account, str) and _NUMBER.fullmatch(account)):
        raise Broken("author.steamid not found or not understood")
    created, edited = _time(item, "timestamp_created"), _time(item, "timestamp_updated")
    if not isinstance(field(item, "voted_up"), bool):
        raise Broken("voted_up is neither true nor false")
    language = words(item, "language")
    named = isinstance(author.get("personaname"), str)
    return Review(
        source=NAME,
        id=number,
        text=words(item, "review"),
        author=(clean(author["personaname"]) if named else None) or account,
        language=_LANGUAGES.get(language or ""),
        created=created,
        edited=edited if edited != created else None,
        reply=_reply(item),
        url=f"https://steamcommunity.com/profiles/{account}/recommended/{app}/" if app else None,
        recommended=item["voted_up"],
    )


def _id(item: Any) -> str:
    number = item.get("recommendationid") if isinstance(item, dict) else None
    if not (isinstance(number, str) and _NUMBER.fullmatch(number)):
        raise Broken("recommendationid not found or not understood")
    return number


def _time(item: dict[str, Any], key: str) -> str:
    time = utc(field(item, key))
    if time is None:
        raise Broken(f"{key} is {str(item[key])[:20]!r}, not seconds since 1970")
    return time


def _reply(item: dict[str, Any]) -> Reply | None:
    """Return the developer's answer; Steam leaves both of its fields out where there is none."""
    if "developer_response" not in item and "timestamp_dev_responded" not in item:
        return None
    text = words(item, "developer_response")
    return Reply(text=text, created=_time(item, "timestamp_dev_responded")) if text else None


def _cursor(url: str) -> str | None:
    try:
        return parse_qs(urlsplit(url).query).get("cursor", [None])[0]
    except ValueError:
        return None
